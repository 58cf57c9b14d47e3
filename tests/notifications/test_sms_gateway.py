"""SMS over HTTP with a real carrier's manners: once per reference, receipts, refusals, silence."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from common.gateways import GatewayError, SignatureRefused
from notifications.gateways.base import Delivery, Receipt, SmsOut, is_news
from notifications.gateways.receipts import ReceiptUnreadable, parse, verify
from notifications.gateways.sms_http import HttpSmsGateway, SmsConfig
from notifications.sms_text import count_segments
from tests.sandbox_process import Heard, PortalEar, Sandbox, secret, wait_until


@pytest.fixture
def gateway(sandbox: Sandbox) -> HttpSmsGateway:
    return HttpSmsGateway(SmsConfig(f"{sandbox.url}/sms/v1/messages", "MOTCUA", secret("SMS_SECRETS")))


def an_sms(text: str = "Ho so H37.12-261121-0001 da duoc tiep nhan", to: str = "84912345678") -> SmsOut:
    return SmsOut(uuid.uuid4().hex, to, text)


def proven(heard: Heard) -> Receipt:
    headers = heard.headers
    return verify(
        heard.body,
        headers["x-timestamp"],
        headers["x-signature"],
        at=datetime.now(UTC),
        secrets=["another", secret("SMS_SECRETS")],
    )


def test_a_message_arrives_once_and_its_receipts_follow(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sms = an_sms()
    sent = gateway.send(sms)
    receipts = [proven(heard) for heard in portal_ear.wait(2)]
    assert [receipt.delivery for receipt in receipts] == [Delivery.SENT, Delivery.DELIVERED]
    assert {(receipt.reference, receipt.provider_ref) for receipt in receipts} == {(sms.reference, sent.provider_ref)}
    assert {heard.path for heard in portal_ear.heard} == {"/notifications/receipts/"}
    inbox = sandbox.inbox(to="0912345678")
    assert [(row["text"], row["segments"], row["sender"]) for row in inbox] == [(sms.text, 1, "MOTCUA")]


def test_the_same_reference_again_is_answered_alike_and_not_sent_again(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sms = an_sms()
    sandbox.script("sms.send", "lost_answer")
    with pytest.raises(GatewayError) as failed:
        gateway.send(sms)
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == ("unclear", False, True)
    assert gateway.send(sms) == gateway.send(sms)
    (message,) = sandbox.book("sms")["messages"]
    assert message["requests"] == 3
    assert len(sandbox.inbox()) == 1


def test_the_same_reference_for_another_text_is_refused_for_good(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sms = an_sms()
    gateway.send(sms)
    with pytest.raises(GatewayError) as refused:
        gateway.send(SmsOut(sms.reference, sms.to, "khac"))
    assert (refused.value.code, refused.value.permanent) == ("reference_used", True)


@pytest.mark.parametrize(
    ("sms", "code"),
    [
        (SmsOut("r1", "0912345678", "x"), "bad_number"),
        (SmsOut("r2", "4412345678", "x"), "bad_number"),
        (SmsOut("r3", "84912345678", "  "), "bad_text"),
        (SmsOut("r4", "84912345678", "x", kind="advertising"), "bad_type"),
        (SmsOut("", "84912345678", "x"), "bad_reference"),
    ],
)
def test_what_can_never_be_sent_is_refused_for_good(
    sms: SmsOut, code: str, sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    with pytest.raises(GatewayError) as refused:
        gateway.send(sms)
    assert (refused.value.code, refused.value.permanent) == (code, True)
    assert sandbox.book("sms")["messages"] == []


@pytest.mark.parametrize(
    ("mode", "code", "permanent", "is_unclear"),
    [
        ("down", "unclear", False, True),
        ("error_500", "http_500", False, True),
        ("refuse", "refused_by_network", True, False),
    ],
)
def test_a_carrier_in_trouble_sends_nothing_and_says_how_bad_it_is(
    mode: str,
    code: str,
    permanent: bool,
    is_unclear: bool,
    sandbox: Sandbox,
    portal_ear: PortalEar,
    gateway: HttpSmsGateway,
) -> None:
    sandbox.script("sms.send", mode)
    with pytest.raises(GatewayError) as failed:
        gateway.send(an_sms())
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == (code, permanent, is_unclear)
    assert sandbox.book("sms")["messages"] == []


def test_a_wrong_or_stale_signature_is_refused_by_the_carrier_but_can_be_mended(
    sandbox: Sandbox, portal_ear: PortalEar
) -> None:
    url, right = f"{sandbox.url}/sms/v1/messages", secret("SMS_SECRETS")
    hour_ago = HttpSmsGateway(SmsConfig(url, "MOTCUA", right), now=lambda: datetime.now(UTC) - timedelta(hours=1))
    for gateway in (HttpSmsGateway(SmsConfig(url, "MOTCUA", "wrong")), hour_ago):
        with pytest.raises(GatewayError) as refused:
            gateway.send(an_sms())
        assert (refused.value.code, refused.value.permanent) == ("bad_signature", False)


def test_an_accepted_message_may_be_lost_all_the_same(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sandbox.script("sms.send", "drop")
    gateway.send(an_sms())
    assert sandbox.inbox() == []
    assert [row["status"] for row in sandbox.book("sms")["messages"]] == ["lost"]


def test_a_receipt_may_come_twice_badly_signed_late_or_say_failed(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sandbox.script("sms.receipt", "duplicate")
    sandbox.script("sms.receipt", "refuse")
    gateway.send(an_sms())
    assert [proven(heard).delivery for heard in portal_ear.wait(3)] == [Delivery.SENT, Delivery.SENT, Delivery.FAILED]
    portal_ear.heard.clear()
    sandbox.script("sms.receipt", "bad_signature")
    gateway.send(an_sms())
    with pytest.raises(SignatureRefused):
        proven(portal_ear.wait(1)[0])


def test_receipts_in_the_other_order_only_move_a_message_forward(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    sandbox.script("sms.receipt", "out_of_order", seconds=30)
    gateway.send(an_sms())
    first, second = (proven(heard).delivery for heard in portal_ear.wait(2))
    assert (first, second) == (Delivery.DELIVERED, Delivery.SENT)
    assert is_news("", first)
    assert not is_news(first, second)
    assert not is_news(Delivery.FAILED, Delivery.DELIVERED)


def test_receipts_come_again_until_they_are_heard(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    portal_ear.answers = [(503, ""), (503, ""), (204, "")]
    gateway.send(an_sms())
    wait_until(
        lambda: {row["state"] for row in sandbox.book("sms")["receipts"]} == {"done"}, "both receipts to be heard"
    )
    assert len(portal_ear.heard) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"\xff",
        b'{"message_id": "m", "reference": "r", "status": "read", "at": "2026-11-21T00:00:00+00:00"}',
        b'{"message_id": "m", "reference": "r", "status": "sent", "at": "2026-11-21T00:00:00"}',
        b'{"message_id": "m", "reference": "r", "status": "sent", "at": "soon"}',
        b'{"message_id": "m", "reference": 5, "status": "sent", "at": "2026-11-21T00:00:00+00:00"}',
        b'{"message_id": "m", "reference": "", "status": "sent", "at": "2026-11-21T00:00:00+00:00"}',
    ],
)
def test_an_unreadable_receipt_is_refused_and_never_an_error(body: bytes) -> None:
    with pytest.raises(ReceiptUnreadable):
        parse(body)


def test_portal_and_carrier_count_segments_alike(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: HttpSmsGateway
) -> None:
    for text in ("a" * 161, "đ" * 71, "[" * 153, "Hồ sơ", "👋" * 67):
        assert gateway.send(an_sms(text)).segments == count_segments(text).count


def test_nothing_personal_is_shown_when_a_message_is_printed() -> None:
    assert "0912345678" not in repr(SmsOut("r", "0912345678", "Ma OTP 123456"))
    assert "123456" not in repr(SmsOut("r", "0912345678", "Ma OTP 123456"))
