"""The two limits of a supplement: the agency's to ask, the citizen's to answer; and the golden rows of a prepaid fee."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from common.models import OutboxRow
from dossiers.clock import derive_track, due_at
from dossiers.errors import Invalid
from dossiers.models import Dossier
from dossiers.services import supplement_limits, supplements
from dossiers.terms import INTAKE_LIMIT, PAY_AFTER, PAY_BEFORE, DossierTerms, as_limit
from procedures.content import Limit, Unit
from tests.dossiers.clock_cast import CALENDAR, fee_asked, ledger, started
from tests.dossiers.clock_cast import at as moment
from tests.dossiers.test_supplement_clock import answer, ask, at, received

pytestmark = pytest.mark.django_db
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def three_days_to_ask(monkeypatch):
    limit = Limit(amount=3, unit=Unit.WORKING_DAY)
    monkeypatch.setattr(DossierTerms, "ask_limit", property(lambda held: as_limit(limit)))


def news(name: str) -> int:
    return OutboxRow.objects.filter(name=name).count()


def test_within_its_limit_the_agency_may_ask_and_afterwards_it_may_not(people, three_days_to_ask):
    dossier = received(people)  # accepted on Monday 05/10
    assert supplements.ask_until(dossier) == datetime(2026, 10, 8, 17, tzinfo=VIETNAM)
    with pytest.raises(Invalid, match="17:00 08/10/2026"), transaction.atomic():
        ask(dossier, people, at(9))
    ask(dossier, people, at(8))
    assert Dossier.objects.get(pk=dossier.pk).state == "supplement"


def test_without_a_limit_of_the_law_the_agency_may_ask_any_time(people):
    assert supplements.ask_until(received(people)) is None


def test_the_citizen_is_reminded_once_two_working_days_before(people):
    dossier = received(people)
    ask(dossier, people, at(8))
    limit = Dossier.objects.get(pk=dossier.pk).answer_by
    assert supplement_limits.sweep(at=limit - timedelta(days=8)) == (0, 0)
    assert supplement_limits.sweep(at=limit - timedelta(hours=20)) == (1, 0)
    assert supplement_limits.sweep(at=limit - timedelta(hours=19)) == (0, 0)
    assert news("dossier.supplement_near") == 1


def test_when_the_limit_is_over_she_is_told_and_the_dossier_stays_open_for_an_officer_to_close(people):
    dossier = received(people)
    ask(dossier, people, at(8))
    limit = Dossier.objects.get(pk=dossier.pk).answer_by
    assert supplement_limits.sweep(at=limit) == (1, 0)  # to the last second it is not over
    assert supplement_limits.sweep(at=limit + timedelta(seconds=1)) == (0, 1)
    assert supplement_limits.sweep(at=limit + timedelta(days=3)) == (0, 0)
    assert news("dossier.supplement_ran_out") == 1
    assert Dossier.objects.get(pk=dossier.pk).state == "supplement"
    done = supplements.expire(dossier.pk, user=people.giang, reason="Không bổ sung", at=limit + timedelta(days=3))
    assert done.dossier.state == "stopped"


def test_nobody_is_reminded_of_what_was_sent(people):
    dossier = received(people)
    key = ask(dossier, people, at(8))
    limit = Dossier.objects.get(pk=dossier.pk).answer_by
    answer(dossier, people, key, at(9))
    assert supplement_limits.sweep(at=limit - timedelta(hours=1)) == (0, 0)
    assert supplement_limits.sweep(at=limit + timedelta(days=1)) == (0, 0)


def test_what_is_asked_again_has_a_new_limit_on_the_request_too(people):
    dossier = received(people)
    key = ask(dossier, people, at(8))
    answer(dossier, people, key, at(9))
    supplements.not_complete(dossier.pk, user=people.giang, reason="Thiếu trang 3", at=at(12))
    row = Dossier.objects.get(pk=dossier.pk)
    assert row.supplements.get().answer_by == row.answer_by


# ── a prepaid fee moves the filing ──


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        ("2026-11-20 09:00", "2026-11-23 09:30"),  # 2.5 h and 3.5 h on Friday, 2 h on Monday
        ("2026-11-20 16:59:59", "2026-11-25 07:59:59"),
        ("2026-11-21 20:00", "2026-11-25 08:00"),  # Saturday night; 24/11 off
        ("2026-02-13 17:00", "2026-02-24 08:00"),  # before Tet: nothing on the 13th, 7.5 h on the 23rd
    ],
)
def test_the_eight_hours_count_from_the_payment(paid, due):
    entries = ledger(
        started("8 hour", "2026-02-01 09:00"), fee_asked("2026-02-01 09:00"),
        ("filing_moved", paid, {"limit": INTAKE_LIMIT}), track="intake",
    )  # fmt: skip
    assert derive_track(entries, "intake", CALENDAR).due_at == moment(due)


@pytest.mark.parametrize(
    ("limit", "asked", "due"),
    [
        (PAY_BEFORE, "2026-11-20 09:00", "2026-11-25 17:00"),  # five days, the fifth a Wednesday
        (PAY_BEFORE, "2026-11-19 23:59:59", "2026-11-25 17:00"),  # the fifth is 24/11, a day off
        (PAY_BEFORE, "2026-02-13 10:00", "2026-02-23 17:00"),  # the fifth lies in Tet
        (PAY_AFTER, "2024-02-14 10:00", "2024-02-29 17:00"),  # leap day
    ],
)
def test_the_time_to_pay_ends_at_closing_of_a_working_day(limit, asked, due):
    assert due_at(limit, moment(asked), CALENDAR) == moment(due)
