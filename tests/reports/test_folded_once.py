"""Each piece of news is folded once: told twice, in any order, by two workers, by one that dies.

Whatever happens, the sums are those of a full count over the dossiers.
"""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection

from common import outbox
from dossiers.models import Dossier
from procedures.models import Procedure
from reports.facts import facts_of
from reports.models import DossierFact, Due, Rollup, Watermark
from reports.services import folding, rebuilding
from reports.services.folding import fold, fold_all, is_changed, stored
from tests import cast
from tests.common.side_by_side import Other, Signal
from tests.portal import world
from tests.reports.figures_cast import CULTURE, TRADE, at, change, dossier, ended, everything, folded, province, tell

# The full count, written by hand over the dossiers themselves: one row per agency, field and month of acceptance.
FULL_COUNT = """
SELECT d.deciding_agency_id, p.field_id, date_trunc('month', d.accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
  count(*), count(*) FILTER (WHERE d.intake IN ('own', 'national')), count(*) FILTER (WHERE d.intake = 'counter'),
  count(*) FILTER (WHERE d.filed_by = 'assisted'), count(*) FILTER (WHERE d.service_level = 'full')
FROM dossiers_dossier d JOIN procedures_procedure p ON p.id = d.procedure_id
WHERE d.state <> 'draft' AND d.accepted_at IS NOT NULL GROUP BY 1, 2, 3
"""
FULL_ENDS = """
WITH ended AS (SELECT d.deciding_agency_id AS agency, p.field_id AS field,
  (d.finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS end_date, (d.due_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS due_date
  FROM dossiers_dossier d JOIN procedures_procedure p ON p.id = d.procedure_id
  WHERE d.state IN ('resolved', 'returned') AND d.finished_at IS NOT NULL)
SELECT agency, field, date_trunc('month', end_date)::date, count(*), count(*) FILTER (WHERE end_date < due_date),
  count(*) FILTER (WHERE end_date = due_date), count(*) FILTER (WHERE end_date > due_date)
FROM ended GROUP BY 1, 2, 3
"""


def full(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(cursor.fetchall())


def rolled_up(*columns: str) -> list[tuple[Any, ...]]:
    rows = Rollup.objects.filter(grain=3).values_list("agency_id", "field_id", "month", *columns)
    return sorted(row for row in rows if row[3])


def holds() -> bool:
    """Row by row the same as a full GROUP BY over the dossiers."""
    received = rolled_up("received", "received_online", "received_counter", "filed_assisted", "level_full")
    ends = rolled_up("resolved", "resolved_early", "resolved_on_time", "resolved_late")
    return received == full(FULL_COUNT) and ends == full(FULL_ENDS)


def many(number: int, chance: random.Random) -> list[Dossier]:
    """Dossiers of every kind in two agencies, four procedures and four months."""
    procedures = list(Procedure.objects.exclude(current_version=None).order_by("pk")[:4])
    made = []
    for _ in range(number):
        day = f"2026-0{chance.randint(1, 4)}-{chance.randint(10, 28)}"
        values = {
            "agency": chance.choice([CULTURE, TRADE]), "procedure": chance.choice(procedures),
            "intake": chance.choice(["own", "national", "counter", "post"]), "accepted_at": at(day),
            "filed_by": chance.choice(["self", "assisted", "typed"]), "service_level": chance.choice(["full", "partial"]),
        }  # fmt: skip
        end = f"2026-05-{chance.randint(10, 28)} {chance.randint(0, 23):02d}:30"
        due = f"2026-05-{chance.randint(10, 28)}"
        made.append(ended(due, end, **values) if chance.random() < 0.6 else dossier(**values))
    return made


@pytest.mark.django_db
def test_the_sums_are_row_by_row_those_of_a_full_count():
    made = many(80, random.Random(20261122))
    folded(*made)
    assert holds()
    for one in made[::3]:
        change(one, state="withdrawn")
    assert not holds()  # the comparison sees what is not folded yet
    folded(*made[::3])
    assert holds()


@pytest.mark.django_db
def test_news_told_twice_or_out_of_order_changes_nothing():
    made = many(20, random.Random(1))
    folded(*made)
    before = everything()
    folded(*made, *reversed(made), *made)
    assert everything() == before
    assert holds()


@pytest.mark.django_db
def test_negative_control_adding_without_taking_out_counts_twice(monkeypatch: pytest.MonkeyPatch):
    one = dossier()
    folded(one)
    change(one, filed_by="assisted")
    monkeypatch.setattr(folding, "stored", lambda _ids: {})
    assert folded(one)["received"] == 2


@pytest.mark.django_db
def test_the_same_row_of_the_outbox_is_noted_once():
    one = dossier()
    news = outbox.News(7, "dossier.received", "dossier", one.pk, "", None, {}, at("2026-01-05"))
    folding.note(news)
    folding.note(news)
    assert Due.objects.count() == 1


@pytest.mark.django_db
def test_hundreds_of_pieces_are_folded_in_a_bounded_number_of_statements(django_assert_max_num_queries):
    fold_all()
    tell(*many(200, random.Random(2)))
    fold(1)
    with django_assert_max_num_queries(16):
        assert fold(500) == 199


@pytest.mark.django_db(transaction=True)
def test_worker_killed_between_the_sums_and_the_facts_leaves_no_trace(monkeypatch: pytest.MonkeyPatch):
    fold_all()  # the first run makes the lock
    tell(*many(10, random.Random(3)))

    def killed() -> None:
        add = folding.add

        def add_and_die(changes: folding.Delta) -> None:
            add(changes)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

        with monkeypatch.context() as patch:
            patch.setattr(folding, "add", add_and_die)
            with pytest.raises(DatabaseError):
                fold()

    Other(killed).result()
    assert (Rollup.objects.count(), DossierFact.objects.count(), Due.objects.count()) == (0, 0, 10)
    assert fold_all() == 10
    assert holds()


@pytest.mark.django_db(transaction=True)
def test_a_second_worker_goes_on_while_the_first_one_folds(monkeypatch: pytest.MonkeyPatch):
    fold_all()
    tell(*many(10, random.Random(4)))
    inside, go_on = Signal("inside"), Signal("go on")
    refold = folding.refold

    def slowly(ids: set[int]) -> int:
        inside.say()
        go_on.wait()
        return refold(ids)

    monkeypatch.setattr(folding, "refold", slowly)
    first = Other(fold)
    inside.wait()
    assert fold() == 0
    go_on.say()
    assert first.result() == 10
    assert holds()


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_two_workers_count_the_same_news(monkeypatch: pytest.MonkeyPatch):
    """The staged meeting finds the fault when the lock is taken away: both read the old facts, both add."""
    fold_all()
    tell(dossier())
    both = [Signal("first read"), Signal("second read")]
    read = folding.stored

    def unlocked(mine: Signal, other: Signal) -> Callable[[], int]:
        def work() -> int:
            ids = set(Due.objects.values_list("dossier_id", flat=True))
            old = read(ids)
            mine.say()
            other.wait()
            new = [fact for fact in facts_of(ids) if fact.dossier_id not in old]
            folding.add(folding.delta([(fact, 1) for fact in new]))
            return len(new)

        return work

    first, second = Other(unlocked(both[0], both[1])), Other(unlocked(both[1], both[0]))
    assert first.result() + second.result() == 2
    assert province()["received"] == 2


@pytest.mark.django_db
def test_every_act_that_changes_a_figure_is_told_to_the_figures():
    """A dossier walks its way; whenever its fact differs from the folded one, news of it is waiting."""
    people = cast.make_cast()
    seen = 0

    def check(one: Dossier) -> None:
        nonlocal seen
        while outbox.drain():
            pass
        (fact,) = facts_of([one.pk])
        if is_changed(stored([one.pk]).get(one.pk), fact):
            assert Due.objects.filter(dossier=one).exists() or fact.received_month is None
            seen += fact.received_month is not None
        fold_all()
        fold_all()
        assert rebuilding.rebuild(repair=False).wrong_rows == 0

    one = world.paid(people, people.mai)
    check(one)
    check(world.resolved(people, one))
    assert seen
    assert province()["resolved"] == 1
    assert province()["paid"] == 1
    assert "paid_online" not in province()  # settled by hand, through no gateway


@pytest.mark.django_db
def test_the_watermark_is_not_later_than_news_still_under_way():
    fold_all()
    tell(dossier(), dossier())
    fold(1)
    assert Watermark.objects.get().as_of == at("2026-01-05")  # when the piece still waiting was written
    fold_all()
    assert Watermark.objects.get().as_of > at("2026-01-05")


# ── counting again from scratch ──
@pytest.mark.django_db
def test_rebuilding_right_figures_finds_nothing_and_changes_nothing():
    folded(*many(30, random.Random(5)))
    before = everything()
    report = rebuilding.rebuild()
    assert (report.dossiers, report.is_right) == (30, True)
    assert everything() == before


@pytest.mark.django_db
def test_dossier_that_counts_nowhere_yet_is_no_difference():
    dossier(state="new", accepted_at=None)
    assert rebuilding.rebuild(repair=False).is_right


@pytest.mark.django_db
def test_rebuilding_counts_dossiers_that_were_never_told():
    many(30, random.Random(6))
    report = rebuilding.rebuild()
    assert report.wrong_dossiers == 30
    assert holds()


@pytest.mark.django_db
def test_rebuilding_finds_and_mends_sums_somebody_changed():
    folded(*many(30, random.Random(7)))
    right = everything()
    Rollup.objects.filter(grain=0).update(received=10_000)
    checked = rebuilding.rebuild(repair=False)
    assert checked.wrong_rows > 0
    assert everything() != right
    assert rebuilding.rebuild().wrong_rows == checked.wrong_rows
    assert everything() == right
