"""What a program is told when something does not go: conflicts, limits, things that are not there, in its language."""

import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.services import intake
from tests import cast
from tests.api.calls import ROOT, Caller, errors, kind
from tests.procedures.answers import answers

FREE = "promotion-notification"
UNKNOWN = "H37.12-260101-9999"


@pytest.fixture
def people(transactional_db: None) -> cast.Cast:
    return cast.make_cast()


@pytest.fixture
def dossier(people: cast.Cast) -> Dossier:
    return cast.filed(people.hai, FREE, answers(FREE), at=timezone.now())


# ── 409 ──
def test_a_conflict_says_where_the_dossier_stands_and_what_happened_since(people, dossier):
    intake.claim_intake(dossier.pk, user=people.giang)
    answer = Caller(people.giang).post(f"dossiers/{dossier.code}/actions/receive/", {"version": dossier.version})
    body = answer.json()
    assert (answer.status_code, kind(answer)) == (409, "conflict")
    assert (body["state"], body["version"]) == ("new", dossier.version + 1)
    assert [(event["seq"], event["name"], event["by"]) for event in body["events"]] == [
        (dossier.version + 1, "claim_intake", "giang")
    ]


def test_an_applicant_reads_no_officers_name_in_a_conflict(people, dossier):
    intake.claim_intake(dossier.pk, user=people.giang)
    answer = Caller(people.hai).post(f"dossiers/{dossier.code}/actions/withdraw/", {"version": dossier.version})
    assert answer.status_code == 409
    assert [event["by"] for event in answer.json()["events"]] == [""]


def test_one_service_for_two_transitions_does_only_the_one_that_was_asked_for(people, dossier):
    answer = Caller(people.hai).post(f"dossiers/{dossier.code}/actions/ask_withdrawal/", {"version": dossier.version})
    assert answer.status_code == 409
    assert Dossier.objects.get(pk=dossier.pk).state == "new"


# ── 404 ──
def test_an_unknown_dossier_and_somebody_elses_are_the_same_bytes(people, dossier):
    paths = (
        ("get", "dossiers/{}/"), ("patch", "dossiers/{}/"), ("delete", "dossiers/{}/"), ("get", "dossiers/{}/events/"),
        ("get", "dossiers/{}/result/"), ("post", "dossiers/{}/submit/"), ("post", "dossiers/{}/payment/"),
        ("post", "dossiers/{}/actions/withdraw/"),
    )  # fmt: skip
    mai = Caller(people.mai)
    for method, path in paths:
        body = {"undertaking": True, "version": 1}
        found = []
        for ref in (dossier.code, UNKNOWN, str(dossier.public_id), "00000000-0000-0000-0000-000000000000"):
            answer = mai.get(path.format(ref)) if method == "get" else mai.send(method, path.format(ref), body)
            found.append((answer.status_code, answer.content, dict(answer.headers)))
        assert found[0][0] == 404, path
        assert all(one == found[0] for one in found), path


def test_another_agencys_officer_finds_nothing_and_an_address_that_is_none_is_a_problem_too(people, dossier):
    hanh = Caller(people.hanh)
    theirs = hanh.post(f"dossiers/{dossier.code}/actions/receive/", {"version": 1})
    nothing = hanh.get("khong/co/")
    assert (theirs.status_code, nothing.status_code, kind(nothing)) == (404, 404, "not-found")
    assert theirs.content == nothing.content


# ── limits ──
def test_a_token_that_calls_too_often_waits(people, settings):
    settings.API_CALLS_PER_MINUTE = 3
    caller = Caller(people.mai)
    answers_ = [caller.get("auth/token/") for _n in range(8)]
    assert [one.status_code for one in answers_][:2] == [200, 200]
    assert (answers_[-1].status_code, kind(answers_[-1])) == (429, "too-many")
    assert 1 <= int(answers_[-1].headers["Retry-After"]) <= 60
    assert Caller(people.hai).get("auth/token/").status_code == 200, "another token is not held up"


def test_an_address_that_asks_for_tokens_too_often_waits(people, settings):
    settings.API_DOORS_PER_HOUR = {"token": 2, "track": 2, "register": 2}
    sent = {"username": "nobody", "password": "x", "scope": "citizen"}
    statuses = [Caller().post("auth/token/", sent).status_code for _n in range(6)]
    assert statuses[-1] == 429
    assert statuses.count(401) <= 4


def test_look_ups_are_limited_and_tell_nothing_of_the_person(people, dossier):
    sent = {"code": dossier.code, "secret": "0987654321"}
    found = Caller().post("track/", sent)
    assert (found.status_code, found.json()["state"]) == (200, "new")
    for personal in ("Hải", "0987654321", "84987654321", "Hồng Phát", "020085000121"):
        assert personal not in found.content.decode()
    wrong = Caller().post("track/", sent | {"secret": "0912345678"})
    nobody = Caller().post("track/", sent | {"code": UNKNOWN})
    assert (wrong.status_code, wrong.content) == (404, nobody.content)
    statuses = [Caller().post("track/", sent).status_code for _n in range(10)]
    assert statuses[-1] == 429


# ── 400, 415, 422 ──
@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"{", 400), (b"[" * 20_000, 400), (b'"x"', 422), (b'{"a": NaN}', 400), (b'{"answers": "\\u0000"}', 400),
     (b'{"procedure": "\\ud800"}', 400), (b"\xff\xfe", 400), (b'{"answers": {"a": ' + b"1" * 5000 + b"}}", 400)],
)  # fmt: skip
def test_bodies_that_cannot_be_read_get_a_sentence(people, body, status):
    caller = Caller(people.mai)
    answer = caller.client.generic(
        "POST", f"{ROOT}dossiers/", body, content_type="application/json", headers=caller.headers
    )
    assert answer.status_code == status, answer.content[:200]
    assert answer.json()["detail"]


def test_a_form_is_not_json_and_too_much_is_too_much(people):
    caller = Caller(people.mai)
    form = caller.client.post(f"{ROOT}dossiers/", {"procedure": "L.000001"}, headers=caller.headers)
    assert (form.status_code, kind(form)) == (415, "media-type")
    big = caller.post("dossiers/", {"procedure": "x" * (3 * 1024 * 1024)})
    assert (big.status_code, kind(big)) == (413, "too-large")


def test_every_wrong_value_is_named_and_nothing_is_made(people):
    caller = Caller(people.mai)
    assert errors(caller.post("dossiers/", {})) == {"procedure"}
    assert errors(caller.post("dossiers/", {"procedure": "9.999999"})) == {"procedure"}
    wrong = {"procedure": "1.000501", "answers": {"no_such_question": 1}}
    assert errors(caller.post("dossiers/", wrong)) == {"answers.no_such_question"}
    parcel = {
        "procedure": "3.000333",
        "delivery": {"kind": "post", "phone": "1", "address": {"province": "20", "commune": "", "line": "x"}},
    }
    assert errors(caller.post("dossiers/", parcel)) == {"delivery.address.commune"}
    parcel["delivery"]["address"]["commune"] = "05977"
    assert errors(caller.post("dossiers/", parcel)) == {"delivery.phone", "delivery.receiver"}
    assert errors(caller.post("dossiers/", {"procedure": "1.000501", "organisation": "0100109106"})) == {"organisation"}
    assert not Dossier.objects.exists()


def test_what_the_account_knows_officially_cannot_be_overwritten(people):
    caller = Caller(people.mai)
    sent = {
        "procedure": "3.000333",
        "answers": {"applicant_full_name": "Người Khác", "applicant_national_id": "020190009999"},
    }
    kept = caller.post("dossiers/", sent).json()["answers"]
    assert (kept["applicant_full_name"], kept["applicant_national_id"]) == ("Lý Thị Mai", "020190000017")


def test_submitting_names_everything_that_is_missing_at_once(people):
    draft = Caller(people.mai).post("dossiers/", {"procedure": "1.000501"}).json()
    answer = Caller(people.mai).post(f"dossiers/{draft['id']}/submit/", {"undertaking": False})
    found = errors(answer)
    assert "undertaking" in found
    assert {one.partition(":")[0] for one in found} >= {"field", "paper"}
    assert found - {"undertaking"} == set(draft["open_points"])


def test_problems_speak_the_language_of_the_caller(people):
    path = "dossiers/khong-co/"
    vi, en = Caller(people.mai).get(path), Caller(people.mai, language="en").get(path)
    assert en.json()["title"] == "Not found"
    assert vi.json()["title"] == "Không tìm thấy"
    assert (vi.headers["Content-Language"], en.headers["Content-Language"]) == ("vi", "en")


def test_an_unforeseen_error_is_a_problem_with_an_incident(people, monkeypatch):
    monkeypatch.setattr("dossiers.api.showing.row", lambda dossier: 1 / 0)
    cast.draft(people.mai, FREE, answers(FREE))
    answer = Caller(people.mai).get("dossiers/")
    assert (answer.status_code, kind(answer)) == (500, "error")
    assert answer.json()["incident"]


# ── people's data ──
def test_no_personal_value_stands_in_an_address_or_a_log(people, dossier, caplog):
    document = Client().get(f"{ROOT}schema/").json()
    named = {
        one["name"]
        for path in document["paths"].values()
        for operation in path.values()
        for one in operation.get("parameters", [])
        if one["in"] in {"path", "query"}
    }
    assert named == {
        "ref",
        "code",
        "file",
        "q",
        "field",
        "agency",
        "classification",
        "audience",
        "after",
        "since",
        "tab",
    }
    caplog.set_level(logging.DEBUG)
    caller = Caller(people.hai)
    caller.get(f"dossiers/{dossier.code}/")
    caller.post(
        f"dossiers/{dossier.code}/actions/withdraw/", {"version": 0, "reason": "Tôi là Trần Văn Hải 0987654321"}
    )
    Caller().post("auth/token/", {"username": "0987654321", "password": "mat-khau-sai", "scope": "citizen"})
    Caller().post("track/", {"code": dossier.code, "secret": "0987654321"})
    lines = " ".join(
        f"{record.getMessage()} {record.args}" for record in caplog.records if record.name != "django.db.backends"
    )
    for personal in ("Hải", "987654321", "020085000121", "mat-khau-sai", caller.headers["authorization"][7:]):
        assert personal not in lines, personal


# ── lists ──
def test_lists_cost_the_same_whatever_their_length(people):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert Caller_hai.get("dossiers/").status_code == 200
            assert Caller_giang.get("queue/", tab="receive").status_code == 200
        return len(counted)

    Caller_hai, Caller_giang = Caller(people.hai), Caller(people.giang)
    cast.filed(people.hai, FREE, answers(FREE), at=timezone.now())
    statements()
    few = statements()
    for _n in range(4):
        cast.filed(people.hai, FREE, answers(FREE), at=timezone.now())
    assert statements() == few


def test_pages_of_a_list_follow_each_other_without_a_gap(people):
    for _n in range(23):
        Caller(people.mai).post("dossiers/", {"procedure": "1.000501"})
    mai = Caller(people.mai)
    first = mai.get("dossiers/").json()
    second = mai.get("dossiers/", after=first["next"]).json()
    ids = [row["id"] for row in (*first["results"], *second["results"])]
    assert (len(first["results"]), len(second["results"]), second["next"]) == (20, 3, "")
    assert len(set(ids)) == 23
    found, after = [], ""
    while True:
        page = Caller().get("procedures/", after=after).json()
        found += [row["code"] for row in page["results"]]
        after = page["next"]
        if not after:
            break
    assert len(found) == len(set(found)) > 60


def test_the_body_of_every_problem_is_json_with_the_five_members(people):
    for answer in (Caller().get("dossiers/"), Caller(people.mai).get("queue/"), Caller(people.mai).post("track/", {})):
        assert {"type", "title", "status", "detail"} <= set(json.loads(answer.content))
        assert json.loads(answer.content)["status"] == answer.status_code
