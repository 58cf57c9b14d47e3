"""Papers, fees, cases: what is typed comes out in the document; the calculator says what would be paid."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from procedures.models import ProcedureVersion
from tests import cast
from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Editor:
    user = catalogue_officer()
    found = Editor(user, new_draft(user))
    found.press("mau-san/", "khoi applicant")
    return found


# ── cases ──
def limits(editor: Editor, **more) -> dict:
    return editor.save("truong-hop/all/", online_amount="10", counter_amount="7", **more)


def test_times_differ_by_channel(editor):
    assert limits(editor, post_offered="on", post_unit="month", post_amount="1").status_code == 302
    case = editor.content.cases[0]
    assert [(terms.channel, terms.limit.amount, terms.limit.unit) for terms in case.terms] == [
        ("online", 10, "working_day"), ("counter", 7, "working_day"), ("post", 1, "month")
    ]  # fmt: skip


def test_a_channel_without_a_time_is_an_error_at_its_input(editor):
    answer = editor.save("truong-hop/all/", online_amount="10")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["counter_amount"]


def test_limits_of_supplements_and_extensions_are_saved(editor):
    answer = limits(editor, request="3", answer="30", answer_unit="calendar_day", max_requests="2", policy="pause", **{
        "extensions-0-amount": "5", "extensions-0-unit": "working_day",
        "extensions-0-condition_vi": "Phải xác minh"})  # fmt: skip
    assert answer.status_code == 302
    terms = editor.content.cases[0].terms[1]
    assert (terms.supplement.policy, terms.supplement.max_requests) == ("pause", 2)
    assert (terms.supplement.request_within.amount, terms.supplement.answer_within.unit) == (3, "calendar_day")
    (extension,) = terms.extensions
    assert (extension.by.amount, extension.condition.vi) == (5, "Phải xác minh")


def test_a_second_case_needs_a_condition_and_goes_before_the_other(editor):
    data = {"name_vi": "Người được ủy quyền", "online_amount": "5", "counter_amount": "5"}
    refused = editor.save("truong-hop/moi/", **data)
    assert refused.status_code == 422
    assert "answer_1" in refused.context["form"].errors
    assert editor.save("truong-hop/moi/", **data, answer_1="applicant_role|equals|authorised").status_code == 302
    assert [case.when is None for case in editor.content.cases] == [False, True]


# ── papers ──
def test_the_usual_papers_come_in_one_click_and_only_once(editor):
    editor.press("mau-san/", "giay-to usual")
    editor.press("mau-san/", "giay-to usual")
    papers = editor.content.papers
    assert [paper.key for paper in papers] == ["application", "authorisation", "identity"]
    assert papers[1].show_if.field == "applicant_role"
    assert [paper.is_uploaded for paper in papers] == [False, True, False]


def test_a_paper_is_saved_as_typed(editor):
    editor.save("giay-to/moi/", name_vi="Bản vẽ thiết kế", name_en="Drawings", originals="2", copies="1", accept=["pdf"],
                max_mb="20", database_vi="Cơ sở dữ liệu đất đai", required=None, form_code="Mẫu 02",
                answer_1="applicant_role|not_equals|owner")  # fmt: skip
    (paper,) = editor.content.papers
    assert (paper.key, paper.originals, paper.copies, paper.accept, paper.max_mb) == (
        "ban_ve_thiet_ke",
        2,
        1,
        ("pdf",),
        20,
    )
    assert (paper.required, paper.national_database.vi, paper.form_code) == (False, "Cơ sở dữ liệu đất đai", "Mẫu 02")
    assert paper.show_if.not_equals == "owner"
    assert editor.save("giay-to/ban_ve_thiet_ke/").status_code == 302
    assert editor.content.papers == (paper,)


def test_numbers_out_of_bounds_are_errors_at_their_inputs(editor):
    answer = editor.save("giay-to/moi/", name_vi="Bản vẽ", originals="99", copies="x", accept=None)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"originals", "copies", "accept"}


def test_a_form_to_download_is_stored_and_given_to_the_public_once_published(editor):
    from documents.models import StoredFile

    form = SimpleUploadedFile("mau-02.pdf", cast.PDF, content_type="application/pdf")
    assert editor.save("giay-to/moi/", name_vi="Đơn", form_file=form).status_code == 302
    named = editor.content.papers[0].form_file
    assert named.name == "mau-02.pdf"
    public = f"/thu-tuc/{editor.version.procedure.code}/mau/{named.file}/"
    assert editor.client.get(public).status_code == 404
    StoredFile.objects.filter(public_id=named.file).update(state="clean")
    assert editor.get("giay-to/don/mau/").status_code == 200
    assert editor.client.get(public).status_code == 404
    now = timezone.now()
    ProcedureVersion.objects.filter(pk=editor.version.pk).update(
        state="published", effective_from=now.date(), published_at=now
    )
    answer = editor.client.get(public)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert editor.client.get(public.replace(named.file[:8], "00000000")).status_code == 404


def test_a_form_of_a_wrong_kind_is_refused_at_its_input(editor):
    form = SimpleUploadedFile("mau.exe", io.BytesIO(b"MZ" * 40).getvalue())
    answer = editor.save("giay-to/moi/", name_vi="Đơn", form_file=form)
    assert answer.status_code == 422
    assert "form_file" in answer.context["form"].errors
    assert not editor.content.papers


def test_a_paper_that_proves_an_exemption_is_not_deleted(editor):
    editor.press("mau-san/", "giay-to usual")
    fee(
        editor,
        **{"exemptions-0-name_vi": "Hộ nghèo", "exemptions-0-percent_off": "100", "exemptions-0-proof": "identity"},
    )
    editor.press("sap-xep/", "delete papers identity")
    assert editor.content.paper("identity")


# ── fees ──
def fee(editor: Editor, path: str = "phi/moi/", **more):
    data = editor.filled(path)
    for name, least in (("exemptions", 0), ("rates", 1), ("steps", 1)):
        places = [int(key.split("-")[1]) + 1 for key in more if key.startswith(f"{name}-")]
        data[f"{name}-rows"] = max([least, *places])
    values = {"name_vi": "Lệ phí cấp phép", "rates-0-amount_vnd": "200.000"} | more
    return editor.post(path, {**data, **{key: value for key, value in values.items() if value is not None}})


def test_a_dated_discount_on_one_channel_stands_before_the_usual_amount(editor):
    answer = fee(editor, kind="phi", **{
        "rates-0-amount_vnd": "100.000", "rates-0-channels": ["online"], "rates-0-valid_to": "31/12/2026",
        "rates-1-amount_vnd": "200000"})  # fmt: skip
    assert answer.status_code == 302
    (found,) = editor.content.fees
    assert (found.kind, found.code) == ("phi", "le_phi_cap_phep")
    assert [(rate.amount_vnd, rate.channels, str(rate.valid_to)) for rate in found.rates] == [
        (100_000, ("online",), "2026-12-31"), (200_000, (), "None")
    ]  # fmt: skip
    assert editor.save(f"phi/{found.code}/").status_code == 302
    assert editor.content.fees == (found,)


def test_an_amount_in_thousands_is_refused_at_its_row(editor):
    answer = fee(editor, **{"rates-0-amount_vnd": "200"})
    assert answer.status_code == 422
    assert "amount_vnd" in answer.context["groups"][0].forms[0].errors


def test_a_fee_without_an_amount_is_an_error_at_the_first_row(editor):
    answer = fee(editor, **{"rates-0-amount_vnd": ""})
    assert answer.status_code == 422
    assert "amount_vnd" in answer.context["groups"][0].forms[0].errors


def test_nothing_is_paid_in_one_click(editor):
    editor.press("mau-san/", "mien-phi free")
    assert [found.kind for found in editor.content.fees] == ["none"]


def test_an_exemption_by_an_answer_is_shown_by_the_calculator(editor):
    fee(editor, **{"exemptions-0-name_vi": "Chủ hồ sơ", "exemptions-0-percent_off": "50",
                   "exemptions-0-answer": "applicant_role|equals|owner"})  # fmt: skip
    answer = editor.post("phi/", {"_channel": "online", "applicant_role": "owner"})
    assert answer.context["quote"].total == 100_000
    answer = editor.post("phi/", {"_channel": "online", "applicant_role": "authorised"})
    assert answer.context["quote"].total == 200_000


def test_the_number_answered_says_how_many_are_paid(editor):
    editor.press("mau-san/", "khoi request")
    fee(editor, quantity="field|request_copies", unit_vi="bản", **{"rates-0-amount_vnd": "8.000"})
    answer = editor.post("phi/", {"_channel": "counter", "request_copies": "3"})
    assert answer.context["quote"].total == 24_000


def test_rows_of_a_table_are_paid_by_tiers_with_a_cap(editor):
    editor.save("bieu-mau/phan/applicant/them/?loai=table", label_vi="Bản sao")
    for label in ("Số trang", "Số bản"):
        editor.save("bieu-mau/cau/ban_sao/them-cot/?loai=number", label_vi=label, integer="on")
    answer = fee(editor, quantity="table|ban_sao", units="ban_sao.so_trang", times="ban_sao.so_ban", cap_vnd="10.000", **{
        "rates-0-amount_vnd": "2.000", "steps-0-up_to": "2", "steps-0-amount_vnd": "2.000",
        "steps-1-amount_vnd": "1.000"})  # fmt: skip
    assert answer.status_code == 302
    rows = {"ban_sao-rows": "1", "ban_sao-0-noi_dung": "Bằng", "ban_sao-0-so_trang": "4", "ban_sao-0-so_ban": "2"}
    assert editor.post("phi/", {"_channel": "online", **rows}).context["quote"].total == 12_000
    long = rows | {"ban_sao-0-so_trang": "40"}
    assert editor.post("phi/", {"_channel": "online", **long}).context["quote"].total == 20_000


def test_a_table_needs_its_two_columns_and_prices(editor):
    editor.save("bieu-mau/phan/applicant/them/?loai=table", label_vi="Bản sao")
    answer = fee(editor, quantity="table|ban_sao")
    assert answer.status_code == 422
    assert {"units", "times"} <= set(answer.context["form"].errors)


def test_a_question_a_fee_counts_is_not_deleted(editor):
    editor.press("mau-san/", "khoi request")
    fee(editor, quantity="field|request_copies")
    editor.press("sap-xep/", "delete fields:request request_copies")
    editor.press("sap-xep/", "delete sections request")
    assert editor.content.eform.field("request_copies")


def test_every_row_a_page_repeats_can_be_typed_into_and_has_its_buttons(editor):
    page = editor.get("phi/moi/").content.decode()
    for wanted in (
        'name="rates-rows"',
        'name="rates-0-amount_vnd"',
        'value="rates:add:0"',
        'name="steps-0-amount_vnd"',
    ):
        assert wanted in page
