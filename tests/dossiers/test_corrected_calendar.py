"""A calendar corrected afterwards: every date it moves is shown first, moved once, explained, and told."""

from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.calendar.changes import Change
from agencies.models import CalendarRevision
from agencies.services.calendars import publish_change
from audit.models import Access
from common import outbox
from common.models import OutboxRow
from dossiers.clock import derive_track, explain
from dossiers.models import ClockEntry, Dossier, DossierEvent, DossierText, StepRun
from dossiers.notices import words
from dossiers.proof import broken_chains
from dossiers.services import clockwork, fees, intake, supplements
from dossiers.services.corrections import calendar as corrections
from dossiers.services.supplements import Missing
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
TENNIS = "sports-business-certificate-tennis"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 19, 10, tzinfo=VIETNAM)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def received(people) -> Dossier:
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 11, 18)), at=at(18))
    return intake.receive(dossier.pk, user=people.giang, at=at(18, 10)).dossier


def publish(people, kind: str, day: date, **more) -> CalendarRevision:
    change = Change(kind, day, vi="Nghỉ theo lệnh", en="Closed by order", source="Công điện 22", **more)
    return publish_change(change, actor=people.giang, base=CalendarRevision.objects.latest("number").number)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def whole(dossier: Dossier) -> None:
    """Stored dates, ledger and explanation say the same."""
    row = fresh(dossier)
    entries = clockwork.ledger(row)
    for track, column in (("intake", "intake_due_at"), ("handling", "due_at"), ("supplement", "answer_by")):
        if any(entry.track == track for entry in entries) and getattr(row, column):
            state = derive_track(entries, track, clockwork.calendar_for(row, track, entries))
            assert state.due_at == getattr(row, column), track
    assert not list(broken_chains())


def test_a_dry_run_shows_every_date_that_moves_and_why_and_writes_nothing(people, received):
    due = timezone.localdate(received.due_at)
    revision = publish(people, "closed", due)
    before = (fresh(received).version, DossierEvent.objects.count(), ClockEntry.objects.count())
    (found,) = [one for one in corrections.plan(revision) if one.moves]
    assert (found.code, found.moves[0].track, found.moves[0].old) == (received.code, "handling", received.due_at)
    assert found.moves[0].new > received.due_at
    assert any(due.strftime("%d/%m/%Y") in line for line in found.why)
    out = StringIO()
    call_command("recompute_calendar", revision=revision.number, stdout=out)
    assert received.code in out.getvalue()
    assert "Nothing was written" in out.getvalue()
    assert before == (fresh(received).version, DossierEvent.objects.count(), ClockEntry.objects.count())


def test_applying_moves_pin_date_and_explanation_together_with_event_and_audit(people, received):
    due = timezone.localdate(received.due_at)
    revision = publish(people, "closed", due)
    (outcome,) = corrections.apply(revision, by=people.giang, at=NOW)
    row = fresh(received)
    assert outcome.what == "moved"
    assert row.calendar_id == revision.pk
    assert timezone.localdate(row.due_at) > due
    assert row.original_due_at == received.original_due_at  # what was first promised stays on record
    entries = clockwork.ledger(row)
    explained = explain(entries, "handling", clockwork.calendar_for(row, "handling", entries))
    assert explained.due_date == timezone.localdate(row.due_at)
    assert due in {cell.date for week in explained.cells for cell in week if cell.kind == "off"}
    event = DossierEvent.objects.get(dossier=row, name="recompute_calendar")
    assert (event.actor_id, event.actor_role, event.data["by"]) == (None, "system", people.giang.pk)
    assert Access.objects.filter(action="dossier.calendar_recomputed", subject_id=row.pk, actor=people.giang).exists()
    assert DossierText.objects.get(dossier=row, seq=event.seq).text
    whole(row)


def test_applying_again_changes_nothing(people, received):
    revision = publish(people, "closed", timezone.localdate(received.due_at))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    version = fresh(received).version
    assert list(corrections.apply(revision, by=people.giang, at=NOW)) == []
    assert corrections.apply_one(received.pk, revision, by=people.giang, at=NOW).what == "gone"
    assert fresh(received).version == version


def test_a_dossier_no_date_of_which_moves_follows_silently(people, received):
    revision = publish(people, "closed", date(2026, 12, 29))
    (outcome,) = corrections.apply(revision, by=people.giang, at=NOW)
    row = fresh(received)
    assert (outcome.what, row.due_at, row.calendar_id) == ("pinned", received.due_at, revision.pk)
    news = OutboxRow.objects.filter(name="dossier.calendar_recomputed", subject_id=row.pk).latest("pk")
    assert words(row, outbox.news_of(news)) is None
    whole(row)


def test_the_citizen_is_told_once_old_date_new_date_and_why(people, received):
    revision = publish(people, "closed", timezone.localdate(received.due_at))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    (news,) = OutboxRow.objects.filter(name="dossier.calendar_recomputed", subject_id=received.pk)
    row = Dossier.objects.select_related("party", "procedure", "applicant").get(pk=received.pk)
    notice = words(row, outbox.news_of(news))
    assert timezone.localdate(received.due_at).strftime("%d/%m/%Y") in notice.lines[0]
    assert timezone.localdate(row.due_at).strftime("%d/%m/%Y") in notice.lines[0]


def test_no_date_comes_earlier_without_a_flag_and_a_reason(people):
    holiday = date(2026, 11, 19)
    publish(people, "closed", holiday)
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 11, 18)), at=at(18))
    row = intake.receive(dossier.pk, user=people.giang, at=at(18, 10)).dossier
    revision = publish(people, "remove", holiday)
    (outcome,) = corrections.apply(revision, by=people.giang, at=NOW)
    assert outcome.what == "kept"
    assert (fresh(row).due_at, fresh(row).version) == (row.due_at, row.version)
    out = StringIO()
    call_command("recompute_calendar", revision=revision.number, stdout=out)
    assert "kept: earlier" in out.getvalue()
    (outcome,) = corrections.apply(revision, by=people.giang, at=NOW, shorten="Lệnh nghỉ đã bị hủy")
    assert outcome.what == "moved"
    assert fresh(row).due_at < row.due_at
    assert DossierText.objects.get(dossier=row, purpose="reason", text__startswith="Lệnh nghỉ")
    whole(row)


def test_an_answer_that_was_given_keeps_the_calendar_it_was_given_under(people, received):
    """The intake of this dossier is over: a correction of that very day must not rewrite what was on time."""
    revision = publish(people, "closed", timezone.localdate(received.intake_due_at))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    assert fresh(received).intake_due_at == received.intake_due_at
    whole(received)


def test_the_citizens_own_limit_moves_too_and_so_does_the_request(people):
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 11, 18)), at=at(18))
    key = dossier.papers.order_by("position").first().key
    supplements.request_at_intake(
        dossier.pk, user=people.giang, missing=[Missing("paper", key, "Mờ")], message="", at=at(18, 10)
    )
    limit = fresh(dossier).answer_by
    revision = publish(people, "closed", timezone.localdate(limit))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    row = fresh(dossier)
    assert row.answer_by > limit
    assert row.queue_at == row.answer_by == row.supplements.get().answer_by
    whole(row)


def test_what_comes_after_a_correction_is_counted_with_it(people, received):
    revision = publish(people, "closed", date(2026, 12, 1))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    again = publish(people, "closed", date(2026, 12, 2))
    list(corrections.apply(again, by=people.giang, at=NOW))
    assert fresh(received).calendar_id == again.pk
    whole(received)


def test_only_the_newest_calendar_can_be_applied(people, received):
    old = publish(people, "closed", date(2026, 12, 1))
    publish(people, "closed", date(2026, 12, 2))
    with pytest.raises(CommandError, match=str(old.number)):
        call_command("recompute_calendar", revision=old.number)


def test_a_closure_of_one_agency_moves_its_dossiers_only(people, received):
    other = cast.filed(people.mai, TENNIS, answers(TENNIS, date(2026, 11, 18)), at=at(18))
    due = timezone.localdate(received.due_at)
    revision = publish(people, "closed", due, agency="sct", moves_limits=True)
    done = {one.recount.code: one.what for one in corrections.apply(revision, by=people.giang, at=NOW)}
    assert done == {received.code: "moved", **({other.code: "pinned"} if fresh(other).state != "payment" else done)}
    row = fresh(received)
    entries = clockwork.ledger(row)
    assert entries[-1].data["hours_of"] == "sct" or any(e.data.get("hours_of") == "sct" for e in entries)
    whole(received)
    whole(other)


def test_a_new_dossier_of_a_closed_agency_is_counted_by_its_own_hours(people):
    publish(people, "closed", date(2026, 11, 19), agency="sct")
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 11, 18)), at=at(18, 16))
    # 1 h on the 18th, nothing on the 19th, 7 h on the 20th: 4 in the morning, 3 from 13:30
    assert fresh(dossier).intake_due_at == datetime(2026, 11, 20, 16, 30, tzinfo=VIETNAM)
    whole(dossier)


# ── the open step ──
@pytest.fixture
def at_the_examiner(people) -> Dossier:
    """Received on Wednesday 18/11 at 9:00, at the first step after reception."""
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS, date(2026, 11, 18)), at=at(18))
    fees.settle(dossier.pk, at=at(18), order="1")
    return intake.receive(dossier.pk, user=people.hanh, at=at(18)).dossier


def step(dossier: Dossier) -> StepRun:
    return StepRun.objects.get(dossier=dossier, ended_at=None)


def paid_in_between(people, dossier: Dossier) -> None:
    """The fee after examination is asked for on Thursday at 10:00 and paid on Monday at 15:00."""
    Dossier.objects.filter(pk=dossier.pk).update(fee_state="later")
    dossier.fee_lines.update(timing="after")
    fees.request_fee(dossier.pk, user=people.bao, at=at(19, 10))
    assert fees.settle(dossier.pk, at=at(23, 15), order="2")


def test_the_open_step_moves_by_a_day_that_became_a_day_off_and_so_does_its_warning(people, at_the_examiner):
    before = step(at_the_examiner)
    revision = publish(people, "closed", date(2026, 11, 20))
    list(corrections.apply(revision, by=people.giang, at=NOW))
    after, calendar = step(at_the_examiner), clockwork.calendar_of(revision.pk, before.agency_id)
    old = clockwork.calendar_of(at_the_examiner.calendar_id, before.agency_id)
    for was, now in ((before.warn_at, after.warn_at), (before.due_at, after.due_at)):
        assert was < now
        used = old.working_time_between(before.started_at, was)
        assert calendar.working_time_between(before.started_at, now) == used


def test_a_corrected_calendar_leaves_a_step_the_time_it_waited_for_the_fee(people, at_the_examiner):
    """A day off long after the step moves nothing in it: not its end, not its warning."""
    paid_in_between(people, at_the_examiner)
    before = step(at_the_examiner)
    revision = publish(people, "closed", date(2027, 6, 1))
    list(corrections.apply(revision, by=people.giang, at=at(24)))
    after = step(at_the_examiner)
    assert fresh(at_the_examiner).calendar_id == revision.pk
    assert (after.warn_at, after.due_at) == (before.warn_at, before.due_at)


def test_a_day_off_inside_the_wait_for_the_fee_takes_nothing_from_the_step(people, at_the_examiner):
    """On Friday the citizen was waited for: whether it was a working day does not matter to the step."""
    paid_in_between(people, at_the_examiner)
    before = step(at_the_examiner)
    list(corrections.apply(publish(people, "closed", date(2026, 11, 20)), by=people.giang, at=at(24)))
    after = step(at_the_examiner)
    assert (after.warn_at, after.due_at) == (before.warn_at, before.due_at)


def test_a_step_that_was_late_before_the_fee_was_asked_for_stays_late(people, at_the_examiner):
    late = step(at_the_examiner)
    StepRun.objects.filter(pk=late.pk).update(hours=1)
    revision = publish(people, "closed", date(2027, 6, 1))
    paid_in_between(people, at_the_examiner)
    list(corrections.apply(revision, by=people.giang, at=at(24)))
    assert step(at_the_examiner).due_at < at(19, 10)
