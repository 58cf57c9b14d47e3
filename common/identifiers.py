"""Numbers people are known by in Viet Nam: identity number, tax code, telephone; checked and normalised.

Every `clean_…` returns the stored form or raises Django's ValidationError with a sentence that says how to mend it.
"""

import datetime
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.vn import mst

from common.crypto import random_text

# Mobile prefixes since the renumbering of 2018: Viettel, Vinaphone, Mobifone, Vietnamobile, Gmobile, Wintel, iTel.
SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters that are mistaken for one another on the telephone
MOBILE_PREFIXES = frozenset({
    "032", "033", "034", "035", "036", "037", "038", "039", "086", "096", "097", "098",
    "081", "082", "083", "084", "085", "088", "091", "094", "070", "076", "077", "078", "079", "089", "090", "093",
    "052", "056", "058", "092", "059", "099", "055", "087",
})  # fmt: skip
# 11-digit numbers that ended in 2018 and what they became.
_RENUMBERED = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084",
    "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033", "0164": "034", "0165": "035",
    "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_CENTURIES = {"0": 1900, "1": 1900, "2": 2000, "3": 2000, "4": 2100, "5": 2100, "6": 2200, "7": 2200}
_FILLERS = re.compile(r"[\s.\-()\u00a0]+")
_ASCII_DIGITS = re.compile(r"[0-9]+")


def _digits(text: str) -> str:
    return _FILLERS.sub("", text)


def clean_national_id(text: str) -> str:
    """The 12-digit identity number without spaces. It has no check digit; unknown province parts are accepted."""
    number = _digits(text)
    if _ASCII_DIGITS.fullmatch(number) and len(number) == 9:
        raise ValidationError(
            _("This is an old 9-digit number. Enter the 12 digits printed on your citizen identity card."), code="old"
        )
    if not (_ASCII_DIGITS.fullmatch(number) and len(number) == 12):
        raise ValidationError(
            _("Enter the 12 digits of the identity number, for example 020 190 000 017."), code="invalid"
        )
    return number


def national_id_warnings(number: str, *, birth_date: datetime.date | None, sex: str) -> list[str]:
    """What does not fit the digits of the number (birth year, sex): to be checked, never a reason to refuse."""
    century = _CENTURIES.get(number[3])
    if century is None:
        return []
    warnings = []
    if birth_date and birth_date.year != century + int(number[4:6]):
        warnings.append(_("The identity number does not fit the year of birth. Please check both."))
    if sex and (sex == "female") != (int(number[3]) % 2 == 1):
        warnings.append(_("The identity number does not fit the sex. Please check both."))
    return warnings


def clean_tax_code(text: str) -> str:
    """The tax code as stored: 10 digits with their check digit, a branch as `0314409058-002`, or a 12-digit number.

    Since 1 July 2025 people and household businesses use the identity number as their tax code.
    """
    number = _digits(text)
    if not _ASCII_DIGITS.fullmatch(number) or len(number) not in {10, 12, 13}:
        raise ValidationError(
            _("A tax code has 10 digits (13 for a branch), or 12 for a household business. Example: 0100109106."),
            code="invalid",
        )
    if len(number) == 12:
        return number
    try:
        return str(mst.format(mst.validate(number)))
    except StdnumError:
        raise ValidationError(
            _("This tax code does not exist: one digit is probably wrong. Please check it."), code="checksum"
        ) from None


def _national(text: str) -> str:
    """The number as dialled inside the country (leading 0), from 0…, 84…, +84… or 0084…"""
    number = _digits(text)
    for prefix in ("+84", "0084"):
        if number.startswith(prefix):
            return "0" + number.removeprefix(prefix).removeprefix("0")
    if number.startswith("84") and len(number) in {11, 12}:
        return "0" + number[2:]
    return number


def clean_mobile(text: str) -> str:
    """A Vietnamese mobile number as E.164 (`+84912345678`); foreign, premium and discontinued numbers are refused."""
    number = _national(text)
    if _ASCII_DIGITS.fullmatch(number) and len(number) == 11 and number[:4] in _RENUMBERED:
        raise ValidationError(
            _("11-digit numbers ended in 2018. This one has probably become %(number)s; enter the 10 digits in use."),
            code="discontinued",
            params={"number": display_phone("+84" + (_RENUMBERED[number[:4]] + number[4:])[1:])},
        )
    if not (_ASCII_DIGITS.fullmatch(number) and len(number) == 10 and number[:3] in MOBILE_PREFIXES):
        raise ValidationError(
            _("Enter a Vietnamese mobile number of 10 digits, for example 0912 345 678."), code="invalid"
        )
    return "+84" + number[1:]


def clean_phone(text: str) -> str:
    """A mobile or fixed Vietnamese number as E.164; fixed ones have 11 digits beginning with 02."""
    number = _national(text)
    if _ASCII_DIGITS.fullmatch(number) and len(number) == 11 and number.startswith("02"):
        return "+84" + number[1:]
    return clean_mobile(text)


def display_phone(phone: str) -> str:
    """`+84912345678` as people write it: `0912 345 678`."""
    number = _national(phone)
    return f"{number[:4]} {number[4:7]} {number[7:]}" if len(number) >= 10 else number


def new_incident() -> str:
    """A short number of a failure to say on the telephone, such as "7KQ-M2XA"."""
    text = random_text(7, SPOKEN)
    return f"{text[:3]}-{text[3:]}"
