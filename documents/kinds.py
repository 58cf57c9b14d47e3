"""The kinds of file the province accepts, and how each is recognised by its first bytes.

Imported by the checking process too, so nothing of Django here.
"""

from dataclasses import dataclass

import puremagic

SNIFF_BYTES = 4096


@dataclass(frozen=True)
class Kind:
    """One accepted kind: canonical extension, media type, the endings people use, the first bytes."""

    name: str
    content_type: str
    endings: tuple[str, ...]
    magic: bytes


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",), b"%PDF-"),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg", "jfif", "jpe"), b"\xff\xd8\xff"),
        Kind("png", "image/png", ("png",), b"\x89PNG\r\n\x1a\n"),
        Kind("docx", f"{_OFFICE}.wordprocessingml.document", ("docx",), b"PK\x03\x04"),
        Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",), b"PK\x03\x04"),
        Kind("csv", "text/csv", ("csv",), b""),
        Kind("json", "application/json", ("json",), b""),
    )
}
IMAGES = frozenset({"jpg", "png"})
OFFICE = frozenset({"docx", "xlsx"})
TEXTS = frozenset({"csv", "json"})  # for exchanging data; no paper of a dossier
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BY_ENDING = {ending: kind.name for kind in KINDS.values() for ending in kind.endings}
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word and Excel before 2007, and every password-protected docx or xlsx


def kind_of_name(name: str) -> str | None:
    """The kind that the last ending of a file name claims; None when it is not one of ours."""
    _, dot, ending = name.rpartition(".")
    return _BY_ENDING.get(ending.lower()) if dot else None


def agrees(kind: str, head: bytes) -> bool:
    """Whether the first bytes are those of `kind`, by our own table and by puremagic's; unknown counts as no."""
    if kind in TEXTS:
        return _is_text(kind, head)
    if not head.startswith(KINDS[kind].magic):
        return False
    try:
        guesses = puremagic.magic_string(head[:SNIFF_BYTES])
    except (puremagic.PureError, ValueError):
        return False
    return any(guess.extension.lstrip(".") in KINDS[kind].endings for guess in guesses)


def _is_text(kind: str, head: bytes) -> bool:
    """Plain text without control characters; no mark of another kind, no markup. Its whole is read by who imports it."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if kind == "csv" and head.startswith(_UTF16):
        return True
    if kind == "json":
        return text[:1] in {b"{", b"["} and b"\x00" not in head
    foreign = any(other.magic and head.startswith(other.magic) for other in KINDS.values())
    return b"\x00" not in head and not foreign and not text.startswith((b"<", b"{\\rtf", OLE_MAGIC, b"PK"))
