"""Durable jobs: leased to one worker at a time, fenced, tried again, dead at the end; never lost, never stored twice."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from common import jobs
from common.gateways import GatewayError
from common.models import AttemptCounter, Job
from tests.common import handlers
from tests.common.side_by_side import Other, Signal, all_at_once, until_somebody_waits_for_a_lock

NOW = timezone.now


def owed(count: int = 1, **values: object) -> list[Job]:
    """Jobs that are due."""
    for number in range(count):
        jobs.enqueue("test.work", key=f"job:{number}", payload={"number": number})
    Job.objects.update(**values) if values else None
    return list(Job.objects.order_by("pk"))


def only() -> Job:
    return Job.objects.get()


def let_the_lease_end() -> None:
    """As if the time of every lease were over."""
    Job.objects.exclude(lease_until=None).update(lease_until=NOW() - timedelta(seconds=1))


def let_time_pass() -> None:
    """Every job that waits for its next try is due."""
    Job.objects.filter(state="ready", due_at__gt=NOW()).update(due_at=NOW())


def effect(job: Job) -> None:
    """What a handler stores together with its job being done."""
    with jobs.fenced(job):
        AttemptCounter.objects.create(scope="effect", key_hash=str(job.lease_token), window_start=NOW(), count=job.pk)


def effects() -> list[int]:
    return sorted(AttemptCounter.objects.filter(scope="effect").values_list("count", flat=True))


def kind(**values: object) -> None:
    jobs.register({"test.work": jobs.Kind("tests.common.handlers.work", **values)})  # type: ignore[arg-type]


@pytest.mark.django_db
class TestOwing:
    def test_job_is_owed_once_per_key(self):
        assert jobs.enqueue("test.work", key="a", payload={"number": 1})
        assert not jobs.enqueue("test.work", key="a", payload={"number": 2})
        assert only().payload == {"number": 1}

    def test_done_job_is_not_owed_again(self):
        owed()
        jobs.run_due()
        assert not jobs.enqueue("test.work", key="job:0")
        assert only().state == "done"

    def test_kind_that_nobody_registered_is_refused_before_anything_is_stored(self):
        with pytest.raises(KeyError):
            jobs.enqueue("test.unknown", key="a")
        assert not Job.objects.exists()

    def test_job_runs_at_its_time_and_not_before(self):
        jobs.enqueue("test.work", key="later", due_at=NOW() + timedelta(minutes=5))
        assert jobs.run_due() == 0
        let_time_pass()
        assert jobs.run_due() == 1


@pytest.mark.django_db
class TestLeasing:
    def test_oldest_job_first_and_no_more_than_asked(self):
        rows = owed(3)
        Job.objects.filter(pk=rows[2].pk).update(due_at=NOW() - timedelta(hours=1))
        assert [job.pk for job in jobs.lease(2)] == [rows[2].pk, rows[0].pk]

    def test_leased_job_is_nobody_elses_until_the_lease_ends(self):
        owed()
        assert len(jobs.lease()) == 1
        assert jobs.lease() == []
        let_the_lease_end()
        assert len(jobs.lease()) == 1

    def test_attempt_counts_from_the_lease_so_that_a_killed_worker_is_counted_too(self):
        owed()
        assert [job.attempts for job in jobs.lease()] == [1]
        let_the_lease_end()
        assert [job.attempts for job in jobs.lease()] == [2]

    def test_only_the_kinds_asked_for_are_taken(self):
        owed()
        assert jobs.lease(kinds=["test.other"]) == []
        assert len(jobs.lease(kinds=["test.work"])) == 1

    def test_lease_lasts_as_long_as_its_kind_says(self):
        kind(lease=17)
        owed()
        job = jobs.lease()[0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM %s - clock_timestamp())", [job.lease_until])
            left = cursor.fetchone()[0]
        assert 0 < left <= 17


@pytest.mark.django_db
class TestFence:
    def test_expired_lease_taken_over_makes_the_first_workers_outcome_void(self):
        owed()
        slow = jobs.lease()[0]
        let_the_lease_end()
        quick = jobs.lease()[0]
        with pytest.raises(jobs.LeaseLost):
            effect(slow)
        assert effects() == []
        effect(quick)
        assert effects() == [quick.pk]
        with pytest.raises(jobs.LeaseLost):
            effect(slow)
        assert effects() == [quick.pk]

    def test_late_worker_changes_nothing_whatever_became_of_its_try(self):
        owed()
        slow = jobs.lease()[0]
        let_the_lease_end()
        quick = jobs.lease()[0]
        before = Job.objects.values().get()
        for outcome in (None, ValueError(), GatewayError("no", permanent=True), jobs.Postpone(NOW()), jobs.LeaseLost()):
            handlers.works["work"] = lambda job, outcome=outcome: _raise(outcome)
            jobs.run(slow)
            assert Job.objects.values().get() == before
        effect(quick)
        assert only().state == "done"

    def test_lease_that_ended_but_nobody_took_still_stores_its_outcome(self):
        owed()
        job = jobs.lease()[0]
        let_the_lease_end()
        effect(job)
        assert (effects(), only().state) == ([job.pk], "done")

    def test_outcome_and_done_are_one_transaction(self):
        owed()
        job = jobs.lease()[0]
        with pytest.raises(ZeroDivisionError), jobs.fenced(job):
            AttemptCounter.objects.create(scope="effect", key_hash="x", window_start=NOW(), count=job.pk)
            raise ZeroDivisionError
        assert (effects(), only().state) == ([], "ready")

    def test_job_whose_lease_ended_while_others_of_its_batch_ran_is_not_begun(self, monkeypatch):
        first, second = owed(2)
        monkeypatch.setattr(jobs.time, "monotonic", iter([0.0, 0.0, 50.0]).__next__)  # the first one takes 50 s
        handlers.works["work"] = lambda job: _take_over() if job.pk == first.pk else None
        jobs.run_due()
        assert handlers.calls == [("work", first.pk)]
        assert Job.objects.get(pk=second.pk).state == "ready"

    def test_job_that_waited_long_in_its_batch_gets_a_whole_lease(self, monkeypatch):
        first, second = owed(2)
        ends = {}
        monkeypatch.setattr(jobs.time, "monotonic", iter([0.0, 0.0, 50.0]).__next__)
        handlers.works["work"] = lambda job: ends.update({job.pk: Job.objects.get(pk=job.pk).lease_until})
        jobs.run_due()
        assert ends[second.pk] > ends[first.pk]


def _raise(error: Exception | None) -> None:
    if error:
        raise error


def _take_over() -> None:
    let_the_lease_end()
    jobs.lease()


@pytest.mark.django_db
class TestTryingAgain:
    def test_mistake_is_tried_again_later_and_keeps_no_text_of_the_error(self):
        owed()
        handlers.works["work"] = lambda job: _raise(ValueError("0912345678 is nobody's business"))
        jobs.run_due()
        job = only()
        assert (job.state, job.attempts, job.error, job.lease_until) == ("ready", 1, "ValueError", None)
        assert job.due_at > NOW()
        handlers.works.clear()
        let_time_pass()
        jobs.run_due()
        assert (only().state, only().error) == ("done", "")

    def test_after_its_attempts_a_job_is_dead_with_the_reason_and_its_owner_is_told(self):
        kind(attempts=2, on_dead="tests.common.handlers.on_dead")
        owed()
        handlers.works["work"] = lambda job: _raise(GatewayError("busy", permanent=False))
        for _ in range(5):
            jobs.run_due()
            let_time_pass()
        job = only()
        assert (job.state, job.attempts, job.error) == ("dead", 2, "GatewayError: busy")
        assert [name for name, _ in handlers.calls] == ["work", "work", "on_dead"]

    def test_what_cannot_help_is_not_tried_again(self):
        owed()
        handlers.works["work"] = lambda job: _raise(GatewayError("bad_number", permanent=True))
        jobs.run_due()
        assert (only().state, only().attempts) == ("dead", 1)

    def test_job_whose_worker_dies_at_every_attempt_is_dead_at_last(self):
        owed()
        for _ in range(3):
            assert len(jobs.lease()) == 1
            let_the_lease_end()
        jobs.run_due()
        assert (only().state, only().error) == ("dead", "the worker died at every attempt")
        assert handlers.calls == []

    def test_death_and_what_follows_from_it_are_one_transaction(self):
        kind(attempts=1, on_dead="tests.common.handlers.on_dead")
        owed()
        handlers.works["work"] = lambda job: _raise(ValueError())
        handlers.works["on_dead"] = lambda job: _write_and_fail()
        jobs.run_due()
        assert effects() == []
        assert (only().state, only().error) == ("dead", "ValueError; on_dead: ZeroDivisionError")

    def test_mistake_in_what_follows_does_not_keep_the_next_job_waiting(self):
        kind(attempts=1, on_dead="tests.common.handlers.on_dead")
        first, second = owed(2)
        handlers.works["work"] = lambda job: _raise(ValueError() if job.pk == first.pk else None)
        handlers.works["on_dead"] = lambda job: _raise(KeyError())
        jobs.run_due()
        assert Job.objects.get(pk=second.pk).state == "done"

    def test_postponed_job_comes_back_at_its_time_and_does_not_wear_out(self):
        owed()
        moment = NOW() + timedelta(hours=2)
        handlers.works["work"] = lambda job: _raise(jobs.Postpone(moment, "scanner away"))
        for _ in range(5):
            Job.objects.update(due_at=NOW())
            jobs.run_due()
        job = only()
        assert (job.state, job.attempts, job.due_at, job.error) == ("ready", 0, moment, "scanner away")

    def test_postponing_inside_the_fence_undoes_what_was_written(self):
        owed()

        def write_and_postpone(job: Job) -> None:
            with jobs.fenced(job):
                AttemptCounter.objects.create(scope="effect", key_hash="x", window_start=NOW(), count=1)
                raise jobs.Postpone(NOW() + timedelta(hours=1))

        handlers.works["work"] = write_and_postpone
        jobs.run_due()
        assert (effects(), only().state) == ([], "ready")

    def test_kind_this_worker_does_not_know_waits_for_one_that_does(self):
        owed()
        known = jobs.registered()["test.work"]
        jobs._kinds.clear()
        for _ in range(10):
            jobs.run_due()
            let_time_pass()
        assert (only().state, only().error) == ("ready", "no handler for test.work")
        jobs.register({"test.work": jobs.Kind(known.handler, attempts=20)})
        jobs.run_due()
        assert only().state == "done"

    def test_kind_nobody_knows_is_dead_at_last(self):
        owed(attempts=jobs.UNKNOWN.attempts - 1)
        jobs._kinds.clear()
        jobs.run_due()
        assert only().state == "dead"

    def test_dead_job_stays_dead(self):
        owed(state="dead")
        assert jobs.run_due() == 0


def _write_and_fail() -> None:
    AttemptCounter.objects.create(scope="effect", key_hash="x", window_start=NOW(), count=1)
    raise ZeroDivisionError


def first_workers_lease(may_commit: Signal, has_leased: Signal) -> list[int]:
    """Lease two jobs and stay in the transaction of the lease."""
    with transaction.atomic():
        taken = [job.pk for job in jobs.lease(2)]
        has_leased.say()
        may_commit.wait()
    return taken


@pytest.mark.django_db(transaction=True)
class TestSideBySide:
    def test_workers_that_lease_at_once_never_hold_the_same_job(self):
        owed(20)
        taken = all_at_once(4, lambda: [job.pk for job in jobs.lease(5)])
        held = [number for part in taken for number in part]
        assert len(held) == len(set(held))
        assert set(Job.objects.values_list("attempts", flat=True)) <= {0, 1}

    def test_lease_under_way_is_passed_over_without_waiting(self):
        rows = owed(4)
        may_commit, has_leased = Signal("the second one is done"), Signal("the first one has leased")
        first = Other(lambda: first_workers_lease(may_commit, has_leased))
        has_leased.wait()
        second = [job.pk for job in jobs.lease(2)]
        may_commit.say()
        assert sorted(first.result() + second) == [row.pk for row in rows]

    def test_negative_control_without_skip_locked_both_hold_the_same_jobs(self, monkeypatch):
        owed(4)
        monkeypatch.setattr(jobs, "_LEASE", jobs._LEASE.replace("FOR UPDATE SKIP LOCKED", ""))
        may_commit, has_leased = Signal("the second one waits"), Signal("the first one has leased")
        first = Other(lambda: first_workers_lease(may_commit, has_leased))
        has_leased.wait()
        second = Other(lambda: [job.pk for job in jobs.lease(2)])
        until_somebody_waits_for_a_lock()
        may_commit.say()
        assert first.result() == second.result()
        assert set(Job.objects.filter(attempts__gt=0).values_list("attempts", flat=True)) == {2}

    def test_same_job_owed_by_two_at_once_is_there_once(self):
        created = all_at_once(4, lambda: jobs.enqueue("test.work", key="same"))
        assert sorted(created) == [False, False, False, True]
        assert Job.objects.count() == 1

    def test_take_over_waits_for_an_outcome_that_is_being_stored(self):
        owed()
        slow = jobs.lease()[0]
        let_the_lease_end()
        inside, may_end = Signal("the outcome is being stored"), Signal("somebody looked for work")

        def store() -> None:
            with jobs.fenced(slow):
                inside.say()
                may_end.wait()

        storing = Other(store)
        inside.wait()
        assert jobs.lease() == []  # the lease has ended, the lock of the fence holds
        may_end.say()
        storing.result()
        assert jobs.lease() == []
        assert only().state == "done"

    def test_every_job_runs_once_when_workers_run_side_by_side(self):
        rows = owed(24)
        handlers.works["work"] = effect
        all_at_once(3, lambda: [jobs.run_due() for _ in range(10)])
        assert effects() == [row.pk for row in rows]
        assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}
