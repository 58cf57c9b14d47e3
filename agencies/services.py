"""Writing rules of agencies: reference data of the province, posts, the calendar."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.calendar import Calendar
from agencies.models import Agency, CalendarRevision, Post, Role, content_digest
from audit.services import record
from common.text import sort_key

DATA = Path(__file__).parent / "data"
TYPES_EN = {"Phường": "ward", "Xã": "commune", "Thị trấn": "township"}


def load_reference() -> dict[str, int]:
    """Load the province's agencies and the first calendar; running it again changes nothing."""
    data = json.loads((DATA / "agencies.json").read_text(encoding="utf-8"))
    start = date.fromisoformat(data["valid_from"])
    with transaction.atomic():
        created = sum(_load_department(row, data, start) for row in data["agencies"])
        created += sum(_load_commune(row, start) for row in data["communes"])
        revisions = int(publish_calendar(json.loads((DATA / "calendar.json").read_text(encoding="utf-8")))[1])
    return {"agencies": created, "calendar": revisions}


def _load_department(row: dict[str, Any], data: dict[str, Any], start: date) -> bool:
    centre = next(item for item in data["agencies"] if item["kind"] == "ppasc")
    return _load(
        row["key"],
        code=row["code"],
        name_vi=row["vi"],
        name_en=row["en"],
        one_stop_vi=centre["vi"],
        one_stop_en=centre["en"],
        kind=row["kind"],
        level=Agency.Level.PROVINCE,
        is_verified=row["verified"],
        valid_from=start,
    )


def _load_commune(row: dict[str, Any], start: date) -> bool:
    kind, _space, name = row["name"].partition(" ")
    place = f"{name} {TYPES_EN.get(kind, 'commune')}"
    return _load(
        row["key"],
        code=row["code"],
        name_vi=row["vi"],
        name_en=f"People's Committee of {place}",
        one_stop_vi=row["one_stop_vi"],
        one_stop_en=f"Public Administration Service Centre of {place}",
        kind="people_committee",
        level=Agency.Level.COMMUNE,
        commune_code=row["commune"],
        is_verified=False,
        valid_from=start,
    )


def _load(key: str, **values: Any) -> bool:
    """Insert an agency once; names and codes that an admin changed later are left alone."""
    _agency, created = Agency.objects.get_or_create(
        key=key, defaults={**values, "sort_key": sort_key(values["name_vi"])}
    )
    return created


def publish_calendar(content: dict[str, Any]) -> tuple[CalendarRevision, bool]:
    """Store a calendar as the next immutable revision; the same content again gives the revision there is.

    Raises ValueError naming what is wrong with the content.
    """
    checked = Calendar.from_content(content).content()
    digest = content_digest(checked)
    known = CalendarRevision.objects.filter(sha256=digest).first()
    if known is not None:
        return known, False
    newest = CalendarRevision.objects.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    source = str(content.get("source", ""))[:300]
    return CalendarRevision.objects.create(number=number, content=checked, sha256=digest, source=source), True


def appoint(
    user: User,
    agency: Agency,
    role: str,
    *,
    actor: User | None,
    since: date | None = None,
    title_vi: str = "",
    title_en: str = "",
) -> Post:
    """Give somebody a post from a date on; giving the same open post again changes nothing."""
    if role not in Role.values:
        raise ValueError(_("There is no such role."))
    post, created = Post.objects.get_or_create(
        user=user,
        agency=agency,
        role=role,
        valid_to=None,
        defaults={"valid_from": since or timezone.localdate(), "title_vi": title_vi, "title_en": title_en},
    )
    if created and actor is not None:
        record("post.appointed", actor_id=actor.pk, subject_type="post", subject_id=post.pk, agency_code=agency.code)
    return post


def end_post(post: Post, *, actor: User, at: datetime) -> None:
    """The post ends today: its rights are gone at once."""
    Post.objects.filter(pk=post.pk).update(valid_to=timezone.localdate(at))
    record("post.ended", actor_id=actor.pk, subject_type="post", subject_id=post.pk, agency_code=post.agency.code)
