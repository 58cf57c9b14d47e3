"""A PDF from outside: readable, not locked, no program in it, no file in it, of a bearable size."""

import re
from pathlib import Path

import pikepdf

from documents.checks.verdicts import Refused, Verdict

MAX_OBJECTS = 60_000
MAX_PAGES = 1_000
MAX_DEPTH = 60
_TAIL = 2048
_ACTIONS = {
    "/JavaScript": "pdf_script",
    "/Rendition": "pdf_script",
    "/RichMediaExecute": "pdf_script",
    "/Launch": "pdf_launch",
    "/ImportData": "pdf_launch",
    "/SubmitForm": "pdf_launch",
    "/GoToE": "pdf_attachment",
}
_KEYS = {
    "/JS": "pdf_script",
    "/JavaScript": "pdf_script",
    "/XFA": "pdf_script",
    "/EmbeddedFiles": "pdf_attachment",
    "/EF": "pdf_attachment",
    "/RichMediaContent": "pdf_attachment",
}
_TYPES = {"/EmbeddedFile": "pdf_attachment"}
_SUBTYPES = {"/FileAttachment": "pdf_attachment", "/RichMedia": "pdf_attachment", "/Movie": "pdf_attachment"}


def check(path: Path) -> Verdict:
    """Read the whole structure once; raises Refused with the code of the first broken rule."""
    data = path.read_bytes()
    _check_ends(data)
    if len(re.findall(rb"\d obj\b", data)) > MAX_OBJECTS:
        raise Refused("pdf_too_complex")
    del data
    try:
        with pikepdf.open(path) as pdf:
            return _check_document(pdf)
    except pikepdf.PasswordError:
        raise Refused("pdf_locked") from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError):
        raise Refused("pdf_broken") from None


def _check_ends(data: bytes) -> None:
    """The file ends where a PDF ends: not cut off on the way, nothing else glued behind."""
    end = data.rfind(b"%%EOF")
    if end == -1:
        raise Refused("pdf_broken")
    rest = data[end + 5 :]
    if len(rest.strip()) > _TAIL or b"PK\x05\x06" in rest or b"<script" in rest.lower():
        raise Refused("content_differs")


def _check_document(pdf: pikepdf.Pdf) -> Verdict:
    if pdf.is_encrypted:
        raise Refused("pdf_locked")
    if int(pdf.trailer.get("/Size", 0)) > MAX_OBJECTS or len(pdf.objects) > MAX_OBJECTS:
        raise Refused("pdf_too_complex")
    for item in pdf.objects:
        _check_object(item, 0)
    _check_object(pdf.trailer, 0)
    pages = len(pdf.pages)
    if not pages:
        raise Refused("pdf_broken")
    if pages > MAX_PAGES:
        raise Refused("pdf_too_many_pages")
    return Verdict(pages=pages)


def _check_object(item: object, depth: int) -> None:
    """Look at a dictionary, stream or array and what stands directly in it; references are met as objects of their own."""
    if depth > MAX_DEPTH:
        raise Refused("pdf_too_complex")
    if isinstance(item, pikepdf.Stream):
        _check_keys(item.stream_dict, depth)
    elif isinstance(item, pikepdf.Dictionary):
        _check_keys(item, depth)
    elif isinstance(item, pikepdf.Array):
        for child in item:
            _descend(child, depth)


def _check_keys(item: pikepdf.Object, depth: int) -> None:
    for key, value in item.items():
        code = _KEYS.get(key) or _named(key, value)
        if code:
            raise Refused(code)
        _descend(value, depth)


def _named(key: str, value: object) -> str | None:
    table = {"/S": _ACTIONS, "/Type": _TYPES, "/Subtype": _SUBTYPES}.get(key)
    return table.get(str(value)) if table and isinstance(value, pikepdf.Name) else None


def _descend(value: object, depth: int) -> None:
    if isinstance(value, pikepdf.Object) and not value.is_indirect:
        _check_object(value, depth + 1)
