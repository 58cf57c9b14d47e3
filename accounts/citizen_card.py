"""The text behind the QR code on the front of the citizen identity card, as a scanner types it.

`012-digit number|old 9-digit number or empty|full name|date of birth|sex|address|date of issue`, dates as ddMMyyyy; newer
cards add more parts (parents, spouse), which are not read. Pure: nothing here asks the database.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common import text
from common.identifiers import clean_national_id

PARTS = 7
LONGEST = 2_000
EARLIEST = date(1900, 1, 1)
SEXES = {"nam": "male", "nu": "female"}
_DATE = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_OLD_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}|")
_NAME = re.compile(r"[^\W\d_][^\d_|]*")


@dataclass(frozen=True)
class Card:
    """What the card says. `address` is the text printed when it was issued: its communes may have merged since."""

    number: str
    old_number: str
    full_name: str
    birth_date: date
    sex: str  # male, female
    address: str
    issued_on: date


class CardUnreadable(ValueError):
    """The text is not that of a card. `errors`: a sentence for each part that is wrong, by its name."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


def parse(scanned: str, *, today: date) -> Card:
    """The card of a scanned text; raises CardUnreadable naming every wrong part at once."""
    parts = [text.clean(part) for part in scanned.strip()[:LONGEST].split("|")]
    if len(parts) < PARTS:
        raise CardUnreadable({"whole": _too_few(len(parts), scanned)})
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for (name, read), part in zip(_READERS.items(), parts, strict=False):
        try:
            values[name] = read(part)
        except ValueError as fault:
            errors[name] = str(fault)
    errors |= _impossible_days(values, today)
    if errors:
        raise CardUnreadable(errors)
    return Card(**values)


def _too_few(count: int, scanned: str) -> str:
    if not scanned.strip():
        return _("Scan the QR code on the front of the card.")
    return _("The card's text has %(count)s of 7 parts. Scan the QR code once more, from start to end.") % {
        "count": count
    }


def _number(part: str) -> str:
    try:
        return clean_national_id(part) if part.isascii() and part.isdigit() else clean_national_id("")
    except ValidationError:
        raise ValueError(_("Part 1, identity number: 12 digits are needed.")) from None


def _old_number(part: str) -> str:
    if not _OLD_NUMBER.fullmatch(part):
        raise ValueError(_("Part 2, old number: 9 digits, or nothing."))
    return part


def _full_name(part: str) -> str:
    if not (_NAME.fullmatch(part) and len(part) <= 120):
        raise ValueError(_("Part 3, full name: letters only, at most 120."))
    return part


def _birth_date(part: str) -> date:
    return _day(part, _("Part 4, date of birth: eight digits, day month year, for example 01051990."))


def _sex(part: str) -> str:
    found = SEXES.get(text.fold(part))
    if found is None:
        raise ValueError(_("Part 5, sex: male or female, in Vietnamese."))
    return found


def _address(part: str) -> str:
    if not part or len(part) > 500:
        raise ValueError(_("Part 6, address: it is missing or too long."))
    return part


def _issued_on(part: str) -> date:
    return _day(part, _("Part 7, date of issue: eight digits, day month year, for example 10052021."))


def _day(part: str, fault: str) -> date:
    found = _DATE.fullmatch(part)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.min.replace(month=13)
    except ValueError:
        raise ValueError(fault) from None


def _impossible_days(values: dict[str, Any], today: date) -> dict[str, str]:
    """Days that exist but cannot be: born in the future or before 1900, issued before birth or after today."""
    born, issued, errors = values.get("birth_date"), values.get("issued_on"), {}
    if isinstance(born, date) and not EARLIEST <= born <= today:
        errors["birth_date"] = _("Part 4, date of birth: this day cannot be. Compare it with the card.")
        born = None
    if isinstance(issued, date) and not (issued <= today and (not isinstance(born, date) or issued >= born)):
        errors["issued_on"] = _("Part 7, date of issue: this day cannot be. Compare it with the card.")
    return errors


_READERS: dict[str, Callable[[str], object]] = {
    "number": _number,
    "old_number": _old_number,
    "full_name": _full_name,
    "birth_date": _birth_date,
    "sex": _sex,
    "address": _address,
    "issued_on": _issued_on,
}
