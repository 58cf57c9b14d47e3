"""A wrong answer is named at its field with a sentence that mends it; nothing else is blamed."""

from typing import Any

import pytest

from procedures.eforms import clean_answers, validate_answers
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, content, context

ROW = {"type": "diploma", "number": "A1", "issuer": "Trường", "pages": 2, "copies": 1}
WRONG: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("birth-registration", {"applicant_national_id": "02019000141"}, "applicant_national_id", "12 digits"),
    ("birth-registration", {"applicant_national_id": "٠٢٠١٩٠٠٠١٤١٧"}, "applicant_national_id", "12 digits"),
    ("birth-registration", {"applicant_phone": "0123456789"}, "applicant_phone", "mobile number"),
    ("birth-registration", {"applicant_email": "mai@"}, "applicant_email", "e-mail"),
    ("birth-registration", {"applicant_dob": "31/02/1990"}, "applicant_dob", "25/11/2026"),
    ("birth-registration", {"applicant_dob": "1899-12-31"}, "applicant_dob", "01/01/1900"),
    ("birth-registration", {"child_dob": "2026-11-26"}, "child_dob", "after today"),
    ("birth-registration", {"child_name": None}, "child_name", "Write “"),
    ("birth-registration", {"child_sex": "other"}, "child_sex", "from the list"),
    ("birth-registration", {"child_sex": ["nam", "nu"]}, "child_sex", "only one"),
    ("birth-registration", {"child_name": "x" * 101}, "child_name", "Shorten"),
    ("birth-registration", {"child_name": {"a": 1}}, "child_name", "as text"),
    ("birth-registration", {"copies": 0}, "copies", "1 or more"),
    ("birth-registration", {"copies": 51}, "copies", "50 or less"),
    ("birth-registration", {"copies": 1.5}, "copies", "whole number"),
    ("birth-registration", {"copies": True}, "copies", "as a number"),
    ("birth-registration", {"copies": "hai"}, "copies", "as a number"),
    ("birth-registration", {"applicant_address": "Lạng Sơn"}, "applicant_address.commune", "Choose the province"),
    (
        "birth-registration",
        {"applicant_address": {"province": "01", "commune": "05977", "line": "Số 1"}},
        "applicant_address.commune",
        "Choose the commune",
    ),
    (
        "birth-registration",
        {"applicant_address": {"province": "20", "commune": "05977", "line": ""}},
        "applicant_address.line",
        "house number",
    ),
    (
        "household-business-registration",
        {"business_address": {"province": "01", "commune": "00004", "line": "Số 1"}},
        "business_address.province",
        "Lạng Sơn",
    ),
    ("household-business-registration", {"household_name": "Phở chua Mai"}, "household_name", "Hộ kinh doanh"),
    ("household-business-registration", {"household_name": "Hộ kinh doanh Công ty Mai"}, "household_name", "công ty"),
    ("household-business-registration", {"capital": "150 triệu"}, "capital", "whole đồng"),
    ("household-business-registration", {"capital": -5}, "capital", "or more"),
    (
        "household-business-registration",
        {"business_lines": [{"code": "561", "name": "Ăn uống", "main": "yes"}]},
        "business_lines.0.code",
        "4 digits",
    ),
    (
        "household-business-registration",
        {"business_lines": [{"code": "5610", "main": "yes"}]},
        "business_lines.0.name",
        "Write “",
    ),
    ("household-business-registration", {"business_lines": []}, "business_lines", "at least one row"),
    ("llc-one-member-registration", {"company_name_vi": "Hồi Quế"}, "company_name_vi", "CÔNG TY TNHH"),
    ("llc-one-member-registration", {"phone": "02053812345"}, "phone", "mobile number"),
    ("promotion-notification", {"tax_code": "49001234"}, "tax_code", "10 or 13 digits"),
    ("promotion-notification", {"trader_phone": "12345"}, "trader_phone", "starts with 0"),
    ("promotion-notification", {"start_date": "2026-11-27"}, "start_date", "30/11/2026"),
    ("promotion-notification", {"end_date": "2026-11-30"}, "end_date", "on"),
    ("promotion-notification", {"form_of_promotion": []}, "form_of_promotion", "Choose"),
    ("promotion-notification", {"area": ["00004"]}, "area", "from the list"),
    ("promotion-notification", {"discount_percent": 120}, "discount_percent", "100 or less"),
    ("housing-construction-permit", {"footprint": 130}, "footprint", "120,5 or less"),
    ("housing-construction-permit", {"total_floor_area": 50}, "total_floor_area", "78,5 or more"),
    ("housing-construction-permit", {"plot_area": 120.55}, "plot_area", "decimal"),
    ("housing-construction-permit", {"plot_area": "khoảng 96"}, "plot_area", "120,5"),
    ("housing-construction-permit", {"floors": 7}, "designer_certificate", "Write “"),
    ("certified-true-copy", {"documents": [ROW | {"pages": 501}]}, "documents.0.pages", "500 or less"),
    ("certified-true-copy", {"documents": [ROW] * 21}, "documents", "at most 20 rows"),
    ("certified-true-copy", {"documents": "two"}, "documents", "row by row"),
    ("certified-true-copy", {"appointment_time": "2026-11-28"}, "appointment_time", "day off"),
    ("certified-true-copy", {"appointment_time": "2026-12-15"}, "appointment_time", "up to 09/12/2026"),
    ("certified-true-copy", {"appointment_time": "2026-11-24"}, "appointment_time", "from 25/11/2026"),
    ("driving-licence-exchange", {"licence_no": "B2-123"}, "licence_no", "12 digits"),
    ("driving-licence-exchange", {"nationality": "other"}, "passport_no", "Write “"),
    ("diploma-copy-from-master-register", {"exam_year": 2027}, "exam_year", "2026 or less"),
    ("civil-status-correction", {"reason": "Sai"}, "reason", "at least 10"),
    (
        "criminal-record-certificate",
        {
            "residence_history": [
                {"from": "2004-04-12", "to": "2008-05-31", "place": samples.DONG_KINH, "job": "Học sinh"},
                {"from": "2008-09-01", "to": "2026-11-01", "place": samples.DONG_KINH, "job": "Kế toán"},
            ]
        },
        "residence_history.1.from",
        "31/05/2008 to 01/09/2008",
    ),
    (
        "criminal-record-certificate",
        {"residence_history": [{"from": "2010-01-01", "to": "2009-01-01", "place": samples.DONG_KINH, "job": "A"}]},
        "residence_history.0.to",
        "after it begins",
    ),
    ("marital-status-confirmation", {"period_to": "2008-01-01"}, "period_to", "12/04/2008"),
)


@pytest.mark.parametrize(("key", "change", "path", "words"), WRONG)
def test_the_fault_stands_at_the_field(key: str, change: dict[str, Any], path: str, words: str) -> None:
    errors = validate_answers(
        content(key), samples.case(key), samples.with_changes(key, **change), at=AT, context=context()
    )
    assert set(errors) == {path}
    assert words in errors[path]


def test_a_question_that_does_not_exist_is_named_to_programs_and_dropped_for_people() -> None:
    document, at = content("birth-registration"), AT
    answers = samples.with_changes("birth-registration", favourite_colour="đỏ")
    strict = clean_answers(document, "standard", answers, at=at, context=context(), strict=True)
    assert set(strict.errors) == {"favourite_colour"}
    mild = clean_answers(document, "standard", answers, at=at, context=context())
    assert mild.errors == {}
    assert "favourite_colour" not in mild.answers


def test_the_case_must_fit_the_answers() -> None:
    answers = samples.answers("housing-construction-permit")
    errors = validate_answers(content("housing-construction-permit"), "other_works", answers, at=AT, context=context())
    assert set(errors) == {"works_type"}
    errors = validate_answers(content("housing-construction-permit"), "castle", answers, at=AT, context=context())
    assert set(errors) == {""}


@pytest.mark.parametrize("answers", [None, [], "x", 5, {"a": [[[[[[[[[[[1]]]]]]]]]]]}, {"a": "x" * 300_000}])
def test_what_is_no_set_of_answers_is_refused_as_a_whole(answers: Any) -> None:
    errors = validate_answers(content("birth-registration"), "standard", answers, at=AT, context=context())
    assert set(errors) == {""}


def test_a_discount_above_half_is_allowed_with_a_warning() -> None:
    checked = clean_answers(
        content("promotion-notification"),
        "standard",
        samples.with_changes("promotion-notification", discount_percent=60),
        at=AT,
        context=context(),
    )
    assert checked.errors == {}
    assert set(checked.warnings) == {"discount_percent"}


def test_products_of_columns_are_computed_never_taken_from_the_sender() -> None:
    prizes = [{"name": "Túi thơm", "value": 35000, "count": 400, "total": 1}]
    checked = clean_answers(
        content("promotion-notification"),
        "standard",
        samples.with_changes("promotion-notification", prizes=prizes),
        at=AT,
        context=context(),
    )
    assert checked.answers["prizes"][0]["total"] == 14_000_000  # 35,000 × 400
