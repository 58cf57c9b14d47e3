"""Signing in by phone, identity number or user name; out again; where it leads."""

from urllib.parse import urljoin

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from accounts.models import User
from tests.accounts import cast

pytestmark = pytest.mark.django_db

OUTSIDE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "https:/evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", " //evil.example",
    "\t//evil.example", "/\t/evil.example", "/\n/evil.example", "http://testserver@evil.example/", "http://testserver.evil.example",
    "//testserver@evil.example", "https://evil.example\\@testserver", "http:///evil.example", "ftp://evil.example",
    "evil.example",
    "//%65vil.example", "http://[::1", "//[::1]/", "////evil.example", "/\\/evil.example", "\x00//evil.example", "https://evil%E3%80%82example",
    "http://evil.example#testserver", "mailto:a@evil.example", "?next=//evil.example", "//evil。example",
    "/en//evil.example", "/en/\\evil.example", "/en/\t/evil.example", "/en\t//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("name", ["0912 345 678", "+84912345678", "84912345678", cast.MAI_ID, "020 190 000 017"])
def test_citizen_signs_in_by_phone_or_identity_number(client, name):
    cast.mai()
    assert cast.sign_in(client, name).url == "/ho-so/"
    assert cast.is_signed_in(client)


def test_officer_signs_in_by_user_name_whatever_its_case_and_comes_to_the_desk(client):
    User.objects.create_user("reception", cast.PASSWORD, kind="officer")
    assert cast.sign_in(client, " Reception ").url == "/can-bo/"


def test_english_page_leads_to_english_pages(client):
    cast.mai()
    answer = client.post("/en" + cast.url("sign_in"), {"username": cast.MAI_ID, "password": cast.PASSWORD})
    assert answer.url == "/en/ho-so/"


def test_shared_phone_belongs_to_the_first_and_the_other_uses_his_identity_number(client):
    mai, nam = cast.mai(), cast.nam()
    cast.sign_in(client, "0912345678")
    assert client.session[SESSION_KEY] == str(mai.pk)
    other = Client()
    assert cast.sign_in(other, "0912345678", cast.PASSWORD + " nam").status_code == 200
    cast.sign_in(other, cast.NAM_ID, cast.PASSWORD + " nam")
    assert other.session[SESSION_KEY] == str(nam.pk)


def test_an_unproven_phone_signs_nobody_in(client):
    user = cast.mai()
    User.objects.filter(pk=user.pk).update(phone_verified_at=None)
    assert cast.sign_in(client, "0912345678").status_code == 200
    assert not cast.is_signed_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "system"}])
def test_closed_and_system_accounts_cannot_sign_in(client, change):
    user = cast.mai()
    User.objects.filter(pk=user.pk).update(**change)
    cast.sign_in(client, user.username)
    assert not cast.is_signed_in(client)


def test_session_key_changes_at_sign_in_so_a_planted_one_is_worth_nothing(client):
    cast.mai()
    client.post(cast.url("register"), {"phone": "0987654321"})
    planted = client.session.session_key
    assert planted
    cast.sign_in(client, cast.MAI_ID)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not cast.is_signed_in(thief)


def test_sign_out_needs_a_post_and_kills_the_session_on_the_server(client):
    cast.mai()
    cast.sign_in(client, cast.MAI_ID)
    key = client.session.session_key
    assert client.get(cast.url("sign_out")).status_code == 405
    assert cast.is_signed_in(client)
    assert client.post(cast.url("sign_out")).url == "/"
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not cast.is_signed_in(thief)


def test_sign_in_and_sign_out_need_the_token_of_the_page():
    strict = Client(enforce_csrf_checks=True)
    for name in ("sign_in", "sign_out", "register", "reset", "set_language"):
        assert strict.post(cast.url(name), {}).status_code == 403


def test_sign_in_goes_back_to_the_page_that_asked_for_it(client):
    cast.mai()
    asked = client.get(cast.url("organisations"))
    assert asked.url == f"{cast.url('sign_in')}?next={cast.url('organisations')}"
    page = client.get(asked.url).content.decode()
    assert f'name="next" value="{cast.url("organisations")}"' in page
    assert cast.sign_in(client, cast.MAI_ID, next=cast.url("organisations")).url == cast.url("organisations")
    assert client.get(asked.url).url == cast.url("organisations")


@pytest.mark.parametrize("target", OUTSIDE)
def test_next_never_leads_outside(client, target):
    cast.mai()
    answers = [
        cast.sign_in(client, cast.MAI_ID, next=target),
        client.get(cast.url("sign_in"), {"next": target}),
        client.post(cast.url("set_language"), {"language": "en", "next": target}),
        client.post(cast.url("set_language"), {"language": "vi", "next": target}),
    ]
    for answer in answers:
        assert urljoin("http://testserver/x", browser_reads(answer["Location"])).startswith("http://testserver/")
    if not target.startswith("/en"):
        assert [answer["Location"] for answer in answers] == ["/ho-so/", "/ho-so/", "/en/", "/"]


def browser_reads(address: str) -> str:
    """Browsers drop tabs and line ends and read \\ as /."""
    return address.translate({9: None, 10: None, 13: None, 92: "/"}).strip()


def test_language_switch_keeps_the_place_and_is_remembered_on_the_account(client):
    user = cast.mai()
    cast.sign_in(client, cast.MAI_ID)
    answer = client.post(cast.url("set_language"), {"language": "en", "next": "/tai-khoan/to-chuc/"})
    assert answer.url == "/en/tai-khoan/to-chuc/"
    user.refresh_from_db()
    assert user.language == "en"
    assert client.post(cast.url("set_language"), {"language": "xx", "next": "/en/tai-khoan/"}).url == "/tai-khoan/"
