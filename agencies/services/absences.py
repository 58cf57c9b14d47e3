"""Absences: from which day to which somebody is away from an agency, and who acts in their posts meanwhile."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import LEADING_ROLES, Absence, Agency, Post, Role, StandIn
from agencies.standing import standing_of
from audit.services import record

LONGEST = timedelta(days=366)
PERSONAL_ROLES = (Role.AUDITOR, Role.OPERATOR)  # never lent to somebody else


class AbsenceRefused(ValueError):
    """The absence cannot be entered; `errors` maps a field ("" for the whole) to a sentence saying how to mend it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.errors = {field: text}


@dataclass(frozen=True)
class Away:
    """The days somebody is away, both included, and who acts meanwhile (None: nobody)."""

    first: date
    last: date
    substitute: User | None = None

    @property
    def back(self) -> date:
        """The first day they are there again."""
        return self.last + timedelta(days=1)


def enter_absence(user: User, agency: Agency, away: Away, *, actor: User, at: datetime) -> Absence:
    """Note that `user` is away from `agency`; a substitute gets every post held there for these days.

    The officer enters it, or a head or leader of the agency (else PermissionDenied). Raises AbsenceRefused in words.
    """
    _permit(user, agency, actor)
    _check_days(away, timezone.localdate(at))
    people = [user.pk, *([away.substitute.pk] if away.substitute else [])]
    try:
        with transaction.atomic():
            # Both stay as they are until this is written: nobody becomes a substitute for somebody while going away.
            list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk"))
            return _enter(user, agency, away, actor, at)
    except IntegrityError as error:  # another agency's head was faster: the constraint on overlapping days
        raise AbsenceRefused("first", _("There is an absence in these days already.")) from error


def _permit(user: User, agency: Agency, actor: User) -> None:
    leads = agency.pk in standing_of(actor).agency_ids(LEADING_ROLES)
    if actor.pk != user.pk and not leads:
        raise PermissionDenied(_("Only the officer and the heads of the agency enter an absence."))


def _check_days(away: Away, today: date) -> None:
    if away.last < away.first:
        raise AbsenceRefused("last", _("The last day lies before the first."))
    if away.last < today:
        raise AbsenceRefused("last", _("These days are over already."))
    if away.back - away.first > LONGEST:
        raise AbsenceRefused("last", _("An absence lasts a year at most: end the post instead."))


def _enter(user: User, agency: Agency, away: Away, actor: User, at: datetime) -> Absence:
    posts = list(Post.objects.valid_on(away.first).filter(user=user, agency=agency).exclude(role__in=PERSONAL_ROLES))
    if not posts:
        raise AbsenceRefused("user", _("This person holds no post in the agency on the first day."))
    _check_overlaps(user, agency, away)
    if away.substitute is not None:
        _check_substitute(away.substitute, user, agency, away)
    absence = Absence.objects.create(
        user=user,
        agency=agency,
        substitute=away.substitute,
        valid_from=away.first,
        valid_to=away.back,
        entered_by=actor,
        entered_at=at,
    )
    if away.substitute is not None:
        days = {"valid_from": away.first, "valid_to": away.back, "absence": absence}
        StandIn.objects.bulk_create(StandIn(post=post, substitute=away.substitute, **days) for post in posts)
    _record("absence.entered", absence, actor)
    return absence


def _check_overlaps(user: User, agency: Agency, away: Away) -> None:
    other = Absence.objects.within(away.first, away.back).filter(user=user, agency=agency).first()
    if other is not None:
        raise AbsenceRefused("first", _("There is an absence from %(days)s already: end it first.") % _days(other))
    owed = Absence.objects.within(away.first, away.back).filter(substitute=user).select_related("user").first()
    if owed is not None:
        words = _("In these days this person stands in for %(name)s (%(days)s): choose another substitute there first.")
        raise AbsenceRefused("first", words % (_days(owed) | {"name": owed.user.display_name}))


def _check_substitute(substitute: User, user: User, agency: Agency, away: Away) -> None:
    if substitute.pk == user.pk:
        raise AbsenceRefused("substitute", _("Choose somebody else as the substitute."))
    works_here = Post.objects.valid_on(away.first).filter(user=substitute, agency=agency).exists()
    if not (works_here and substitute.is_active):
        raise AbsenceRefused("substitute", _("The substitute must hold a post in the same agency."))
    other = Absence.objects.within(away.first, away.back).filter(user=substitute).first()
    if other is not None:
        words = _("%(name)s is away as well (%(days)s): choose another substitute.")
        raise AbsenceRefused("substitute", words % (_days(other) | {"name": substitute.display_name}))


def _days(absence: Absence) -> dict[str, str]:
    return {"days": f"{absence.valid_from:%d/%m/%Y} – {absence.last_day:%d/%m/%Y}"}


def end_absence(absence: Absence, *, actor: User, at: datetime) -> None:
    """They are back today, or do not go after all: the substitute's rights are gone at once. Ending it twice is once."""
    _permit(absence.user, absence.agency, actor)
    today = timezone.localdate(at)
    with transaction.atomic():
        locked = Absence.objects.select_for_update().get(pk=absence.pk)
        if locked.valid_to <= today or locked.ended_at is not None:
            return
        locked.valid_to = max(locked.valid_from, today)
        locked.ended_by, locked.ended_at = actor, at
        locked.save(update_fields=["valid_to", "ended_by", "ended_at"])
        StandIn.objects.filter(absence=locked).update(valid_to=locked.valid_to)
        _record("absence.ended", locked, actor)


def _record(action: str, absence: Absence, actor: User) -> None:
    record(
        action,
        actor_id=actor.pk,
        subject_type="absence",
        subject_id=absence.pk,
        agency_code=absence.agency.code,
        data={"user": absence.user_id, "substitute": absence.substitute_id},
    )
