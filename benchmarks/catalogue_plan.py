"""`python -m benchmarks.catalogue_plan SIZE`, within the product: fill the catalogue, sign somebody in, print the plan."""

import json
import sys
from collections.abc import Iterator

import django

ROWS = 20  # of a page


def main(size: int) -> None:
    """Everything the catalogue's part needs of a database with `size` procedures."""
    django.setup()
    from benchmarks import people
    from benchmarks.catalogue_stock import fill

    fill(size)
    plan = {"searches": list(_searches()), "typed": list(_typed()), "admin": people.cookies(people.catalogue_admin())}
    print(json.dumps(plan | {"total": size}))


def _searches() -> Iterator[str]:
    """What people write, as far as it fills a page: words of a name, with and without diacritics, one letter wrong."""
    from common.text import fold
    from procedures import finding
    from procedures.models import Procedure

    index = finding.current()
    for number, row in enumerate(Procedure.objects.exclude(key__startswith="bench-").order_by("pk")):
        words = (row.short_name_vi or row.name_vi).split()
        for start in range(min(4, len(words) - 1)):
            text = " ".join(words[start : start + 2 + number % 3])
            match (number + start) % 4:
                case 0:
                    text = fold(text)
                case 1:
                    text = text[: len(text) // 2] + text[len(text) // 2 + 1 :]
            if finding.search(index, text, within=index.public).mask.bit_count() >= ROWS:
                yield text


def _typed() -> Iterator[str]:
    """A few letters each, as they come while somebody types."""
    for text in (
        "khai sinh",
        "giấy phép xây dựng",
        "đổi giấy phép lái xe",
        "khuyen mai",
        "ket hon",
        "ho kinh doanh",
        "dat dai",
    ):
        yield from (text[:length] for length in range(2, len(text) + 1))


if __name__ == "__main__":
    main(int(sys.argv[1]))
