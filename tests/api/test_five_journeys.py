"""The five journeys, done by a program that was written from the OpenAPI document alone."""

from typing import Any

import pytest

from tests import cast
from tests.api.client import Program, Refused
from tests.api.conftest import Province
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
HOME = {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}


def form_of(key: str, *without: str) -> dict[str, Any]:
    """What a program sends of the answers: what the account knows is filled in by the portal."""
    locked = {"applicant_full_name", "applicant_national_id", "applicant_dob", *without}
    return {name: value for name, value in answers(key).items() if name not in locked}


def hand_in(program: Program, draft: dict[str, Any], *keys: str) -> None:
    for key in keys or [paper["key"] for paper in draft["papers"] if paper["is_required"]]:
        file = {"file": ("giay-to.pdf", cast.PDF, "application/pdf")}
        program.call("files_create", ref=draft["id"], paper=key, files=file)


def file(program: Program, code: str, **values: Any) -> dict[str, Any]:
    """From the catalogue to the submission; every open point is closed before."""
    detail = program.call("procedures_read", code=code)
    assert detail["can_file"]
    draft = program.call("dossiers_create", procedure=detail["code"], **values)
    hand_in(program, draft)
    seen = program.call("dossiers_read", ref=draft["id"])
    assert seen["open_points"] == {}, seen["open_points"]
    return program.call(  # type: ignore[no-any-return]
        "dossiers_submit", ref=draft["id"], undertaking=True, quoted_total=seen["fee"]["total"]
    )


def decide(province: Province, code: str, *route: str) -> None:
    """Draft, hand on, sign, issue: each officer looks at the own queue."""
    for username, action in (step.split(":") for step in route):
        more = {"outcome": "granted", "text": "Đủ điều kiện, đồng ý."} if action == "draft_result" else {}
        province.officer(username).act(code, action, **more)
    province.let_the_worker_run()


def test_a_company_notifies_a_promotion_and_reads_the_answer(province: Province):
    company = province.citizen("020085000121")
    found = company.call("procedures_list", q="thong bao khuyen mai")["results"][0]
    assert (found["code"], found["classification"]) == ("L.000001", "full")
    form = form_of("promotion-notification", "trader_name", "tax_code", "head_office")
    code = file(company, "L.000001", organisation="0100109106", answers=form)["code"]
    assert code == "H37.07-261123-0001"
    province.let_the_worker_run()
    province.it_is("23/11/2026 10:00")
    hanh = province.officer("hanh")
    assert hanh.take_first("receive") == code
    seen = hanh.call("dossiers_read", ref=code)
    rows = {row["value"] for part in seen["declared"] for row in part["rows"]}
    assert {"Công ty TNHH Hồng Phát", "0100109106"} <= rows
    hanh.act(code, "receive")
    province.let_the_worker_run()
    province.it_is("25/11/2026 08:30")
    decide(province, code, "bao:draft_result", "bao:forward", "cuong:sign_result")
    company = province.citizen("020085000121")
    seen = company.call("dossiers_read", ref=code)
    assert (seen["state"], seen["outcome"]) == ("returned", "granted")
    assert seen["finished_at"] <= seen["due_at"]
    assert company.call("result_read", ref=code).startswith(b"%PDF")
    names = [event["name"] for event in company.call("events_list", ref=code)["results"]]
    assert names == ["submit", "receive", "start_processing", "resolve", "return_online"]


def test_a_citizen_gets_a_sports_certificate_after_paying_in_the_evening(province: Province):
    province.it_is("23/11/2026 21:00")
    hai = province.citizen("0987654321")
    filed = file(hai, "1.000501", answers=form_of("sports-business-certificate-tennis"), delivery={"kind": "online"})
    assert filed["state"] == "payment"
    province.let_the_worker_run()
    assert province.pay(hai, filed["code"]) == 200_000
    assert hai.call("dossiers_read", ref=filed["code"])["state"] == "new"
    with pytest.raises(Refused) as again:
        hai.call("payment_start", ref=filed["code"])
    assert (again.value.status, again.value.problem["type"]) == (409, "/api/v1/docs/#problem-not-payable")
    province.it_is("25/11/2026 08:00")
    province.officer("hanh").act(filed["code"], "receive")
    province.let_the_worker_run()
    decide(
        province, filed["code"], "bao:draft_result", "bao:forward", "cuong:forward", "dung:sign_result", "en:resolve"
    )
    seen = province.citizen("0987654321").call("dossiers_read", ref=filed["code"])
    assert (seen["state"], seen["fee_state"]) == ("returned", "paid")


def test_a_mother_orders_certified_copies_and_one_person_serves_her_at_the_commune(province: Province):
    province.it_is("27/11/2026 07:45")
    thu = province.citizen("0977123482")
    form = form_of("certified-true-copy") | {"appointment_office": "05983", "appointment_time": "2026-11-30"}
    filed = file(thu, "2.000815", agency="05983", answers=form, delivery={"kind": "counter"})
    province.let_the_worker_run()
    province.pay(thu, filed["code"])
    province.it_is("30/11/2026 07:50")
    kien = province.officer("kien")
    assert kien.take_first("receive") == filed["code"]
    kien.act(filed["code"], "receive")
    kien.act(filed["code"], "resolve_at_once")
    with pytest.raises(Refused) as nobody:
        kien.act(filed["code"], "return_at_counter", receiver=" ")
    assert (nobody.value.status, set(nobody.value.problem["errors"])) == (422, {"receiver"})
    kien.act(filed["code"], "return_at_counter", receiver="Hoàng Thị Thu")
    province.let_the_worker_run()
    thu = province.citizen("0977123482")
    assert thu.call("dossiers_read", ref=filed["code"])["state"] == "returned"
    assert thu.call("result_read", ref=filed["code"]).startswith(b"%PDF")


def test_a_criminal_record_is_paid_online_and_the_post_closes_the_dossier(province: Province):
    province.it_is("30/11/2026 14:00")
    mai = province.citizen("0912345678")
    delivery = {"kind": "post", "receiver": "Lý Thị Mai", "phone": "0912345678", "address": HOME}
    filed = file(mai, "3.000333", answers=form_of("criminal-record-certificate"), delivery=delivery)
    province.let_the_worker_run()
    assert province.pay(mai, filed["code"]) == 200_000
    province.it_is("01/12/2026 08:00")
    province.officer("hanh").act(filed["code"], "receive")
    province.let_the_worker_run()
    decide(
        province, filed["code"], "bao:draft_result", "bao:forward", "cuong:forward", "dung:sign_result", "en:resolve"
    )
    [parcel] = province.sandbox.book("post")["parcels"]
    hanh = province.officer("hanh")
    assert hanh.take_first("return") == filed["code"]
    assert hanh.call("parcel_hand_over", ref=filed["code"])["item_code"] == parcel["item_code"]
    province.let_the_worker_run()
    for when in ("03/12/2026 09:00", "03/12/2026 15:00", "04/12/2026 08:00", "04/12/2026 09:00", "04/12/2026 10:30"):
        province.it_is(when)
        province.sandbox.advance(parcel["item_code"])
        province.let_the_worker_run()
    seen = province.citizen("0912345678").call("dossiers_read", ref=filed["code"])
    assert (seen["state"], seen["outcome"]) == ("returned", "granted")


def test_a_house_permit_needs_a_supplement_and_a_fee_after_examination(province: Province):
    mai = province.citizen("0912345678")
    form = form_of("housing-construction-permit") | {"owner_id": "020190000017"}
    filed = file(mai, "1.013225", case="individual_house", agency="05977", answers=form, delivery={"kind": "counter"})
    code = filed["code"]
    province.let_the_worker_run()
    province.it_is("23/11/2026 11:00")
    province.officer("hanh").act(code, "receive")
    province.let_the_worker_run()
    province.it_is("25/11/2026 09:00")
    asked = mai_is_asked(province, code)
    province.it_is("25/11/2026 20:00")
    send_the_supplement(province.citizen("0912345678"), code, asked)
    province.let_the_worker_run()
    province.it_is("26/11/2026 08:30")
    province.officer("hanh").act(code, "confirm_supplement")
    province.officer("bao").act(code, "request_fee")
    province.let_the_worker_run()
    province.it_is("27/11/2026 12:00")
    assert province.pay(province.citizen("0912345678"), code) == 75_000
    province.it_is("30/11/2026 09:00")
    decide(
        province,
        code,
        "bao:draft_result",
        "bao:forward",
        "bao:forward",
        "cuong:forward",
        "dung:sign_result",
        "en:resolve",
    )
    province.officer("hanh").act(code, "return_at_counter", receiver="Lý Thị Mai")
    assert province.citizen("0912345678").call("dossiers_read", ref=code)["state"] == "returned"


def mai_is_asked(province: Province, code: str) -> str:
    """Proposed by the case officer, approved by the leader, sent by the counter; the paper that is asked for."""
    bao = province.officer("bao")
    key = bao.call("dossiers_read", ref=code)["papers"][-1]["key"]
    bao.act(code, "draft_supplement", items=[{"kind": "paper", "key": key, "reason": "Thiếu bản vẽ móng."}])
    province.officer("dung").act(code, "approve_supplement")
    province.officer("hanh").act(code, "request_supplement")
    province.let_the_worker_run()
    return str(key)


def send_the_supplement(mai: Program, code: str, asked: str) -> None:
    seen = mai.call("dossiers_read", ref=code)
    assert [item["key"] for item in seen["supplement"]["items"]] == [asked]
    with pytest.raises(Refused) as early:
        mai.act(code, "send_supplement")
    assert (early.value.status, set(early.value.problem["errors"])) == (422, {f"paper:{asked}"})
    with pytest.raises(Refused) as other:
        hand_in(mai, seen, "another-paper")
    assert other.value.status == 422
    hand_in(mai, seen, asked)
    mai.act(code, "send_supplement")
