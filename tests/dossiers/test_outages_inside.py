"""An outage gives time back inside a dossier, too: to the step it is at, and to the agency asked for an opinion."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from agencies.calendar import legal_date
from agencies.models import Agency
from common import outbox
from common.models import OutboxRow
from dossiers import clock
from dossiers.clock import Limit
from dossiers.models import Alarm, ClockEntry, Consultation, Dossier, Outage, OutageShift, StepRun
from dossiers.notices import words
from dossiers.services import clockwork, consulting
from dossiers.services.corrections import outages
from dossiers.services.watching import watch
from dossiers.views.citizen.timeline import MOVING
from tests.dossiers.consulting_cast import SECOND, SILENT_STEP, ask, examined, silence_is_agreement, vn

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(people) -> Dossier:
    """Received on Monday 23/11/2026 at 09:00, at the examiner; the 24th is a day off."""
    return examined(people)


def outage(people, since: datetime, until: datetime, *keys: str) -> Outage:
    return outages.record_outage(
        began_at=since, ended_at=until, reason_vi="Đứt cáp", source="Thông báo 9", by=people.giang,
        at=until + timedelta(hours=1), agencies=Agency.objects.filter(key__in=keys),
    )  # fmt: skip


def apply(found: Outage, people) -> list[outages.Relief]:
    return list(outages.apply(found, by=people.giang, at=found.ended_at + timedelta(hours=2)))


def step(dossier: Dossier) -> StepRun:
    return StepRun.objects.get(dossier=dossier, ended_at=None)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


# ── questions ──
def test_a_question_in_days_gets_a_working_day_back_for_half_a_day_lost(people, dossier):
    """Three working days from Monday 23/11 end on Friday the 27th; one is given back: Monday the 30th."""
    asked = ask(people, dossier)
    assert asked.due_at == vn(27, 17)
    apply(outage(people, vn(25, 7), vn(25, 12)), people)
    asked.refresh_from_db()
    assert asked.due_at == vn(30, 17)


def test_a_question_in_days_gets_nothing_back_for_less_than_half_a_day(people, dossier):
    asked = ask(people, dossier)
    apply(outage(people, vn(25, 8), vn(25, 10)), people)
    asked.refresh_from_db()
    assert asked.due_at == vn(27, 17)


def test_a_question_in_hours_gets_the_opening_minutes_back(people, dossier):
    """Eight hours from Monday 09:00 end on Wednesday at 09:30; the outage took 11:00-11:30 and 13:30-14:00."""
    asked = ask(people, dossier, limit=Limit(8, "hour"))
    assert asked.due_at == vn(25, 9, 30)
    apply(outage(people, vn(23, 11), vn(23, 14)), people)
    asked.refresh_from_db()
    assert asked.due_at == vn(25, 10, 30)


def test_only_the_agency_that_was_cut_off_gets_time_back(people, dossier):
    industry, finance = ask(people, dossier), ask(people, dossier, "stc")
    assert len(apply(outage(people, vn(25, 7), vn(25, 17), "stc"), people)) == 1
    industry.refresh_from_db()
    finance.refresh_from_db()
    assert (industry.due_at, finance.due_at) == (vn(27, 17), vn(30, 17))
    assert fresh(dossier).due_at == dossier.due_at


def test_several_questions_move_at_once_and_each_by_its_own_entry(people, dossier):
    questions = [ask(people, dossier), ask(people, dossier, "stc")]
    found = outage(people, vn(25, 7), vn(25, 17))
    apply(found, people)
    assert OutageShift.objects.filter(outage=found, track="consultation").count() == 2
    entries = clockwork.ledger(dossier)
    for asked in questions:
        asked.refresh_from_db()
        own = [one for one in entries if one.data.get("consultation") == asked.pk]
        calendar = clockwork.calendar_for(dossier, "consultation", own)
        assert clock.derive_track(own, "consultation", calendar).due_at == asked.due_at == vn(30, 17)


def test_an_answered_question_gets_nothing_back(people, dossier):
    asked = ask(people, dossier)
    consulting.answer_consultation(asked, user=people.giang, outcome="agree", at=vn(23, 16))
    apply(outage(people, vn(25, 7), vn(25, 17), "sct"), people)
    asked.refresh_from_db()
    assert asked.due_at == vn(27, 17)
    assert not ClockEntry.objects.filter(track="consultation", kind="outage_shift").exists()


def test_silence_counts_after_the_lengthened_limit_once_the_time_was_given_back(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    apply(outage(people, vn(25, 7), vn(25, 17), "sct"), people)
    watch(vn(27, 17) + SECOND)
    assert Consultation.objects.get().is_open
    watch(vn(30, 17) + SECOND)
    asked.refresh_from_db()
    assert asked.outcome == Consultation.Outcome.SILENT


def test_silence_does_not_count_while_one_of_two_outages_is_not_given_back(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    apply(outage(people, vn(25, 7), vn(25, 17)), people)
    outage(people, vn(26, 7), vn(26, 17))
    watch(vn(30, 17) + SECOND)
    asked.refresh_from_db()
    assert asked.is_open
    assert Alarm.objects.filter(dossier=dossier, ladder="opinion").count() == 1


@pytest.mark.parametrize("looks_again", [True, False])
def test_a_sweep_that_saw_the_old_limit_counts_no_silence_after_the_time_was_given_back(
    people, dossier, monkeypatch, looks_again
):
    """The sweep chose the question before the outage was applied; negative control: it trusts what it saw then."""
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    seen = [(asked.pk, dossier.pk)]
    apply(outage(people, vn(25, 7), vn(25, 17)), people)
    if not looks_again:
        monkeypatch.setattr(consulting, "_open", lambda dossier, pk: _as_seen(pk, vn(27, 17)))
    counted = [consulting._count_silence(pk, of, vn(27, 17) + SECOND) for pk, of in seen]
    assert counted == [not looks_again]


def _as_seen(pk: int, due_at: datetime) -> Consultation:
    found = Consultation.objects.select_related("agency").get(pk=pk)
    found.due_at = due_at
    return found


# ── steps ──
def test_the_open_step_gets_the_opening_time_back_and_is_warned_of_later(people, dossier):
    before = step(dossier)
    apply(outage(people, vn(23, 10, 15), vn(23, 14)), people)  # 75 minutes in the morning, 30 after noon
    after, calendar = step(dossier), clockwork.calendar_of(dossier.calendar_id, before.agency_id)
    lost = timedelta(minutes=105)
    assert calendar.working_time_between(before.due_at, after.due_at) == lost
    assert calendar.working_time_between(before.warn_at, after.warn_at) == lost
    entries = clockwork.ledger(dossier)
    assert clock.derive_track(entries, "step", calendar).due_at == after.due_at
    told = clock.explain(entries, "step", calendar).full_in("en")
    assert "1 h 45 min because the system was down (Thông báo 9)" in told


def test_a_step_never_runs_past_the_legal_limit(people, dossier):
    """Two hours are no day of the legal limit, so the step that ends with it gets no more than what is left."""
    StepRun.objects.filter(dossier=dossier, ended_at=None).update(due_at=dossier.due_at - timedelta(hours=1))
    apply(outage(people, vn(25, 8), vn(25, 10)), people)
    assert step(dossier).due_at == fresh(dossier).due_at == dossier.due_at


def test_a_step_moves_with_the_legal_limit(people, dossier):
    """A whole day down: the legal limit moves by a working day, the step by the opening time of that day."""
    calendar = clockwork.calendar_of(dossier.calendar_id, dossier.handling_agency_id)
    StepRun.objects.filter(dossier=dossier, ended_at=None).update(due_at=dossier.due_at)
    apply(outage(people, vn(25, 7), vn(25, 17)), people)
    now = fresh(dossier)
    assert calendar.working_dates_between(legal_date(dossier.due_at), legal_date(now.due_at)) == 1
    assert step(dossier).due_at == now.due_at


def test_a_step_that_was_late_before_the_outage_stays_late(people, dossier):
    StepRun.objects.filter(dossier=dossier, ended_at=None).update(due_at=vn(23, 10))
    apply(outage(people, vn(25, 8), vn(25, 10)), people)
    assert step(dossier).due_at == vn(23, 10)


# ── who is told ──
def test_the_dry_run_shows_steps_and_questions_and_writes_nothing(people, dossier):
    asked = ask(people, dossier)
    found, out = outage(people, vn(25, 7), vn(25, 12), "sct"), StringIO()
    call_command("shift_for_outage", str(found.pk), stdout=out)
    assert f"{dossier.code}\tconsultation:{asked.pk}\t" in out.getvalue()
    asked.refresh_from_db()
    assert asked.due_at == vn(27, 17)
    assert not OutageShift.objects.exists()


def test_the_citizen_is_not_told_of_what_moved_between_agencies(people, dossier):
    ask(people, dossier)
    apply(outage(people, vn(25, 7), vn(25, 12), "sct"), people)
    news = OutboxRow.objects.get(name="dossier.outage_shifted", subject_id=dossier.pk)
    row = Dossier.objects.select_related("party", "procedure", "applicant").get(pk=dossier.pk)
    assert words(row, outbox.news_of(news)) is None
    event = dossier.events.get(name="shift_for_outage")
    assert event.name in MOVING
    assert event.data["moved"] == 0  # the citizen's timeline tells only of what moved for her
