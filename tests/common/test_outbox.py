"""News: written with the act it tells of, told to every handler at least once, each effect there once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from common import outbox
from common.models import Job, OutboxRow
from tests.common import handlers
from tests.common.handlers import BAD, BROKEN, GOOD
from tests.common.side_by_side import Meeting, Other, Signal, until_somebody_waits_for_a_lock

HANDLERS = {"test.happened": (GOOD,), "test.failing": (BAD, GOOD), "test.broken": (BROKEN, GOOD)}


@pytest.fixture(autouse=True)
def reactions(own_handlers: None) -> None:
    outbox.register(HANDLERS)


def tell(name: str = "test.happened", count: int = 1) -> list[OutboxRow]:
    with transaction.atomic():
        return [outbox.publish(name, subject_type="test", subject_id=number) for number in range(count)]


def let_time_pass() -> None:
    """Every next try is due."""
    OutboxRow.objects.filter(done_at=None).update(due_at=timezone.now())


def effects() -> list[str]:
    return sorted(Job.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
class TestPublishing:
    def test_news_is_only_published_inside_the_transaction_of_its_act(self):
        with pytest.raises(RuntimeError):
            outbox.publish("test.happened", subject_type="test", subject_id=1)
        assert not OutboxRow.objects.exists()

    def test_news_of_an_act_that_was_rolled_back_is_never_told(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            outbox.publish("test.happened", subject_type="test", subject_id=1)
            raise ZeroDivisionError
        assert outbox.drain() == 0
        assert handlers.calls == []

    def test_news_is_not_told_before_its_act_is_committed(self):
        with transaction.atomic():
            outbox.publish("test.happened", subject_type="test", subject_id=1)
            assert Other(outbox.drain).result() == 0
        assert Other(outbox.drain).result() == 1

    def test_news_is_told_at_once_whichever_clock_is_behind(self):
        for hours in (-1, 1):
            tell()
            with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
                assert outbox.drain() == 1

    def test_news_due_later_by_both_clocks_waits(self):
        OutboxRow.objects.filter(pk=tell()[0].pk).update(due_at=timezone.now() + timedelta(hours=1))
        assert outbox.drain() == 0

    def test_many_news_of_one_act_nudge_the_workers_once(self):
        with transaction.atomic():
            for number in range(5):
                outbox.publish("test.happened", subject_type="test", subject_id=number)
            assert len(connection.run_on_commit) == 1

    def test_news_in_a_part_that_was_rolled_back_does_not_swallow_the_nudge_of_the_rest(self):
        with transaction.atomic():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                outbox.publish("test.happened", subject_type="test", subject_id=1)
                raise ZeroDivisionError
            outbox.publish("test.happened", subject_type="test", subject_id=2)
            assert len(connection.run_on_commit) == 1


@pytest.mark.django_db
class TestHandling:
    def test_every_handler_is_called_and_the_news_is_done(self):
        row = tell()[0]
        assert outbox.drain() == 1
        row.refresh_from_db()
        assert row.done_at is not None
        assert row.handled == [GOOD]
        assert effects() == [f"outbox:{row.pk}:write_once"]
        assert outbox.drain() == 0

    def test_news_nobody_reacts_to_is_done_at_once(self):
        tell("test.unheard")
        assert outbox.drain() == 1
        assert outbox.drain() == 0

    def test_failing_handler_does_not_hold_up_the_others_nor_other_news(self):
        bad, good = tell("test.failing")[0], tell("test.happened")[0]
        assert outbox.drain() == 2
        assert effects() == sorted([f"outbox:{bad.pk}:write_once", f"outbox:{good.pk}:write_once"])
        bad.refresh_from_db()
        assert (bad.done_at, bad.attempts, bad.handled) == (None, 1, [GOOD])
        assert bad.due_at > timezone.now()

    def test_what_a_failing_handler_had_written_is_undone(self):
        row = tell("test.failing")[0]
        outbox.drain()
        assert not Job.objects.filter(key=f"outbox:{row.pk}:fail").exists()

    def test_only_the_failing_handler_is_tried_again_until_it_succeeds(self):
        row = tell("test.failing")[0]
        outbox.drain()
        let_time_pass()
        outbox.drain()
        handlers.works["fail"] = lambda news: None
        let_time_pass()
        outbox.drain()
        assert [name for name, _ in handlers.calls] == ["fail", "write_once", "fail", "fail"]
        row.refresh_from_db()
        assert row.done_at is not None
        assert effects() == [f"outbox:{row.pk}:fail", f"outbox:{row.pk}:write_once"]

    def test_mistake_that_the_database_refuses_spoils_nothing_else(self):
        broken, good = tell("test.broken")[0], tell("test.happened")[0]
        outbox.drain()
        assert effects() == sorted([f"outbox:{broken.pk}:write_once", f"outbox:{good.pk}:write_once"])

    def test_handler_that_does_not_exist_is_a_failure_that_is_tried_again(self):
        outbox.register({"test.happened": ("tests.common.handlers.not_written_yet", GOOD)})
        row = tell()[0]
        outbox.drain()
        row.refresh_from_db()
        assert (row.done_at, row.handled) == (None, [GOOD])

    def test_error_is_kept_without_its_text_because_texts_may_name_people(self):
        row = tell("test.failing")[0]
        outbox.drain()
        row.refresh_from_db()
        assert row.error == f"{BAD}: ValueError"

    def test_pauses_between_tries_grow_and_stay_below_half_an_hour(self):
        pauses = [max(outbox.backoff(tries) for _ in range(50)) for tries in (1, 4, 7, 30)]
        assert pauses == sorted(pauses)
        assert pauses[-1].total_seconds() <= 1800


def drain_and_die(at: Signal, may_die: Signal) -> None:
    """A drain whose connection the database loses while a handler runs."""

    def hold(news: outbox.News) -> None:
        at.say()
        may_die.wait()

    handlers.works["write_once"] = hold
    outbox.drain()


@pytest.mark.django_db(transaction=True)
class TestDying:
    def test_worker_that_dies_in_the_middle_leaves_everything_to_the_next_one(self):
        rows = tell(count=5)
        at, may_die = Signal("the handler runs"), Signal("the connection is gone")
        dying = Other(lambda: drain_and_die(at, may_die))
        at.wait()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state = 'idle in transaction'"
            )
        may_die.say()
        with pytest.raises((OperationalError, InterfaceError)):
            dying.result()
        assert effects() == []
        handlers.works.clear()
        assert outbox.drain() == 5
        assert effects() == sorted(f"outbox:{row.pk}:write_once" for row in rows)


class Race:
    """Two drains over four pieces of news, of which each may take two."""

    def __init__(self) -> None:
        self.rows = tell(count=4)
        self.holding, self.may_go_on = Signal("the first one holds its rows"), Signal("the second one is done")
        self._first = threading.Lock()
        handlers.works["write_once"] = self._hold

    def _hold(self, news: outbox.News) -> None:
        if self._first.acquire(blocking=False):
            self.holding.say()
            self.may_go_on.wait()

    def run(self) -> list[int]:
        """The first takes two and stays in its handler until the second one has finished; ids by number of calls."""
        first = Other(lambda: outbox.drain(limit=2))
        self.holding.wait()
        Other(lambda: outbox.drain(limit=2)).result()
        self.may_go_on.say()
        first.result()
        return sorted(number for name, number in handlers.calls)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_two_drains_never_handle_the_same_news_and_never_wait_for_each_other(self):
        race = Race()
        assert race.run() == sorted(row.pk for row in race.rows)

    def test_negative_control_without_the_lock_news_is_handled_twice(self, monkeypatch):
        monkeypatch.setattr(OutboxRow.objects, "select_for_update", lambda **kw: OutboxRow.objects.all())
        race = Race()
        handled = race.run()
        assert len(set(handled)) < len(handled)

    def test_negative_control_without_skip_locked_the_second_waits_for_the_first(self, monkeypatch):
        waiting = OutboxRow.objects.select_for_update
        monkeypatch.setattr(OutboxRow.objects, "select_for_update", lambda **kw: waiting())
        race = Race()
        first = Other(lambda: outbox.drain(limit=2))
        race.holding.wait()
        second = Other(lambda: outbox.drain(limit=2))
        until_somebody_waits_for_a_lock()
        race.may_go_on.say()
        first.result()
        second.result()

    def test_the_same_news_handled_twice_all_the_same_has_one_effect(self, monkeypatch):
        monkeypatch.setattr(OutboxRow.objects, "select_for_update", lambda **kw: OutboxRow.objects.all())
        row, meeting = tell()[0], Meeting("inside the handler", 2)
        handlers.works["write_once"] = lambda news: meeting.wait()
        for other in [Other(outbox.drain), Other(outbox.drain)]:
            other.result()
        assert handlers.calls == [("write_once", row.pk)] * 2
        assert effects() == [f"outbox:{row.pk}:write_once"]
