"""Tokens: given for a password, stored as a hash, ended by time, revocation, a new password; never beyond their scope."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken, OneTimeCode, User
from accounts.services import change_password, issue_code
from accounts.services.tokens import issue_token, sweep_tokens
from tests import cast
from tests.api.calls import ROOT, Caller, errors, kind, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> cast.Cast:
    return cast.make_cast()


def ask(username: str, scope: str, password: str = cast.PASSWORD, **more: object):
    return Caller().post("auth/token/", {"username": username, "password": password, "scope": scope, **more})


def test_a_token_is_given_once_and_only_its_hash_is_kept(people):
    answer = ask("0912345678", "citizen", name="sổ tay")
    token = answer.json()["token"]
    assert (answer.status_code, token[:3]) == (201, "mc_")
    row = ApiToken.objects.get()
    assert token not in str(row.__dict__)
    assert len(row.digest) == 64
    facts = Caller(token=token).get("auth/token/").json()
    assert (facts["scope"], facts["kind"], "token" in facts) == ("citizen", "citizen", False)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(people):
    wrong, nobody = ask("0912345678", "citizen", "sai"), ask("0999999999", "citizen", "sai")
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.content == nobody.content
    assert kind(wrong) == "unauthorized"


def test_failed_tries_lock_the_account_here_as_on_the_page(people):
    for _n in range(8):
        ask("0912345678", "citizen", "sai")
    locked = ask("0912345678", "citizen")
    assert (locked.status_code, kind(locked)) == (429, "too-many")
    assert int(locked.headers["Retry-After"]) > 0


def test_without_a_token_and_with_a_made_up_one_nothing_opens(people):
    for caller in (Caller(), Caller(token="mc_" + "x" * 43), Caller(token="abc")):
        answer = caller.get("dossiers/")
        assert (answer.status_code, kind(answer)) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_expired_token_opens_nothing(people):
    token = token_of(people.mai, at=timezone.now() - timedelta(hours=2), lasts=timedelta(hours=1))
    assert Caller(token=token).get("dossiers/").status_code == 401


def test_a_token_given_back_opens_nothing(people):
    caller = Caller(people.mai)
    assert caller.send("delete", "auth/token/").status_code == 204
    assert caller.get("dossiers/").status_code == 401


def test_a_new_password_ends_every_token(people):
    caller = Caller(people.mai)
    change_password(people.mai, password="một mật khẩu khác hẳn")
    assert caller.get("dossiers/").status_code == 401


def test_an_account_that_was_closed_has_no_token_any_more(people):
    caller = Caller(people.mai)
    User.objects.filter(pk=people.mai.pk).update(is_active=False)
    assert caller.get("dossiers/").status_code == 401


def test_a_session_cookie_opens_nothing_on_the_api(people):
    browser = Client()
    browser.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    assert browser.get(f"{ROOT}dossiers/").status_code == 401


def test_a_token_of_another_scope_is_refused_before_anything_is_looked_up(people):
    for path in ("dossiers/H37.12-260101-9999/actions/receive/", "dossiers/khong-co/actions/receive/"):
        answer = Caller(people.mai).post(path, {"version": 1})
        assert (answer.status_code, kind(answer)) == (403, "scope")
    assert kind(Caller(people.mai).get("queue/")) == "scope"
    assert kind(Caller(people.hanh).post("dossiers/", {"procedure": "L.000001"})) == "scope"


def test_a_reading_token_changes_nothing_but_may_be_given_back(people):
    caller = Caller(token=token_of(people.mai, "citizen:read"))
    assert caller.get("dossiers/").status_code == 200
    assert kind(caller.post("dossiers/", {"procedure": "L.000001"})) == "scope"
    assert caller.send("delete", "auth/token/").status_code == 204


@pytest.mark.parametrize(
    ("username", "scope"), [("0912345678", "officer"), ("hanh", "citizen"), ("hanh", "citizen:read")]
)
def test_nobody_gets_a_token_of_a_scope_that_is_not_theirs(people, username, scope):
    answer = ask(username, scope)
    assert (answer.status_code, kind(answer)) == (403, "scope")


def test_outside_the_demonstration_officers_get_no_token_without_a_second_factor(people, settings):
    before = Caller(people.hanh)
    settings.MODE = "production"
    answer = ask("hanh", "officer")
    assert (answer.status_code, kind(answer)) == (403, "second-factor")
    assert before.get("queue/").status_code == 401, "tokens of the demonstration are worth nothing in production"
    assert ask("0912345678", "citizen").status_code == 201


def test_an_officers_token_lasts_no_longer_than_a_working_session(people):
    token, _secret = issue_token(people.hanh, scope="officer", at=timezone.now(), lasts=timedelta(days=9))
    assert token.expires_at - token.created_at == timedelta(hours=12)


def test_the_last_use_is_stamped_at_most_once_a_minute(people):
    caller = Caller(people.mai)
    caller.get("auth/token/")
    first = ApiToken.objects.get().last_used_at
    caller.get("auth/token/")
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=1))
    caller.get("auth/token/")
    assert ApiToken.objects.get().last_used_at > first


def test_ended_tokens_are_swept_after_a_month(people):
    token_of(people.mai, at=timezone.now() - timedelta(days=62), lasts=timedelta(days=1))
    token_of(people.mai)
    assert sweep_tokens(at=timezone.now()) == 1
    assert ApiToken.objects.count() == 1


# ── registering ──
DETAILS = {
    "full_name": "Nông Văn Thắng", "national_id": "020090004321", "birth_date": "1990-02-03", "sex": "male", "province": "20",
    "commune": "05977", "line": "Số 1", "email": "", "password": "con voi con ngua bien",
}  # fmt: skip


def begin(monkeypatch, phone: str = "0905111222") -> tuple[str, str]:
    """What the first step gives, and the digits that went out by SMS."""
    monkeypatch.setattr("accounts.services.codes.secrets.randbelow", lambda most: 123456)
    answer = Caller().post("auth/register/", {"phone": phone})
    assert answer.status_code == 202, answer.content
    return answer.json()["registration"], "123456"


def test_an_account_is_opened_with_the_code_of_the_message(monkeypatch):
    registration, code = begin(monkeypatch)
    answer = Caller().post("auth/register/confirm/", DETAILS | {"registration": registration, "code": code})
    assert answer.status_code == 201, answer.content
    assert ask("0905111222", "citizen", DETAILS["password"]).status_code == 201


def test_the_code_alone_is_worth_nothing_without_what_the_first_step_gave(monkeypatch):
    registration, code = begin(monkeypatch)
    other = registration.partition(".")[0] + ".x"
    answer = Caller().post("auth/register/confirm/", DETAILS | {"registration": other, "code": code})
    assert errors(answer) == {"code"}
    assert errors(
        Caller().post("auth/register/confirm/", DETAILS | {"registration": registration, "code": "000000"})
    ) == {"code"}


def test_a_taken_identity_number_can_be_mended_without_a_new_code(monkeypatch, people):
    registration, code = begin(monkeypatch)
    sent = DETAILS | {"registration": registration, "code": code}
    assert errors(Caller().post("auth/register/confirm/", sent | {"national_id": "020190000017"})) == {"national_id"}
    assert Caller().post("auth/register/confirm/", sent).status_code == 201
    assert errors(Caller().post("auth/register/confirm/", sent)) == {"code"}, "the proof is used up"


def test_a_code_asked_for_on_the_pages_cannot_be_used_here(monkeypatch):
    monkeypatch.setattr("accounts.services.codes.secrets.randbelow", lambda most: 123456)
    code = issue_code(
        phone="+84905111222", purpose=OneTimeCode.Purpose.REGISTER, binding="browser", network="203.0.113.9",
        language="vi", at=timezone.now(),
    )  # fmt: skip
    sent = DETAILS | {"registration": f"{code.public_id}.browser", "code": "123456"}
    assert errors(Caller().post("auth/register/confirm/", sent)) == {"code"}
