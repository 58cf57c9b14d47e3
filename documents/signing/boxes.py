"""Where a visible signature stands: the place a paper's template marked with id="signature" (or id="seal")."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

SIGNATURE, SEAL = "signature", "seal"  # ids in the templates: of the person, of the agency
MM = 72 / 25.4
WIDTH, HEIGHT = 74 * MM, 24 * MM
EDGE = 15 * MM


@dataclass(frozen=True)
class Box:
    """A rectangle in points from the lower left corner of a page; `page` counts from 0."""

    page: int
    left: float
    bottom: float
    right: float
    top: float

    def as_pdf(self) -> tuple[int, int, int, int]:
        """Rounded as the field's rectangle."""
        return round(self.left), round(self.bottom), round(self.right), round(self.top)


def marked_box(pdf: bytes, anchor: str = SIGNATURE) -> Box:
    """The box at the mark, 74 × 24 mm; without one, a lower corner of the last page: right, for a seal left."""
    import pikepdf  # ten megabytes in every process that never signs

    with pikepdf.open(io.BytesIO(pdf)) as document:
        place = _mark(document, anchor)
        if place is None:
            page, right, bottom = len(document.pages) - 1, float(document.pages[-1].mediabox[2]) - EDGE, EDGE
            right = EDGE + WIDTH if anchor == SEAL else right
            return Box(page, right - WIDTH, bottom, right, bottom + HEIGHT)
        page, left, top = place
        return Box(page, left, top - HEIGHT, left + WIDTH, top)


def _mark(document: "pikepdf.Pdf", anchor: str) -> tuple[int, float, float] | None:
    """Page, left and top of the named destination that the printing process wrote for the mark."""
    root: Any = document.Root
    if "/Names" not in root or "/Dests" not in root.Names:
        return None
    items = list(root.Names.Dests.get("/Names", []))
    for name, target in zip(items[::2], items[1::2], strict=True):
        if str(name) == anchor:
            index = next(at for at, page in enumerate(document.pages) if page.objgen == target[0].objgen)
            return index, float(target[2]), float(target[3])
    return None
