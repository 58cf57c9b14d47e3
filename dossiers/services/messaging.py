"""Messages between the agency and the applicant: kept on the dossier, told by SMS and e-mail without their content."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import limits, outbox, text
from dossiers.errors import Denied, Invalid
from dossiers.models import Arrival, Dossier, DossierMessage
from dossiers.services import looks
from dossiers.services.performing import actor_of, lock
from dossiers.workflow import HANDLERS, may
from dossiers.workflow.acts import CASHIER, ONE_STOP_HEAD, RECEIVING, RECEPTION

NEWS = "dossier.message_from_agency"
LONGEST = 2000
OPEN_AFTER_END = timedelta(days=30)
AN_HOUR = timedelta(hours=1)
CITIZEN_PER_HOUR, OFFICER_PER_HOUR = 10, 30
SAME_PRESS = timedelta(minutes=1)
FOR_AGENCY, FOR_CITIZEN = "agency", "citizen"
OFFICERS = (RECEPTION, ONE_STOP_HEAD, CASHIER, *HANDLERS)


def closes_at(dossier: Dossier) -> datetime | None:
    """When an ended dossier stops taking messages; None while it is open."""
    if dossier.is_open:
        return None
    return (dossier.returned_at or dossier.finished_at or dossier.updated_at) + OPEN_AFTER_END


def takes_messages(dossier: Dossier, at: datetime) -> bool:
    """Filed, and open or ended less than 30 days ago."""
    until = closes_at(dossier)
    return not dossier.is_draft and (until is None or at <= until)


def may_write(dossier: Dossier, user: User) -> bool:
    """Officers of the agencies that work on it; citizens who are, or act for, the applicant."""
    actor = actor_of(user, dossier)
    return actor.is_applicant or may(dossier, actor, OFFICERS) is not None


def send(dossier_id: int, *, user: User, words: str, at: datetime | None = None) -> DossierMessage:
    """Write to the other side. The same words sent twice within a minute are one message.

    Raises Denied for strangers, Invalid without words, on a dossier that ended long ago, or when it is too much.
    """
    at, words = at or timezone.now(), clean(words)
    with transaction.atomic():
        dossier = lock(dossier_id)
        _check(dossier, user, words, at)
        again = _same(dossier, user, words, at)
        if again is not None:
            return again
        _count(dossier, user, at)
        return _write(dossier, user, words, at)


def clean(words: str) -> str:
    """Lines are kept, everything else is cleaned as one line of text is."""
    lines = [text.clean(line) for line in words.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()


def _check(dossier: Dossier, user: User, words: str, at: datetime) -> None:
    if not may_write(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    if not words:
        raise Invalid({"text": _("Write the message first.")})
    if len(words) > LONGEST:
        raise Invalid({"text": _("A message has at most %(n)s characters.") % {"n": LONGEST}})
    if not takes_messages(dossier, at):
        raise Invalid({"text": _("This dossier ended more than 30 days ago and takes no more messages.")})


def _count(dossier: Dossier, user: User, at: datetime) -> None:
    most = OFFICER_PER_HOUR if user.is_officer else CITIZEN_PER_HOUR
    if not limits.hit("dossier_message", f"{dossier.pk}:{user.pk}", limit=most, window=AN_HOUR, at=at):
        raise Invalid({"text": _("You have sent many messages. Wait an hour, or telephone the counter.")})


def _same(dossier: Dossier, user: User, words: str, at: datetime) -> DossierMessage | None:
    return dossier.messages.filter(author=user, text=words, at__gt=at - SAME_PRESS).first()


def _write(dossier: Dossier, user: User, words: str, at: datetime) -> DossierMessage:
    by_agency = user.is_officer
    agency = _agency_of(dossier, user) if by_agency else ""
    found = DossierMessage.objects.create(
        dossier=dossier, author=user, by_agency=by_agency, agency_code=agency, text=words, at=at
    )
    _waits(dossier.pk, FOR_CITIZEN if by_agency else FOR_AGENCY)
    if not by_agency:
        looks.note_arrival(dossier.pk, Arrival.Kind.MESSAGE, at=at, by=user)
    else:
        data = {"message": found.pk}
        outbox.publish(
            NEWS, subject_type="dossier", subject_id=dossier.pk, agency_code=agency, actor_id=user.pk, data=data
        )
    return found


def _agency_of(dossier: Dossier, user: User) -> str:
    party = next(party for party in OFFICERS if may(dossier, actor_of(user, dossier), (party,)))
    agency = dossier.receiving_agency if party[1] == RECEIVING else dossier.handling_agency
    return agency.code if agency else ""


def _waits(dossier_id: int, whom: str) -> None:
    Dossier.objects.filter(pk=dossier_id).update(message_waits=whom)


def mark_read(dossier: Dossier, *, user: User, at: datetime | None = None) -> None:
    """The reader's side has opened the thread: the other side's messages are read. A citizen's badge goes with it;
    the agency's stays until somebody answers or says that no answer is needed."""
    unread = dossier.messages.filter(by_agency=not user.is_officer, read_at=None)
    unread.update(read_at=at or timezone.now())
    if not user.is_officer and dossier.message_waits == FOR_CITIZEN:
        Dossier.objects.filter(pk=dossier.pk, message_waits=FOR_CITIZEN).update(message_waits="")


def needs_no_answer(dossier_id: int, *, user: User) -> None:
    """An officer has read the applicant's message and there is nothing to answer; raises Denied."""
    with transaction.atomic():
        dossier = lock(dossier_id)
        if not user.is_officer or not may_write(dossier, user):
            raise Denied(_("You may not do this on this dossier."))
        if dossier.message_waits == FOR_AGENCY:
            _waits(dossier.pk, "")
