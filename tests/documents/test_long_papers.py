"""Papers of extreme dossiers: nothing is cut, heads are repeated on every page, marks of two lines never touch."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from documents import render
from documents.render import render_paper
from tests.documents import sample_papers as sample

MM = 72 / 25.4
EXTREME = {
    "form01": (lambda: sample.extreme01(30), "Tên giấy tờ"),
    "form01_a5": (sample.extreme01, "Tên giấy tờ"),
    "control_slip": (lambda: sample.control_slip(20, 20), "Bên giao; bên nhận"),
    "joint_receipt": (lambda: sample.joint_receipt(30), "Nội dung yêu cầu giải quyết"),
    "hand_over": (lambda: sample.hand_over(25, is_confirmed=True), "Chủ hồ sơ"),
    "book": (lambda: sample.book(25), "Nội dung hồ sơ"),
}


def draw(name: str, values: dict, *, is_slip: bool = False) -> render.Paper:
    return render_paper(f"dossiers/papers/{name}.html", values, title="Giấy tờ", is_slip=is_slip)


def text(pdf: bytes, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def outside(pdf: bytes) -> list[str]:
    """Words that reach beyond the page, or nearer than 3 mm to its right edge."""
    found, width, height = [], 0.0, 0.0
    for line in text(pdf, "-bbox").splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height = float(page[1]), float(page[2])
        elif word := re.search(
            r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>', line
        ):
            left, top, right, bottom = (float(word[number]) for number in range(1, 5))
            if left < 3 * MM or right > width - 3 * MM or top < 0 or bottom > height:
                found.append(word[5])
    return found


@pytest.mark.parametrize("name", sorted(EXTREME))
def test_a_paper_of_many_rows_flows_on_with_its_heads_repeated_and_nothing_cut(name):
    values, head = EXTREME[name]
    paper = draw(name, values())
    assert paper.pages > 1
    assert outside(paper.pdf) == []
    pages = [" ".join(page.split()) for page in text(paper.pdf, "-raw").split("\f")[:-1]]
    with_rows = [page for page in pages if head in page]
    assert len(with_rows) > 1
    assert f"{paper.pages}/{paper.pages}" in pages[-1]


@pytest.mark.parametrize("name", ["form01", "form01_a5", "form01_slip"])
def test_a_long_name_stands_whole_on_the_receipt(name):
    paper = draw(name, sample.extreme01(), is_slip=name == "form01_slip")
    assert outside(paper.pdf) == []
    assert "".join(sample.LONG_NAME.split()) in "".join(text(paper.pdf, "-raw").split())


@pytest.mark.parametrize("name", sorted(sample.LISTS))
def test_no_word_of_an_ordinary_list_leaves_the_page(name):
    assert outside(draw(name, sample.LISTS[name]()).pdf) == []


def test_the_receipt_on_a5_and_on_the_roll_is_one_page():
    assert draw("form01_a5", sample.form01()).pages == 1
    assert draw("form01_slip", sample.form01(), is_slip=True).pages == 1


def test_marks_of_one_line_never_touch_the_line_above():
    """The tallest letter under the deepest one fits into every line height the papers use."""
    needed = max(_needed(path) for name, path in render.assets().items() if name.endswith(".ttf"))
    style = (Path(settings.BASE_DIR) / "static" / "documents" / "paper.css").read_text(encoding="utf-8")
    heights = [float(found) for found in re.findall(r"line-height:\s*([\d.]+)\s*;", style)]
    heights += [float(found) for found in re.findall(r"font:[^;]*pt/([\d.]+)", style)]
    assert len(heights) > 20
    assert min(heights) > needed


def _needed(path: str) -> float:
    font = TTFont(path)
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    tops, bottoms = [], []
    for code in [*range(0x1EA0, 0x1EFA), *map(ord, "ÀÁÂÃĂĐƠƯàáâãăđơưgpqy")]:
        pen = BoundsPen(glyphs)
        glyphs[names[code]].draw(pen)
        tops.append(pen.bounds[3])
        bottoms.append(pen.bounds[1])
    return (max(tops) - min(bottoms)) / font["head"].unitsPerEm


@pytest.mark.parametrize("number", range(4, 10))
def test_who_signs_a_list_never_stands_on_a_page_alone(number):
    paper = draw("hand_over", sample.hand_over(number))
    last = text(paper.pdf, "-raw").split("\f")[:-1][-1]
    assert "NGƯỜI GIAO" in last
    assert "H37.12-261113-" in last
