"""Opening, serving and drawing files: only those found clean, never under a type that a browser would run."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from documents import checks, names
from documents.models import StoredFile

CHUNK = 64 * 1024
A4_AT_200_DPI = (1654, 2339)
PREVIEW_WIDTH = 1200
_WIDTHS = (160, 2400)
_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


class NotReady(Exception):
    """The file may not be opened: still being checked, put aside or erased (`state` says which)."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class NoPreview(Exception):
    """This file, or this page of it, cannot be drawn."""


def open_clean(file: StoredFile) -> File:
    """The bytes of a clean file as an open stream; raises NotReady for every other state, read afresh from the database."""
    state = StoredFile.objects.values_list("state", flat=True).get(pk=file.pk)
    if state != StoredFile.State.CLEAN:
        raise NotReady(state)
    return default_storage.open(file.storage_name)


def read_clean(file: StoredFile) -> bytes:
    """All bytes of a clean file; raises NotReady."""
    with open_clean(file) as stream:
        return stream.read()


def as_pdf(data: bytes, extension: str) -> bytes:
    """A clean PDF written anew (scanners write tables that strict readers refuse); a clean picture as one A4 page."""
    if extension == "pdf":
        return joined_pdf([data])
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail(A4_AT_200_DPI)
        page = Image.new("RGB", A4_AT_200_DPI, "white")
        page.paste(picture, ((page.width - picture.width) // 2, (page.height - picture.height) // 2))
        out = BytesIO()
        page.save(out, "PDF", resolution=200)
    return out.getvalue()


def joined(files: Sequence[StoredFile]) -> bytes:
    """Clean PDF files one after the other as one, to be printed together; the stored bytes stay as they are."""
    return joined_pdf([read_clean(file) for file in files])


def joined_pdf(parts: Sequence[bytes]) -> bytes:
    """Our own PDF documents one after the other as one."""
    import pikepdf

    out = BytesIO()
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(BytesIO(part)) as pdf:
                whole.pages.extend(pdf.pages)
        whole.save(out)
    return out.getvalue()


def serve(file: StoredFile, *, inline: bool = False, byte_range: str = "") -> HttpResponseBase:
    """A response with the file; the caller has checked the right to it. Raises NotReady unless it is clean.

    Streams from the storage, or hands over to nginx when settings.X_ACCEL names its internal address (such as
    "/_files/"). `byte_range` is the request's Range header: one range is honoured (206, 416), others are ignored.
    """
    stream = open_clean(file)
    prefix = getattr(settings, "X_ACCEL", "")
    response: HttpResponseBase
    if prefix:
        stream.close()
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{file.storage_name}"
    else:
        response = _streamed(file, stream, byte_range)
    return _guarded(response, file.content_type, names.content_disposition(file.original_name, inline=inline))


def _streamed(file: StoredFile, stream: File, byte_range: str) -> HttpResponseBase:
    wanted = _parse_range(byte_range, file.size)
    if wanted is None:
        stream.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    start, end = wanted
    partial = (start, end) != (0, file.size - 1)
    response = StreamingHttpResponse(_pieces(stream, start, end - start + 1), status=206 if partial else 200)
    response["Content-Length"] = str(end - start + 1)
    response["Accept-Ranges"] = "bytes"
    if partial:
        response["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    return response


def _parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte wanted; the whole file where the header is absent or not a single range; None: unsatisfiable."""
    found = _RANGE.match(header.strip()) if len(header) < 60 else None
    if not found or not (found[1] or found[2]):
        return 0, size - 1
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size - 1) if length else None
    start = int(found[1])
    end = min(int(found[2]), size - 1) if found[2] else size - 1
    if start >= size:
        return None
    return (start, end) if start <= end else (0, size - 1)


def _pieces(stream: File, start: int, length: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        while length > 0 and (piece := stream.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece


def _guarded(response: HttpResponseBase, content_type: str, disposition: str) -> HttpResponseBase:
    """Headers that keep a stranger's file from being run, framed by others or kept by a cache."""
    response["Content-Type"] = content_type
    response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def preview(file: StoredFile, page: int = 1, *, width: int = PREVIEW_WIDTH) -> bytes:
    """One page (from 1) of a clean file as PNG, for the officer's viewer; raises NotReady or NoPreview."""
    if not file.has_preview:
        raise NoPreview(file.extension)
    width = min(max(width, _WIDTHS[0]), _WIDTHS[1])
    with open_clean(file) as stream, tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        source, output = Path(folder) / "in", Path(folder) / "out.png"
        with source.open("wb") as target:
            for piece in stream.chunks():
                target.write(piece)
        verdict = checks.draw(source, file.extension, output, page=page, width=width)
        if verdict.refused:
            raise NoPreview(verdict.refused)
        return output.read_bytes()


def serve_preview(file: StoredFile, page: int = 1, *, width: int = PREVIEW_WIDTH) -> HttpResponseBase:
    """`preview` as a response to stand in an <img>; raises NotReady or NoPreview."""
    response = HttpResponse(preview(file, page, width=width))
    disposition = names.content_disposition(f"{file.public_id}-{page}.png", inline=True)
    return _guarded(response, "image/png", disposition)
