"""Sessions end by themselves; what a signed-in person saw is kept nowhere."""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.http import HttpResponse

from accounts import urls
from accounts.middleware import background
from accounts.models import User
from common import addresses
from tests.accounts import cast

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def after(**span: float) -> time_machine.travel:
    return time_machine.travel(START + timedelta(**span), tick=False)


def answer_profile_with(view, monkeypatch) -> None:
    """Which page an address leads to is kept by the process: with another page behind it, nothing is kept yet."""
    pattern = next(p for p in urls.urlpatterns if p.name == "profile")
    monkeypatch.setattr(pattern, "callback", view)
    monkeypatch.setattr(addresses, "_known", OrderedDict())


@pytest.fixture
def mai(client):
    user = cast.mai()
    with after():
        cast.sign_in(client, cast.MAI_ID)
    return user


def test_citizen_is_signed_out_after_thirty_idle_minutes(client, mai):
    with after(minutes=29, seconds=59):
        assert cast.is_signed_in(client)
    with after(minutes=29 + 30, seconds=59):
        assert not cast.is_signed_in(client)


def test_officer_is_signed_out_after_fifteen_idle_minutes_in_production(client, settings):
    settings.IDLE_MINUTES = {"citizen": 30, "officer": 15}
    User.objects.create_user("reception", cast.PASSWORD, kind="officer")
    with after():
        cast.sign_in(client, "reception")
    with after(minutes=14):
        assert cast.is_signed_in(client)
    with after(minutes=14 + 15):
        assert not cast.is_signed_in(client)


def test_nobody_stays_signed_in_longer_than_twelve_hours_however_busy(client, mai):
    for minutes in range(20, 12 * 60, 20):
        with after(minutes=minutes):
            assert cast.is_signed_in(client)
    with after(hours=12):
        assert not cast.is_signed_in(client)


def test_after_idle_time_the_page_leads_to_sign_in_which_says_why_and_comes_back(client, mai):
    with after(hours=1):
        answer = client.get(cast.url("organisations"), follow=True)
        assert answer.redirect_chain == [(f"{cast.url('sign_in')}?next={cast.url('organisations')}", 302)]
        assert answer.context["ended"] == {"reason": "idle", "is_unsent": False}
        back = cast.sign_in(client, cast.MAI_ID, next=cast.url("organisations"))
        assert back.url == cast.url("organisations")
        client.post(cast.url("sign_out"))
        assert client.get(cast.url("sign_in")).context["ended"] is None


def test_what_is_sent_after_idle_time_is_not_carried_out_and_says_so(client, mai):
    with after(hours=1):
        page = "http://testserver" + cast.url("change_password") + "?a=1"
        answer = client.post(cast.url("edit_profile"), {"full_name": "X"}, headers={"referer": page})
        assert answer.url == f"{cast.url('sign_in')}?next=%2Ftai-khoan%2Fmat-khau%2F%3Fa%3D1"
        assert client.get(answer.url).context["ended"] == {"reason": "idle", "is_unsent": True}


def test_partial_request_of_an_idle_page_sends_the_whole_page_to_sign_in(client, mai):
    with after(hours=1):
        headers = {"hx-request": "true", "hx-current-url": "http://testserver/can-bo/?tab=new"}
        answer = client.get(cast.url("profile"), headers=headers)
        assert answer["HX-Redirect"] == f"{cast.url('sign_in')}?next=%2Fcan-bo%2F%3Ftab%3Dnew"
        assert not answer.content


def test_public_pages_stay_readable_after_idle_time(client, mai):
    with after(hours=1):
        assert client.get(cast.url("register")).status_code == 200
        assert not cast.is_signed_in(client)


def test_stamp_of_last_use_is_written_at_most_once_a_minute(client, mai, django_assert_num_queries):
    def stamped() -> datetime:
        return Session.objects.get(session_key=client.session.session_key).get_decoded()["seen"]

    before = stamped()
    with after(seconds=59):
        cast.is_signed_in(client)
        assert stamped() == before
    with after(seconds=60):
        cast.is_signed_in(client)
        assert stamped() == before + 60


def test_polling_of_a_page_does_not_keep_a_forgotten_session_alive(client, mai, monkeypatch):
    answer_profile_with(background(lambda request: HttpResponse("")), monkeypatch)
    for minute in range(1, 30):
        with after(minutes=minute):
            client.get(cast.url("profile"))
    monkeypatch.undo()
    with after(minutes=30):
        assert not cast.is_signed_in(client)


def test_pages_of_a_signed_in_person_are_never_stored(client, mai):
    with after(minutes=1):
        for name in ("profile", "edit_profile", "organisations", "change_phone", "register"):
            assert "no-store" in client.get(cast.url(name))["Cache-Control"]


@pytest.mark.parametrize("name", ["sign_in", "register", "reset"])
def test_pages_where_secrets_are_typed_are_never_stored(client, name):
    assert "no-store" in client.get(cast.url(name))["Cache-Control"]


def test_old_session_without_stamps_starts_counting_instead_of_lasting_for_ever(client):
    client.force_login(cast.mai(), backend="accounts.backends.PhoneOrNameBackend")
    with after():
        assert cast.is_signed_in(client)
    with after(minutes=30):
        assert not cast.is_signed_in(client)


def test_views_get_the_account_itself_and_visitors_stay_visitors(client, mai, monkeypatch):
    seen = []
    answer_profile_with(lambda request: HttpResponse(seen.append(request.user) or ""), monkeypatch)
    with after(minutes=1):
        client.get(cast.url("profile"))
        client.logout()
        client.get(cast.url("profile"))
    account, visitor = seen
    assert type(account) is User and account == mai
    assert account.is_verified() is False, "the second factor is still asked"
    assert not visitor.is_authenticated
