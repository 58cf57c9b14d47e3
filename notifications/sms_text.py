"""Text for SMS: without Vietnamese marks one message holds 160 characters, with them 70."""

import unicodedata
from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")  # each costs two places
# NFD takes marks off letters but leaves these alone.
PLAIN = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "₫": "d",
        "…": "...",
        "•": "-",
        "\t": " ",
        "\u00a0": " ",
        "\u200b": "",
        "\ufeff": "",
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚`´", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """How a carrier sends and bills a text: `encoding` is GSM-7 or UCS-2, `places` counts what it takes up."""

    encoding: str
    places: int
    count: int


def unaccent(text: str) -> str:
    """The text without Vietnamese marks, fit for GSM-7 ("Hồ sơ đã nhận" → "Ho so da nhan"); others become "?"."""
    bare = unicodedata.normalize("NFD", text.translate(PLAIN))
    letters = (letter for letter in bare if unicodedata.category(letter) != "Mn")
    return "".join(letter if letter in GSM_BASIC or letter in GSM_EXTENDED else "?" for letter in letters)


def count_segments(text: str) -> Segments:
    """Segments of a text as it stands: 160/153 places in GSM-7, 70/67 in UCS-2."""
    if all(letter in GSM_BASIC or letter in GSM_EXTENDED for letter in text):
        sizes = [2 if letter in GSM_EXTENDED else 1 for letter in text]
        return Segments("GSM-7", sum(sizes), _parts(sizes, 160, 153))
    sizes = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return Segments("UCS-2", sum(sizes), _parts(sizes, 70, 67))


def fits_one_sms(text: str) -> bool:
    """True for unaccented text of at most 160 places: the form that brand names are registered for."""
    segments = count_segments(text)
    return segments.encoding == "GSM-7" and segments.count == 1


def _parts(sizes: list[int], single: int, part: int) -> int:
    """Parts needed; a character of two places is never cut in half."""
    if sum(sizes) <= single:
        return 1
    parts, room = 0, 0
    for size in sizes:
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return parts
