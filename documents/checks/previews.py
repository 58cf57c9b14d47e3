"""A page as a picture, for the officer's viewer: nobody's reader has to open a stranger's file."""

from pathlib import Path

from documents.checks import images
from documents.checks.verdicts import Refused, Verdict
from documents.kinds import IMAGES

MAX_SCALE = 4.0


def draw(path: Path, kind: str, output: Path, page: int, width: int) -> Verdict:
    """Write page `page` (from 1) as a PNG `width` pixels wide; raises Refused("no_preview" or "no_page")."""
    if kind in IMAGES:
        if page != 1:
            raise Refused("no_page")
        picture = images.load(path, kind, width)
        picture.save(output, "PNG")
        return Verdict(pages=1)
    if kind == "pdf":
        return _draw_pdf(path, output, page, width)
    raise Refused("no_preview")


def _draw_pdf(path: Path, output: Path, page: int, width: int) -> Verdict:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError:
        raise Refused("no_preview") from None
    pages = len(document)
    if not 1 <= page <= pages:
        raise Refused("no_page")
    sheet = document[page - 1]
    across, down = sheet.get_size()
    scale = min(MAX_SCALE, width / max(across, 1.0), 2.5 * width / max(down, 1.0))
    sheet.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(output, "PNG")
    return Verdict(pages=pages)
