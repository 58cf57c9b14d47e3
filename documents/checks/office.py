"""A Word or Excel file from outside: limits read from the directory before anything is unpacked, no macro, no link out."""

import itertools
import re
import zipfile
import zlib
from pathlib import Path

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from documents.checks.verdicts import Refused, Verdict

MAX_ENTRIES = 200
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_FLOOR = 100 * 1024  # below this size a high ratio harms nobody
MAX_RELATIONS = 1024 * 1024
_CHUNK = 1024 * 1024
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"MZ")
_ACTIVE = re.compile(r"vbaproject|activex|externallinks?/|oleobject|\.bin$|macrosheets", re.IGNORECASE)
_HARMLESS_BIN = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>([^<]*)<|w:instr=\"([^\"]*)\"")
_DDE = re.compile(rb"\bDDE\b|DDEAUTO", re.IGNORECASE)  # a field may be cut into several pieces of text
_DTD = ("<!DOCTYPE", "<!ENTITY")
_DTD_BYTES = tuple(word.encode(code) for word in _DTD for code in ("ascii", "utf-16-le", "utf-16-be"))


def check(path: Path, kind: str) -> Verdict:
    """Raises Refused with the code of the first broken rule."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_directory(archive, path.stat().st_size)
            _check_names(archive, kind)
            for entry in archive.infolist():
                _check_entry(archive, entry)
            _check_relations(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OSError, ValueError):
        raise Refused("office_broken") from None
    return Verdict()


def _check_directory(archive: zipfile.ZipFile, size: int) -> None:
    """Count, sum, ratio and overlap, from the directory alone."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refused("office_too_complex")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("office_locked")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FLOOR and unpacked > MAX_RATIO * size):
        raise Refused("office_too_complex")
    for entry in entries:
        if entry.file_size > RATIO_FLOOR and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise Refused("office_too_complex")
    _check_places(entries)


def _check_places(entries: list[zipfile.ZipInfo]) -> None:
    """Entries start at the beginning of the file and do not share bytes (the overlapping bomb)."""
    ordered = sorted(entries, key=lambda entry: entry.header_offset)
    if not ordered or ordered[0].header_offset != 0:
        raise Refused("content_differs")
    for entry, following in itertools.pairwise(ordered):
        if entry.header_offset + entry.compress_size > following.header_offset:
            raise Refused("office_too_complex")


def _check_names(archive: zipfile.ZipFile, kind: str) -> None:
    names = archive.namelist()
    if any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names):
        raise Refused("content_differs")
    if len({name.lower() for name in names}) != len(names):
        raise Refused("office_broken")
    if "[Content_Types].xml" not in names or _MAIN_PART[kind] not in names:
        raise Refused("content_differs")
    if any(_ACTIVE.search(name) and not _HARMLESS_BIN.search(name) for name in names):
        raise Refused("office_active")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry in pieces (the directory's limits hold): its check sum, no archive in it, no DTD, no DDE."""
    is_xml = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    instructions: list[bytes] = []
    with archive.open(entry) as stream:
        carry, first = b"", True
        while chunk := stream.read(_CHUNK):
            if first and chunk.startswith(_NESTED):
                raise Refused("office_active")
            if is_xml:
                _check_markup(carry + chunk, entry.filename)
                instructions += [b"".join(found) for found in _INSTRUCTION.findall(carry + chunk)]
            carry, first = chunk[-256:], False
    if _DDE.search(b"".join(instructions)) or _DDE.search(b" ".join(instructions)):
        raise Refused("office_links")


def _check_markup(piece: bytes, name: str) -> None:
    if any(word in piece for word in _DTD_BYTES):
        raise Refused("office_active")
    if name == "[Content_Types].xml" and re.search(rb"macroenabled|vbaproject", piece, re.IGNORECASE):
        raise Refused("office_active")


def _check_relations(archive: zipfile.ZipFile) -> None:
    """No part may be loaded from outside when the file is opened; links that a person clicks are harmless."""
    for name in archive.namelist():
        if not name.lower().endswith(".rels"):
            continue
        if archive.getinfo(name).file_size > MAX_RELATIONS:
            raise Refused("office_too_complex")
        for relation in _relations(archive.read(name)):
            kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
            target = relation.get("Target", "").strip().lower()
            outside = relation.get("TargetMode", "").lower() == "external"
            if outside and not (kind == "hyperlink" and target.startswith(("http://", "https://", "mailto:", "#"))):
                raise Refused("office_links")
            if "vbaproject" in kind or ("attachedtemplate" in kind and "://" in target):
                raise Refused("office_active")


def _relations(data: bytes) -> list[dict[str, str]]:
    try:
        return [dict(element.attrib) for element in ElementTree.fromstring(data, forbid_dtd=True)]
    except (ElementTree.ParseError, DefusedXmlException):
        raise Refused("office_broken") from None
