"""Work that is over is forgotten after a month, counters after two days; what is owed or has failed never is."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from common import jobs, keeping, limits
from common.models import AttemptCounter, Job, OutboxRow
from tests.common import handlers

NOW = timezone.now().replace(microsecond=0)
OLD, YOUNG = NOW - timedelta(days=31), NOW - timedelta(days=29)


def news(number: int, done_at: object = None) -> OutboxRow:
    return OutboxRow.objects.create(name="x", subject_type="x", subject_id=number, created_at=OLD, done_at=done_at)


@pytest.mark.django_db
def test_only_what_is_over_for_a_month_is_forgotten():
    for key, state, done_at in (
        ("old done", "done", OLD), ("young done", "done", YOUNG), ("old dead", "dead", OLD), ("still owed", "ready", None),
    ):  # fmt: skip
        Job.objects.create(kind="test.work", key=key, state=state, done_at=done_at, created_at=OLD)
    news(1, OLD), news(2, YOUNG), news(3)
    assert keeping.forget(at=NOW) == {"jobs": 1, "news": 1, "counters": 0}
    assert set(Job.objects.values_list("key", flat=True)) == {"young done", "old dead", "still owed"}
    assert set(OutboxRow.objects.values_list("subject_id", flat=True)) == {2, 3}
    assert keeping.forget(at=NOW) == {"jobs": 0, "news": 0, "counters": 0}


@pytest.mark.django_db
def test_a_limit_under_way_is_not_forgotten():
    day = timedelta(days=1)
    for at in (NOW - 4 * day, NOW):
        assert limits.hit("test", "somebody", limit=1, window=day, at=at)
    assert keeping.forget(at=NOW)["counters"] == 1
    assert not limits.hit("test", "somebody", limit=1, window=day, at=NOW)
    assert AttemptCounter.objects.count() == 1


@pytest.mark.django_db
def test_a_great_many_rows_go_in_small_batches(django_assert_num_queries):
    for number in range(25):
        news(number, OLD)
    with django_assert_num_queries(6):  # three times: read ten numbers, delete them
        assert keeping.in_batches(OutboxRow.objects.all(), batch=10) == 25
    for number in range(25):
        news(number, OLD)
    assert keeping.in_batches(OutboxRow.objects.all(), batch=10, most=2) == 20  # the rest tomorrow night


def test_every_nightly_sweep_is_known_to_the_workers():
    from portal.celery import app

    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert "common.tasks.forget" in wanted
    assert not wanted - set(app.tasks)
    begun = {
        "procedures.tasks.begin_day",
        "procedures.tasks.reproject",
        "procedures.tasks.remind_departments",
        "reports.tasks.usual",
        "dossiers.tasks.sweep_supplements",
    }
    assert begun <= wanted, "what begins with the legal or the working day, and limits that end at an hour"
    sweeps = [entry for entry in app.conf.beat_schedule.values() if entry["task"] not in begun]
    hours = [entry["schedule"].hour for entry in sweeps if hasattr(entry["schedule"], "hour")]
    assert len(hours) >= 5
    assert all(hour <= {2, 3, 4} for hour in hours)
    assert str(app.timezone) == "Asia/Ho_Chi_Minh"  # at night where the offices are, not where the clock is UTC


@pytest.mark.django_db
def test_a_dead_job_is_listed_and_runs_again_once_its_cause_is_mended(capsys):
    def refuse(job: object) -> None:
        error = ValueError("Trần Văn Hải")
        error.permanent = True  # type: ignore[attr-defined]
        raise error

    handlers.works["work"] = refuse
    jobs.enqueue("test.work", key="one")
    jobs.run_due()
    dead = Job.objects.get(key="one")
    assert dead.state == "dead"
    call_command("jobs", "list")
    told = capsys.readouterr().out
    assert f"{dead.pk} test.work" in told
    assert "ValueError" in told
    assert "Hải" not in told
    handlers.works.pop("work")
    with pytest.raises(CommandError):
        call_command("jobs", "retry", "--kind", "other")
    call_command("jobs", "retry", "--id", str(dead.pk))
    assert jobs.run_due() == 1
    assert Job.objects.get(key="one").state == "done"
    call_command("jobs")
    assert "done" in capsys.readouterr().out


@pytest.mark.django_db
def test_retry_never_touches_a_job_that_is_done():
    Job.objects.create(kind="test.work", key="paid", state="done", done_at=NOW)
    assert jobs.retry_dead(Job.objects.all()) == 0
    assert Job.objects.get(key="paid").state == "done"
