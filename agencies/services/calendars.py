"""The calendar as immutable revisions: each change is a new one, with its reason and source."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.calendar import Calendar
from agencies.calendar.changes import Change, Unchangeable, changed
from agencies.models import Agency, CalendarRevision, content_digest
from audit.services import record

_ONE_PUBLISHER = 0x6C696368  # "lich": revisions are numbered one after the other


def publish_calendar(content: dict[str, Any]) -> tuple[CalendarRevision, bool]:
    """Store a calendar as the next immutable revision; the same content again gives the revision there is.

    Raises ValueError naming what is wrong with the content.
    """
    calendar = Calendar.from_content(content)
    _known_agencies(calendar)
    checked = calendar.content()
    digest = content_digest(checked)
    known = CalendarRevision.objects.filter(sha256=digest).first()
    if known is not None:
        return known, False
    newest = CalendarRevision.objects.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    source = str(content.get("source", ""))[:300]
    return CalendarRevision.objects.create(number=number, content=checked, sha256=digest, source=source), True


def preview_change(change: Change) -> tuple[CalendarRevision, dict[str, Any]]:
    """The newest revision and the content the change would make of it; raises ValidationError with the reason not."""
    newest = CalendarRevision.objects.latest("number")
    try:
        return newest, changed(newest.content, change)
    except Unchangeable as refusal:
        raise ValidationError(str(refusal)) from refusal


def publish_change(change: Change, *, actor: User, base: int) -> CalendarRevision:
    """The change as a new revision. `base`: number of the revision its author saw.

    Raises ValidationError in words when the change cannot be, or when somebody published meanwhile.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_PUBLISHER])
        newest, content = preview_change(change)
        if newest.number != base:
            raise ValidationError(_("Somebody published another calendar meanwhile. Look at the difference again."))
        content["source"] = change.source
        revision, created = publish_calendar(content)
        if not created:
            raise ValidationError(_("This changes nothing: there is such a calendar already (revision %(n)d).")
                                  % {"n": revision.number})  # fmt: skip
        record(
            "calendar.published", actor_id=actor.pk, subject_type="calendar", subject_id=revision.pk,
            agency_code=_code(change.agency), data={"number": revision.number, "kind": change.kind},
        )  # fmt: skip
    return revision


def _code(key: str) -> str:
    return Agency.objects.get(key=key).code if key else ""


def _known_agencies(calendar: Calendar) -> None:
    keys = {rules.key for rules in calendar.agencies}
    unknown = keys - set(Agency.objects.filter(key__in=keys).values_list("key", flat=True))
    if unknown:
        raise ValueError(f"agencies: {sorted(unknown)[0]} is not an agency.")
