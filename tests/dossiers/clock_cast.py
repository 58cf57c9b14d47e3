"""Shorthand for the tests of the clock: the calendar of the demonstration province, local moments, short ledgers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings

from agencies.calendar import LEGAL_ZONE, Calendar
from agencies.calendar_seed import seed_content
from dossiers.clock import Entry, Limit

CALENDAR = Calendar.from_content(seed_content())
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'
LOCALE = Path(__file__).resolve().parents[2] / "locale" / "vi"


def at(text: str) -> datetime:
    """A moment in Viet Nam written 2026-11-20 09:00[:00]; a bare date means 09:00."""
    if len(text) == len("2026-11-20"):
        text += " 09:00"
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE).astimezone(UTC)


def day(text: str) -> date:
    """A date written 20/11/2026."""
    return datetime.strptime(text, "%d/%m/%Y").date()


def limit(text: str) -> Limit:
    """A limit written as `5 working_day`."""
    amount, unit = text.split()
    return Limit(int(amount), unit)  # type: ignore[arg-type]


def ledger(*lines: tuple[Any, ...], track: str = "handling") -> list[Entry]:
    """Entries from (kind, moment[, values]) lines, numbered in the order given."""
    numbers = count(1)
    return [
        Entry(next(numbers), track, kind, at(moment), **(more[0] if more else {}))  # type: ignore[arg-type]
        for kind, moment, *more in lines
    ]


def started(text: str, moment: str) -> tuple[Any, ...]:
    """The line that starts a limit."""
    return ("start", moment, {"limit": limit(text)})


def asked(moment: str, policy: str = "pause") -> tuple[Any, ...]:
    """The line that asks for a supplement."""
    return ("pause", moment, {"policy": policy, "reason_code": "supplement"})


def fee_asked(moment: str) -> tuple[Any, ...]:
    """The line that asks for a fee."""
    return ("pause", moment, {"policy": "pause", "reason_code": "fee"})


@contextmanager
def words_from_source() -> Iterator[None]:
    """Vietnamese straight from the .po files, whether or not they were merged and compiled."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "vi" / "LC_MESSAGES"
        target.mkdir(parents=True)
        with (target / "django.mo").open("wb") as file:
            write_mo(file, read_po(BytesIO(_source().encode()), locale="vi"))
        with override_settings(LOCALE_PATHS=[folder], USE_I18N=True):
            yield


def _source() -> str:
    """The translations of the clock, from their own part or from the merged file."""
    part = LOCALE / "parts" / "clock.po"
    if not part.exists():
        return (LOCALE / "LC_MESSAGES" / "django.po").read_text("utf-8")
    return HEADER + part.read_text("utf-8")
