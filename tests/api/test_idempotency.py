"""An unsafe call with an Idempotency-Key is carried out once, however often and from how many sides it comes."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from common.api import idempotency
from common.models import IdempotentCall
from dossiers.models import Dossier
from tests import cast
from tests.api.calls import Caller, kind
from tests.procedures.answers import answers

KEY = "sports-business-certificate-tennis"
DRAFT = {"procedure": "1.000501", "delivery": {"kind": "online"}}


@pytest.fixture
def mai(db: None) -> Any:
    return cast.make_cast().mai


def test_a_repeated_call_gives_the_same_answer_and_is_done_once(mai):
    caller = Caller(mai)
    first, again = caller.post("dossiers/", DRAFT, key="a"), caller.post("dossiers/", DRAFT, key="a")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Dossier.objects.count() == 1


def test_without_a_key_every_call_counts(mai):
    caller = Caller(mai)
    assert [caller.post("dossiers/", DRAFT).status_code for _n in range(2)] == [201, 201]
    assert Dossier.objects.count() == 2


def test_the_same_key_with_other_content_is_refused(mai):
    caller = Caller(mai)
    caller.post("dossiers/", DRAFT, key="a")
    other = caller.post("dossiers/", DRAFT | {"delivery": {"kind": "counter"}}, key="a")
    assert (other.status_code, kind(other)) == (422, "key-reused")
    elsewhere = caller.post("auth/token/", {}, key="a")
    assert elsewhere.status_code == 422


def test_the_same_key_of_another_person_is_another_key(mai):
    from accounts.models import User

    hai = User.objects.get(full_name="Trần Văn Hải")
    assert Caller(mai).post("dossiers/", DRAFT, key="a").status_code == 201
    assert Caller(hai).post("dossiers/", DRAFT, key="a").status_code == 201
    assert Dossier.objects.count() == 2


def test_the_same_file_under_the_same_key_is_stored_once_and_another_file_is_refused(mai):
    draft = cast.draft(mai, KEY, answers(KEY))
    caller, path = Caller(mai), f"dossiers/{draft.public_id}/files/"
    caller.headers["idempotency-key"] = "file"
    key = draft.papers.order_by("pk").first().key
    first = caller.upload(path, {"paper": key, "file": cast.upload()})
    again = caller.upload(path, {"paper": key, "file": cast.upload()})
    assert (first.status_code, first.json()) == (201, again.json())
    other = caller.upload(path, {"paper": key, "file": cast.upload(content=cast.PDF + b"%\n")})
    assert (other.status_code, kind(other)) == (422, "key-reused")


def test_after_a_refusal_the_key_is_free(mai):
    caller = Caller(mai)
    assert caller.post("dossiers/", DRAFT | {"delivery": {"kind": "post"}}, key="a").status_code == 422
    assert not IdempotentCall.objects.exists()
    assert not Dossier.objects.exists(), "a refused draft leaves nothing behind"
    assert caller.post("dossiers/", DRAFT, key="a").status_code == 201


def test_while_the_first_call_is_at_work_the_second_waits(mai):
    caller = Caller(mai)
    caller.post("dossiers/", DRAFT, key="a")
    IdempotentCall.objects.update(status=None, started_at=timezone.now())
    second = caller.post("dossiers/", DRAFT, key="a")
    assert (second.status_code, kind(second), second.headers["Retry-After"]) == (409, "in-flight", "1")
    IdempotentCall.objects.update(started_at=timezone.now() - idempotency.LEASE)  # its server died
    assert caller.post("dossiers/", DRAFT, key="a").status_code == 201


def test_what_is_kept_is_encrypted_and_names_neither_key_nor_content(mai):
    caller = Caller(mai)
    caller.post("dossiers/", DRAFT, key="0912345678")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM common_idempotentcall t")
        text = cursor.fetchone()[0]
    for personal in ("0912345678", "Mai", "020190000017", "1.000501"):
        assert personal not in text


def test_answers_are_swept_after_two_days(mai):
    Caller(mai).post("dossiers/", DRAFT, key="a")
    assert idempotency.sweep(at=timezone.now() + timedelta(hours=47)) == 0
    assert idempotency.sweep(at=timezone.now() + timedelta(hours=49)) == 1


def race(mai: Any, key: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Six calls at once: all stand at the door of the claim before one goes through."""
    caller, gate, statuses = Caller(mai), threading.Barrier(6), []
    real = idempotency.begin

    def together(request: Any) -> Any:
        gate.wait(20)
        return real(request)

    monkeypatch.setattr(idempotency, "begin", together)

    def call() -> None:
        try:
            statuses.append(
                Caller(token=caller.headers["authorization"][7:]).post("dossiers/", DRAFT, key=key).status_code
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_with_one_key_make_one_draft(monkeypatch):
    statuses = race(cast.make_cast().mai, "race", monkeypatch)
    assert set(statuses) <= {201, 409}
    assert statuses[0] == 201
    assert Dossier.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_key_the_same_race_makes_six(monkeypatch):
    """The negative control."""
    assert race(cast.make_cast().mai, "", monkeypatch) == [201] * 6
    assert Dossier.objects.count() == 6
