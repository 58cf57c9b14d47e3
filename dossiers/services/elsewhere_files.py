"""Reports of another agency's software as a file (XLSX or CSV): read, shown row by row, then written, each row by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from common.text import fold
from dossiers.errors import Refused
from dossiers.models import Dossier
from dossiers.services import elsewhere
from dossiers.services.elsewhere import Report
from procedures.transfers.cells import as_text
from procedures.transfers.problems import Unreadable, sentence
from procedures.transfers.reading import plain_rows

MOST_ROWS = 1000
MOST_BYTES = 5 * 1024 * 1024
SALT, GOOD_FOR = "dossiers.elsewhere", 3600  # seconds between looking and writing
HEADS = {
    "code": ("Mã hồ sơ", "Code", "code"),
    "foreign": ("Mã tại cơ quan giải quyết", "Foreign code", "foreign_code"),
    "status": ("Trạng thái", "Status", "status"),
    "on": ("Ngày", "Date", "date"),
    "note": ("Ghi chú", "Note", "note"),
}
WORDS = {
    elsewhere.PROCESSING: ("Đang giải quyết", "Being handled", "processing"),
    elsewhere.SUPPLEMENT: ("Yêu cầu bổ sung", "Asks for a supplement", "supplement"),
    elsewhere.GRANTED: ("Đã giải quyết", "Decided: granted", "granted"),
    elsewhere.REJECTED: ("Từ chối giải quyết", "Decided: rejected", "rejected"),
}
_STATUS = {fold(word): status for status, words in WORDS.items() for word in words}
_DAY = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")


def shown(known: Sequence[str]) -> str:
    """The spelling of a column or a status in the reader's language; a file may use any of them."""
    return known[1] if (get_language() or "vi").startswith("en") else known[0]


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""


@dataclass
class Line:
    """One row of the file: where it stands, what it says, and what it would do (or did)."""

    number: int
    code: str
    report: Report | None = None
    dossier: Dossier | None = None
    problems: tuple[str, ...] = ()
    is_new: bool = False
    effect: str = ""  # where it leads, in words
    outcome: str = ""  # after writing: done, failed

    @property
    def before(self) -> str:
        """The status known so far."""
        return (
            str(elsewhere.STATUSES[self.dossier.elsewhere_status])
            if self.dossier and self.dossier.elsewhere_status
            else ""
        )

    @property
    def after(self) -> str:
        """The status it reports."""
        return str(elsewhere.STATUSES[self.report.status]) if self.report else ""


def read(name: str, data: bytes, *, user: User, at: datetime) -> list[Line]:
    """The dry run: every row with what it would do. Raises FileRefused."""
    if len(data) > MOST_BYTES:
        raise FileRefused(_("The file is larger than 5 MB. Split it into several files."))
    try:
        rows = plain_rows(name, data)
    except Unreadable as unreadable:
        raise FileRefused(sentence(unreadable.code, unreadable.values_said)) from None
    if not rows:
        raise FileRefused(_("The file holds no rows. The first row names the columns."))
    places = _places(rows[0][1])
    found = [(number, cells) for number, cells in rows[1:] if any(as_text(_value(cell)) for cell in cells)]
    if not found:
        raise FileRefused(_("The file holds no rows below the names of the columns."))
    if len(found) > MOST_ROWS:
        raise FileRefused(_("The file has more than %(most)s rows. Split it into several files.") % {"most": MOST_ROWS})
    lines = [_line(number, cells, places) for number, cells in found]
    _match(lines, places, user, at)
    return lines


def _places(head: Sequence[Any]) -> dict[str, int]:
    """Which column holds what; raises FileRefused naming the columns that are missing."""
    names = {fold(name): key for key, known in HEADS.items() for name in known}
    places: dict[str, int] = {}
    for place, cell in enumerate(head):
        if key := names.get(fold(as_text(_value(cell)).lstrip("\ufeff"))):
            places.setdefault(key, place)
    missing = [shown(HEADS[key]) for key in ("code", "foreign", "status", "on") if key not in places]
    if missing:
        words = {"names": ", ".join(f"“{name}”" for name in missing)}
        raise FileRefused(
            _("These columns are missing in the first row: %(names)s. Add them and choose the file again.") % words
        )
    return places


def _value(cell: Any) -> Any:
    return "" if hasattr(cell, "code") and hasattr(cell, "text") else cell


def _line(number: int, cells: Sequence[Any], places: Mapping[str, int]) -> Line:
    texts, problems = {}, []
    for key, place in places.items():
        cell = cells[place] if place < len(cells) else None
        if hasattr(cell, "code") and hasattr(cell, "text"):
            problems.append(_at(place, number, _("a formula or an error: paste the value itself.")))
        texts[key] = as_text(_value(cell))
    status, day = _STATUS.get(fold(texts["status"])), _day(texts["on"])
    if not texts["code"]:
        problems.append(_at(places["code"], number, _("the code of the dossier is missing.")))
    if not 0 < len(texts["foreign"]) <= 60:
        problems.append(_at(places["foreign"], number, _("write the code there, at most 60 characters.")))
    if status is None:
        words = ", ".join(f"“{shown(known)}”" for known in WORDS.values())
        problems.append(_at(places["status"], number, _("write one of: %(words)s.") % {"words": words}))
    if day is None:
        problems.append(_at(places["on"], number, _("write the day as day/month/year, for example 27/11/2026.")))
    if len(note := texts.get("note", "")) > 500:
        problems.append(_at(places["note"], number, _("write at most 500 characters.")))
    line = Line(number, texts["code"].upper(), problems=tuple(problems))
    if status and day and not problems:
        line.report = Report(texts["foreign"], status, day, note)
    return line


def _at(place: int, number: int, words: str) -> str:
    return _("Cell %(cell)s: %(words)s") % {"cell": f"{chr(65 + place % 26)}{number}", "words": words}


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _ISO.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _match(lines: list[Line], places: Mapping[str, int], user: User, at: datetime) -> None:
    """Put the dossiers of this counter to the rows; what is not theirs is unknown."""
    visible = Dossier.objects.visible_to_officer(user).filter(code__in={line.code for line in lines})
    dossiers = {one.code: one for one in visible.select_related("deciding_agency")}
    seen: set[str] = set()
    for line in lines:
        if line.report is None:
            continue
        line.dossier = dossiers.get(line.code)
        if line.dossier is None:
            problem = _at(places["code"], line.number, _("no dossier of your counter has this code."))
            line.problems = (*line.problems, problem)
        elif line.code in seen:
            line.problems = (*line.problems, _at(places["code"], line.number, _("this dossier stands above already.")))
        elif elsewhere.known(line.dossier) != line.report:
            line.is_new = True
            _try(line, places, at)
        seen.add(line.code)


def _try(line: Line, places: Mapping[str, int], at: datetime) -> None:
    if line.dossier is None or line.report is None:
        return
    try:
        elsewhere.check(line.dossier, line.report, at=at)
        line.effect = elsewhere.effect(line.dossier, line.report, at=at)
    except Refused as refused:
        errors = getattr(refused, "errors", {"": str(refused)})
        line.is_new = False
        line.problems = tuple(
            _at(places.get(key, places["code"]), line.number, str(text)) for key, text in errors.items()
        )


def sealed(lines: Sequence[Line]) -> str:
    """What was shown, for the button that writes it: rows, versions, signed by us; nothing is kept in between."""
    rows = [
        [
            line.number,
            line.dossier.pk,
            line.dossier.version,
            line.report.code,
            line.report.status,
            line.report.on.isoformat(),
            line.report.note,
        ]
        for line in lines
        if line.is_new and line.dossier and line.report
    ]
    return signing.dumps(rows, salt=SALT, compress=True)


def write(text: str, *, user: User, at: datetime) -> list[Line]:
    """Write what was shown, each row in its own transaction, and say what became of it. Raises FileRefused."""
    try:
        rows = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        raise FileRefused(_("What was shown is too old. Choose the file again.")) from None
    theirs = Dossier.objects.visible_to_officer(user).filter(pk__in=[row[1] for row in rows])
    dossiers = theirs.select_related("deciding_agency").in_bulk()
    return [_written(row, dossiers.get(row[1]), user, at) for row in rows]


def _written(row: Sequence[Any], dossier: Dossier | None, user: User, at: datetime) -> Line:
    number, _pk, version, code, status, on, note = row
    report = Report(code, status, date.fromisoformat(on), note)
    line = Line(number, (dossier.code or "") if dossier else "", report, dossier, is_new=True, outcome="done")
    try:
        if dossier is None:
            raise Refused(_("No dossier of your counter has this code."))
        line.effect = elsewhere.effect(dossier, report, at=at)
        elsewhere.report(dossier.pk, user=user, report=report, version=version, at=at)
    except Refused as refused:
        line.outcome, line.problems = "failed", (str(refused),)
    return line
