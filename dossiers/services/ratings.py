"""The applicant rates how the dossier was handled: once, after the result, changeable for a week."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import outbox, text
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, Rating
from dossiers.services.performing import actor_of
from dossiers.workflow import State

CHANGEABLE = timedelta(days=7)
AFTER = (State.RESOLVED, State.RETURNED)
LONGEST = 1000


def may_rate(dossier: Dossier, rating: Rating | None, *, at: datetime) -> bool:
    """There is a result, and no rating that is older than a week; a part is rated with the whole."""
    return not dossier.is_part and dossier.state in AFTER and (rating is None or at <= rating.rated_at + CHANGEABLE)


def rate(dossier_id: int, *, user: User, score: int, comment: str = "", at: datetime | None = None) -> Rating:
    """Keep a score from 1 to 5 and a comment; a second one within a week replaces the first.

    Publishes `dossier.rated` with the score and the one it replaces. Raises Denied for others than the applicant, Invalid.
    """
    at = at or timezone.now()
    if score not in range(1, 6):
        raise Invalid({"score": _("Choose one of the five answers.")})
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        if not actor_of(user, dossier).is_applicant:
            raise Denied(_("You may not do this on this dossier."))
        known = Rating.objects.filter(dossier=dossier).first()
        if not may_rate(dossier, known, at=at):
            raise Invalid({"score": _("This dossier can be rated after its result, and changed for seven days.")})
        rating, was = _keep(dossier, known, user, score, text.clean(comment)[:LONGEST], at)
        _tell(dossier, rating, was)
    return rating


def _keep(
    dossier: Dossier, known: Rating | None, user: User, score: int, comment: str, at: datetime
) -> tuple[Rating, int | None]:
    if known is None:
        return Rating.objects.create(dossier=dossier, score=score, comment=comment, by=user, rated_at=at), None
    was = known.score
    known.score, known.comment, known.by, known.changed_at = score, comment, user, at
    known.save(update_fields=["score", "comment", "by", "changed_at"])
    return known, was


def _tell(dossier: Dossier, rating: Rating, was: int | None) -> None:
    agency = dossier.handling_agency
    outbox.publish(
        "dossier.rated",
        subject_type="dossier",
        subject_id=dossier.pk,
        agency_code=agency.code if agency else "",
        actor_id=rating.by_id,
        data={"score": rating.score, "was": was},
    )
