"""A new password by phone and code, for the account that is one's own."""

import pytest
from django.test import Client

from tests.accounts import cast

pytestmark = pytest.mark.django_db
NEW = "ba con ga trong choi da"


def prove(client: Client, phone: str = "0912345678") -> None:
    client.post(cast.url("reset"), {"phone": phone})
    answer = client.post(cast.url("reset_code"), {"code": cast.last_code()})
    assert answer.url == cast.url("reset_password")


def set_new(client: Client, name: str, password: str = NEW):
    return client.post(cast.url("reset_password"), {"name": name, "new_password": password})


def test_new_password_works_and_every_older_session_ends(client):
    cast.mai()
    elsewhere = Client()
    cast.sign_in(elsewhere, cast.MAI_ID)
    prove(client)
    assert set_new(client, cast.MAI_ID).url == cast.url("sign_in")
    assert not cast.is_signed_in(elsewhere)
    assert cast.sign_in(client, cast.MAI_ID, NEW).status_code == 302
    assert cast.sign_in(Client(), cast.MAI_ID).status_code == 200


def test_phone_alone_is_not_enough_because_families_share_it_and_numbers_are_given_away(client):
    mai, nam = cast.mai(), cast.nam()
    prove(client)
    set_new(client, cast.NAM_ID)
    mai.refresh_from_db()
    nam.refresh_from_db()
    assert nam.check_password(NEW) and mai.check_password(cast.PASSWORD)


def test_account_with_another_phone_cannot_be_taken_over(client):
    cast.mai()
    cast.nam(phone="+84987654321")
    prove(client)
    assert "govuk-error-message" in set_new(client, cast.NAM_ID).content.decode()
    assert cast.sign_in(Client(), cast.NAM_ID, cast.PASSWORD + " nam").status_code == 302


def test_identity_number_cannot_be_guessed_without_end(client):
    cast.mai()
    prove(client)
    for number in range(5):
        set_new(client, f"02019000010{number}")
    assert "govuk-error-summary" in set_new(client, cast.MAI_ID).content.decode()
    assert cast.sign_in(Client(), cast.MAI_ID).status_code == 302


def test_steps_cannot_be_skipped_or_repeated(client):
    cast.mai()
    assert client.get(cast.url("reset_password")).url == cast.url("reset")
    assert set_new(client, cast.MAI_ID).url == cast.url("reset")
    prove(client)
    set_new(client, cast.MAI_ID)
    assert set_new(client, cast.MAI_ID, "mot mat khau khac han").url == cast.url("reset")


def test_code_for_a_new_password_opens_no_registration(client):
    cast.mai()
    prove(client)
    assert client.get(cast.url("register_details")).url == cast.url("register")
