"""Vietnamese text: folding for search, sorting keys, cleaning of what people type."""

import re
import unicodedata
from functools import lru_cache

# The alphabet of Vietnamese dictionaries: diacritics of a letter make a new letter (a < ă < â), tones come after.
_LETTERS = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: format(index + 1, "02x") for index, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_SPACES = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """NFC, no control or direction-changing characters, single spaces, trimmed."""
    return _SPACES.sub(" ", _CONTROL.sub("", unicodedata.normalize("NFC", text))).strip()


class _Marks(dict[int, int | None]):
    """What becomes of a decomposed character: marks vanish, all else stays. Remembered for the scripts of Europe."""

    def __missing__(self, code: int) -> int | None:
        found = None if unicodedata.combining(chr(code)) else code
        if code < 0x2000:
            self[code] = found
        return found


_MARKS = _Marks()


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d: what search compares ("Khuyến mại" → "khuyen mai")."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _SPACES.sub(" ", decomposed.translate(_MARKS)).strip()


def whole_number(text: str | None, most: int) -> int | None:
    """A number from 0 to `most` out of an address or a form; None for anything else (signs, other figures, too large)."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet_safe(value: object) -> object:
    """A text that no spreadsheet takes for a formula; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def sort_key(text: str) -> str:
    """A key whose byte order is the order of a Vietnamese dictionary, whatever the database's collation.

    Letters first (a < ă < â < b < … < d < đ), tones only break ties (ngang, huyền, hỏi, ngã, sắc, nặng).
    """
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFC", text.lower()):
        base, tone = _split_tone(char)
        if base in _RANK:
            letters.append(_RANK[base])
            tones.append(str(tone))
        elif letters and letters[-1] != "00":
            letters.append("00")
            tones.append("0")
    return "".join(letters) + "!" + "".join(tones)


@lru_cache(maxsize=1000)
def _split_tone(char: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", char)
    tone = next((_TONES[mark] for mark in marks if mark in _TONES), 0)
    base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    return base, tone


def name_sort_key(full_name: str) -> str:
    """Vietnamese names sort by given name, the last word, then by the whole name."""
    words = full_name.split()
    return sort_key(" ".join([words[-1], *words])) if words else ""
