"""All faults of a file are reported at once, each with its cell and the remedy; nothing is written."""

import pytest

from procedures import slips
from procedures.models import ProcedureVersion
from procedures.transfers.problems import sentence
from tests.procedures import desk, transfers
from tests.procedures.catalogue import document

pytestmark = pytest.mark.django_db
NEW_HEADS = ["Mã thủ tục", "Tên thủ tục", "Lĩnh vực", "Cấp thực hiện", "Đối tượng", "Mã cơ quan"]


@pytest.fixture
def lan():
    return desk.province()


def code() -> str:
    return desk.procedure().code


def fee_rows(amount: object, kind: str = "Phí", **more: object) -> bytes:
    """One fee of one procedure, at D2."""
    heads = ["Mã thủ tục", "Mã khoản", "Loại", "Số tiền (đồng)", *more]
    return transfers.workbook(fees=[heads, [code(), "phi_1", kind, amount, *more.values()]])


def test_forty_wrong_rows_of_two_thousand_are_told_at_once_and_nothing_is_written(lan) -> None:
    procedures: list[list[object]] = [NEW_HEADS]
    fees: list[list[object]] = [["Mã thủ tục", "Mã khoản", "Loại", "Số tiền (đồng)"]]
    for number in range(2_000):
        made = f"1.9{number:05d}"
        procedures.append([made, f"Thủ tục thử số {number}", "Hộ tịch", "Cấp tỉnh", "Công dân", "sct"])
        fees.append([made, "phi_1", "Phí", "50.00O" if number % 50 == 7 else 50_000])
    found = transfers.checked(transfers.workbook(procedures=procedures, fees=fees), "lon.xlsx", lan)
    assert found.counts == {"new": 1_960, "wrong": 40}
    wrong = [(place, rule) for place, rule in transfers.told(found) if rule == "not_money"]
    assert wrong == [(f"Phí, lệ phí!D{number + 2}", "not_money") for number in range(7, 2_000, 50)]
    assert ProcedureVersion.objects.open().count() == 0


def test_the_sentence_names_cell_and_remedy(lan) -> None:
    found = transfers.checked(fee_rows("50.00O"), "phi.xlsx", lan)
    (problem,) = [one for one in found.rows.get().sentences if one["is_error"]]
    assert problem["place"] == "Phí, lệ phí!D2"
    assert "50000" in problem["text"]
    assert "50.00O" in problem["text"]


@pytest.mark.parametrize(
    ("heads", "row", "place", "rule"),
    [
        (["Mã thủ tục", "Số bộ hồ sơ"], ["khong-phai-ma", 1], "Thủ tục!A2", "code_malformed"),
        (["Mã thủ tục", "Số bộ hồ sơ"], ["L.999999", 1], "Thủ tục!A2", "code_unknown"),
        (["Mã thủ tục", "Số bộ hồ sơ"], [None, "hai"], "Thủ tục!B2", "not_whole"),
        (["Mã thủ tục", "Mã cơ quan"], [None, "Sở Công Thươn"], "Thủ tục!B2", "agency_unknown"),
        (["Mã thủ tục", "Mã cơ quan"], [None, "zzzz"], "Thủ tục!B2", "agency_unknown_at_all"),
        (["Mã thủ tục", "Lĩnh vực"], [None, "Hộ tich h"], "Thủ tục!B2", "field_unknown"),
        (["Mã thủ tục", "Đối tượng"], [None, "ai cũng được"], "Thủ tục!B2", "not_choice"),
        (["Mã thủ tục", "Tên ngắn (tiếng Anh)"], [None, "Tennis court"], "Thủ tục!B2", "english_alone"),
        (["Mã thủ tục", "Số bộ hồ sơ"], [None, "=1+1"], "Thủ tục!B2", "formula"),
    ],
)
def test_a_slip_in_the_procedures_table_names_its_cell(lan, heads, row, place, rule) -> None:
    rows = [heads, [row[0] or code(), *row[1:]]]
    found = transfers.checked(transfers.workbook(procedures=rows), "tep.xlsx", lan)
    assert (place, rule) in transfers.told(found)
    assert found.counts == {"wrong": 1}


def test_an_unknown_agency_is_told_with_the_nearest_names(lan) -> None:
    rows = [["Mã thủ tục", "Cơ quan thực hiện"], [code(), "Sở Công Thươn"]]
    found = transfers.checked(transfers.workbook(procedures=rows), "tep.xlsx", lan)
    assert any("Sở Công Thương" in one["text"] for one in found.rows.get().sentences)


def test_a_code_that_stands_twice_is_told_with_the_first_place(lan) -> None:
    rows = [["Mã thủ tục", "Số bộ hồ sơ"], [code(), 3], [code(), 4]]
    found = transfers.checked(transfers.workbook(procedures=rows), "tep.xlsx", lan)
    assert ("Thủ tục!A3", "code_twice") in transfers.told(found)


def test_a_time_without_a_unit_and_a_unit_without_a_time_are_errors(lan) -> None:
    heads = ["Mã thủ tục", "Mã trường hợp", "Kênh", "Thời gian", "Đơn vị"]
    rows = [heads, [code(), "moi", "Trực tiếp", 5, None], [code(), "moi", "Bưu chính", None, "ngày"]]
    found = transfers.checked(transfers.workbook(terms=rows), "tep.xlsx", lan)
    assert {("Thời hạn!E2", "time_without_unit"), ("Thời hạn!D3", "unit_without_time")} <= set(transfers.told(found))


def test_an_online_deadline_without_the_online_channel_contradicts(lan) -> None:
    found = transfers.checked(
        transfers.workbook(
            procedures=[["Mã thủ tục", "Kênh nộp"], [code(), "Trực tiếp"]],
            terms=[
                ["Mã thủ tục", "Kênh", "Thời gian", "Đơn vị"],
                [code(), "Trực tuyến", 5, "ngày làm việc"],
                [code(), "Trực tiếp", 5, "ngày làm việc"],
            ],
        ),
        "tep.xlsx",
        lan,
    )
    assert ("Thủ tục!B2", "channels_contradict") in transfers.told(found)


def test_a_free_procedure_with_an_amount_is_an_error(lan) -> None:
    found = transfers.checked(fee_rows(50_000, "Miễn phí"), "tep.xlsx", lan)
    assert ("Phí, lệ phí!D2", "fee_free_with_amount") in transfers.told(found)


def test_an_amount_under_a_thousand_is_a_warning_at_its_cell(lan) -> None:
    found = transfers.checked(fee_rows(50), "tep.xlsx", lan)
    (row,) = found.rows.all()
    assert row.kind == "changed"
    assert row.has_warnings
    assert ("Phí, lệ phí!D2", "small_amount") in [(one["place"], one["code"]) for one in row.problems]


def test_rows_with_warnings_are_left_out_unless_they_are_wanted(lan) -> None:
    from django.utils import timezone

    from procedures.services import importing

    found = transfers.checked(fee_rows(50), "tep.xlsx", lan)
    assert importing.accept(found, None, with_warnings=False, at=timezone.now()) == 0
    assert importing.accept(found, None, with_warnings=True, at=timezone.now()) == 1


def test_free_of_charge_with_an_amount_in_the_note_is_a_slip() -> None:
    raw = document(desk.TENNIS) | {
        "fees": [
            {
                "code": "a",
                "kind": "none",
                "name": {"vi": "Miễn phí"},
                "unit": {"vi": "hồ sơ"},
                "notes": ["thu 50.000 đồng"],
            }
        ]
    }
    assert [slip.code for slip in slips.find(raw)] == ["free_but_amount"]


def test_the_catalogue_as_committed_has_no_slip() -> None:
    from tests.procedures.catalogue import entries

    assert not [slip for entry in entries().values() for slip in slips.find(entry["versions"][-1]["content"])]


def test_every_rule_has_a_sentence_that_takes_its_values() -> None:
    from procedures.transfers.problems import MESSAGES

    values = {
        name: "x"
        for name in ("text", "most", "choices", "first", "near", "key", "name", "said", "rows", "where", "what", "line", "column",
                     "amount", "channel")
    }  # fmt: skip
    for rule in [*MESSAGES, *slips.MESSAGES]:
        assert sentence(rule, values)


def test_csv_may_be_parted_by_commas_or_semicolons_and_have_english_heads(lan) -> None:
    for separator in ";,\t":
        text = f"Procedure code{separator}Sets of papers\n{code()}{separator}4\n"
        found = transfers.checked(text.encode(), "tep.csv", lan)
        assert found.counts == {"changed": 1}, separator


def test_a_wrong_document_in_json_is_told_with_its_path(lan) -> None:
    wrong = document(desk.TENNIS) | {"unknown": 1}
    record = {"code": code(), "content": wrong}
    found = transfers.checked(transfers.as_json(record), "tep.json", lan)
    (row,) = found.rows.all()
    assert row.kind == "wrong"
    assert "unknown" in row.sentences[0]["text"]
