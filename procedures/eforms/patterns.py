"""Named patterns of text: how a number is written, how it is normalised, and the sentence that mends a wrong one."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

SEPARATORS = re.compile(r"[\s.\-\u2013]")


def bare(text: str) -> str:
    """Without the blanks, dots and hyphens people write between groups of digits."""
    return SEPARATORS.sub("", text)


def tax_code(text: str) -> str:
    """A 13-digit code as `0123456789-001`, others without separators."""
    digits = bare(text)
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def phone(text: str) -> str:
    """National form: +84 and 84 become 0."""
    digits = bare(text).replace("(", "").replace(")", "")
    for prefix in ("+84", "0084"):
        if digits.startswith(prefix):
            return "0" + digits.removeprefix(prefix).removeprefix("0")
    return "0" + digits[2:] if digits.startswith("84") and len(digits) == 11 else digits


@dataclass(frozen=True)
class Pattern:
    """A compiled shape, its normaliser and a msgid that says how to mend a text that does not fit."""

    shape: re.Pattern[str]
    message: str
    normalise: Callable[[str], str] = bare


PATTERNS = {
    "national_id": Pattern(
        re.compile(r"\d{12}"), gettext_noop("Write the 12 digits of the personal identification number")
    ),
    "tax_code": Pattern(
        re.compile(r"\d{10}|\d{10}-\d{3}|\d{12}"),
        gettext_noop("Write a tax code of 10 or 13 digits; households and individuals write their 12-digit number"),
        tax_code,
    ),
    "passport": Pattern(
        re.compile(r"[A-Z0-9]{6,12}"),
        gettext_noop("Write the passport number as printed: 6 to 12 letters and digits, for example C1234567"),
        lambda text: bare(text).upper(),
    ),
    "licence_number": Pattern(re.compile(r"\d{12}"), gettext_noop("Write the 12 digits of the driving licence number")),
    "vsic_code": Pattern(
        re.compile(r"\d{4}"), gettext_noop("Write the 4 digits of the business line, for example 4711")
    ),
    "mobile": Pattern(
        re.compile(r"0[35789]\d{8}"),
        gettext_noop("Write a mobile number of 10 digits that starts with 03, 05, 07, 08 or 09"),
        phone,
    ),
    "phone": Pattern(
        re.compile(r"0\d{9,10}"), gettext_noop("Write a telephone number of 10 or 11 digits that starts with 0"), phone
    ),
}
