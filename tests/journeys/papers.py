"""The papers people send: a PDF, and photographs as a phone takes them."""

import io
from typing import Any

from PIL import Image, ImageDraw

from tests import cast


def pdf(name: str) -> dict[str, Any]:
    """A small PDF."""
    return {"name": name, "mimeType": "application/pdf", "buffer": cast.PDF}


def photo(name: str, words: str) -> dict[str, Any]:
    """A photographed page with lines of writing on it."""
    page = Image.new("RGB", (1240, 1754), "white")
    pen = ImageDraw.Draw(page)
    for line in range(30):
        pen.text((120, 120 + 50 * line), f"{words} " * 12, fill="black")
    picture = io.BytesIO()
    page.save(picture, "JPEG", quality=80)
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture.getvalue()}
