"""Keys of the document, made from labels once and never changed after: answers and conditions name them."""

import re
from collections.abc import Iterable

from common.text import fold

LONGEST = 50
RESERVED = frozenset({"moi", "them", "cot", "phan"})  # words of the editor's own addresses


def key_from(label: str, taken: Iterable[str] = ()) -> str:
    """`Họ và tên` → `ho_va_ten`; `ho_va_ten_2` when that is taken."""
    used = {*taken, *RESERVED}
    stem = re.sub(r"[^a-z0-9]+", "_", fold(label))[:LONGEST].strip("_") or "muc"
    return next(key for key in _numbered(stem) if key not in used)


def _numbered(stem: str) -> Iterable[str]:
    yield stem
    number = 2
    while True:
        yield f"{stem}_{number}"
        number += 1
