"""The viewer beside the papers: which page of which file, how large, which way up. All of it stands in the address."""

import re
from typing import Any
from urllib.parse import quote_plus

from accounts.requests import PersonRequest
from common.text import whole_number
from dossiers.models import Paper

ZOOMS = ("1", "2", "3")
TURN = re.compile(r"^(\d{1,3})\.(\d{1,3})\.(90|180|270)$")  # paper, file, degrees
MOST_TURNS = 40
MOST_PAGES = 40

Turns = dict[tuple[int, int], int]


def turns_of(text: str) -> Turns:
    """`2.1.90-3.1.180`: how each file was turned; whatever cannot be read is left out."""
    found = [TURN.match(part) for part in text.split("-")[:MOST_TURNS]]
    return {(int(one[1]), int(one[2])): int(one[3]) for one in found if one}


def turns_text(turns: Turns) -> str:
    """The turned files as they stand in the address."""
    return "-".join(f"{paper}.{file}.{turn}" for (paper, file), turn in sorted(turns.items()) if turn)


def chosen(request: PersonRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The paper of the address, else the first nobody has looked at, else the first."""
    wanted = request.GET.get("giay", "")
    row = next((row for row in rows if row["paper"].key == wanted), None)
    row = row or next((row for row in rows if row["paper"].verdict == Paper.Verdict.UNSEEN), None)
    return row or next(iter(rows), None)


def viewer_of(request: PersonRequest, rows: list[dict[str, Any]], query: str) -> dict[str, Any] | None:
    """What the viewer shows and where its buttons lead; `query`: the list the officer came from, "?tab=…" or ""."""
    row = chosen(request, rows)
    if row is None:
        return None
    files = row["files"]
    number = _number(request.GET.get("tep"), len(files))
    file = files[number - 1].file if files else None
    count = max(1, file.pages if file and file.extension == "pdf" else 1)
    shown = _number(request.GET.get("trang"), count)
    zoom = int(request.GET["co"]) if request.GET.get("co") in ZOOMS else 1
    turns = turns_of(request.GET.get("xoay", ""))
    turn = turns.get((row["number"], number), 0)
    place = _Place(query, row["paper"].key, number, shown, zoom, turns)
    turned = turns | {(row["number"], number): (turn + 90) % 360}
    return {
        "row": row, "file": file, "number": number, "shown": shown, "count": count, "zoom": str(zoom), "turn": str(turn),
        "pages": [(n, place.url(trang=n)) for n in range(1, min(count, MOST_PAGES) + 1)],
        "other_files": [(n, place.url(tep=n, trang=1)) for n in range(1, len(files) + 1)],
        "zoom_in": place.url(co=min(3, zoom + 1)),
        "zoom_out": place.url(co=max(1, zoom - 1)),
        "rotate": place.url(xoay=turns_text(turned)),
        "page_before": place.url(trang=shown - 1) if shown > 1 else "",
        "page_after": place.url(trang=shown + 1) if shown < count else "",
        **_beside(place, rows, row),
    }  # fmt: skip


def _beside(place: "_Place", rows: list[dict[str, Any]], row: dict[str, Any]) -> dict[str, str]:
    """The papers before and after this one."""
    at = rows.index(row)
    before = rows[at - 1]["paper"].key if at else ""
    after = rows[at + 1]["paper"].key if at + 1 < len(rows) else ""
    return {
        "paper_before": place.url(giay=before, tep=1, trang=1) if before else "",
        "paper_after": place.url(giay=after, tep=1, trang=1) if after else "",
    }


class _Place:
    """The state of the viewer as an address."""

    def __init__(self, query: str, key: str, file: int, page: int, zoom: int, turns: Turns) -> None:
        self.query = f"{query}&" if query else "?"
        self.state = {"giay": key, "tep": file, "trang": page, "co": zoom, "xoay": turns_text(turns)}

    def url(self, **changes: Any) -> str:
        """The address with these changes; what is as usual is left out."""
        values = self.state | changes
        usual = {"tep": 1, "trang": 1, "co": 1, "xoay": ""}
        kept = (f"{key}={quote_plus(str(value))}" for key, value in values.items() if value != usual.get(key))
        return f"{self.query}{'&'.join(kept)}#xem"


def _number(text: str | None, most: int) -> int:
    return min(max(1, whole_number(text, 99_999) or 1), max(1, most))
