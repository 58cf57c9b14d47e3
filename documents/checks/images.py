"""Photographs and scans: drawn anew from their pixels, so that nothing but the picture is kept (no GPS, no stowaway)."""

from pathlib import Path

import pikepdf
from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from documents.checks.verdicts import Refused, Verdict

MAX_PIXELS = 50_000_000
MAX_SIDE = 5_000  # A4 at more than 400 dots an inch
PHOTO_QUALITY = 88
PAGE_QUALITY = 80
PAGE_SIDE = 2_923  # the long side of A4 at 250 dots an inch; Decree 30/2020 asks for at least 200
A4 = (595.276, 841.890)  # points
MARGIN = 14.0
DARK_MEAN = 48.0
FLAT_DEVIATION = 6.0
_FORMATS = {"jpg": "JPEG", "png": "PNG"}
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def check(path: Path, kind: str, output: Path) -> Verdict:
    """Write the picture anew to `output`; raises Refused("image_too_many_pixels" or "image_broken")."""
    picture = load(path, kind, MAX_SIDE)
    if kind == "jpg":
        picture.save(output, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    else:
        picture.save(output, "PNG")
    return Verdict(pages=1, warning=legibility(picture))


def load(path: Path, kind: str, side: int) -> Image.Image:
    """The picture upright, in grey or RGB, no side longer than `side`, without any metadata."""
    try:
        with Image.open(path, formats=[_FORMATS[kind]]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Refused("image_too_many_pixels")
            if min(opened.size) < 1:
                raise Refused("image_broken")
            if kind == "jpg":
                opened.draft("L" if opened.mode == "L" else "RGB", (side, side))
            opened.load()
            opened.thumbnail((side, side), Image.Resampling.LANCZOS)
            return _plain(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("image_too_many_pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError):
        raise Refused("image_broken") from None


def _plain(picture: Image.Image) -> Image.Image:
    """Grey or RGB pixels on white, copied into a new picture so that no metadata comes along."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        base = Image.new("RGB", layered.size, "white")
        base.paste(layered, mask=layered.getchannel("A"))
        return base
    mode = "L" if picture.mode in {"1", "L"} else "RGB"
    plain = picture.convert(mode)
    plain.info.clear()
    return plain


def legibility(picture: Image.Image) -> str:
    """A code when hardly anybody could read the picture: "image_dark", "image_flat", else empty. Only a warning."""
    small = picture.convert("L")
    small.thumbnail((256, 256))
    figures = ImageStat.Stat(small)
    if figures.stddev[0] < FLAT_DEVIATION:
        return "image_dark" if figures.mean[0] < DARK_MEAN else "image_flat"
    return "image_dark" if figures.mean[0] < DARK_MEAN else ""


def combine(paths: list[tuple[Path, str]], output: Path) -> Verdict:
    """One PDF of A4 pages from several pictures in their order; the first warning met is kept."""
    warning = ""
    with pikepdf.new() as pdf:
        for path, kind in paths:
            picture = load(path, kind, PAGE_SIDE)
            warning = warning or legibility(picture)
            _add_page(pdf, picture, output.with_suffix(".page"))
        pdf.save(output)
    return Verdict(pages=len(paths), warning=warning)


def _add_page(pdf: pikepdf.Pdf, picture: Image.Image, scratch: Path) -> None:
    """A4, upright or lying as the picture does, the picture as large as the margins allow and in the middle."""
    picture.save(scratch, "JPEG", quality=PAGE_QUALITY, optimize=True)
    width, height = A4 if picture.height >= picture.width else A4[::-1]
    scale = min((width - 2 * MARGIN) / picture.width, (height - 2 * MARGIN) / picture.height)
    shown = (picture.width * scale, picture.height * scale)
    page = pdf.add_blank_page(page_size=(width, height))
    image = pikepdf.Stream(pdf, scratch.read_bytes())
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceGray if picture.mode == "L" else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    left, bottom = (width - shown[0]) / 2, (height - shown[1]) / 2
    place = f"q {shown[0]:.3f} 0 0 {shown[1]:.3f} {left:.3f} {bottom:.3f} cm /Im0 Do Q"
    page.Contents = pikepdf.Stream(pdf, place.encode())
    scratch.unlink()
