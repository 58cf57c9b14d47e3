"""The e-form: every kind of question, conditions, order, undo, named questions, sections of others."""

import pytest

from procedures.content import Condition
from procedures.editing.questions import KINDS
from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Editor:
    user = catalogue_officer()
    found = Editor(user, new_draft(user))
    found.press("mau-san/", "khoi applicant")
    return found


def add(editor: Editor, kind: str, section: str = "applicant", **values) -> str:
    path = f"bieu-mau/phan/{section}/them/?loai={kind}"
    answer = editor.save(path, **values)
    assert answer.status_code == 302, answer.context["found"]
    return str(editor.content.eform.section(section).fields[-1].key)


def test_the_applicant_comes_in_one_click_and_fills_itself(editor):
    (section,) = editor.content.eform.sections
    assert {field.prefill.source for field in section.fields if field.prefill} >= {"account.full_name", "account.dob"}


def test_a_ready_made_section_can_be_added_twice_under_keys_of_its_own(editor):
    editor.press("mau-san/", "khoi applicant")
    keys = [field.key for field in editor.content.eform.fields()]
    assert len(keys) == len(set(keys)) == 14


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_every_kind_is_added_and_its_page_opens(editor, kind):
    values = {"label_vi": f"Câu {kind}", "label_en": "Question"}
    if kind == "choice":
        values |= {"options_vi": "Một\nHai", "options_en": "One\nTwo"}
    key = add(editor, kind, **values)
    field = editor.content.eform.field(key)
    assert (field.type, field.label.en) == (kind, "Question")
    before = editor.content
    assert editor.save(f"bieu-mau/cau/{key}/").status_code == 302
    assert editor.content.eform == before.eform  # saving what was shown changes nothing


def test_the_rules_of_a_number_come_out_in_the_document(editor):
    key = add(editor, "number", label_vi="Diện tích (m²)", number_min="10,5", number_max="1.000", decimals="1")
    field = editor.content.eform.field(key)
    assert (key, field.min, field.max, field.decimals) == ("dien_tich_m", 10.5, 1000, 1)


def test_choices_keep_their_values_when_they_are_reworded(editor):
    key = add(editor, "choice", label_vi="Loại", options_vi="Nhà ở\nNhà xưởng")
    values = [option.value for option in editor.content.eform.field(key).options]
    editor.save(f"bieu-mau/cau/{key}/", options_vi="Nhà ở riêng lẻ\nNhà xưởng")
    options = editor.content.eform.field(key).options
    assert [option.value for option in options] == values
    assert options[0].label.vi == "Nhà ở riêng lẻ"


def test_a_choice_without_answers_is_an_error_at_its_input(editor):
    answer = editor.save("bieu-mau/phan/applicant/them/?loai=choice", label_vi="Loại")
    assert answer.status_code == 422
    assert "options_vi" in answer.context["form"].errors


def test_the_least_above_the_most_is_an_error_at_its_input(editor):
    answer = editor.save("bieu-mau/phan/applicant/them/?loai=number", label_vi="Số", number_min="5", number_max="2")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["number_max"]


def test_a_condition_is_chosen_from_the_answers_of_earlier_questions(editor):
    key = add(editor, "text", label_vi="Số giấy ủy quyền", answer_1="applicant_role|equals|authorised")
    assert editor.content.eform.field(key).show_if == Condition(field="applicant_role", equals="authorised")


def test_conditions_are_joined_by_all_or_any(editor):
    number = add(editor, "number", label_vi="Số tầng")
    key = add(
        editor, "text", label_vi="Chứng chỉ", when="any", answer_1="applicant_role|equals|authorised",
        answer_2=f"{number}|gte|", number_2="7",
    )  # fmt: skip
    condition = editor.content.eform.field(key).show_if
    assert condition.operator == "any"
    assert [part.operator for part in condition.parts] == ["equals", "gte"]
    assert editor.save(f"bieu-mau/cau/{key}/", help_vi="Gợi ý").status_code == 302
    assert editor.content.eform.field(key).show_if == condition


def test_a_condition_without_its_number_is_an_error_at_the_number(editor):
    number = add(editor, "number", label_vi="Số tầng")
    answer = editor.save("bieu-mau/phan/applicant/them/?loai=text", label_vi="Chứng chỉ", answer_1=f"{number}|gte|")
    assert answer.status_code == 422
    assert "number_1" in answer.context["form"].errors


def test_a_question_that_is_named_is_not_deleted_and_the_place_is_said(editor):
    add(editor, "text", label_vi="Số giấy ủy quyền", answer_1="applicant_role|equals|authorised")
    answer = editor.client.post(
        editor.url("sap-xep/"),
        {"revision": editor.version.revision, "do": "delete fields:applicant applicant_role"}, follow=True,
    )  # fmt: skip
    assert "Số giấy ủy quyền" in " ".join(str(message) for message in answer.context["messages"])
    assert editor.content.eform.field("applicant_role")


def test_an_answer_that_is_named_is_not_taken_away(editor):
    add(editor, "text", label_vi="Số giấy ủy quyền", answer_1="applicant_role|equals|authorised")
    answer = editor.save("bieu-mau/cau/applicant_role/", options_vi="Chủ hồ sơ\nNgười khác\nNgười thứ ba")
    assert answer.status_code == 422
    assert "Số giấy ủy quyền" in str(answer.context["form"].errors["options_vi"])


def test_a_deleted_question_comes_back_at_its_place(editor):
    before = editor.content.eform
    editor.press("sap-xep/", "delete fields:applicant applicant_email")
    assert "applicant_email" not in {field.key for field in editor.content.eform.fields()}
    assert editor.get("bieu-mau/").context["undo"]["label"] == "Thư điện tử"
    editor.post("hoan-tac/", {})
    assert editor.content.eform == before


def test_after_another_change_nothing_is_put_back(editor):
    editor.press("sap-xep/", "delete fields:applicant applicant_email")
    editor.press("sap-xep/", "up fields:applicant applicant_dob")
    editor.post("hoan-tac/", {})
    assert "applicant_email" not in {field.key for field in editor.content.eform.fields()}


def test_up_down_and_copy(editor):
    editor.press("sap-xep/", "down fields:applicant applicant_full_name")
    assert editor.content.eform.fields()[1].key == "applicant_full_name"
    editor.press("sap-xep/", "up fields:applicant applicant_full_name")
    assert editor.content.eform.fields()[0].key == "applicant_full_name"
    editor.press("sap-xep/", "copy fields:applicant applicant_full_name")
    copied = editor.content.eform.fields()[1]
    assert copied.key == "applicant_full_name_2"
    assert copied.label.vi.endswith("(bản sao)")


def test_the_last_question_takes_its_section_with_it_and_both_come_back(editor):
    editor.save("bieu-mau/phan/moi/", title_vi="Phần hai", label_vi="Câu duy nhất", kind="text")
    section = editor.content.eform.sections[1]
    editor.press("sap-xep/", f"delete fields:{section.key} {section.fields[0].key}")
    assert len(editor.content.eform.sections) == 1
    editor.post("hoan-tac/", {})
    assert editor.content.eform.sections[1] == section


def test_a_copied_section_depends_on_its_own_copies(editor):
    add(editor, "text", label_vi="Số giấy ủy quyền", answer_1="applicant_role|equals|authorised")
    editor.press("sap-xep/", "copy sections applicant")
    copied = editor.content.eform.sections[1]
    assert copied.fields[-1].show_if.field == "applicant_role_2"


def test_a_table_has_columns_of_its_own(editor):
    key = add(editor, "table", label_vi="Danh sách bản sao")
    editor.save(f"bieu-mau/cau/{key}/them-cot/?loai=number", label_vi="Số trang", integer="on")
    columns = editor.content.eform.field(key).columns
    assert [column.key for column in columns] == ["noi_dung", "so_trang"]
    assert editor.save(f"bieu-mau/cau/{key}/cot/so_trang/", label_vi="Số trang in").status_code == 302
    assert editor.content.eform.field(key).columns[1].label.vi == "Số trang in"
    editor.press("sap-xep/", f"up columns:{key} so_trang")
    assert editor.content.eform.field(key).columns[0].key == "so_trang"


def test_a_section_of_a_published_procedure_is_copied(editor):
    found = editor.get("bieu-mau/muon/?q=giay phep xay dung&tu=1.013225").context
    assert found["sections"]
    key = found["sections"][2][0]
    answer = editor.post("bieu-mau/muon/", {"from": "1.013225", "section": key})
    assert answer.status_code == 302
    assert editor.content.eform.sections[-1].key == key


def test_the_preview_is_the_real_form(editor):
    page = editor.get("bieu-mau/").content.decode()
    assert 'id="f-applicant_full_name"' in page
    assert "inert" in page


def test_unknown_things_do_not_exist(editor):
    for path in ("bieu-mau/cau/khong-co/", "bieu-mau/phan/khong-co/", "bieu-mau/phan/applicant/them/?loai=gi",
                 "bieu-mau/cau/applicant_dob/cot/x/", "giay-to/khong-co/", "phi/khong-co/"):  # fmt: skip
        assert editor.get(path).status_code == 404
