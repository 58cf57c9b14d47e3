"""An outage gives back what it took: hours to the minute, days by rule, once."""

from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from agencies.models import Agency
from common import outbox
from common.models import OutboxRow
from dossiers.clock import derive_track, explain
from dossiers.models import Dossier, Outage, OutageShift
from dossiers.notices import words
from dossiers.services import clockwork, endings, intake, supplements
from dossiers.services.corrections import outages
from dossiers.services.supplements import Missing
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.fixture
def filed(people) -> Dossier:
    return cast.filed(people.hai, FREE, answers(FREE, date(2026, 11, 17)), at=at(17, 8))


def outage(people, since: datetime, until: datetime, **more) -> Outage:
    return outages.record_outage(
        began_at=since, ended_at=until, reason_vi="Đứt cáp", source="Thông báo 9", by=people.giang,
        at=until + timedelta(hours=1), **more,
    )  # fmt: skip


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def apply(found: Outage, people) -> list[outages.Relief]:
    return list(outages.apply(found, by=people.giang, at=at(21)))


def test_the_answer_within_eight_hours_gets_the_lost_opening_time_back(people, filed):
    assert fresh(filed).intake_due_at == at(18, 8, 30)
    apply(outage(people, at(17, 10, 15), at(17, 14, 0)), people)  # 75 min in the morning, 30 after noon
    row = fresh(filed)
    assert row.intake_due_at == at(18, 10, 15)
    entries = clockwork.ledger(row)
    told = explain(entries, "intake", clockwork.calendar_for(row, "intake", entries)).full_in("en")
    assert "1 h 45 min because the system was down (Thông báo 9)" in told


def test_a_dry_run_writes_nothing_and_the_command_shows_every_dossier(people, filed):
    found, out = outage(people, at(17, 10), at(17, 11)), StringIO()
    call_command("shift_for_outage", str(found.pk), stdout=out)
    assert filed.code in out.getvalue()
    assert fresh(filed).intake_due_at == filed.intake_due_at
    assert not OutageShift.objects.exists()


def test_the_same_outage_gives_time_back_once(people, filed):
    found = outage(people, at(17, 10), at(17, 11))
    assert len(apply(found, people)) == 1
    moved = fresh(filed)
    assert apply(found, people) == []
    assert (fresh(filed).intake_due_at, fresh(filed).version) == (moved.intake_due_at, moved.version)
    assert OutageShift.objects.get().old == filed.intake_due_at


def test_an_outage_at_night_takes_no_opening_time(people, filed):
    assert apply(outage(people, at(17, 20), at(18, 6)), people) == []


def test_the_day_an_apology_named_stays_because_the_law_gives_one_only(people, filed):
    """The legal limit gets its day back; the new appointment is the agency's one promise and moves by nothing."""
    row = intake.receive(filed.pk, user=people.giang, at=at(17, 9)).dossier
    promised = at(27, 10)
    endings.reappoint(row.pk, user=people.giang, on=promised, reason="Chờ xác minh", at=at(17, 15))
    before = fresh(row)
    assert before.appointment_at
    apply(outage(people, at(18, 7), at(18, 12)), people)
    after = fresh(row)
    assert after.due_at > before.due_at
    assert after.appointment_at == before.appointment_at


def test_a_limit_in_days_gets_a_day_back_for_half_a_day_lost_and_none_for_less(people, filed):
    row = intake.receive(filed.pk, user=people.giang, at=at(17, 9)).dossier
    assert apply(outage(people, at(18, 8), at(18, 10)), people) == []
    apply(outage(people, at(18, 7), at(18, 12)), people)
    after = fresh(row)
    assert clockwork.calendar_of(row.calendar_id).working_dates_between(
        timezone.localdate(row.due_at), timezone.localdate(after.due_at)
    ) == 1  # fmt: skip
    entries = clockwork.ledger(after)
    assert derive_track(entries, "handling", clockwork.calendar_for(after, "handling", entries)).due_at == after.due_at


def test_the_day_of_acceptance_is_no_day_of_the_limit_and_is_not_given_back(people, filed):
    row = intake.receive(filed.pk, user=people.giang, at=at(17, 9)).dossier
    found = apply(outage(people, at(17, 9, 30), at(17, 17)), people)
    assert [move for one in found for move in one.moves if move.is_told] == []
    assert fresh(row).due_at == row.due_at


def test_what_was_late_before_the_outage_stays_late(people, filed):
    assert apply(outage(people, at(18, 9), at(18, 16)), people) == []  # the answer was due at 08:30


def test_the_citizens_limit_gets_a_day_back_also_for_an_evening(people, filed):
    key = filed.papers.order_by("position").first().key
    supplements.request_at_intake(
        filed.pk, user=people.giang, missing=[Missing("paper", key, "Mờ")], message="", at=at(17, 10)
    )
    before = fresh(filed).answer_by
    apply(outage(people, at(18, 20), at(18, 22)), people)
    row = fresh(filed)
    assert row.answer_by > before
    assert row.supplements.get().answer_by == row.answer_by


def test_an_outage_of_another_agency_moves_nothing(people, filed):
    other = Agency.objects.filter(key="svhttdl")
    assert apply(outage(people, at(17, 10), at(17, 11), agencies=other), people) == []
    own = Agency.objects.filter(key="sct")
    assert len(apply(outage(people, at(17, 10), at(17, 11), agencies=own), people)) == 1


def test_the_citizen_reads_the_old_and_the_new_moment(people, filed):
    apply(outage(people, at(17, 10), at(17, 11)), people)
    news = OutboxRow.objects.get(name="dossier.outage_shifted", subject_id=filed.pk)
    row = Dossier.objects.select_related("party", "procedure", "applicant").get(pk=filed.pk)
    line = words(row, outbox.news_of(news)).lines[0]
    assert "08:30 18/11/2026" in line
    assert "09:30 18/11/2026" in line


@pytest.mark.parametrize(
    ("since", "until", "more"),
    [
        (at(17, 11), at(17, 10), {}),
        (at(17, 10), at(17, 11), {"reason_vi": " "}),
        (at(17, 10), at(17, 11), {"source": ""}),
        (at(17, 10), at(17, 11), {"at": at(17, 10, 30)}),  # not over yet
        (datetime(2026, 1, 1, tzinfo=VIETNAM), at(17, 11), {}),
    ],
)
def test_an_outage_that_cannot_be_is_refused_in_words(people, since, until, more):
    values = {"began_at": since, "ended_at": until, "reason_vi": "x", "source": "y", "by": people.giang, "at": at(21)}
    with pytest.raises(ValidationError):
        outages.record_outage(**(values | more))
