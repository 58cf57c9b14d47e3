"""Loading of the demo: each dossier in a transaction of its own, with its news told as if it had been told then."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from agencies.models import CalendarRevision, calendar_of
from common import outbox
from common.models import Job, OutboxRow
from dossiers.models import Dossier
from notifications.models import Message
from portal.demo import inter_agency, people
from portal.demo.plan import Plan, plans
from portal.demo.stories import Story

# What already happened in the story itself, at its own time.
LIVED = frozenset({"dossiers.services.endings.return_online", "postal.services.booking.ensure_parcel_for"})


def load(*, with_dossiers: bool = True, progress: Callable[[str], object] = print) -> int:
    """Load people and dossiers; returns how many dossiers were added. Running it again adds what is missing."""
    with transaction.atomic():
        cast = people.load()
        _tell_news(0)
    if not with_dossiers:
        return 0
    now = timezone.now()
    calendar = calendar_of(CalendarRevision.objects.latest("number").pk)
    known = set(Dossier.objects.filter(external_code__startswith="demo-").values_list("external_code", flat=True))
    todo = [plan for plan in plans(now, calendar, len(cast.citizens)) if plan.name not in known]
    for number, plan in enumerate(todo, start=1):
        _load_one(plan, cast, now)
        if number % 50 == 0:
            progress(f"{number} of {len(todo)} dossiers")
    return len(todo) + _load_inter_agency(cast, now)


def _load_one(plan: Plan, cast: people.Cast, now: datetime) -> None:
    with transaction.atomic():
        newest = OutboxRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Story(plan, cast, now).tell()
        _tell_news(newest)


def _load_inter_agency(cast: people.Cast, now: datetime) -> int:
    with transaction.atomic():
        newest = OutboxRow.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        is_new = inter_agency.load(cast, now)
        _tell_news(newest)
    return int(is_new)


def _tell_news(newest: int) -> None:
    """Act on the news of a story at once; messages count as delivered then, nothing old is sent today."""
    rows = list(OutboxRow.objects.filter(pk__gt=newest, done_at=None).order_by("pk"))
    for row in rows:
        news = outbox.news_of(row)
        for path in outbox.registered().get(row.name, ()):
            if path not in LIVED:
                import_string(path)(news)
    now = timezone.now()
    OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(done_at=now)
    waiting = Message.objects.filter(state=Message.State.QUEUED)
    keys = [f"message:{pk}" for pk in waiting.values_list("pk", flat=True)]
    Job.objects.filter(key__in=keys).delete()
    waiting.update(state=Message.State.DELIVERED, sent_at=now, delivered_at=now)
