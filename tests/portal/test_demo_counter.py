"""The demo province has dossiers of every way of filing, cash receipts and ratings."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from agencies.models import CalendarRevision, calendar_of
from dossiers.models import Consultation, Dossier, Rating
from payments.models import CashReceipt
from portal.demo import people
from portal.demo.loading import _load_one
from portal.demo.plan import plans, way_of

pytestmark = pytest.mark.django_db


def test_the_demo_shows_the_counter_assistance_cash_and_ratings():
    cast, now = people.load(), timezone.now()
    calendar = calendar_of(CalendarRevision.objects.latest("number").pk)
    everything = list(plans(now, calendar, len(cast.citizens)))
    chosen = [plan for plan in everything if way_of(plan) == "typed"][:12]
    chosen += [plan for plan in everything if way_of(plan) == "assisted"][:6]
    for plan in chosen:
        _load_one(plan, cast, now)
    ways = set(Dossier.objects.filed().values_list("intake", "filed_by"))
    assert {("counter", "typed"), ("own", "assisted")} <= ways
    assert CashReceipt.objects.exists()
    assert Rating.objects.exists()


def test_the_demo_shows_an_opinion_that_is_waited_for_and_one_that_was_given():
    cast, now = people.load(), datetime(2026, 11, 20, 8, tzinfo=UTC)  # a Friday afternoon, no holiday before it
    calendar = calendar_of(CalendarRevision.objects.latest("number").pk)
    for plan in plans(now, calendar, len(cast.citizens)):
        if plan.stage.startswith("asked"):
            _load_one(plan, cast, now)
    assert sorted(Consultation.objects.values_list("outcome", flat=True)) == ["", "agree"]
