"""The dry run of an import beside a bare reading of the same workbook.

`lines` belongs to the part "catalogue" of the bench; `python -m benchmarks.catalogue_import SIZE` is the process it measures:
it works on the catalogue of `benchmarks.catalogue_stock` and leaves nothing behind.
"""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

from benchmarks.report import Line

SIZE, HOLD = 2_500, 6.0
EVERY = 10  # a changed row among so many


def lines(run: Callable[[int], dict[str, Any]], size: int = SIZE) -> list[Line]:
    """The two lines; `run` starts this module on the database with `size` procedures and gives what it prints."""
    found = run(size)
    ratio = found["ours"] / found["floor"]
    what = f"import with dry run, {found['rows'] / found['wall']:,.0f} rows a second"
    return [
        Line("C", what, size, found["ours"], found["floor"], "ms CPU", ratio, f"≤ {HOLD:g}", ratio <= HOLD),
        Line("C", "import with dry run, statements per 100 rows", size, found["sql"], 0, "SQL", found["sql"], "≤ 8",
             found["sql"] <= 8),
    ]  # fmt: skip


def main(size: int, rounds: int = 3) -> None:
    """Measure by turns, print medians: CPU of this process in ms, seconds by the clock."""
    django.setup()
    data = workbook()
    measured = [(_timed(lambda: bare(data)), _timed(lambda: dry_run(data))) for _round in range(rounds)]
    print(
        json.dumps(
            {
                "rows": size,
                "floor": statistics.median(floor[0] for floor, _ours in measured),
                "ours": statistics.median(ours[0] for _floor, ours in measured),
                "wall": statistics.median(ours[1] for _floor, ours in measured),
                "sql": measured[-1][1][2] / size * 100,
            }
        )
    )


def _timed(work: Callable[[], int]) -> tuple[float, float, int]:
    """CPU in ms, seconds by the clock, and what the work returns."""
    cpu, clock = time.process_time(), time.monotonic()
    result = work()
    return (time.process_time() - cpu) * 1000, time.monotonic() - clock, result


def workbook() -> bytes:
    """The exported catalogue with every tenth procedure changed."""
    from openpyxl import load_workbook

    from procedures.models import Procedure
    from procedures.services import exporting
    from procedures.transfers import writing
    from procedures.transfers.layout import PROCEDURES

    book = load_workbook(io.BytesIO(writing.as_workbook(exporting.entries(Procedure.objects.all()))))
    column = [one.key for one in PROCEDURES.columns].index("sets") + 1
    for number, row in enumerate(book[PROCEDURES.vi].iter_rows(min_row=2, min_col=column, max_col=column)):
        if number % EVERY == 0:
            row[0].value = 9
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bare(data: bytes) -> int:
    """The floor: every cell is read and counted."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    return sum(len(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))


def dry_run(data: bytes) -> int:
    """What the job does, rolled back; returns the number of statements."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from procedures.services import comparing, importing

    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        found = _empty_import()
        compared = comparing.open_file(data, "xlsx", is_complete=False)
        number = 0
        for findings in importing.batches(compared.findings()):
            importing.store(found, findings, after=number)
            number += len(findings)
        transaction.set_rollback(True)
    return len(statements)


def _empty_import() -> Any:
    from django.utils import timezone

    from accounts.models import User
    from documents.models import StoredFile
    from procedures.models import CatalogueImport

    now = timezone.now()
    file = StoredFile.objects.create(
        room="procedures", purpose="import", original_name="thu-tuc.xlsx", extension="xlsx", size=1, sha256="0" * 64,
        state="clean", created_at=now, storage_name="bench/import", retention="technical",
    )  # fmt: skip
    person = User.objects.order_by("pk").first()
    assert person is not None
    return CatalogueImport.objects.create(file=file, format="xlsx", by=person, at=now)


if __name__ == "__main__":
    main(int(sys.argv[1]))
