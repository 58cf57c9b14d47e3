"""What every gateway keeps to: no open transaction, no redirects, clear errors, signed messages five minutes fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.db.transaction import Atomic
from hypothesis import given
from hypothesis import strategies as st

from common.gateways import (
    Answer,
    GatewayError,
    SignatureRefused,
    call,
    check_signature,
    refuse_open_transaction,
    signature,
    signed_headers,
)
from tests.sandbox_process import PortalEar, Sandbox

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BODY = '{"at": "2026-11-21", "note": "Đã phát"}'.encode()


def block(*, of_a_test_case: bool) -> Atomic:
    made = Atomic("default", savepoint=True, durable=False)
    made._from_testcase = of_a_test_case
    return made


def test_a_gateway_refuses_to_be_called_inside_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [block(of_a_test_case=True), block(of_a_test_case=False)]
    monkeypatch.setattr(connections["default"], "atomic_blocks", blocks)
    with pytest.raises(RuntimeError, match="transaction"):
        call("GET", "http://127.0.0.1:9/")


def test_the_wrapper_of_a_test_case_is_not_a_transaction_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "atomic_blocks", [block(of_a_test_case=True)])
    refuse_open_transaction()


def test_nobody_at_home_surely_changed_nothing() -> None:
    with pytest.raises(GatewayError) as failed:
        call("GET", "http://127.0.0.1:9/")
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == ("unreachable", False, False)


@pytest.mark.parametrize("url", ["/no/host", "ftp://example/", "http://"])
def test_an_address_that_is_none_is_an_error_and_not_a_crash(url: str) -> None:
    with pytest.raises(GatewayError) as failed:
        call("GET", url)
    assert not failed.value.is_unclear


@pytest.mark.parametrize(
    ("status", "code", "is_unclear"),
    [
        (500, "http_500", True),
        (503, "http_503", True),
        (429, "busy", False),
        (408, "busy", False),
        (302, "redirected", False),
    ],
)
def test_answers_that_are_no_answers_are_errors_that_may_pass(
    status: int, code: str, is_unclear: bool, portal_ear: PortalEar
) -> None:
    portal_ear.answers = [(status, "")]
    with pytest.raises(GatewayError) as failed:
        call("GET", portal_ear.url)
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == (code, False, is_unclear)


def test_an_endless_answer_is_cut_off(portal_ear: PortalEar) -> None:
    portal_ear.answers = [(200, "x" * 1_000_001)]
    with pytest.raises(GatewayError) as failed:
        call("GET", portal_ear.url)
    assert failed.value.is_unclear


@pytest.mark.parametrize(
    ("status", "permanent"), [(400, True), (422, True), (409, True), (401, False), (403, False), (404, False)]
)
def test_a_refused_message_is_for_good_but_a_refused_key_can_be_mended(status: int, permanent: bool) -> None:
    assert Answer(status, b"").refusal().permanent == permanent


def test_a_refusal_takes_over_only_short_plain_words() -> None:
    assert Answer(422, b"").refusal("bad_number").code == "bad_number"
    assert Answer(422, b"").refusal("số 0912345678").code == "http_422"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff"])
def test_an_unreadable_answer_is_unclear(body: bytes) -> None:
    with pytest.raises(GatewayError) as failed:
        Answer(200, body).json()
    assert failed.value.is_unclear


def signed(secret: str = "new", at: datetime = NOW) -> tuple[str, str]:
    headers = signed_headers(BODY, secret, at=at)
    return headers["X-Timestamp"], headers["X-Signature"]


def is_accepted(body: bytes, timestamp: str, given_signature: str, at: datetime = NOW) -> bool:
    try:
        check_signature(body, timestamp, given_signature, secrets=["new", "old"], at=at)
    except SignatureRefused:
        return False
    return True


def test_messages_of_both_keys_are_accepted_while_keys_are_exchanged() -> None:
    assert is_accepted(BODY, *signed("new"))
    assert is_accepted(BODY, *signed("old"))
    assert not is_accepted(BODY, *signed("older"))


def test_a_message_is_good_for_five_minutes_and_not_a_second_longer() -> None:
    for minutes, good in ((0, True), (5, True), (-5, True)):
        assert is_accepted(BODY, *signed(at=NOW + timedelta(minutes=minutes))) is good
    for seconds in (301, -301, 86_400):
        assert not is_accepted(BODY, *signed(at=NOW + timedelta(seconds=seconds)))


def test_no_altered_message_is_accepted() -> None:
    timestamp, right = signed()
    for place in range(len(BODY)):
        assert not is_accepted(BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :], timestamp, right)
    for place, letter in enumerate(right):
        other = "0" if letter != "0" else "1"
        assert not is_accepted(BODY, timestamp, right[:place] + other + right[place + 1 :])
    assert not is_accepted(BODY, str(int(timestamp) + 1), right)
    assert is_accepted(BODY, timestamp, right)


def test_digits_cannot_move_between_timestamp_and_body() -> None:
    timestamp = str(int(NOW.timestamp()))
    assert signature(timestamp, b"1", "k") != signature(timestamp + "1", b"", "k")


@pytest.mark.parametrize("timestamp", ["", "soon", "²", "-1", "1e9", "9" * 30, " 1", "٣"])
def test_a_timestamp_that_is_none_is_refused_and_never_an_error(timestamp: str) -> None:
    assert not is_accepted(BODY, timestamp, "0" * 64)


@given(st.text(max_size=80))
def test_any_text_as_signature_is_refused_and_never_an_error(text: str) -> None:
    assert not is_accepted(BODY, str(int(NOW.timestamp())), text)


def test_the_sandbox_runs(sandbox: Sandbox) -> None:
    assert call("GET", f"{sandbox.url}/healthz").json()["ok"] is True
