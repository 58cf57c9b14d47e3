"""A leader signs many results with one PIN, a clerk issues many: exactly what was shown, each once, every failure in words."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import SigningPin
from common.models import Job
from documents.signing import SigningUnavailable, verify_pdf
from dossiers.models import Dossier, DossierEvent, Result, ResultBatch, ResultBatchItem
from dossiers.services import batches, intake, result_papers, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.dossiers.results_cast import (
    PIN,
    at_leader,
    client_of,
    give_pin,
    run_worker,
    several,
    shown,
    states,
    ticked,
)
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
SIGNING = "/can-bo/ky/"
FREE = "promotion-notification"


@pytest.fixture
def people():
    found = cast.make_cast()
    give_pin(found.dung)
    return found


def authorised(people, dossiers):
    lines = [shown(dossier, people.dung) for dossier in dossiers]
    return batches.authorise(people.dung, pin=PIN, chosen=lines, at=timezone.now())


def signatures(dossier) -> int:
    return DossierEvent.objects.filter(dossier=dossier, name="sign_result").count()


def untouched(dossiers) -> bool:
    pks = [dossier.pk for dossier in dossiers]
    return set(Dossier.objects.filter(pk__in=pks).values_list("result_state", flat=True)) == {"drafted"}


# ── signing ──
def test_a_leader_signs_several_with_one_pin_and_reads_what_became_of_each(people):
    dossiers = several(people, 2)
    leader = client_of(people.dung)
    page = leader.get(SIGNING).content.decode()
    assert all(line in page for line in ticked(dossiers, people.dung))
    answer = leader.post(SIGNING, {"chon": ticked(dossiers, people.dung), "pin": PIN})
    assert answer.status_code == 302
    report = leader.get(answer.url).content.decode()
    assert "2 trên 2" in report
    assert [signatures(dossier) for dossier in dossiers] == [1, 1]
    assert leader.get(SIGNING).content.decode().count('name="chon"') == 0


def test_more_than_a_few_are_signed_by_the_worker(people):
    dossiers = several(people, 4)
    leader = client_of(people.dung)
    answer = leader.post(SIGNING, {"chon": ticked(dossiers, people.dung), "pin": PIN})
    assert untouched(dossiers)
    assert "0 trên 4" in leader.get(answer.url).content.decode()
    run_worker()
    assert "4 trên 4" in leader.get(answer.url, {"phan": "1"}).content.decode()
    assert ResultBatch.objects.get().done_at


def test_what_changed_since_it_was_shown_is_not_signed_and_the_reason_is_told(people):
    dossiers = several(people, 4)
    lines = ticked(dossiers, people.dung)
    routing.send_back(dossiers[1].pk, user=people.dung, reason="Thiếu địa chỉ")
    answer = client_of(people.dung).post(SIGNING, {"chon": lines, "pin": PIN})
    run_worker()
    assert states(ResultBatch.objects.get()) == ["done", "failed", "done", "done"]
    assert signatures(dossiers[1]) == 0
    report = client_of(people.dung).get(answer.url).content.decode()
    assert "Trả lại bước trước" in report or people.dung.full_name in report


def test_words_changed_under_the_same_version_are_not_signed(people):
    (dossier,) = several(people, 1)
    batch = authorised(people, [dossier])
    Result.objects.filter(dossier=dossier).update(text="Một nội dung khác.")
    batches.run(batch)
    assert states(batch) == ["failed"]
    assert untouched([dossier])


def test_a_list_that_somebody_added_to_in_the_table_authorises_nothing(people):
    first, second = several(people, 2)
    batch = authorised(people, [first])
    line = shown(second, people.dung)
    ResultBatchItem.objects.create(batch=batch, position=2, dossier=second, version=line.version, digest=line.digest)
    batches.run(batch)
    assert states(batch) == ["failed", "failed"]
    assert untouched([first, second])


def test_an_authorisation_ends_after_a_quarter_of_an_hour(people):
    (dossier,) = several(people, 1)
    line = shown(dossier, people.dung)
    batch = batches.authorise(people.dung, pin=PIN, chosen=[line], at=timezone.now() - timedelta(minutes=16))
    batches.run(batch)
    assert states(batch) == ["failed"]
    assert untouched([dossier])


def test_a_worker_that_dies_midway_is_followed_by_one_that_signs_only_the_rest(people, monkeypatch):
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    real, done = results.sign, []

    class Killed(BaseException):
        """kill -9: nothing of the worker's own runs afterwards."""

    def dying(dossier_id, **values):
        if len(done) == 2:
            raise Killed
        done.append(dossier_id)
        return real(dossier_id, **values)

    monkeypatch.setattr(results, "sign", dying)
    with pytest.raises(Killed):
        run_worker()
    assert states(batch) == ["done", "done", "waiting", "waiting"]
    monkeypatch.setattr(results, "sign", real)
    Job.objects.filter(kind="dossier.result_batch").update(lease_until=timezone.now() - timedelta(seconds=1))
    run_worker()
    assert states(batch) == ["done"] * 4
    assert [signatures(dossier) for dossier in dossiers] == [1, 1, 1, 1]


def test_two_workers_on_the_same_item_sign_it_once(people):
    (dossier,) = several(people, 1)
    batch = authorised(people, [dossier])
    item = batch.items.get()
    batches._one(batch, item)
    batches._one(batch, item)  # the other one read the item while it was still open
    assert states(batch) == ["done"]
    assert signatures(dossier) == 1
    assert Result.objects.filter(dossier=dossier).count() == 1


def test_while_the_key_is_away_the_list_waits_and_then_goes_on(people, settings, tmp_path):
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    key = settings.SIGNING_KEY_FILE
    settings.SIGNING_KEY_FILE = tmp_path / "none.pem"
    run_worker()
    batch.refresh_from_db()
    assert batch.is_waiting and states(batch) == ["waiting"] * 4
    assert untouched(dossiers)
    settings.SIGNING_KEY_FILE = key
    run_worker()
    assert states(batch) == ["done"] * 4


def test_who_drafted_never_signs_also_not_in_bulk(people):
    give_pin(people.giang)
    dossier = cast.filed(people.hai, FREE, answers(FREE), at=timezone.now())
    intake.receive(dossier.pk, user=people.giang)
    results.draft(dossier.pk, user=people.giang, decision=Decision("granted", "Được xác nhận."))
    dossier = routing.forward(dossier.pk, user=people.giang).dossier
    giang = client_of(people.giang)
    page = giang.get(SIGNING).content.decode()
    assert dossier.code in page and 'name="chon"' not in page
    answer = giang.post(SIGNING, {"chon": ticked([dossier], people.giang), "pin": PIN})
    assert answer.status_code == 302
    assert states(ResultBatch.objects.get()) == ["failed"]
    assert signatures(dossier) == 0


def test_nothing_ticked_and_more_than_fifty_are_refused_in_words(people):
    leader = client_of(people.dung)
    at_leader(people)
    assert leader.post(SIGNING, {"pin": PIN}).status_code == 422
    lines = [f"{n}:1:{'0' * 64}" for n in range(1, 52)]
    answer = leader.post(SIGNING, {"chon": lines, "pin": PIN})
    assert answer.status_code == 422 and "50" in answer.content.decode()
    assert not ResultBatch.objects.exists()


def test_a_line_that_nobody_was_shown_ends_in_a_reason_not_in_a_fault(people):
    leader = client_of(people.dung)
    other = several(people, 1)[0]
    lines = ["999999:1:", "unsinn", f"{other.pk}:{other.version}:{'0' * 64}"]
    answer = leader.post(SIGNING, {"chon": lines, "pin": PIN})
    assert answer.status_code in {302, 422}
    assert untouched([other])


def test_only_who_ordered_a_list_sees_what_became_of_it(people):
    batch = authorised(people, several(people, 1))
    url = f"/can-bo/dot/{batch.public_id}/"
    assert client_of(people.dung).get(url).status_code == 200
    assert client_of(people.en).get(url).status_code == 404


# ── the PIN ──
def test_a_wrong_pin_signs_nothing_and_keeps_what_was_ticked(people):
    dossiers = several(people, 2)
    lines = ticked(dossiers, people.dung)
    answer = client_of(people.dung).post(SIGNING, {"chon": lines, "pin": "111119"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(" checked") == 2
    assert untouched(dossiers) and not ResultBatch.objects.exists()


def test_after_five_wrong_tries_the_right_pin_is_refused_too_for_a_while(people):
    (dossier,) = several(people, 1)
    leader = client_of(people.dung)
    for _try in range(5):
        assert leader.post(SIGNING, {"chon": ticked([dossier], people.dung), "pin": "111119"}).status_code == 422
    answer = leader.post(SIGNING, {"chon": ticked([dossier], people.dung), "pin": PIN})
    assert answer.status_code == 429
    assert "15 phút" in answer.content.decode()
    assert untouched([dossier])


def test_the_pin_is_nowhere_in_the_rows_that_were_written(people):
    dossiers = several(people, 4)
    client_of(people.dung).post(SIGNING, {"chon": ticked(dossiers, people.dung), "pin": PIN})
    tables = ["common_job", "dossiers_resultbatch", "dossiers_resultbatchitem", "audit_access", "common_outbox"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", [f"%{PIN}%"])
            assert cursor.fetchone()[0] == 0, table
    assert PIN not in SigningPin.objects.get(user=people.dung).digest


def test_a_pin_is_set_with_the_password_and_easy_ones_are_refused(people):
    officer = client_of(people.cuong)
    url = "/can-bo/ky/ma-pin/"
    for pin, password in (("123456", cast.PASSWORD), ("777777", cast.PASSWORD), ("12a456", cast.PASSWORD), (PIN, "x")):
        answer = officer.post(url, {"password": password, "pin": pin, "again": pin})
        assert answer.status_code == 422, pin
    assert not SigningPin.objects.filter(user=people.cuong).exists()
    assert officer.post(url, {"password": cast.PASSWORD, "pin": PIN, "again": PIN}).status_code == 302
    assert SigningPin.objects.filter(user=people.cuong).exists()


@pytest.mark.parametrize("broken", ["missing", "expired"])
def test_without_a_key_in_force_one_sentence_is_said_and_nothing_changes(people, settings, tmp_path, broken):
    from tests.documents.test_signing import key_pem

    dossiers = several(people, 2)
    settings.SIGNING_KEY_FILE = Path(tmp_path) / "key.pem"
    if broken == "expired":
        settings.SIGNING_KEY_FILE.write_bytes(key_pem(days=-1))
    answer = client_of(people.dung).post(SIGNING, {"chon": ticked(dossiers, people.dung), "pin": PIN})
    assert answer.status_code == 503
    assert untouched(dossiers) and not ResultBatch.objects.exists()


# ── giving back, seeing the paper ──
def test_one_is_given_back_with_a_comment_that_the_specialist_reads_on_top(people):
    (dossier,) = several(people, 1)
    leader = client_of(people.dung)
    reason = "Ghi rõ địa chỉ sân tập."
    url = f"{SIGNING}tra-lai/{dossier.code}/"
    assert leader.post(url, {"version": dossier.version, "reason": reason}).url == SIGNING
    routing.send_back(dossier.pk, user=people.cuong, reason=reason)
    for path in ("", "viec/du-thao/"):
        page = client_of(people.bao).get(f"/can-bo/ho-so/{dossier.code}/{path}").content.decode()
        assert reason in page and "trả lại lúc" in page, path
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đã ghi địa chỉ."))
    routing.forward(dossier.pk, user=people.bao)
    assert "trả lại lúc" not in client_of(people.cuong).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()


def test_giving_back_without_a_comment_changes_nothing(people):
    (dossier,) = several(people, 1)
    client_of(people.dung).post(f"{SIGNING}tra-lai/{dossier.code}/", {"version": dossier.version, "reason": " "})
    assert Dossier.objects.get(pk=dossier.pk).step_role == "leader"


def test_the_draft_is_shown_as_a_paper_without_number_and_signature(people):
    from tests.documents.test_papers import words

    (dossier,) = several(people, 1)
    answer = client_of(people.dung).get(f"{SIGNING}xem/{dossier.code}/")
    assert answer.headers["Content-Type"] == "application/pdf"
    text = words(answer.content)
    assert "DỰ THẢO" in text and "………" in text and people.dung.full_name in text
    assert not verify_pdf(answer.content).signed
    assert Result.objects.get(dossier=dossier).number == ""


def test_the_counter_does_not_read_a_decision_before_it_is_one(people):
    (dossier,) = several(people, 1)
    assert client_of(people.hanh).get(f"{SIGNING}xem/{dossier.code}/").status_code == 404


# ── issuing ──
def test_the_clerk_issues_several_with_one_press_each_with_the_agencys_seal(people):
    dossiers = several(people, 2)
    batches.run(authorised(people, dossiers))
    clerk = client_of(people.en)
    page = clerk.get("/can-bo/phat-hanh/").content.decode()
    assert page.count('name="chon"') == 2
    lines = [f"{one.pk}:{one.version}:" for one in Dossier.objects.filter(pk__in=[d.pk for d in dossiers])]
    answer = clerk.post("/can-bo/phat-hanh/", {"chon": lines})
    assert "2 trên 2" in clerk.get(answer.url).content.decode()
    for dossier in dossiers:
        result = Result.objects.get(dossier=dossier)
        with result_papers.default_storage.open(result.file.storage_name) as stored:
            found = verify_pdf(stored.read())
        assert found.genuine
        assert [one.name for one in found.signatures] == [people.dung.full_name, dossier.deciding_agency.name_vi]
        assert len({one.certificate for one in found.signatures}) == 2


def test_without_the_seal_nothing_is_issued_and_the_reason_is_told(people, settings, tmp_path):
    (dossier,) = several(people, 1)
    batches.run(authorised(people, [dossier]))
    settings.SEAL_KEY_FILE = str(tmp_path / "none.pem")
    version = Dossier.objects.get(pk=dossier.pk).version
    with pytest.raises(SigningUnavailable):
        results.issue(dossier.pk, user=people.en, version=version)
    answer = client_of(people.en).post("/can-bo/phat-hanh/", {"chon": [f"{dossier.pk}:{version}:"]})
    assert states(ResultBatch.objects.get(act="issue")) == ["failed"]
    assert client_of(people.en).get(answer.url).status_code == 200
    assert Dossier.objects.get(pk=dossier.pk).result_state == "signed"


def test_a_leader_does_not_issue_what_is_the_clerks(people):
    (dossier,) = several(people, 1)
    batches.run(authorised(people, [dossier]))
    version = Dossier.objects.get(pk=dossier.pk).version
    client_of(people.dung).post("/can-bo/phat-hanh/", {"chon": [f"{dossier.pk}:{version}:"]})
    assert states(ResultBatch.objects.get(act="issue")) == ["failed"]
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
