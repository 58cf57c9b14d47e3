"""A section of a form is a page that works without JavaScript, names its faults and keeps what was typed."""

import re
from typing import Any

import pytest
from django.http import QueryDict

from procedures.eforms import SectionForm, build_form, locked_keys
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, content, context


def page(key: str, section: str, data: dict[str, Any] | None = None, **options: Any) -> SectionForm:
    post = None
    if data is not None:
        post = QueryDict(mutable=True)
        for name, value in data.items():
            post.setlist(name, value if isinstance(value, list) else [value])
    return build_form(content(key), (section,))(post, at=AT, context=context(), **options)


@pytest.mark.parametrize("key", samples.KEYS)
def test_pages_have_no_inline_script_or_style(key: str) -> None:
    for stored in ({}, samples.answers(key)):
        html = build_form(content(key))(answers=stored, at=AT, context=context()).draw()
        assert not re.search(r"<script|\sstyle=|\son[a-z]+=", html)


@pytest.mark.parametrize("key", samples.KEYS)
def test_every_input_has_its_own_id_and_a_label(key: str) -> None:
    html = build_form(content(key))(answers=samples.answers(key), at=AT, context=context()).draw()
    ids = re.findall(r'<(?:input|select|textarea|fieldset|button)\b[^>]*? id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    inputs = re.findall(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*? id="([^"]+)"', html)
    labels = set(re.findall(r'<label[^>]* for="([^"]+)"', html))
    assert set(inputs) <= labels


@pytest.mark.parametrize("key", samples.KEYS)
def test_what_is_described_by_a_hint_or_an_error_is_on_the_page(key: str) -> None:
    form = build_form(content(key))(QueryDict(""), at=AT, context=context())
    html = form.draw()
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    named = {name for found in re.findall(r'aria-describedby="([^"]+)"', html) for name in found.split()}
    assert named <= ids


def test_the_error_stands_between_label_and_field_and_what_was_typed_stays() -> None:
    form = page("housing-construction-permit", "plot", {"plot_area": "khoảng 96", "plot_no": "147"})
    html = form.draw()
    label, error, field = (
        html.index(part)
        for part in (
            "Land plot area" if "Land plot area" in html else 'for="f-plot_area"',
            'id="f-plot_area-error"',
            'id="f-plot_area" name',
        )
    )
    assert label < error < field
    assert 'value="khoảng 96"' in html
    assert 'value="147"' in html


def test_the_error_summary_leads_to_the_inputs() -> None:
    form = page("housing-construction-permit", "plot", {"plot_address-province": "20"})
    anchors = {anchor for anchor, _message in form.found_errors()}
    ids = set(re.findall(r'\sid="([^"]+)"', form.draw()))
    assert anchors
    assert anchors <= ids
    assert "f-plot_address-commune" in anchors


@pytest.mark.parametrize("key", samples.KEYS)
def test_every_anchor_of_an_empty_page_exists(key: str) -> None:
    form = build_form(content(key))(QueryDict(""), at=AT, context=context())
    ids = set(re.findall(r'\sid="([^"]+)"', form.draw()))
    assert {anchor for anchor, _message in form.found_errors()} <= ids


def test_a_row_is_added_by_a_button_and_nothing_is_checked() -> None:
    data = {"documents-rows": "1", "documents-0-number": "A1", "_rows": "add:documents"}
    form = page("certified-true-copy", "request", data)
    assert form.is_redraw
    html = form.draw()
    assert 'name="documents-rows" value="2"' in html
    assert 'name="documents-1-number"' in html
    assert 'value="A1"' in html
    assert "govuk-error-message" not in html


def test_a_row_is_removed_by_a_button() -> None:
    data = {
        "documents-rows": "2",
        "documents-0-number": "A1",
        "documents-1-number": "B2",
        "_rows": "remove:documents:0",
    }
    html = page("certified-true-copy", "request", data).draw()
    assert 'name="documents-rows" value="1"' in html
    assert 'value="B2"' in html
    assert 'value="A1"' not in html


@pytest.mark.parametrize("order", ["remove:documents:99", "remove:documents:-1", "add:other", "x", "remove::", "add:"])
def test_odd_orders_change_no_row(order: str) -> None:
    html = page("certified-true-copy", "request", {"documents-rows": "2", "_rows": order}).draw()
    assert 'name="documents-rows" value="2"' in html


def test_the_communes_of_another_province_are_shown_on_request() -> None:
    data = {"applicant_address-province": "01", "_communes": "applicant_address", "applicant_full_name": "Lý Mai"}
    form = page("birth-registration", "applicant", data)
    html = form.draw()
    assert form.is_redraw
    assert '<option value="00004">' in html
    assert 'value="Lý Mai"' in html


def test_the_own_province_is_chosen_at_first() -> None:
    html = page("birth-registration", "applicant").draw()
    assert '<option value="20" selected>' in html
    assert '<option value="05977">' in html


def test_known_data_are_shown_with_a_mask_and_cannot_be_posted_over() -> None:
    facts = {"account.full_name": "Lý Thị Mai", "account.national_id": "020190001417"}
    document = content("birth-registration")
    known = {key: samples.APPLICANT[key] for key in locked_keys(document, facts)}
    assert set(known) == {"applicant_full_name", "applicant_national_id"}
    data = {"applicant_national_id": "999999999999", "applicant_full_name": "Người Khác"}
    form = page("birth-registration", "applicant", data, known=known)
    assert form.merged()["applicant_national_id"] == "020190001417"
    html = form.draw()
    assert "020 1•• ••• 417" in html
    assert "999999999999" not in html
    assert 'name="applicant_national_id"' not in html


def test_a_conditional_question_says_when_it_is_to_be_answered() -> None:
    html = page("birth-registration", "parents").draw()
    assert "Only if “" in html
    assert "data-show-if" in html


def test_a_question_ruled_out_by_another_page_is_not_drawn() -> None:
    document = content("birth-registration")
    form = build_form(document, ("parents",))(answers={"case": "abandoned"}, at=AT, context=context())
    assert 'name="mother_name"' not in form.draw()
    form = build_form(document, ("parents",))(answers={"case": "normal"}, at=AT, context=context())
    assert 'name="mother_name"' in form.draw()


def test_what_is_not_right_yet_is_kept_as_typed() -> None:
    form = page("housing-construction-permit", "plot", {"plot_area": "khoảng 96", "plot_no": " 147 "})
    stored = form.to_store()
    assert stored["plot_area"] == "khoảng 96"
    assert stored["plot_no"] == "147"
    assert stored["map_sheet"] is None
    again = page("housing-construction-permit", "plot", answers=stored)
    assert 'value="khoảng 96"' in again.draw()


def test_a_posted_text_is_escaped() -> None:
    html = page("housing-construction-permit", "plot", {"plot_no": '"><script>alert(1)</script>'}).draw()
    assert "<script>" not in html


def test_an_unknown_section_is_an_error_of_the_caller() -> None:
    with pytest.raises(KeyError):
        build_form(content("birth-registration"), ("nowhere",))


@pytest.mark.parametrize("key", samples.KEYS)
def test_a_whole_form_stays_under_a_hundred_kilobytes_a_page(key: str) -> None:
    for section in content(key).eform.sections:
        html = page(key, section.key, answers=samples.answers(key)).draw()
        assert len(html.encode()) < 80_000
