"""Guessing of passwords, and learning who has an account."""

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client

from accounts import backends
from accounts.models import User
from notifications.models import Message
from tests.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def hashed(monkeypatch):
    """How many password hashes were computed."""
    calls = []
    real = backends.make_password
    monkeypatch.setattr(backends, "make_password", lambda password: calls.append("dummy") or real(password))
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: calls.append("real") or check(self, raw))
    return calls


def test_known_and_unknown_names_get_the_same_answer_and_cost_one_hash_each(hashed):
    cast.mai()
    bodies = set()
    names = ["0912345678", cast.MAI_ID, "0987654321", "020190999999", "nobody", "co@example.vn"]
    for name in names:
        answer = cast.sign_in(Client(), name, "wrong password")
        bodies.add((answer.status_code, cast.plain(answer).replace(name, "NAME")))
    assert len(bodies) == 1
    assert len(hashed) == len(names)


def test_shared_phone_costs_one_hash_like_any_other(hashed):
    cast.mai()
    cast.nam()
    cast.sign_in(Client(), "0912345678", "wrong password")
    assert hashed == ["real"]


def test_registration_and_forgotten_password_answer_alike_for_known_and_unknown_phones():
    cast.mai()
    for page in ("register", "reset"):
        answers = set()
        for phone in ("0912345678", "0987654321"):
            client = Client()
            first = client.post(cast.url(page), {"phone": phone})
            second = client.get(first.url)
            body = cast.plain(second)
            for shown in ("09•• ••• 678", "09•• ••• 321"):
                body = body.replace(shown, "PHONE")
            wrong = cast.plain(client.post(first.url, {"code": "123456"}))
            for shown in ("09•• ••• 678", "09•• ••• 321"):
                wrong = wrong.replace(shown, "PHONE")
            answers.add((first.status_code, first.url, second.status_code, body, wrong))
        assert len(answers) == 1


def test_forgotten_password_sends_nothing_to_a_phone_without_account():
    cast.mai()
    Client().post(cast.url("reset"), {"phone": "0987654321"})
    assert not Message.objects.exists()
    Client().post(cast.url("reset"), {"phone": "0912345678"})
    assert Message.objects.get().destination == cast.MAI_PHONE


def test_after_eight_wrong_passwords_the_right_one_is_refused_from_there_and_the_page_says_what_to_do(client):
    cast.mai()
    for _ in range(7):
        assert cast.sign_in(client, cast.MAI_ID, "wrong password").status_code == 200
    locked = cast.sign_in(client, cast.MAI_ID, "wrong password")
    assert locked.status_code == 429 and locked["Retry-After"] == "900"
    assert cast.url("reset") in locked.content.decode()
    assert cast.sign_in(client, cast.MAI_ID).status_code == 429
    assert not cast.is_signed_in(client)


def test_guesses_are_counted_for_the_person_whichever_name_is_typed(client):
    mai = cast.mai()
    names = [cast.MAI_ID, "0912345678", mai.username, "+84912345678"] * 2
    answers = [cast.sign_in(client, name, "wrong password").status_code for name in names]
    assert answers == [200] * 7 + [429]


def test_unknown_names_are_locked_in_the_same_way(client):
    answers = [cast.sign_in(client, "0987654321", "wrong password").status_code for _ in range(8)]
    assert answers == [200] * 7 + [429]


def test_lock_from_one_address_leaves_the_owner_elsewhere_free():
    cast.mai()
    attacker = Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(8):
        cast.sign_in(attacker, cast.MAI_ID, "wrong password")
    owner = Client(REMOTE_ADDR="192.0.2.2")
    assert cast.sign_in(owner, cast.MAI_ID).status_code == 302


def test_guesses_from_many_addresses_are_stopped_for_the_account(monkeypatch, hashed):
    monkeypatch.setattr(backends, "ACCOUNT_TRIES", 10)
    cast.mai()
    for number in range(20):
        cast.sign_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), cast.MAI_ID, "wrong password")
    assert len(hashed) == 10
    assert cast.sign_in(Client(REMOTE_ADDR="192.0.2.200"), cast.MAI_ID).status_code == 429


def test_one_address_cannot_try_every_account(monkeypatch, hashed):
    monkeypatch.setattr(backends, "NETWORK_TRIES", 10)
    client = Client(REMOTE_ADDR="192.0.2.1")
    for number in range(12):
        cast.sign_in(client, f"name{number}", "wrong password")
    assert len(hashed) == 10


def test_lock_survives_an_emptied_redis(client):
    cast.mai()
    for _ in range(8):
        cast.sign_in(client, cast.MAI_ID, "wrong password")
    cache.clear()
    assert cast.sign_in(client, cast.MAI_ID).status_code == 429


def test_forwarded_address_of_a_stranger_does_not_reset_the_counter():
    cast.mai()
    client = Client(REMOTE_ADDR="192.0.2.1")
    answers = []
    for number in range(8):
        answers.append(
            client.post(
                cast.url("sign_in"),
                {"username": cast.MAI_ID, "password": "wrong password"},
                headers={"x-forwarded-for": f"198.51.100.{number}"},
            ).status_code
        )
    assert answers == [200] * 7 + [429]


def test_right_password_forgives_the_wrong_ones_before(client):
    cast.mai()
    for _ in range(2):
        for _ in range(6):
            cast.sign_in(client, cast.MAI_ID, "wrong password")
        assert cast.sign_in(client, cast.MAI_ID).status_code == 302
        client.post(cast.url("sign_out"))


def test_owner_gets_in_again_by_a_code_while_sign_in_is_closed(client):
    mai = cast.mai()
    for _ in range(8):
        cast.sign_in(client, cast.MAI_ID, "wrong password")
    client.post(cast.url("reset"), {"phone": "0912345678"})
    client.post(cast.url("reset_code"), {"code": cast.last_code()})
    new = "ba con ga trong choi da"
    client.post(cast.url("reset_password"), {"name": cast.MAI_ID, "new_password": new})
    assert cast.sign_in(client, cast.MAI_ID, new).status_code == 302
    mai.refresh_from_db()
    assert mai.check_password(new)


def test_failed_sign_ins_are_noted_without_phones_numbers_or_passwords(client, caplog):
    cast.mai()
    for name in ("0912345678", cast.MAI_ID, "020190999999"):
        cast.sign_in(client, name, "secret-guess")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(a)::text, ' ') FROM axes_accessattempt a")
        noted = cursor.fetchone()[0]
    assert AccessAttempt.objects.exists()
    for secret in ("0912345678", "912345678", cast.MAI_ID, "020190999999", "secret-guess"):
        assert secret not in noted + caplog.text


def test_tries_beyond_the_limit_are_refused_without_a_request_too(monkeypatch):
    cast.mai()
    monkeypatch.setattr(backends, "ACCOUNT_TRIES", 1)
    backend = backends.PhoneOrNameBackend()
    assert backend.authenticate(None, username=cast.MAI_ID, password="wrong password") is None
    with pytest.raises(PermissionDenied):
        backend.authenticate(None, username=cast.MAI_ID, password=cast.PASSWORD)
