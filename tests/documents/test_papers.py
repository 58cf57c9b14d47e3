"""Official papers: right words, right typography, own fonts, one page where the law's form is one page."""

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils.safestring import mark_safe

from documents import barcodes, render
from documents.render import RenderFailed, render_paper, render_pdf
from documents.templatetags import papers
from tests.documents import sample_papers


def draw(name: str, context: dict[str, Any] | None = None, **options: Any) -> render.Paper:
    values = context or sample_papers.ALL[name]()
    return render_paper(f"dossiers/papers/{name}.html", values, title=values["form"]["title"], **options)


def words(pdf: bytes) -> str:
    """The text of a PDF as pdftotext reads it, single-spaced."""
    assert shutil.which("pdftotext"), "pdftotext is missing: apt-get install poppler-utils"
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


@pytest.mark.parametrize("name", sorted(sample_papers.ALL))
def test_each_paper_is_one_page_in_embedded_tinos_with_title_and_language(name: str) -> None:
    paper = draw(name)
    assert paper.pages == 1
    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
        assert str(pdf.Root.Lang) == "vi"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == sample_papers.ALL[name]()["form"]["title"]
        assert fonts(pdf)
        assert all("Tinos" in font and embedded for font, embedded in fonts(pdf))
        box = [float(edge) for edge in pdf.pages[0].mediabox]
        assert (round(box[2]), round(box[3])) == (595, 842)


def fonts(pdf: pikepdf.Pdf) -> list[tuple[str, bool]]:
    found = []
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            found.append((str(item.FontName), "/FontFile2" in item or "/FontFile3" in item))
    return found


@pytest.mark.parametrize("name", sorted(sample_papers.ALL))
def test_the_text_of_each_paper_reads_back_in_exact_vietnamese(name: str) -> None:
    text = words(draw(name).pdf)
    context = sample_papers.ALL[name]()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert f"Lạng Sơn, {papers.paper_date(context['date'])}" in text
    assert context["number"] in text
    for word in context["form"]["title"].upper().split():
        assert word in text


def test_form_01_holds_every_field_of_the_law() -> None:
    text = words(draw("form01").pdf)
    for field in (
        "H37.12-261113-0007",
        "Tiếp nhận hồ sơ của: Ông Trần Văn Hải (nộp trực tuyến)",
        "Căn cước số 020 0•• ••• 417",
        "0912 000 482",
        "hai.tran@thu.example",
        "Hộ kinh doanh Sân quần vợt Kỳ Lừa",
        "Bản sao văn bằng, chứng chỉ của nhân viên chuyên môn",
        "2. Số lượng hồ sơ: 01 (bộ)",
        "3. Thời gian giải quyết hồ sơ theo quy định: 07 ngày làm việc",
        "4. Thời gian nhận hồ sơ: 14 giờ 20 phút, ngày 13 tháng 11 năm 2026",
        "17 giờ 00 phút, ngày 25 tháng 11 năm 2026",
        "Trực tuyến và qua dịch vụ bưu chính công ích",
        "200.000 đồng (Hai trăm nghìn đồng)",
        "Quyển số: 03/2026; Số thứ tự: 0412",
        "NGƯỜI NỘP HỒ SƠ",
        "NGƯỜI TIẾP NHẬN HỒ SƠ",
        "7K4M-92QX",
    ):
        assert field in text


@pytest.mark.parametrize("number", [1, 3, 4, 5, 10])
def test_form_01_fits_one_page_with_up_to_ten_papers(number: int) -> None:
    assert draw("form01", sample_papers.form01(number)).pages == 1


def test_a_long_form_numbers_its_further_pages() -> None:
    paper = draw("form01", sample_papers.form01(40))
    assert paper.pages > 1
    assert f"2/{paper.pages}" in words(paper.pdf)


def test_fields_that_may_be_missing_leave_no_empty_label() -> None:
    context = sample_papers.form01() | {
        "owner": None, "fee": "", "clock_words": "", "book": "", "book_entry": "", "secret": "", "due_at": None,
        "applicant": {"name": "Bà Lý Thị Mỷ", "address": "Xã Mẫu Sơn"}, "hotline": "",
    }  # fmt: skip
    text = words(draw("form01", context).pdf)
    assert "Theo thông báo của cơ quan giải quyết" in text
    for label in ("Chủ hồ sơ", "Phí, lệ phí", "Cách tính", "Quyển số", "Mã bí mật:", "Thư điện tử", "None"):
        assert label not in text


def test_the_names_of_the_forms_come_from_the_set_in_force() -> None:
    old = sample_papers.form04() | {
        "form": {"title": "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "label": "Mẫu số 04"}
    }
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in words(draw("form04", old).pdf)
    assert "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT" in words(draw("form04").pdf)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 11, 10), "ngày 10 tháng 11 năm 2026"),
        (datetime(2026, 12, 31, 18, 0, tzinfo=UTC), "ngày 01 tháng 01 năm 2027"),
        (None, ""),
    ],
)
def test_days_under_ten_and_the_first_two_months_get_a_zero(day: date | None, written: str) -> None:
    assert papers.paper_date(day) == written


def test_a_moment_is_written_in_local_time() -> None:
    assert papers.paper_moment(datetime(2026, 7, 15, 9, 5, tzinfo=UTC)) == "16 giờ 05 phút, ngày 15 tháng 7 năm 2026"


def test_a_signature_shows_its_moment_with_seconds_and_zone() -> None:
    assert papers.signing_moment(datetime(2026, 11, 21, 23, 44, 41, tzinfo=UTC)) == "22.11.2026 06:44:41 +07:00"


def test_long_titles_break_in_the_middle() -> None:
    assert papers.lines("Trung tâm Phục vụ hành chính công", 32) == ["Trung tâm Phục vụ", "hành chính công"]
    assert papers.lines("Sở Tư pháp", 32) == ["Sở Tư pháp"]


def test_a_title_inside_a_sentence_begins_small_unless_it_is_an_abbreviation() -> None:
    assert papers.within("Cấp Giấy phép") == "cấp Giấy phép"
    assert papers.within("Thủ tục cấp Giấy phép") == "cấp Giấy phép"
    assert papers.within("UBND tỉnh cho phép") == "UBND tỉnh cho phép"


def test_nothing_in_the_context_can_switch_off_escaping() -> None:
    hostile = mark_safe('<img src="http://127.0.0.1/x"><b>đậm</b>')
    context = sample_papers.form02() | {"reason": hostile, "items": [{"name": hostile, "note": hostile}]}
    text = words(draw("form02", context).pdf)
    assert text.count("<b>đậm</b>") == 3


def test_a_result_can_be_made_for_the_archive() -> None:
    with pikepdf.open(io.BytesIO(draw("result_certificate", variant="pdf/a-2u").pdf)) as pdf:
        assert pdf.open_metadata().pdfa_status == "2U"


def test_a_missing_own_font_stops_the_paper(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = render.assets() | {"tinos-700.ttf": str(tmp_path / "nowhere.ttf")}
    monkeypatch.setattr(render, "assets", lambda: found)
    printer = render._Printer()
    with pytest.raises(RenderFailed, match="start"):
        printer.draw("<p>x</p>", "")


def test_an_unknown_own_asset_stops_the_paper() -> None:
    printer = render._Printer()
    with pytest.raises(RenderFailed, match=r"own asset missing: seal\.png"):
        printer.draw('<img src="asset:seal.png">', "")
    assert printer.draw("<p>đúng</p>", "").pages == 1
    printer.stop()


def test_the_printing_process_is_replaced_when_it_dies_and_when_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = render._Printer()
    assert printer.draw("<p>một</p>", "").pages == 1
    first = printer._process
    assert first is not None
    first.kill()
    first.wait()
    assert printer.draw("<p>hai</p>", "").pages == 1
    second = printer._process
    monkeypatch.setattr(render, "PAPERS_PER_PROCESS", 1)
    assert printer.draw("<p>ba</p>", "").pages == 1
    assert printer._process not in {first, second}
    printer.stop()


def test_a_paper_that_takes_too_long_is_given_up_and_the_next_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    printer = render._Printer()
    printer.draw("<p>ấm máy</p>", "")
    monkeypatch.setattr(render, "SECONDS", 1.0)
    with pytest.raises(RenderFailed, match="longer"):
        printer.draw("<table>" + "<tr><td>x</td></tr>" * 60_000 + "</table>", "")
    monkeypatch.setattr(render, "SECONDS", 20.0)
    assert printer.draw("<p>tiếp</p>", "").pages == 1
    printer.stop()


def test_a_paper_without_measure_is_refused() -> None:
    with pytest.raises(RenderFailed, match="too long"):
        render._Printer().draw("x" * (render.MAX_HTML + 1), "")


def test_code_128_starts_ends_and_checks_as_the_standard_says() -> None:
    # ISO/IEC 15417: "PJJ123C" in set B, check symbol 54 ("V"), 13 modules of stop.
    drawing = barcodes.code128("PJJ123C", height=1)
    assert drawing.width == (1 + 7 + 1) * 11 + 13 + 2 * barcodes.QUIET_CODE128
    bars = [tuple(map(int, part.replace("h", " ").split("v")[0].split()[::2])) for part in drawing.path.split("M")[1:]]
    check = next(x for x, *_ in bars if x == barcodes.QUIET_CODE128 + 8 * 11)
    widths = [part.split("h")[1].split("v")[0] for part in drawing.path.split("M") if part.startswith(f"{check} ")]
    assert widths == ["3"]
    with pytest.raises(ValueError, match="ASCII"):
        barcodes.code128("Đ")


def test_render_pdf_returns_the_bytes() -> None:
    assert render_pdf("dossiers/papers/form03.html", sample_papers.form03(), title="x").startswith(b"%PDF-1.7")
