"""E-mail over real SMTP: arrives whole, once per reference, and every refusal is told apart."""

import uuid
from dataclasses import replace

import pytest

from common.gateways import GatewayError
from notifications.gateways.base import MailOut
from notifications.gateways.smtp import MailConfig, SmtpGateway
from tests.sandbox_process import PortalEar, Sandbox


@pytest.fixture
def gateway(sandbox: Sandbox) -> SmtpGateway:
    return SmtpGateway(MailConfig("127.0.0.1", sandbox.smtp_port, "Một Cửa <motcua@langson.example>", timeout=10))


def a_letter() -> MailOut:
    return MailOut(
        reference=uuid.uuid4().hex,
        to="nguyen.van.a@example.com",
        subject="Hồ sơ H37.12-261121-0001 đã được tiếp nhận",
        text="Kính gửi Ông/Bà,\nHồ sơ đã được tiếp nhận. Tra cứu: http://127.0.0.1:8000/tra-cuu/",
        html="<p>Hồ sơ đã được tiếp nhận.</p>",
    )


def test_a_letter_arrives_as_it_was_written(sandbox: Sandbox, portal_ear: PortalEar, gateway: SmtpGateway) -> None:
    letter = a_letter()
    sent = gateway.send(letter)
    (row,) = sandbox.inbox(to="NGUYEN.van.a@example.com")
    assert row["subject"] == letter.subject
    assert row["text"].strip() == letter.text
    assert row["html"].strip() == letter.html
    assert row["reference"] == letter.reference
    assert sent.provider_ref == f"<{letter.reference}@langson.example>" == row["message_id"]


def test_a_letter_sent_again_under_its_reference_is_the_same_letter(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: SmtpGateway
) -> None:
    letter = a_letter()
    sandbox.script("smtp", "lost_answer")
    with pytest.raises(GatewayError) as failed:
        gateway.send(letter)
    assert (failed.value.code, failed.value.permanent) == ("unclear", False)
    gateway.send(letter)
    assert [row["requests"] for row in sandbox.book("smtp")["messages"]] == [2]


@pytest.mark.parametrize(
    ("mode", "code", "permanent"),
    [("down", "unclear", False), ("error_500", "smtp_451", False), ("refuse", "smtp_550", True)],
)
def test_a_refused_mailbox_is_for_good_and_a_server_in_trouble_is_not(
    mode: str, code: str, permanent: bool, sandbox: Sandbox, portal_ear: PortalEar, gateway: SmtpGateway
) -> None:
    sandbox.script("smtp", mode)
    with pytest.raises(GatewayError) as failed:
        gateway.send(a_letter())
    assert (failed.value.code, failed.value.permanent) == (code, permanent)
    assert sandbox.inbox() == []


def test_a_slow_server_is_not_waited_for_for_ever(sandbox: Sandbox, portal_ear: PortalEar) -> None:
    hasty = SmtpGateway(MailConfig("127.0.0.1", sandbox.smtp_port, "motcua@langson.example", timeout=1))
    sandbox.script("smtp", "slow", seconds=3)
    with pytest.raises(GatewayError) as failed:
        hasty.send(a_letter())
    assert failed.value.is_unclear


def test_nobody_at_home_surely_sent_nothing() -> None:
    with pytest.raises(GatewayError) as failed:
        SmtpGateway(MailConfig("127.0.0.1", 9, "motcua@langson.example")).send(a_letter())
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == ("unreachable", False, False)


@pytest.mark.parametrize("field", ["subject", "to", "reference"])
@pytest.mark.parametrize("evil", ["\r\nBcc: x@example.com", "\nBcc: x@example.com", "\r"])
def test_no_line_break_reaches_a_header(
    field: str, evil: str, sandbox: Sandbox, portal_ear: PortalEar, gateway: SmtpGateway
) -> None:
    letter = a_letter()
    with pytest.raises(GatewayError) as refused:
        gateway.send(replace(letter, **{field: getattr(letter, field) + evil}))
    assert (refused.value.code, refused.value.permanent) == ("bad_header", True)
    assert sandbox.inbox() == []


def test_nothing_personal_is_shown_when_a_letter_is_printed() -> None:
    assert "nguyen" not in repr(a_letter())
