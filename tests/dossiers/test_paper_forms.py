"""Which form a paper has on a day, its number of the year, and the names it was signed under."""

import io
import subprocess
from datetime import UTC, date, datetime

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from agencies.models import Agency, AgencyName
from agencies.names import Names, names_on, rename
from common.models import Job
from documents.services import read_clean
from dossiers.errors import Invalid
from dossiers.models import CodeSequence, Dossier, DossierEvent, IssuedPaper, PaperForm
from dossiers.services import endings, fees, intake, issuing, paper_forms, results, routing, supplements
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from dossiers.workflow import acts
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
KEY = "sports-business-certificate-tennis"
LAST_OLD = date(2025, 9, 14)
FIRST_NEW = date(2025, 9, 15)
NUMBERS = {
    "receipt": ("01", "01"),
    "supplement": ("02", "02"),
    "refusal": ("03", "03"),
    "apology": ("04", "04"),
    "stop": (None, "05"),
    "control_slip": ("05", "06"),
    "book": ("06", "07"),
}
TITLES = {
    "receipt": ("Giấy tiếp nhận hồ sơ và hẹn trả kết quả",) * 2,
    "supplement": ("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",) * 2,
    "refusal": ("Phiếu từ chối tiếp nhận giải quyết hồ sơ",) * 2,
    "apology": (
        "Phiếu xin lỗi và hẹn lại ngày trả kết quả",
        "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    ),
    "stop": (None, "Thông báo dừng giải quyết hồ sơ"),
    "control_slip": ("Phiếu kiểm soát quá trình giải quyết hồ sơ",) * 2,
    "book": ("Sổ theo dõi hồ sơ",) * 2,
}
# One minute before and right at midnight in Viet Nam between the two sets.
EVE = datetime(2025, 9, 14, 16, 59, tzinfo=UTC)
MIDNIGHT = datetime(2025, 9, 14, 17, 0, tzinfo=UTC)


def words(pdf: bytes) -> str:
    """The text of a PDF, single-spaced."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def flat(text: str) -> str:
    return "".join(text.split())


def pdf_of(paper: IssuedPaper, size: str = "a4") -> bytes:
    return read_clean(issuing.printed(paper, size))


def received(people, at: datetime = cast.MONDAY) -> Dossier:
    dossier = cast.filed(people.mai, KEY, answers(KEY), at=at)
    fees.settle(dossier.pk, order="1", at=at)
    return intake.receive(dossier.pk, user=people.hanh, at=at).dossier


def last_event(dossier: Dossier) -> DossierEvent:
    return DossierEvent.objects.select_related("actor").filter(dossier=dossier).order_by("-seq").first()


def noted(dossier: Dossier, kind: str, at: datetime | None = None) -> IssuedPaper | None:
    event = last_event(dossier)
    if at is not None:
        event.at = at
    return issuing.note(Dossier.objects.get(pk=dossier.pk), event, kind)


# ── the table of forms ──
@pytest.mark.parametrize("kind", sorted(NUMBERS))
def test_each_kind_has_the_form_of_the_set_in_force_on_that_day(kind):
    for day, index in ((LAST_OLD, 0), (FIRST_NEW, 1)):
        form = paper_forms.form_on(kind, day)
        assert (form.number if form else None) == NUMBERS[kind][index]
        assert (form.title if form else None) == TITLES[kind][index]
        assert form is None or form.form_set == ("2018", "2025")[index]


@pytest.mark.parametrize("kind", ["receipt", "supplement", "refusal", "apology", "stop"])
def test_the_paper_of_an_act_prints_number_and_title_of_the_set_of_its_day(people, kind):
    dossier = received(people)
    for at, index in ((EVE, 0), (MIDNIGHT, 1)):
        IssuedPaper.objects.all().delete()
        paper = noted(dossier, kind, at)
        if NUMBERS[kind][index] is None:
            assert paper is None
            continue
        text = words(pdf_of(paper))
        assert f"Mẫu số {NUMBERS[kind][index]}" in text
        assert flat(TITLES[kind][index].upper()) in flat(text)


def test_a_later_circular_is_a_row_and_no_code(people):
    PaperForm.objects.filter(kind="refusal", valid_to=None).update(valid_to=date(2026, 11, 23))
    PaperForm.objects.create(
        kind="refusal", form_set="2026", number="09", title="Thông báo không tiếp nhận hồ sơ",
        template="dossiers/papers/form03.html", symbol="KTN", valid_from=date(2026, 11, 23),
    )  # fmt: skip
    text = words(pdf_of(noted(received(people), "refusal")))
    assert "Mẫu số 09" in text
    assert "THÔNG BÁO KHÔNG TIẾP NHẬN HỒ SƠ" in text
    assert "0001/KTN" in text


def test_two_forms_of_one_kind_never_hold_on_one_day():
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperForm.objects.create(
            kind="receipt", title="x", template="x", valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31)
        )


def test_loading_the_forms_again_changes_nothing():
    before = list(PaperForm.objects.order_by("pk").values())
    assert paper_forms.load_forms() == {"paper_forms": 0}
    assert list(PaperForm.objects.order_by("pk").values()) == before


def test_every_paper_an_act_owes_is_a_kind_of_the_table():
    owed = {act.form for act in acts().values() if act.form}
    assert owed == {"receipt", "supplement", "refusal", "apology", "stop"}
    assert owed <= set(PaperForm.objects.values_list("kind", flat=True))
    assert owed <= set(IssuedPaper.FOR_APPLICANT)


# ── numbers ──
def test_papers_are_numbered_per_agency_kind_and_year(people):
    first, second = received(people), received(people)
    papers = [issuing.numbered(noted(dossier, "receipt")) for dossier in (first, second)]
    assert [paper.number for paper in papers] == ["0001/TNHS", "0002/TNHS"]
    refusal = issuing.numbered(noted(first, "refusal"))
    apology = issuing.numbered(noted(first, "apology"))
    assert (refusal.number, apology.number) == ("0001/TCHS", "0001/XL-H37.12")
    next_year = issuing.numbered(noted(second, "supplement", datetime(2027, 1, 4, 2, tzinfo=UTC)))
    assert (next_year.year, next_year.number) == (2027, "0001/HDHS")


def test_a_number_is_given_once_however_often_it_is_asked(people):
    paper = noted(received(people), "receipt")
    assert {issuing.numbered(paper).number for _n in range(3)} == {"0001/TNHS"}
    assert CodeSequence.objects.get(scope="paper:H37.12:receipt", period="2026").last == 1


def test_a_paper_that_could_not_be_drawn_leaves_no_gap(people, monkeypatch):
    dossier, after = received(people), received(people)
    paper = noted(dossier, "receipt")
    monkeypatch.setattr(issuing, "render_pdf", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        issuing.printed(paper)
    monkeypatch.undo()
    assert issuing.numbered(noted(after, "receipt")).number == "0002/TNHS"
    issuing.printed(paper)
    assert IssuedPaper.objects.get(pk=paper.pk).number == "0001/TNHS"


def test_a_number_rolled_back_is_given_again(people):
    paper = noted(received(people), "receipt")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert issuing.numbered(paper).serial == 1
        raise ZeroDivisionError
    assert issuing.numbered(IssuedPaper.objects.get(pk=paper.pk)).serial == 1


def test_the_database_refuses_the_same_number_twice(people):
    first = issuing.numbered(noted(received(people), "receipt"))
    second = noted(received(people), "receipt")
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedPaper.objects.filter(pk=second.pk).update(serial=first.serial, number=first.number)


def test_the_receipt_names_the_entry_of_the_tracking_book(people):
    text = words(pdf_of(noted(received(people), "receipt")))
    assert "Quyển số: 01/2026; Số thứ tự: 0001" in text


# ── the same bytes ──
def test_printing_again_gives_the_same_bytes_in_every_size(people):
    dossier = received(people)
    paper = noted(dossier, "receipt")
    first = {size: pdf_of(paper, size) for size in ("a4", "a5", "slip")}
    rename_culture(people)
    assert {size: pdf_of(paper, size) for size in first} == first
    assert set(IssuedPaper.objects.filter(dossier=dossier).values_list("number", flat=True)) == {"0001/TNHS"}


def test_only_the_receipt_has_other_sizes(people):
    with pytest.raises(Invalid):
        issuing.printed(noted(received(people), "refusal"), "a5")


def test_the_job_draws_what_the_act_owes(people):
    dossier = received(people)
    from common import jobs, outbox

    while outbox.drain():
        pass
    job = Job.objects.get(kind="dossier.form")
    (leased,) = jobs.lease(1, kinds=["dossier.form"])
    jobs.run(leased)
    assert Job.objects.get(pk=job.pk).state == "done"
    paper = IssuedPaper.objects.get(dossier=dossier)
    assert (paper.kind, paper.form, paper.form_set, paper.number) == ("receipt", "01", "2025", "0001/TNHS")
    assert read_clean(paper.file).startswith(b"%PDF")


# ── names as of signing ──
def rename_culture(people, on: date = date(2026, 11, 25)) -> Agency:
    names = Names("Sở Văn hóa mới", "New Department", "Trung tâm mới", "New Centre")
    return rename(Agency.objects.get(key="svhttdl").pk, names, on=on, actor=people.hanh)


def test_a_paper_of_an_earlier_day_keeps_the_old_name_even_when_it_is_first_drawn_later(people):
    dossier = received(people)
    receipt, apology = noted(dossier, "receipt"), noted(dossier, "apology")
    rename_culture(people)
    text = flat(words(pdf_of(receipt)) + words(pdf_of(apology))).lower()
    assert flat("Trung tâm Phục vụ hành chính công tỉnh").lower() in text
    assert flat("Sở Văn hóa, Thể thao và Du lịch").lower() in text
    assert "mới" not in text


def test_a_paper_of_a_later_day_has_the_new_name(people):
    dossier = received(people)
    rename_culture(people)
    late = noted(dossier, "apology", datetime(2026, 11, 25, 2, tzinfo=UTC))
    assert "SỞ VĂN HÓA MỚI" in words(pdf_of(late))


def test_a_dossier_that_moved_to_a_successor_keeps_the_agency_of_its_old_papers(people):
    dossier = received(people)
    event = last_event(dossier)
    successor = Agency.objects.get(key="snv")
    Dossier.objects.filter(pk=dossier.pk).update(deciding_agency=successor, handling_agency=successor)
    event.name, event.actor_role = "stop", "leader"
    paper = issuing.note(Dossier.objects.get(pk=dossier.pk), event, "stop")
    assert flat("Sở Văn hóa, Thể thao và Du lịch").upper() in flat(words(pdf_of(paper))).upper()


def test_a_name_holds_until_the_day_of_the_renaming(people):
    agency = rename_culture(people)
    assert names_on(agency, date(2026, 11, 24)).name_vi == "Sở Văn hóa, Thể thao và Du lịch"
    assert names_on(agency, date(2026, 11, 25)).name_vi == "Sở Văn hóa mới"
    with pytest.raises(ValueError, match=r"renamed|đổi tên"):
        rename_culture(people)
    assert AgencyName.objects.filter(agency=agency).count() == 1


# ── every paper is whole ──
def made(people) -> dict[str, IssuedPaper]:
    """One paper of every kind about dossiers."""
    dossier = received(people)
    papers = {kind: noted(dossier, kind) for kind in ("receipt", "supplement", "refusal", "apology", "stop")}
    for kind in ("control_slip", "joint_receipt"):
        papers[kind] = issuing.ask(Dossier.objects.get(pk=dossier.pk), kind, user=people.hanh, at=cast.MONDAY)
    return {kind: paper for kind, paper in papers.items() if paper}


def test_every_paper_is_tagged_titled_in_vietnamese_with_embedded_fonts(people):
    for kind, paper in made(people).items():
        with pikepdf.open(io.BytesIO(pdf_of(paper))) as pdf:
            assert str(pdf.Root.Lang) == "vi", kind
            assert bool(pdf.Root.MarkInfo.Marked), kind
            assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle), kind
            assert paper.dossier.code in str(pdf.docinfo["/Title"]), kind
            tags = structure(pdf)
            assert {"/H1", "/P"} <= tags, kind
            if kind in {"receipt", "control_slip", "joint_receipt"}:
                assert {"/Table", "/TR", "/TH", "/TD"} <= tags, kind
            embedded = ["/FontFile2" in item or "/FontFile3" in item for item in pdf.objects if is_font(item)]
            assert embedded, kind
            assert all(embedded), kind


def is_font(item) -> bool:
    return isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"


def structure(pdf: pikepdf.Pdf) -> set[str]:
    return {
        str(item.S)
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"
    }


def test_every_picture_on_a_paper_says_what_it_is(people):
    for kind, paper in made(people).items():
        with pikepdf.open(io.BytesIO(pdf_of(paper))) as pdf:
            figures = [
                item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
            ]
            assert all(str(figure.get("/Alt", "")) for figure in figures), kind


def test_the_slip_is_80_mm_wide_and_ends_where_its_words_end(people):
    paper = noted(received(people), "receipt")
    with pikepdf.open(io.BytesIO(pdf_of(paper, "slip"))) as pdf:
        assert len(pdf.pages) == 1
        _x, _y, width, height = (float(edge) * 25.4 / 72 for edge in pdf.pages[0].mediabox)
        assert round(width) == 80
        assert 100 < height < 400
    with pikepdf.open(io.BytesIO(pdf_of(paper, "a5"))) as pdf:
        assert [round(float(edge) * 25.4 / 72) for edge in pdf.pages[0].mediabox][2:] == [148, 210]


# ── asked for ──
def decided(people) -> Dossier:
    dossier = received(people)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=cast.MONDAY)
    routing.forward(dossier.pk, user=people.bao, at=cast.MONDAY)
    routing.send_back(dossier.pk, user=people.cuong, reason="Thiếu bản vẽ", at=cast.MONDAY)
    routing.forward(dossier.pk, user=people.bao, at=cast.MONDAY)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=cast.MONDAY).dossier
    Dossier.objects.filter(pk=dossier.pk).update(delivery="counter")
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=cast.MONDAY)
    return results.issue(dossier.pk, user=people.en, at=cast.MONDAY).dossier


def test_the_control_slip_has_a_block_for_every_hand_over_with_what_was_sent_back(people):
    dossier = decided(people)
    from dossiers.services.slip_contexts import blocks

    found = blocks(dossier)
    assert [(block["giver"]["person"], block["receiver"]["person"]) for block in found] == [
        ("Nông Thị Hạnh", "Vi Văn Bảo"),
        ("Vi Văn Bảo", "Hoàng Mạnh Cường"),
        ("Hoàng Mạnh Cường", "Vi Văn Bảo"),
        ("Vi Văn Bảo", "Hoàng Mạnh Cường"),
        ("Hoàng Mạnh Cường", "Lương Thùy Dung"),
        ("Lương Thùy Dung", "Đàm Thị Én"),
        ("Đàm Thị Én", ""),
    ]
    assert found[2]["note"] == "Trả lại: Thiếu bản vẽ"
    assert found[-1]["receiver"]["unit"] == "Trung tâm Phục vụ hành chính công tỉnh"
    pdf = pdf_of(issuing.ask(dossier, "control_slip", user=people.hanh, at=cast.MONDAY))
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    text = " ".join(done.stdout.decode().split())
    for word in ("Mẫu số 06", "Trả lại: Thiếu bản vẽ", "Trước hạn", dossier.code, "Lý Thị Mai"):
        assert word in text


def test_asking_again_gives_the_same_paper_until_something_has_happened(people):
    dossier = received(people)
    first = issuing.ask(dossier, "control_slip", user=people.hanh)
    assert issuing.ask(dossier, "control_slip", user=people.bao).pk == first.pk
    routing.claim(dossier.pk, user=people.bao, at=cast.MONDAY)
    assert issuing.ask(Dossier.objects.get(pk=dossier.pk), "control_slip", user=people.hanh).pk != first.pk


def test_the_acknowledgement_says_what_was_received_by_whom(people):
    dossier = decided(people)
    endings.return_at_counter(dossier.pk, user=people.hanh, receiver="Lý Thị Mai", at=cast.MONDAY)
    paper = issuing.ask(Dossier.objects.get(pk=dossier.pk), "acknowledgement", user=people.hanh, at=cast.MONDAY)
    text = words(pdf_of(paper))
    number = dossier.results.get().number
    for word in (number, "Lý Thị Mai", "0912 345 678", "Nông Thị Hạnh", "09 giờ 00 phút, ngày 23 tháng 11 năm 2026"):
        assert word in text


def test_there_is_no_acknowledgement_before_the_result(people):
    with pytest.raises(Invalid):
        issuing.ask(received(people), "acknowledgement", user=people.hanh)


def test_one_receipt_holds_what_one_person_handed_in_on_one_day(people):
    first, second = received(people), received(people)
    received(people, at=datetime(2026, 11, 25, 2, tzinfo=UTC))
    paper = issuing.ask(first, "joint_receipt", user=people.hanh, at=cast.MONDAY)
    text = words(pdf_of(paper))
    assert first.code in text
    assert second.code in text
    assert "Số hồ sơ đã nhận: 02" in text


def test_the_supplement_paper_is_of_the_request_its_event_sent(people):
    dossier = cast.filed(people.mai, KEY, answers(KEY))
    fees.settle(dossier.pk, order="1", at=cast.MONDAY)
    key = dossier.papers.order_by("pk").first().key
    done = supplements.request_at_intake(
        dossier.pk, user=people.hanh, missing=[Missing("paper", key, "Ảnh mờ")], message="Chụp lại giúp.",
        at=cast.MONDAY,
    )  # fmt: skip
    paper = issuing.note(done.dossier, done.event, "supplement")
    text = words(pdf_of(paper))
    assert "Ảnh mờ" in text
    assert "Chụp lại giúp." in text
