"""Steps warn before their planned time is over and alarm after it; while the citizen is waited for none is late."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.models import Agency, Role, calendar_of
from agencies.services import appoint
from common import outbox
from dossiers.models import Alarm, Dossier, StepRun
from dossiers.services import fees, intake, routing
from dossiers.services.watching import watch
from notifications.models import Message
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY
SECOND = timedelta(seconds=1)


@pytest.fixture
def dossier(people) -> Dossier:
    """Received on Monday at 09:00, at the first step after reception."""
    found = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=AT, order="test")
    return intake.receive(found.pk, user=people.hanh, at=AT).dossier


def run_of(dossier) -> StepRun:
    return StepRun.objects.get(dossier=dossier, ended_at=None)


def rungs(dossier) -> list[str]:
    return list(Alarm.objects.filter(dossier=dossier, ladder="step").order_by("pk").values_list("rung", flat=True))


def told(kind: str) -> set[str]:
    while outbox.drain():
        pass
    return set(Message.objects.filter(kind=kind, channel="site").values_list("recipient__username", flat=True))


def test_a_step_has_its_hours_of_the_agencys_real_day(dossier):
    """Routes are written in days of 8 hours, the agency's day has 7.5: eight route hours are one real day."""
    run, calendar = run_of(dossier), calendar_of(dossier.calendar_id)
    real = timedelta(hours=float(run.hours) * 7.5 / 8)
    assert calendar.working_time_between(AT, run.due_at) == real
    assert calendar.working_time_between(AT, run.warn_at) == real * 0.75


def test_warned_when_a_quarter_of_the_time_is_left_and_alarmed_when_it_is_over(dossier):
    run = run_of(dossier)
    for at, reached in (
        (run.warn_at - SECOND, []),
        (run.warn_at, ["warned"]),
        (run.due_at, ["warned"]),
        (run.due_at + SECOND, ["warned", "breached"]),
        (run.due_at + timedelta(days=1), ["warned", "breached"]),
    ):
        watch(at)
        assert rungs(dossier) == reached, at


def test_all_of_the_post_are_warned_then_whoever_holds_it_and_the_head_hears_when_it_is_late(people, dossier):
    run = run_of(dossier)
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, run.agency, run.role, actor=None, since=cast.SINCE)
    watch(run.warn_at)
    assert told("dossier.step_warned") == {"bao", "sang"}
    watch(run.due_at + SECOND)
    assert told("dossier.step_breached") == {"cuong"}


def test_only_the_holder_is_warned_of_a_step_that_is_held(people, dossier):
    run = run_of(dossier)
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, run.agency, run.role, actor=None, since=cast.SINCE)
    routing.claim(dossier.pk, user=second, at=AT)
    watch(run.warn_at)
    assert told("dossier.step_warned") == {"sang"}


def test_the_leader_hears_when_the_heads_own_step_is_late(people, dossier):
    from dossiers.services import results

    results.draft(dossier.pk, user=people.bao, decision=results.Decision("granted", "Đủ."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    run = run_of(dossier)
    assert run.role == Role.HEAD
    watch(run.due_at + SECOND)
    assert told("dossier.step_breached") == {"dung"}


def test_each_step_climbs_its_own_ladder(people, dossier):
    first = run_of(dossier)
    watch(first.due_at + SECOND)
    from dossiers.services import results

    at = first.due_at + SECOND
    results.draft(dossier.pk, user=people.bao, decision=results.Decision("granted", "Đủ."), at=at)
    routing.forward(dossier.pk, user=people.bao, at=at)
    assert rungs(dossier) == ["warned", "breached"]
    second = run_of(dossier)
    watch(second.warn_at)
    assert rungs(dossier) == ["warned", "breached", "warned"]
    assert list(Alarm.objects.order_by("pk").values_list("seq", flat=True)) == [first.seq, first.seq, second.seq]


def test_no_step_is_late_while_the_citizen_is_waited_for_and_its_time_goes_on_afterwards(people, dossier):
    run, calendar = run_of(dossier), calendar_of(dossier.calendar_id)
    Dossier.objects.filter(pk=dossier.pk).update(fee_state="later")
    dossier.fee_lines.update(timing="after")
    asked = datetime(2026, 11, 23, 3, tzinfo=UTC)  # an hour after it began
    fees.request_fee(dossier.pk, user=people.bao, at=asked)
    watch(run.due_at + timedelta(days=3))
    assert rungs(dossier) == []
    paid = datetime(2026, 12, 7, 2, tzinfo=UTC)
    assert fees.settle(dossier.pk, at=paid, order="2")
    now = run_of(dossier)
    assert calendar.working_time_between(paid, now.due_at) == calendar.working_time_between(asked, run.due_at)
    assert calendar.working_time_between(paid, now.warn_at) == calendar.working_time_between(asked, run.warn_at)
    watch(paid)
    assert rungs(dossier) == []


def test_the_page_of_the_clock_says_how_the_step_stands(people, dossier):
    import time_machine
    from django.test import Client

    run = run_of(dossier)
    watch(run.due_at + SECOND)
    with time_machine.travel(run.due_at + timedelta(minutes=1), tick=False):
        client = Client()
        client.force_login(people.cuong, backend="accounts.backends.PhoneOrNameBackend")
        page = client.get(f"/can-bo/ho-so/{dossier.code}/lich-su/").content.decode()
    assert "Quá dự kiến" in page and "Bước quá dự kiến: đã báo người phụ trách" in page


def test_an_agency_without_a_head_tells_the_leader(people):
    found = cast.filed(people.mai, "promotion-notification", answers("promotion-notification"))
    Agency.objects.get(key="sct").posts.filter(role__in=(Role.HEAD,)).update(valid_to=cast.SINCE)
    dossier = intake.receive(found.pk, user=people.giang, at=AT).dossier
    watch(run_of(dossier).due_at + SECOND)
    assert told("dossier.step_breached") == {"giang"}
