"""Texts as a cell and the database can keep them."""

import re
import unicodedata

LONGEST = 32_767  # characters a spreadsheet keeps in a cell
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def tidy(text: str) -> str:
    """NFC, one kind of line end, nothing a spreadsheet cannot hold, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()[:LONGEST]
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
    return _CONTROL.sub("", plain).strip()[:LONGEST].strip()
