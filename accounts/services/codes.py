"""One-time codes: 6 digits, 5 minutes, 5 tries, used once, bound to phone, purpose and browser session."""

import hmac
import logging
import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import OneTimeCode
from accounts.querysets import MAX_TRIES
from common import limits
from common.crypto import blind_index
from notifications.services import send_code

logger = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
CODES_PER_PHONE = 5
CODES_PER_NETWORK = 20
CODES_PER_MINUTE = 2
PROOF_LASTS = timedelta(minutes=30)
KEPT = timedelta(days=1)


class CodeRefused(Exception):
    """No code was sent. `reason`: "often" (this phone or network asked too often) or "budget" (all phones together)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def issue_code(
    *, phone: str, purpose: str, binding: str, network: str, language: str, at: datetime, is_sent: bool = True
) -> OneTimeCode:
    """A new code for `phone` (E.164), sent by SMS; the older one of the same phone and purpose stops working.

    `is_sent=False` does everything but send: pages that must not tell whether a phone has an account use it.
    Raises CodeRefused when a limit is reached (5 codes an hour a phone, 20 an hour a network, 2 a minute a phone,
    settings.SMS_HOURLY_BUDGET for everybody); the counters are rows of PostgreSQL and hold what was counted.
    """
    index = blind_index(phone, context="phone")
    with transaction.atomic():
        refusal = _refusal(index, network, at)
        if not refusal:
            return _replace(
                phone=phone, index=index, purpose=purpose, binding=binding, language=language, at=at, is_sent=is_sent
            )
    raise CodeRefused(refusal)


def _refusal(phone_index: str, network: str, at: datetime) -> str:
    # The phone's counter comes first: its row lock makes parallel requests for one phone wait for each other.
    if not limits.hit("code_phone", phone_index, limit=CODES_PER_PHONE, window=HOUR, at=at):
        return "often"
    if not limits.hit("code_gap", phone_index, limit=CODES_PER_MINUTE, window=timedelta(minutes=1), at=at):
        return "often"
    if not limits.hit("code_network", network, limit=CODES_PER_NETWORK, window=HOUR, at=at):
        return "often"
    if not limits.hit("code_all", "all", limit=settings.SMS_HOURLY_BUDGET, window=HOUR, at=at):
        logger.error("The hourly budget of %s codes by SMS is used up.", settings.SMS_HOURLY_BUDGET)
        return "budget"
    return ""


def _replace(
    *, phone: str, index: str, purpose: str, binding: str, language: str, at: datetime, is_sent: bool
) -> OneTimeCode:
    OneTimeCode.objects.filter(phone_index=index, purpose=purpose, used_at=None, killed_at=None).update(killed_at=at)
    digits = f"{secrets.randbelow(10**6):06d}"
    public_id = uuid.uuid4()
    code = OneTimeCode.objects.create(
        public_id=public_id,
        purpose=purpose,
        phone=phone,
        phone_index=index,
        binding=binding,
        code_hash=_hash(public_id, digits),
        created_at=at,
        expires_at=at + timedelta(minutes=settings.OTP_MINUTES),
    )
    if is_sent:
        send_code(phone=phone, code=digits, purpose=purpose, language=language, key=f"code:{public_id}")
    return code


def _hash(public_id: uuid.UUID, digits: str) -> str:
    return blind_index(f"{public_id}:{digits}", context="one_time_code")


def verify_code(*, public_id: str, digits: str, purpose: str, binding: str, at: datetime) -> bool:
    """True once, for the right digits in time. Every call costs one of five tries, counted before comparing."""
    code = OneTimeCode.objects.of(public_id=public_id, purpose=purpose, binding=binding)
    if code is None or not _count_try(code, at):
        return False
    if not hmac.compare_digest(code.code_hash, _hash(code.public_id, digits)):
        return False
    used = OneTimeCode.objects.filter(pk=code.pk, used_at=None, killed_at=None).update(used_at=at)
    return used == 1


def _count_try(code: OneTimeCode, at: datetime) -> bool:
    """Take one of the five tries by one atomic UPDATE: parallel guesses cannot share a try."""
    live = OneTimeCode.objects.filter(
        pk=code.pk, tries__lt=MAX_TRIES, used_at=None, killed_at=None, expires_at__gt=at, created_at__lte=at
    )
    return live.update(tries=F("tries") + 1) == 1


def proven(*, public_id: str, purpose: str, binding: str, at: datetime) -> OneTimeCode | None:
    """The code with which this session proved a phone in the last 30 minutes and which nothing was done with yet."""
    code = OneTimeCode.objects.of(public_id=public_id, purpose=purpose, binding=binding)
    if code is None or code.used_at is None or code.spent_at is not None or code.used_at < at - PROOF_LASTS:
        return None
    return code


def proven_phone(*, public_id: str, purpose: str, binding: str, at: datetime) -> str:
    """The phone (E.164) proven by `verify_code` in this session; an empty text when there is no such proof."""
    code = proven(public_id=public_id, purpose=purpose, binding=binding, at=at)
    return code.phone if code else ""


def spend_code(code: OneTimeCode, *, at: datetime) -> bool:
    """Use the proof up, inside the transaction of the act it allows; False when it was used up already."""
    return OneTimeCode.objects.filter(pk=code.pk, used_at__isnull=False, spent_at=None).update(spent_at=at) == 1


def sweep_codes(*, at: datetime) -> int:
    """Delete codes a day after they expired; returns how many."""
    count, _ = OneTimeCode.objects.filter(expires_at__lt=at - KEPT).delete()
    return count
