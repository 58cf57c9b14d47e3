"""The shift table of a counter: who guides people when, under which telephone; kept by its heads and by the officer."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import LEADING_ROLES, Absence, Agency, CalendarRevision, Post, Role, Shift, calendar_of
from agencies.standing import standing_of
from audit.services import record
from common.cache import for_a_moment

PHONE = re.compile(r"\+?\d{8,14}")


class ShiftRefused(ValueError):
    """The shift cannot be entered; `errors` maps a field ("" for the whole) to a sentence saying how to mend it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.errors = {field: text}


@dataclass(frozen=True)
class Hours:
    """One weekday (0 is Monday) from `starts` to `ends`, and the telephone at work."""

    weekday: int
    starts: time
    ends: time
    phone: str


@dataclass(frozen=True)
class OnShift:
    """Who guides today, as it is published."""

    name: str
    starts: time
    ends: time
    phone: str


def may_keep(actor: User, officer: User, agency: Agency) -> bool:
    """The officer, and the heads and leaders of the agency."""
    return actor.pk == officer.pk or agency.pk in standing_of(actor).agency_ids(LEADING_ROLES)


def enter_shift(officer: User, agency: Agency, hours: Hours, *, actor: User, at: datetime) -> Shift:
    """Add a weekly shift of an officer who receives at this counter; the same day and hour again changes its end and phone.

    Raises PermissionDenied, ShiftRefused in words.
    """
    if not may_keep(actor, officer, agency):
        raise PermissionDenied(_("Only the officer and the heads of the agency keep the shifts."))
    phone, today = re.sub(r"[\s.()-]", "", hours.phone), timezone.localdate(at)
    posts = Post.objects.valid_on(today).filter(user=officer, agency=agency, role=Role.RECEPTION)
    if not posts.exists():
        raise ShiftRefused("officer", _("This officer holds no post at the counter."))
    if hours.ends <= hours.starts:
        raise ShiftRefused("ends", _("The end lies before the beginning."))
    if not PHONE.fullmatch(phone):
        raise ShiftRefused("phone", _("Write the telephone at work: 8 to 14 digits."))
    if not 0 <= hours.weekday <= 6:
        raise ShiftRefused("weekday", _("Choose a day of the week."))
    key = {"agency": agency, "officer": officer, "weekday": hours.weekday, "starts": hours.starts, "valid_to": None}
    try:
        with transaction.atomic():
            values = {"ends": hours.ends, "phone": phone}
            shift, _new = Shift.objects.update_or_create(
                **key, defaults=values, create_defaults=values | {"valid_from": today}
            )
            record(
                "shift.entered", actor_id=actor.pk, subject_type="user", subject_id=officer.pk, agency_code=agency.code
            )
    except IntegrityError:
        raise ShiftRefused("", _("Somebody entered this shift at the same time. Look at the table.")) from None
    return shift


def end_shift(shift: Shift, *, actor: User, at: datetime) -> None:
    """From today on the shift is no longer published; raises PermissionDenied."""
    if not may_keep(actor, shift.officer, shift.agency):
        raise PermissionDenied(_("Only the officer and the heads of the agency keep the shifts."))
    Shift.objects.filter(pk=shift.pk, valid_to=None).update(valid_to=timezone.localdate(at))
    record("shift.ended", actor_id=actor.pk, subject_type="user", subject_id=shift.officer_id,
           agency_code=shift.agency.code)  # fmt: skip


@for_a_moment
def on_shift(agency_id: int, day: date) -> tuple[OnShift, ...]:
    """Who guides people at a counter on a day, in the order of the hours; nobody on a day off, nobody who is away."""
    revision = CalendarRevision.objects.order_by("-number").values_list("pk", flat=True).first()
    if revision is not None:
        calendar = calendar_of(revision, agency_id)
        if calendar.covers(day) and not calendar.is_working(day):
            return ()
    away = Absence.objects.on(day).filter(agency=agency_id).values("user")
    rows = Shift.objects.filter(agency=agency_id, weekday=day.weekday(), valid_to=None, valid_from__lte=day)
    rows = rows.exclude(officer__in=away).select_related("officer").order_by("starts", "pk")
    return tuple(OnShift(row.officer.display_name, row.starts, row.ends, row.phone) for row in rows)
