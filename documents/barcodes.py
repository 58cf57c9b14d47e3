"""QR and Code 128 as plain numbers for a template to draw; no mark-up is made here.

Code 128 after ISO/IEC 15417, set B for text and set C for runs of digits.
"""

import re
from dataclasses import dataclass

QUIET_QR = 4
QUIET_CODE128 = 10
# Widths of bar, space, bar, space, bar, space of symbols 0-102 and of the three start symbols.
_PATTERN_ROWS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 "
    "113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 "
    "212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 "
    "113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 "
    "241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 "
    "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 "
    "211232 "
)
_PATTERNS = _PATTERN_ROWS.split()
_STOP = "2331112"
_TO_C, _TO_B, _START_B, _START_C = 99, 100, 104, 105


@dataclass(frozen=True)
class Drawing:
    """An SVG path of black areas and the size of its field, quiet zone included, in modules."""

    path: str
    width: int
    height: int


def qr(text: str) -> Drawing:
    """A QR code at error level M."""
    import segno

    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET_QR)]
    path = "".join(
        f"M{run.start()} {y}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for y, row in enumerate(rows)
        for run in re.finditer(rb"\x01+", row)
    )
    return Drawing(path, len(rows), len(rows))


def code128(text: str, height: int = 40) -> Drawing:
    """A Code 128 bar code; raises ValueError for characters outside printable ASCII."""
    if not text or any(not 32 <= ord(char) <= 126 for char in text):
        raise ValueError("Code 128 here takes printable ASCII only")
    symbols = _symbols(text)
    check = (symbols[0] + sum(place * symbol for place, symbol in enumerate(symbols[1:], 1))) % 103
    widths = "".join(_PATTERNS[symbol] for symbol in [*symbols, check]) + _STOP
    x, path = QUIET_CODE128, []
    for index, width in enumerate(map(int, widths)):
        if index % 2 == 0:
            path.append(f"M{x} 0h{width}v{height}h-{width}z")
        x += width
    return Drawing("".join(path), x + QUIET_CODE128, height)


def _symbols(text: str) -> list[int]:
    """Start symbol and data: set C for runs of at least four digits, set B for the rest."""
    pieces = [piece for piece in re.split(r"((?:\d\d){2,})", text) if piece]
    symbols: list[int] = []
    for piece in pieces:
        in_c = len(piece) >= 4 and len(piece) % 2 == 0 and piece.isdigit()
        symbols.append((_TO_C if in_c else _TO_B) if symbols else (_START_C if in_c else _START_B))
        if in_c:
            symbols += [int(piece[at : at + 2]) for at in range(0, len(piece), 2)]
        else:
            symbols += [ord(char) - 32 for char in piece]
    return symbols
