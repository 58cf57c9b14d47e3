"""Two sweeps, two heads, two workers at once: each thing happens once, each dossier goes to one.

Staged as in test_races, each with its negative control.
"""

import threading
from datetime import date

import pytest

from agencies.models import Agency, Role, calendar_of
from agencies.services import appoint, share_at_once
from common.models import OutboxRow
from dossiers.models import Alarm, Dossier, DossierEvent, Turn
from dossiers.services import distributing, endings, fees, intake, performing, watching
from tests import cast
from tests.dossiers.test_races import Meeting, both, meet_after, meet_behind, without_locks
from tests.dossiers.test_silent_filings import vn
from tests.histories import is_path
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
FREE = "promotion-notification"
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY


# ── two sweeps ──
def sweep_race(people, monkeypatch) -> list[str]:
    cast.filed(people.mai, FREE, answers(FREE))
    meet_behind(monkeypatch, watching, "_written_meanwhile", Meeting("both sweeps have found it"))
    return both(*[lambda: watching.watch(vn(23, 15))] * 2)


def written_once(found: list[str]) -> bool:
    return found == ["done", "done"] and Alarm.objects.count() == 1


def test_two_sweeps_at_once_write_and_publish_each_rung_once(people, monkeypatch):
    assert written_once(sweep_race(people, monkeypatch))
    assert OutboxRow.objects.filter(name="dossier.intake_warned").count() == 1


def test_negative_control_without_the_lock_both_sweeps_write_it(people, monkeypatch):
    without_locks(monkeypatch)
    found = sweep_race(people, monkeypatch)
    assert not written_once(found)
    assert found == ["crash: IntegrityError", "done"]  # only the unique row stops the second


# ── the sweep and the answer ──
def answer_race(people, monkeypatch) -> list[str]:
    """The sweep has found a filing unanswered; before it writes, the officer answers. What it then sees is returned."""
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    meeting, seen = Meeting("found, and answered"), []
    meet_after(monkeypatch, watching, "_written_meanwhile", meeting)
    real = watching._publish

    def publish(alarm):
        seen.append(Dossier.objects.get(pk=alarm.dossier_id).state)
        real(alarm)

    monkeypatch.setattr(watching, "_publish", publish)

    def answer() -> None:
        found_it.wait(5)
        intake.refuse_intake(dossier.pk, user=people.giang, reason="Sai cơ quan", at=vn(23, 15))
        meeting()

    found_it = threading.Event()
    chosen = watching._alarm
    monkeypatch.setattr(watching, "_alarm", lambda *args: (found_it.set(), chosen(*args))[1])
    both(lambda: watching.watch(vn(23, 15)), answer)
    return seen


def test_nothing_is_written_of_a_filing_that_was_answered_while_the_sweep_looked(people, monkeypatch):
    assert answer_race(people, monkeypatch) == ["new"]  # the answer waited for the sweep, not the other way round


def test_negative_control_without_the_lock_it_is_written_after_the_answer(people, monkeypatch):
    without_locks(monkeypatch)
    assert answer_race(people, monkeypatch) == ["refused"]


# ── two heads share out at once ──
def sharing_race(people, monkeypatch) -> tuple[list[bool], list[str]]:
    agency = Agency.objects.get(key="svhttdl")
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    head = cast.officer("tuan", "Lê Anh Tuấn")
    appoint(head, agency, Role.HEAD, actor=None, since=cast.SINCE)
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=AT, order="1")
    dossier = intake.receive(dossier.pk, user=people.hanh, at=AT).dossier
    outcomes: list[distributing.Outcome] = []
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))

    def work(user, person):
        plan = {dossier.pk: (dossier.version, person.pk)}
        outcomes.extend(distributing.share_out(agency, Role.SPECIALIST, plan, user=user, at=AT))

    found = both(lambda: work(people.cuong, people.bao), lambda: work(head, second))
    return [bool(one.refusal) for one in outcomes], found


def given_once(refused: list[bool], found: list[str]) -> bool:
    return sorted(refused) == [False, True] and found == ["done", "done"]


def test_two_heads_who_share_out_at_once_give_each_dossier_once(people, monkeypatch):
    assert given_once(*sharing_race(people, monkeypatch))
    assert DossierEvent.objects.filter(name="assign").count() == 1
    assert Turn.objects.count() == 1  # the refused giving counts no turn


def test_negative_control_without_the_locks_both_give_it(people, monkeypatch):
    without_locks(monkeypatch)
    _without_lock_of_the_agency(monkeypatch)
    refused, found = sharing_race(people, monkeypatch)
    assert not given_once(refused, found)


def _without_lock_of_the_agency(monkeypatch) -> None:
    from agencies.querysets import AgencyQuerySet

    monkeypatch.setattr(AgencyQuerySet, "select_for_update", lambda self, **_options: self)


# ── two dossiers come at once ──
def coming_race(people, monkeypatch) -> list[int]:
    """Two workers give two dossiers of one agency out at once; the loads are equal."""
    agency = Agency.objects.get(key="svhttdl")
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    share_at_once(agency, is_on=True, actor=people.cuong)
    found = []
    for number in range(2):
        dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
        fees.settle(dossier.pk, at=AT, order=str(number))
        found.append(intake.receive(dossier.pk, user=people.hanh, at=AT).dossier)
    meet_after(monkeypatch, distributing, "_give", Meeting("both have chosen a person"))

    def give(dossier):
        from django.db import transaction

        with transaction.atomic():
            distributing._give_to_the_next(dossier)

    both(*(lambda dossier=dossier: give(dossier) for dossier in found))
    return sorted(Dossier.objects.filter(assignee=user).count() for user in (people.bao, second))


def test_two_dossiers_that_come_at_once_go_to_two_people(people, monkeypatch):
    assert coming_race(people, monkeypatch) == [1, 1]


def test_negative_control_without_the_lock_of_the_agency_one_person_gets_both(people, monkeypatch):
    _without_lock_of_the_agency(monkeypatch)
    assert coming_race(people, monkeypatch) != [1, 1]


# ── the apology is sent while the withdrawal is agreed to ──
def apology_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=AT, order="1")
    dossier = intake.receive(dossier.pk, user=people.hanh, at=AT).dossier
    endings.withdraw(dossier.pk, user=people.mai, at=AT)
    on = calendar_of(dossier.calendar_id).closing(date(2026, 12, 31))
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(
        lambda: endings.reappoint(dossier.pk, user=people.dung, on=on, reason="Chờ xác minh", at=AT),
        lambda: endings.agree_withdrawal(dossier.pk, user=people.cuong, at=AT),
    )
    return dossier, found


def legal(dossier: Dossier, found: list[str]) -> bool:
    """Either order is lawful, but the apology never follows the end."""
    return is_path(dossier.pk) and "crash: IntegrityError" not in found


def test_an_apology_sent_while_a_withdrawal_is_agreed_to_never_follows_the_end(people, monkeypatch):
    dossier, found = apology_race(people, monkeypatch)
    assert legal(dossier, found)
    assert DossierEvent.objects.filter(dossier=dossier).latest("seq").name == "agree_withdrawal"


def test_negative_control_without_the_lock_both_write_the_same_number(people, monkeypatch):
    without_locks(monkeypatch)
    assert not legal(*apology_race(people, monkeypatch))
