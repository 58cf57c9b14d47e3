"""Writing, sending and settling of messages.

A message is inserted once per key in the transaction of what it tells of; a durable job sends it by id. Codes are sent
at most once (an unclear answer is final), everything else at least once with the same reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from common import jobs
from common.gateways import GatewayError
from common.models import Job
from notifications import sms_text
from notifications.gateways import sms_http, smtp
from notifications.gateways.base import MailOut, SmsOut
from notifications.models import Message, Receipt

CODE = "accounts.code"
OPEN = (Message.State.QUEUED, Message.State.SENT, Message.State.UNCLEAR)


@dataclass(frozen=True)
class Text:
    """What one message says: a subject line (e-mail, site) and a body."""

    subject_line: str
    body: str


@dataclass(frozen=True)
class About:
    """What a message is about, as a reference downward rooms can keep."""

    subject_type: str = ""
    subject_id: int | None = None
    agency_code: str = ""


def send_code(*, phone: str, code: str, purpose: str, language: str, key: str) -> Message:
    """Queue a one-time code by SMS; at most once, the code is blanked in the row when it is sent."""
    with override(language):
        body = gettext("Your code for Mot Cua is %(code)s, valid for 5 minutes. Do not give it to anybody.") % {
            "code": code
        }
    return queue(
        key=key, channel=Message.Channel.SMS, kind=CODE, destination=phone, text=Text(purpose, body), language=language
    )


def queue(
    *,
    key: str,
    channel: str,
    kind: str,
    destination: str,
    text: Text,
    language: str = "vi",
    recipient_id: int | None = None,
    about: About | None = None,
) -> Message:
    """Insert a message once per key and the job that sends it; a site message needs no sending."""
    about = about or About()
    now = timezone.now()
    on_site = channel == Message.Channel.SITE
    with transaction.atomic():
        message, created = Message.objects.get_or_create(
            key=key,
            defaults={
                "channel": channel,
                "kind": kind,
                "destination": destination,
                "recipient_id": recipient_id,
                "language": language,
                "subject_line": text.subject_line,
                "body": sms_text.unaccent(text.body) if channel == Message.Channel.SMS else text.body,
                "subject_type": about.subject_type,
                "subject_id": about.subject_id,
                "agency_code": about.agency_code,
                "state": Message.State.DELIVERED if on_site else Message.State.QUEUED,
                "delivered_at": now if on_site else None,
            },
        )
        if created and not on_site:
            jobs.enqueue("message.send", key=f"message:{message.pk}", payload={"message": message.pk})
    return message


def send(job: Job) -> None:
    """Job: send one queued message through its carrier and keep the carrier's answer."""
    message = Message.objects.get(pk=job.payload["message"])
    if message.state != Message.State.QUEUED or (message.kind == CODE and not _begin_code(message)):
        return
    try:
        ref, segments = _through_carrier(message)
    except GatewayError as error:
        if message.kind == CODE or error.permanent:
            _store(
                job, message, state=Message.State.FAILED if error.permanent else Message.State.UNCLEAR, error=error.code
            )
            return
        raise
    _store(job, message, state=Message.State.SENT, ref=ref, segments=segments)


def _begin_code(message: Message) -> bool:
    """Note before the call that the code may leave now: whoever finds it begun (a worker died) does not send it again."""
    queued = Message.objects.filter(pk=message.pk, state=Message.State.QUEUED)
    return bool(queued.update(state=Message.State.UNCLEAR, body=""))


def _through_carrier(message: Message) -> tuple[str, int]:
    reference = str(message.public_id)
    if message.channel == Message.Channel.SMS:
        kind = "otp" if message.kind == CODE else "care"
        # Carriers take 84…; we keep E.164.
        sms = SmsOut(reference=reference, to=message.destination.removeprefix("+"), text=message.body, kind=kind)
        sent = sms_http.from_settings().send(sms)
    else:
        mail = MailOut(reference=reference, to=message.destination, subject=message.subject_line, text=message.body)
        sent = smtp.from_settings().send(mail)
    return sent.provider_ref, sent.segments


def _store(job: Job, message: Message, *, state: str, ref: str = "", segments: int = 0, error: str = "") -> None:
    values = {"state": state, "provider_ref": ref, "segments": segments, "error": error}
    if state == Message.State.SENT:
        values["sent_at"] = timezone.now()
    # A code stands as unclear since before the call, everything else as queued; a receipt may have been faster.
    before = Message.State.UNCLEAR if message.kind == CODE else Message.State.QUEUED
    with jobs.fenced(job):
        Message.objects.filter(pk=message.pk, state=before).update(**values)


def give_up(job: Job) -> None:
    """The job is dead: say so in the message, so that the dossier's page shows it."""
    Message.objects.filter(pk=job.payload["message"], state=Message.State.QUEUED).update(
        state=Message.State.FAILED, error="gave_up"
    )


def store_receipt(*, carrier: str, event_id: str, raw: Mapping[str, object]) -> bool:
    """Keep a verified delivery receipt once and settle it by a job; False when it came before."""
    with transaction.atomic():
        receipt, created = Receipt.objects.get_or_create(
            carrier=carrier, event_id=event_id, defaults={"raw": dict(raw)}
        )
        if created:
            jobs.enqueue("message.receipt", key=f"receipt:{receipt.pk}", payload={"receipt": receipt.pk})
    return created


def settle_receipt(job: Job) -> None:
    """Job: move a message forward by its receipt; a status never goes back from delivered."""
    receipt = Receipt.objects.get(pk=job.payload["receipt"])
    status = str(receipt.raw.get("status", ""))
    with jobs.fenced(job):
        messages = Message.objects.filter(public_id=receipt.raw["reference"], state__in=OPEN)
        if status == "delivered":
            messages.update(state=Message.State.DELIVERED, delivered_at=timezone.now())
        elif status in {"failed", "expired", "rejected"}:
            messages.update(state=Message.State.FAILED, error=status[:200])
        Receipt.objects.filter(pk=receipt.pk).update(settled_at=timezone.now())


def mark_read(message: Message, *, at: datetime) -> None:
    """The recipient opened a site message."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def public_address(path: str) -> str:
    """An absolute address for messages; never taken from the request's Host header."""
    return f"{settings.PUBLIC_URL}{path}"
