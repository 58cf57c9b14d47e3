"""E-mail through an SMTP server, with Django's own backend; our reference is the Message-ID."""

import re
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from common.gateways import UNCLEAR, GatewayError, refuse_open_transaction
from notifications.gateways.base import MailOut, Sent


@dataclass(frozen=True, slots=True)
class MailConfig:
    """Server, account and sender; `timeout` in seconds for each step of the talk."""

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = ""
    use_tls: bool = False
    timeout: int = 10


def from_settings() -> "SmtpGateway":
    """The gateway that the settings describe."""
    return SmtpGateway(
        MailConfig(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            sender=settings.DEFAULT_FROM_EMAIL,
            username=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            use_tls=settings.EMAIL_USE_TLS,
            timeout=settings.EMAIL_TIMEOUT,
        )
    )


class SmtpGateway:
    """One mail server."""

    name = "smtp"

    def __init__(self, config: MailConfig) -> None:
        self._config = config

    def send(self, message: MailOut) -> Sent:
        """Hand one letter over; raises GatewayError, permanent when the server refuses this letter for good."""
        refuse_open_transaction()
        letter, message_id = self._letter(message)
        backend = self._backend()
        _open(backend)
        try:
            backend.send_messages([letter])
        except Exception as error:
            raise _failure(error) from None
        finally:
            _close(backend)
        return Sent(message_id)

    def _letter(self, message: MailOut) -> tuple[EmailMultiAlternatives, str]:
        if re.search(r"[\r\n]", message.subject + message.to + message.reference):
            raise GatewayError("bad_header", permanent=True)
        domain = parseaddr(self._config.sender)[1].rpartition("@")[2] or "localhost"
        message_id = f"<{message.reference}@{domain}>"
        headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
        letter = EmailMultiAlternatives(
            message.subject, message.text, self._config.sender, [message.to], headers=headers
        )
        if message.html:
            letter.attach_alternative(message.html, "text/html")
        return letter, message_id

    def _backend(self) -> EmailBackend:
        config = self._config
        return EmailBackend(
            host=config.host,
            port=config.port,
            username=config.username,
            password=config.password,
            use_tls=config.use_tls,
            timeout=config.timeout,
        )


def _open(backend: EmailBackend) -> None:
    """Connect and sign in first: what fails here surely sent nothing."""
    try:
        backend.open()
    except smtplib.SMTPResponseException as error:
        raise GatewayError(f"smtp_{error.smtp_code}", permanent=False) from None
    except (OSError, smtplib.SMTPException):
        raise GatewayError("unreachable", permanent=False) from None


def _close(backend: EmailBackend) -> None:
    """The letter's fate is known by now: a server that hangs up while we say goodbye changes nothing."""
    try:
        backend.close()
    except (OSError, smtplib.SMTPException):
        backend.connection = None


def _failure(error: Exception) -> GatewayError:
    """5xx is for good, 4xx for now, a broken talk is unclear; anything else is no letter at all."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = [code for code, _ in error.recipients.values()]
        return GatewayError(f"smtp_{max(replies)}", permanent=min(replies) >= 500)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return GatewayError(UNCLEAR, permanent=False)
    if isinstance(error, smtplib.SMTPResponseException):
        return GatewayError(f"smtp_{error.smtp_code}", permanent=error.smtp_code >= 500)
    if isinstance(error, OSError):
        return GatewayError(UNCLEAR, permanent=False)
    return GatewayError("bad_letter", permanent=True)
