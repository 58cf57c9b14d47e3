"""The National Database against the catalogue: new, changed, gone; accepted one by one or all; what it cannot say stays."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from procedures.models import ImportRow, Procedure, ProcedureVersion
from procedures.services import deciding
from tests.procedures import desk, transfers

pytestmark = pytest.mark.django_db
SAMPLE = json.loads((Path(__file__).parent / "national_sample.json").read_text(encoding="utf-8"))["procedures"]
CODES = {record["code"] for record in SAMPLE}


@pytest.fixture
def lan():
    return desk.province()


def compared(lan, *records: dict, complete: bool = False):
    data = json.dumps({"procedures": records}, ensure_ascii=False).encode()
    return transfers.checked(data, "csdlqg.json", lan, is_national=True, is_complete=complete)


def ours(code: str) -> Procedure:
    return Procedure.objects.get(national_code=code)


def test_records_are_compared_with_ours_by_their_national_code(lan) -> None:
    found = compared(lan, *SAMPLE)
    assert set(found.rows.values_list("code", flat=True)) == CODES
    assert not found.rows.filter(kind="new").exists()
    assert not transfers.told(found)


def test_the_record_brings_channels_times_decision_and_keeps_form_and_route(lan) -> None:
    record = SAMPLE[0] | {"decision": "9999/QĐ-BTP"}
    transfers.applied(compared(lan, record))
    before = ours(record["code"]).current_version.content
    draft = ProcedureVersion.objects.open().get(procedure__national_code=record["code"])
    assert draft.content["public"]["decision"] == "9999/QĐ-BTP"
    offered = {terms["channel"] for case in draft.content["cases"] for terms in case["terms"]}
    names = {"DIRECT": "counter", "ONLINE": "online", "POSTAL": "post"}
    assert offered == {names[method["submissionMethod"]] for method in record["executionMethods"]}
    for part in ("eform", "route", "service"):
        kept, old = dict(draft.content[part]), dict(before[part])
        kept.pop("published_class", None)
        old.pop("published_class", None)
        assert kept == old


def test_the_same_record_again_changes_nothing(lan) -> None:
    transfers.applied(compared(lan, *SAMPLE))
    again = compared(lan, *SAMPLE)
    assert again.counts == {"unchanged": len(SAMPLE)}


def test_a_code_nobody_has_is_a_new_procedure_under_that_code(lan) -> None:
    record = SAMPLE[0] | {"code": "1.999999", "name": "Thủ tục mới của Trung ương"}
    found = transfers.applied(compared(lan, record))
    assert found.counts == {"new": 1}
    made = ours("1.999999")
    assert made.code == "1.999999"
    assert made.current_version is None
    assert made.versions.get().state == "draft"


def test_a_record_without_name_or_level_is_wrong_and_says_where(lan) -> None:
    record = SAMPLE[0] | {"code": "1.999998", "name": "", "isWard": False, "isProvince": False}
    told = transfers.told(compared(lan, record))
    assert ("records[1].procedures.0.name_vi", "required") in told
    assert ("records[1].procedures.0.level", "required") in told


def test_ours_that_a_complete_file_lacks_are_gone_and_only_marked(lan) -> None:
    found = compared(lan, *SAMPLE, complete=True)
    gone = set(found.rows.filter(kind="gone").values_list("code", flat=True))
    assert gone == set(Procedure.objects.exclude(national_code="").values_list("code", flat=True)) - CODES
    number = found.rows.filter(kind="gone").order_by("number").values_list("number", flat=True)[0]
    transfers.applied(found, [number])
    row = found.rows.get(number=number)
    assert row.outcome == ImportRow.Outcome.MARKED
    assert row.procedure.current_version is not None
    assert not row.procedure.versions.open().exists()


def test_what_an_import_marked_waits_on_the_page_of_every_open_decision(lan) -> None:
    found = compared(lan, *SAMPLE, complete=True)
    first, second = found.rows.filter(kind="gone").order_by("number")[:2]
    transfers.applied(found, [first.number, second.number])
    today = timezone.localdate()
    made = deciding.create_decision(
        number="9/QĐ-UBND", kind="abolished", title={"vi": "Bãi bỏ"}, signed_on=today, effective_on=today
    )
    assert set(deciding.marked()) == {first.procedure, second.procedure}
    browser = desk.browser(lan)
    page = f"/quan-tri/cong-bo/{made.pk}/"
    assert list(browser.get(page).context["marked"]) == list(deciding.marked())
    browser.post(page, {"act": "end_marked", "procedure": [first.procedure_id, desk.procedure().pk]})
    assert [row.procedure for row in made.abolitions.all()] == [first.procedure], "only what was marked and ticked"
    assert list(deciding.marked()) == [second.procedure]


def test_nothing_is_gone_when_the_file_is_not_complete(lan) -> None:
    assert not compared(lan, *SAMPLE).rows.filter(kind="gone").exists()


@pytest.mark.parametrize(
    "data", [b'{"procedures": 3}', b'["x"]', b"[{}]", b'[{"executionMethods": 3, "fields": "x", "code": 5}]']
)
def test_records_of_another_shape_never_break_the_page(lan, data) -> None:
    found = transfers.checked(data, "csdlqg.json", lan, is_national=True)
    assert found.state == "refused" or found.counts == {"wrong": 1}
