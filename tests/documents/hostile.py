"""Files that people and attackers send, made on the spot: name, bytes and what must become of each.

The expected verdict of each stands beside it, written from the rules (trust.md B2, B3), not from what the code answered.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from tests.clamd_process import EICAR

OK = ""
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
)
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


# ── PDF ──
def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, pages: int = 1, **save: object) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    target = io.BytesIO()
    document.save(target, **save)
    return target.getvalue()


def _open_action(**action: object) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = document.make_indirect(Dictionary(**action))

    return change


def _names(key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.Names = Dictionary({key: Dictionary(Names=Array([]))})

    return change


def _attachment(document: pikepdf.Pdf) -> None:
    document.attachments["mau.exe"] = b"MZ program"


def _page_action(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _annotation(subtype: str) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name(subtype), Rect=[0, 0, 9, 9])])

    return change


def _xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = Dictionary(XFA=String("<xdp/>"), Fields=Array([]))


def _link(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://langson.example/"))
    document.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])


def many_objects(count: int) -> bytes:
    """A PDF with very many objects, written by hand."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    body = b"".join(b"%d 0 obj null endobj\n" % number for number in range(3, count))
    return head + body + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n0\n%%%%EOF\n" % count


def hex_script() -> bytes:
    """JavaScript whose names are written with #-escapes, as malware does."""
    plain = pdf(_open_action(**SCRIPT))
    return plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")


def object_stream_bomb() -> bytes:
    """One object stream that unpacks to 600 MB."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(60)) + packer.flush()
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    bomb = b"3 0 obj<</Type/ObjStm/N 9/First 90/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed
    return head + bomb + b"\nendstream endobj\ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n"


def nested_arrays(depth: int) -> bytes:
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/X " + b"[" * depth + b"]" * depth
    return (
        head
        + b">>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"
    )


# ── pictures ──
def image(form: str = "JPEG", size: tuple[int, int] = (400, 300), **save: object) -> bytes:
    """A picture with something on it."""
    picture = Image.new("RGB", size, "white")
    picture.paste((30, 60, 90), (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    target = io.BytesIO()
    picture.save(target, form, **save)
    return target.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose head claims very many dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(3000))) + chunk(b"IEND", b"")
    )


# ── office ──
def office(
    kind: str = "docx",
    extra: dict[str, str | bytes] | None = None,
    rels: str = "",
    types: str = "",
    body: str | bytes | None = None,
    without: str = "",
) -> bytes:
    main = "word/document.xml" if kind == "docx" else "xl/workbook.xml"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES.format(types),
        "_rels/.rels": RELS.format(""),
        main: '<?xml version="1.0"?><w:document xmlns:w="w"><w:p>Đơn</w:p></w:document>' if body is None else body,
        main.replace("/", "/_rels/") + ".rels": RELS.format(rels),
        **(extra or {}),
    }
    parts.pop(without, None)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def relation(kind: str, target: str, mode: str = ' TargetMode="External"') -> str:
    return f'<Relationship Id="r1" Type="{OFFICE_REL}{kind}" Target="{target}"{mode}/>'


def encrypted_entries() -> bytes:
    data = bytearray(office())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at != -1:
            data[at + offset] |= 1
            at = data.find(sign, at + 1)
    return bytes(data)


def overlapping_zip() -> bytes:
    """Two directory entries that share the same bytes (the bomb without recursion)."""
    data = bytearray(office(extra={"word/a.xml": "a" * 2000, "word/b.xml": "a" * 2000}))
    first, second = data.find(b"PK\x01\x02"), -1
    places = []
    while first != -1:
        places.append(first)
        first = data.find(b"PK\x01\x02", first + 1)
    offset = data[places[-2] + 42 : places[-2] + 46]
    second = places[-1]
    data[second + 42 : second + 46] = offset
    return bytes(data)


def lying_size() -> bytes:
    """The directory says 10 bytes, the entry unpacks to 50 MB."""
    data = bytearray(office(extra={"word/z.xml": "0" * 50_000_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def zip_with(name: str, data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return target.getvalue()


HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><w:document>&b;</w:document>'
SCRIPT = {"S": Name.JavaScript, "JS": "app.alert(1)"}
LAUNCH = {"S": Name.Launch, "F": "cmd.exe"}


@cache
def group(name: str) -> tuple[tuple[str, str, bytes, str], ...]:
    """Rows of one group: (description, file name, bytes, code of the refusal; empty = accepted)."""
    return tuple(GROUPS[name]())


def _pdf_rows() -> Iterator[tuple[str, str, bytes, str]]:
    yield "plain pdf", "don.pdf", pdf(), OK
    yield "pdf with capital ending", "DON.PDF", pdf(), OK
    yield "pdf with a link to a web page", "don.pdf", pdf(_link), OK
    yield "pdf with compressed objects", "don.pdf", pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), OK
    yield "pdf of 300 pages", "du-an.pdf", pdf(pages=300), OK
    yield "pdf of 1,001 pages", "du-an.pdf", pdf(pages=1001), "pdf_too_many_pages"
    yield "pdf locked by a password", "don.pdf", pdf(encryption=pikepdf.Encryption(user="a", owner="b")), "pdf_locked"
    yield (
        "pdf locked for the owner only",
        "don.pdf",
        pdf(encryption=pikepdf.Encryption(user="", owner="b")),
        "pdf_locked",
    )
    yield "pdf with JavaScript on opening", "don.pdf", pdf(_open_action(**SCRIPT)), "pdf_script"
    yield "pdf with JavaScript in its names", "don.pdf", pdf(_names("/JavaScript")), "pdf_script"
    yield "pdf with JavaScript on a page", "don.pdf", pdf(_page_action), "pdf_script"
    yield "pdf with JavaScript behind escapes", "don.pdf", hex_script(), "pdf_script"
    yield (
        "pdf with JavaScript in an object stream",
        "don.pdf",
        pdf(_open_action(**SCRIPT), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf_script",
    )
    yield "pdf with an XFA form", "don.pdf", pdf(_xfa), "pdf_script"
    yield "pdf that starts a program", "don.pdf", pdf(_open_action(**LAUNCH)), "pdf_launch"
    submit = {"S": Name.SubmitForm, "F": "http://127.0.0.1/"}
    yield "pdf that sends a form", "don.pdf", pdf(_open_action(**submit)), "pdf_launch"
    yield "pdf with an attached program", "don.pdf", pdf(_attachment), "pdf_attachment"
    yield "pdf with an embedded-files tree", "don.pdf", pdf(_names("/EmbeddedFiles")), "pdf_attachment"
    yield "pdf with a file annotation", "don.pdf", pdf(_annotation("/FileAttachment")), "pdf_attachment"
    yield "pdf with rich media", "don.pdf", pdf(_annotation("/RichMedia")), "pdf_attachment"
    yield "pdf cut off on the way", "don.pdf", pdf(pages=20)[:-700], "pdf_broken"
    yield "pdf of random bytes", "don.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF", "pdf_broken"
    yield "pdf without a page", "don.pdf", pdf(pages=0), "pdf_broken"
    yield "pdf of 200,000 objects", "don.pdf", many_objects(200_000), "pdf_too_complex"
    yield "pdf with an object stream bomb", "don.pdf", object_stream_bomb(), "too_complex|pdf_broken"
    yield "pdf of nested arrays", "don.pdf", nested_arrays(100_000), "too_complex|pdf_broken|pdf_too_complex"
    yield "pdf with a zip behind it", "don.pdf", pdf() + zip_with("a.exe", b"MZ"), "content_differs"
    yield "pdf with a web page behind it", "don.pdf", pdf() + HTML, "content_differs"
    yield "junk before the pdf", "don.pdf", b"GIF89a;" + pdf(), "content_differs"


def _image_rows() -> Iterator[tuple[str, str, bytes, str]]:
    yield "photograph", "anh.jpg", image(), OK
    yield "photograph with the ending jpeg", "anh.JPEG", image(), OK
    yield "scan as png", "anh.png", image("PNG"), OK
    yield "progressive photograph", "anh.jpg", image(progressive=True), OK
    yield "photograph with a program behind it", "anh.jpg", image() + b"MZ\x90\x00" + b"\0" * 500, OK
    yield "photograph with a zip behind it", "anh.jpg", image() + zip_with("a.class", b"\xca\xfe\xba\xbe"), OK
    yield "photograph cut off on the way", "anh.jpg", image(size=(2000, 1500))[:3000], "image_broken"
    yield "png cut off on the way", "anh.png", image("PNG", (900, 900))[:200], "image_broken"
    yield "png that claims 400 million dots", "anh.png", png_claiming(20_000, 20_000), "image_too_many_pixels"
    yield "png that claims 4 thousand million dots", "anh.png", png_claiming(65_000, 65_000), "image_too_many_pixels"
    yield "png named jpg", "anh.jpg", image("PNG"), "content_differs"
    yield "gif named png", "anh.png", image("GIF"), "content_differs"
    yield "svg named png", "anh.png", SVG, "content_differs"
    yield "tiff named jpg", "anh.jpg", image("TIFF"), "content_differs"
    yield "only the first bytes of a jpg", "anh.jpg", b"\xff\xd8\xff\xe0", "image_broken|content_differs"
    yield "jpg head, then a web page", "anh.jpg", b"\xff\xd8\xff\xe0" + HTML, "image_broken|content_differs"
    yield "iPhone photograph", "IMG_0001.HEIC", b"\0\0\0\x18ftypheic", "heic"


def _office_rows() -> Iterator[tuple[str, str, bytes, str]]:
    yield "word file", "don.docx", office(), OK
    yield "excel file", "bang.xlsx", office("xlsx"), OK
    yield "word file with a web link", "don.docx", office(rels=relation("hyperlink", "https://langson.example/")), OK
    yield (
        "word file with an addendum link",
        "don.docx",
        office(body="<w:instrText>HYPERLINK ADDENDUM</w:instrText>"),
        OK,
    )
    yield (
        "excel file with printer settings",
        "b.xlsx",
        office("xlsx", {"xl/printerSettings/printerSettings1.bin": b"\1"}),
        OK,
    )
    yield (
        "word file with a macro",
        "don.docx",
        office(extra={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        "office_active",
    )
    yield "macro only in the types", "don.docx", office(types='<Default ContentType="macroEnabled"/>'), "office_active"
    yield "macro under another name", "don.docx", office(extra={"word/x.dat": b"\xd0\xcf\x11\xe0\xa1"}), "office_active"
    yield "word file with ActiveX", "don.docx", office(extra={"word/activeX/activeX1.xml": "<a/>"}), "office_active"
    yield (
        "word file with another zip in it",
        "don.docx",
        office(extra={"word/a.txt": zip_with("b", b"c")}),
        "office_active",
    )
    yield "word file with a program in it", "don.docx", office(extra={"word/media/a.png": b"MZ\x90\0"}), "office_active"
    yield (
        "remote template",
        "d.docx",
        office(rels=relation("attachedTemplate", "http://127.0.0.1/a.dotm")),
        "office_links",
    )
    yield "remote picture", "don.docx", office(rels=relation("image", "http://127.0.0.1/a.png")), "office_links"
    yield "link to a network share", "don.docx", office(rels=relation("hyperlink", "file://host/a")), "office_links"
    yield (
        "excel file with external links",
        "b.xlsx",
        office("xlsx", {"xl/externalLinks/e.xml": "<a/>"}),
        "office_active",
    )
    field = "<w:instrText>DDE</w:instrText><w:r/><w:instrText>AUTO c:\\\\cmd.exe</w:instrText>"
    yield "word field that starts a program", "don.docx", office(body=field), "office_links"
    yield "billion laughs in the text", "don.docx", office(body=LAUGHS), "office_active"
    yield "billion laughs in UTF-16", "don.docx", office(body=LAUGHS.decode().encode("utf-16")), "office_active"
    yield "billion laughs in the relations", "don.docx", office(extra={"word/_rels/a.rels": LAUGHS}), "office_active"
    yield "zip bomb of 300 MB", "don.docx", office(extra={"word/z.xml": b"0" * 300_000_000}), "office_too_complex"
    yield "ratio over 100", "don.docx", office(extra={"word/z.xml": b"0" * 5_000_000}), "office_too_complex"
    many = {f"word/{number}.xml": "" for number in range(50_000)}
    yield "zip of 50,000 entries", "don.docx", office(extra=many), "office_too_complex"
    yield "entries that share bytes", "don.docx", overlapping_zip(), "office_too_complex|office_broken"
    yield "directory that lies about a size", "don.docx", lying_size(), "office_broken|office_too_complex"
    yield "path out of the archive", "don.docx", office(extra={"../../etc/cron.d/x": "x"}), "content_differs"
    yield "absolute path in the archive", "don.docx", office(extra={"/etc/x": "x"}), "content_differs"
    yield "entries with a password", "don.docx", encrypted_entries(), "office_locked"
    yield "old or locked word file", "don.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office_locked"
    yield "word file cut off", "don.docx", office()[:-40], "office_broken"
    yield "excel file named docx", "don.docx", office("xlsx"), "content_differs"
    yield "zip without the main part", "don.docx", office(without="word/document.xml"), "content_differs"
    yield "plain zip named xlsx", "bang.xlsx", zip_with("a.txt", b"hello"), "content_differs"
    yield "picture glued before a word file", "don.docx", image() + office(), "content_differs"


def _other_rows() -> Iterator[tuple[str, str, bytes, str]]:
    yield "web page named pdf", "don.pdf", HTML, "content_differs"
    yield "program named pdf", "don.pdf", b"MZ\x90\x00" + bytes(500), "content_differs"
    yield "web page", "don.html", HTML, "wrong_type"
    yield "svg picture", "anh.svg", SVG, "wrong_type"
    yield "program with a second ending", "don.pdf.exe", pdf(), "wrong_type"
    yield "word file with macros by name", "don.docm", office(), "wrong_type"
    yield "zip archive", "don.zip", zip_with("a.txt", b"hello"), "wrong_type"
    yield "no ending", "don", pdf(), "wrong_type"
    yield "ending hidden behind a null byte", "don.exe\x00.pdf", pdf(), OK
    yield "script ending before the last one", "don.php.pdf", pdf(), OK
    yield "direction mark in the ending", "don\u202efdp.exe", pdf(), "wrong_type"
    yield "empty file", "don.pdf", b"", "empty"
    yield "EICAR named pdf", "don.pdf", EICAR, "content_differs"


GROUPS = {"pdf": _pdf_rows, "pictures": _image_rows, "office": _office_rows, "others": _other_rows}
