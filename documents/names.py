"""File names as people give them: data to show, never a path; and how they travel in a header (RFC 6266)."""

import re
import unicodedata
from urllib.parse import quote

from common import text

MAX_NAME = 180
_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*%\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FALLBACK = "tep"


def clean_name(raw: str) -> str:
    """A name safe to show and to save under: NFC, no folders, no control or direction marks, at most 180 characters.

    The ending is kept. "../../etc/passwd" becomes "passwd"; an empty name becomes "tep".
    """
    last = _SEPARATORS.split(raw[-4096:])[-1]
    name = text.clean(_FORBIDDEN.sub(" ", last)).rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    stem = _cut(stem.strip(" ."), MAX_NAME - len(ending) - len(dot)) or _FALLBACK
    name = f"{stem}{dot}{ending}"
    return f"_{name}" if _DEVICES.match(name) else name


def _cut(stem: str, length: int) -> str:
    """The first `length` characters, without leaving a base letter bare of its combining marks."""
    end = min(length, len(stem))
    while 0 < end < len(stem) and unicodedata.combining(stem[end]):
        end -= 1
    return stem[:end].strip(" .")


def ending_as(name: str, kind: str, endings: tuple[str, ...]) -> str:
    """`name` with an ending of its kind: kept when it is one, else the canonical one is added."""
    return name if name.rpartition(".")[2].lower() in endings else f"{name}.{kind}"


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header's value: plain ASCII for old clients, `filename*` in UTF-8 for the rest (RFC 6266, RFC 8187)."""
    plain = text.fold(name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", plain).strip(" .") or _FALLBACK
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
