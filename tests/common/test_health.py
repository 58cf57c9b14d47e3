"""/healthz says that the process lives, /readyz that it can serve: each part is broken here, really where it can be."""

import signal
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from common import jobs, outbox
from common.models import OutboxRow, Sweep
from common.tasks import run_loops
from portal.views import health
from tests.clamd_process import own_clamd  # noqa: F401 - fixture
from tests.common import handlers
from tests.common.side_by_side import Other

NOW = timezone.now


@pytest.fixture(autouse=True)
def migrations_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated_at", 0.0)


@pytest.fixture
def swept(db: None) -> None:
    Sweep.objects.create(name="loops", at=NOW())


def news(*, waiting: timedelta = timedelta(), **values: Any) -> OutboxRow:
    since = NOW() - waiting
    moments = {"created_at": since, "due_at": since}
    return OutboxRow.objects.create(name="test", subject_type="test", subject_id=1, **moments | values)


def ask(client: Client) -> tuple[int, dict[str, str]]:
    """The status of /readyz and its words; /healthz stays 200 whatever happens."""
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.headers["Cache-Control"].startswith("max-age=0")
    assert answer.json()["ready"] == (answer.status_code == 200)
    return answer.status_code, answer.json()["checks"]


def wrong(client: Client) -> tuple[int, list[str]]:
    status, words = ask(client)
    return status, [name for name, word in words.items() if word != "ok"]


def test_everything_in_order_is_ready(client, swept):
    assert wrong(client) == (200, [])


class TestLoops:
    def test_worker_that_never_ran_is_red(self, client, db):
        status, words = ask(client)
        assert (status, words["sweep"]) == (503, "never ran")

    def test_worker_that_stopped_is_red(self, client, db):
        Sweep.objects.create(name="loops", at=NOW() - timedelta(seconds=90))
        assert wrong(client) == (503, ["sweep"])

    @pytest.mark.django_db(transaction=True)
    def test_one_run_of_the_loops_makes_it_green_again(self, client, db):
        run_loops()
        assert wrong(client) == (200, [])

    @pytest.mark.django_db(transaction=True)
    def test_mistake_in_one_loop_keeps_neither_the_other_nor_the_stamp_from_coming(self, client, monkeypatch):
        jobs.enqueue("test.work", key="a")
        monkeypatch.setattr(outbox, "drain", lambda: 1 / 0)
        run_loops()
        assert [name for name, _ in handlers.calls] == ["work"]
        assert Sweep.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_lost_database_ends_the_run_without_a_stamp(self, monkeypatch):
        def lose() -> int:
            raise OperationalError

        monkeypatch.setattr(outbox, "drain", lose)
        with pytest.raises(OperationalError):
            run_loops()
        assert not Sweep.objects.exists()


@pytest.mark.usefixtures("swept")
class TestOutbox:
    def test_news_nobody_handles_for_minutes_is_red(self, client):
        news(waiting=timedelta(minutes=6))
        status, words = ask(client)
        assert status == 503
        assert words["outbox"].endswith("s behind")

    def test_news_that_waits_for_seconds_or_is_done_is_green(self, client):
        news(waiting=timedelta(seconds=20))
        news(waiting=timedelta(days=2), done_at=NOW())
        assert wrong(client) == (200, [])

    def test_one_handler_that_keeps_failing_is_reported_but_closes_no_server(self, client):
        news(waiting=timedelta(hours=3), due_at=NOW() + timedelta(minutes=20), attempts=12)
        status, words = ask(client)
        assert (status, words["outbox"], words["failing"]) == (200, "ok", "1 pieces of news")


@pytest.mark.usefixtures("swept")
class TestJobs:
    def test_jobs_that_pile_up_are_reported_but_close_no_server(self, client):
        jobs.enqueue("test.work", key="a", due_at=NOW() - timedelta(minutes=6))
        status, words = ask(client)
        assert status == 200
        assert words["jobs"].endswith("s behind")

    def test_job_that_a_worker_holds_or_that_is_not_due_is_not_behind(self, client):
        jobs.enqueue("test.work", key="a", due_at=NOW() - timedelta(minutes=6))
        jobs.lease()
        jobs.enqueue("test.work", key="b", due_at=NOW() + timedelta(minutes=6))
        assert wrong(client) == (200, [])


@pytest.mark.usefixtures("swept")
class TestSurroundings:
    def test_migration_that_waits_is_red(self, client):
        MigrationRecorder.Migration.objects.filter(app="common").latest("name").delete()
        status, words = ask(client)
        assert status == 503
        assert words["migrations"].endswith("waiting")

    def test_disk_that_is_nearly_full_is_red(self, client, monkeypatch):
        monkeypatch.setattr(health, "DISK_LIMIT", 10**18)
        status, words = ask(client)
        assert (status, words["disk"].endswith("MiB free")) == (503, True)

    def test_redis_that_is_gone_is_reported_and_not_red(self, client, own_redis):
        own_redis.kill()
        status, words = ask(client)
        assert (status, words["redis"]) == (200, "failed: ConnectionError")

    def test_redis_that_hangs_is_reported_and_not_red(self, client, own_redis):
        own_redis.hang()
        status, words = ask(client)
        assert (status, words["redis"]) == (200, "failed: TimeoutError")


@pytest.mark.usefixtures("swept")
class TestScanner:
    @pytest.fixture(autouse=True)
    def production(self, settings: Any) -> None:
        settings.MODE = "production"

    def test_scanner_that_answers_is_green(self, client, settings, own_clamd):  # noqa: F811
        own_clamd.start()
        settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", own_clamd.address
        assert wrong(client) == (200, [])

    def test_scanner_that_stopped_is_red(self, client, settings, own_clamd):  # noqa: F811
        own_clamd.start()
        settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", own_clamd.address
        own_clamd.stop()
        assert wrong(client) == (503, ["scanner"])

    def test_scanner_that_hangs_is_red(self, client, settings, own_clamd):  # noqa: F811
        own_clamd.start()
        settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", own_clamd.address
        own_clamd.process.send_signal(signal.SIGSTOP)
        assert wrong(client) == (503, ["scanner"])

    def test_no_scanner_at_all_is_red_in_production(self, client, settings):
        settings.SCANNER, settings.CLAMD_ADDRESS = "none", ""
        status, words = ask(client)
        assert (status, words["scanner"]) == (503, "missing")


@pytest.mark.django_db(transaction=True)
class TestDatabase:
    @pytest.fixture
    def no_database(self) -> Iterator[None]:
        """The server's address leads nowhere, as after a failover that went wrong."""
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
        yield
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        connection.close()

    def test_database_that_is_gone_is_red_and_the_process_lives(self, client, no_database):
        status, words = ask(client)
        assert status == 503
        assert words["database"] == words["sweep"] == words["outbox"] == "failed: OperationalError"

    def test_ready_again_as_soon_as_the_database_is_back(self, client):
        Sweep.objects.create(name="loops", at=NOW())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]

        def end_the_other() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])

        Other(end_the_other).result()
        assert ask(client)[1]["database"] in {"ok", "failed: OperationalError"}
        connection.close_if_unusable_or_obsolete()
        assert wrong(client) == (200, [])

    def test_words_name_no_address_and_no_user(self, client, no_database):
        words = str(ask(client)[1])
        assert "127.0.0.1" not in words
        assert str(connection.settings_dict["USER"]) not in words
