"""Dates, money and masks as citizens and officers read them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from common.templatetags import mc


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


def test_money_is_written_with_dots_and_the_dong_sign():
    assert mc.vnd(1_250_000) == "1.250.000 đ"
    assert mc.vnd(None) == ""


def test_money_on_english_pages_cannot_be_read_as_thousandths():
    with translation.override("en"):
        assert mc.vnd(50_000) == "50,000 VND"


def test_amounts_in_words_are_vietnamese():
    assert mc.in_words(50_000) == "Năm mươi nghìn đồng"


def test_times_are_those_of_viet_nam_not_of_the_database():
    at = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)  # half past midnight on the 26th in Ha Noi
    assert mc.vn_datetime(at) == "26/11/2026, 00:30"
    assert mc.vn_date(at) == "26/11/2026"


def test_a_due_date_is_said_with_its_day_of_the_week():
    assert mc.long_date(date(2026, 11, 25)) == "Thứ Tư, 25/11/2026"


def test_decimal_comma_in_vietnamese_and_point_in_english():
    assert mc.vn_number(1234.5) == "1.234,5"
    with translation.override("en"):
        assert mc.vn_number(1234.5) == "1,234.5"


def test_identity_numbers_and_phones_are_shown_without_their_middle():
    assert mc.mask_id("020190000417") == "020 1•• ••• 417"
    assert mc.mask_phone("+84912345615") == "09•• ••• 615"
    assert "90000" not in mc.mask_id("020190000417")


@pytest.mark.parametrize("number", ["", None])
def test_nothing_to_mask_stays_nothing(number):
    assert mc.mask_id(number) == ""
    assert mc.mask_phone(number) == ""


def test_a_text_without_english_falls_back_to_vietnamese():
    with translation.override("en"):
        assert mc.pick({"vi": "Sở Nội vụ"}) == "Sở Nội vụ"


def test_national_labels_of_states_are_word_for_word():
    labels = [str(mc.states.look_of(number).label) for number in range(1, 11)]
    assert labels == [
        "Mới đăng ký",
        "Được tiếp nhận",
        "Không được tiếp nhận",
        "Đang xử lý",
        "Yêu cầu bổ sung giấy tờ",
        "Yêu cầu thực hiện nghĩa vụ tài chính",
        "Công dân yêu cầu rút hồ sơ",
        "Dừng xử lý",
        "Đã xử lý xong",
        "Đã trả kết quả",
    ]


def test_every_state_of_the_workflow_has_a_look_with_the_same_label():
    from dossiers.workflow.states import State

    for state in State:
        look = mc.states.look_of(state.value)
        assert str(look.label) == str(state.label)


class Plot(forms.Form):
    area = forms.DecimalField(label="Diện tích", help_text="Lấy ở trang 2", localize=True)
    ward = forms.ChoiceField(label="Xã", choices=[("1", "Đông Kinh")], widget=forms.RadioSelect)
    copies = forms.MultipleChoiceField(label="Bản", choices=[("a", "Chính")], widget=forms.CheckboxSelectMultiple)


def drawn(source: str, form: forms.Form) -> str:
    return Template("{% load mc %}" + source).render(Context({"form": form}))


def test_what_was_typed_is_kept_even_when_it_is_no_number():
    html = drawn("{% field form.area %}", Plot({"area": "khoảng 96"}))
    assert 'value="khoảng 96"' in html
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html


def test_hint_and_error_belong_to_their_field():
    html = drawn("{% field form.area %}", Plot({"area": "khoảng 96"}))
    assert 'aria-describedby="id_area-hint id_area-error"' in html
    assert 'id="id_area-error"' in html
    assert html.index("id_area-error") < html.index("<input")


def test_choices_are_radios_and_checkboxes_in_a_group_with_a_legend():
    html = drawn("{% field form.ward %}{% field form.copies %}", Plot())
    assert html.count("<legend") == 2
    assert html.count('type="radio"') == 1
    assert html.count('type="checkbox"') == 1


def test_the_summary_of_errors_links_to_each_field_and_names_it():
    html = drawn("{% error_summary form %}", Plot({"area": "khoảng 96"}))
    assert '<a href="#id_area">Diện tích: ' in html
    assert '<a href="#id_ward_0">' in html
    assert "Có 3 chỗ cần sửa" in html


def test_what_people_type_is_escaped():
    html = drawn("{% field form.area %}", Plot({"area": '"><script>alert(1)</script>'}))
    assert "<script>" not in html
