"""/metrics: for operators only, true whichever process answers, and without a word about anybody."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from common.models import Job, OutboxRow, Sweep
from dossiers.services import intake
from notifications.models import Message
from tests import cast
from tests.portal.house import ROOT
from tests.procedures.answers import answers

TOKEN = "0123456789abcdef" * 4  # the same in every process of the tests: it is part of their names
FREE = "promotion-notification"


def value(text: str, name: str, labels: str = "") -> float:
    """The value of one line of the exposition; labels as they are written."""
    found = re.findall(rf"^{re.escape(name + labels)} (\S+)$", text, re.M)
    assert len(found) == 1, (name, labels, found)
    return float(found[0])


@pytest.fixture
def scrape(client, settings):
    """Reads /metrics as Prometheus does."""
    settings.METRICS_TOKEN = TOKEN

    def read() -> str:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        return answer.content.decode()

    return read


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"bearer{TOKEN}", "Bearer é"]
)
def test_without_the_token_the_measures_do_not_exist(client, settings, header):
    settings.METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == 404
    assert answer.content == client.get("/no-such-page").content


@pytest.mark.django_db
def test_an_empty_token_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_only_the_networks_that_are_named_may_read_without_a_token(client, settings):
    settings.METRICS_ALLOW = ["10.3.0.0/16", "fd00::5"]
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for address, status in (("10.3.9.9", 200), ("fd00::5", 200), ("10.4.0.1", 404), ("fd00::6", 404), ("", 404)):
        assert client.get("/metrics", headers={"X-Forwarded-For": address}).status_code == status, address
    settings.TRUSTED_PROXIES = []  # then nobody may say of himself where he comes from
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.3.9.9"}).status_code == 404


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_status_and_never_by_address(client, scrape):
    counted = 'motcua_requests_total{status="404",view="dossiers:verify_result"}'

    def count(text: str) -> float:
        return float((re.findall(rf"^{re.escape(counted)} (\S+)$", text, re.M) or ["0"])[0])

    before = count(scrape())
    client.get("/xac-thuc/0912345678/")
    client.get("/xac-thuc/0912345679/")
    text = scrape()
    assert count(text) == before + 2
    assert "0912345678" not in text
    assert "xac-thuc" not in text
    assert 'view="dossiers:verify_result"' in text
    assert "/" not in "".join(re.findall(r'view="([^"]*)"', text))


@pytest.mark.django_db
def test_what_waits_and_what_failed_can_be_seen(scrape):
    now = timezone.now()
    OutboxRow.objects.create(name="x", subject_type="x", subject_id=1, due_at=now - timedelta(minutes=7))
    OutboxRow.objects.create(name="x", subject_type="x", subject_id=2, due_at=now + timedelta(hours=1), attempts=6)
    Job.objects.create(kind="message", key="a", state="dead")
    Job.objects.create(kind="message", key="b", state="ready", due_at=now + timedelta(hours=1))
    Job.objects.create(kind="message", key="c", state="done")
    Sweep.objects.update_or_create(name="loops", defaults={"at": now - timedelta(minutes=3)})
    for number, (state, age) in enumerate((("failed", 1), ("failed", 30), ("sent", 1))):
        Message.objects.create(
            key=f"m{number}", channel="site", kind="x", state=state, created_at=now - timedelta(hours=age)
        )
    text = scrape()
    assert 420 <= value(text, "motcua_outbox_lag_seconds") < 480
    assert value(text, "motcua_outbox_failing") == 1
    assert value(text, "motcua_jobs", '{kind="message",state="dead"}') == 1
    assert value(text, "motcua_jobs", '{kind="message",state="ready"}') == 1
    assert 180 <= value(text, "motcua_sweep_age_seconds") < 240
    assert value(text, "motcua_messages_failed") == 1
    assert value(text, "motcua_disk_free_bytes") > 0
    assert value(text, "motcua_payments_unclear") == value(text, "motcua_refunds_to_check") == 0


@pytest.mark.django_db
def test_open_dossiers_are_counted_by_state_without_a_name(scrape):
    people = cast.make_cast()
    first = cast.filed(people.hai, FREE, answers(FREE))
    cast.filed(people.mai, FREE, answers(FREE))
    intake.receive(first.pk, user=people.giang, at=cast.MONDAY)
    text = scrape()
    counts = dict(re.findall(r'^motcua_dossiers_open\{state="(\w+)"\} (\S+)$', text, re.M))
    assert counts.pop("new") == "1.0"
    assert sum(map(float, counts.values())) == 1
    for personal in ("Hải", "Mai", "0987654321", "84987654321", first.code):
        assert personal not in text


# ── two processes behind one door ──
@pytest.fixture
def two_workers() -> Iterator[str]:
    """A real gunicorn with two processes on the tests' database."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    before, mark, query = os.environ["DATABASE_URL"].partition("?")
    database = f"{before.rpartition('/')[0]}/{connection.settings_dict['NAME']}{mark}{query}"
    environment = os.environ | {"DATABASE_URL": database, "OWNER_DATABASE_URL": database, "METRICS_TOKEN": TOKEN}
    command = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--preload", "--workers=2", "--threads=1"]
    process = subprocess.Popen([*command, f"--bind=127.0.0.1:{port}", "--no-control-socket"], cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                ask(f"{address}/healthz")
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def ask(address: str) -> str:
    """One request on a connection of its own, so that either process may take it."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return str(answer.read().decode())


@pytest.mark.django_db(transaction=True)
def test_any_process_tells_the_counts_of_all_processes(two_workers):
    name, label = "motcua_requests_total", '{status="200",view="robots"}'
    ask(f"{two_workers}/robots.txt")
    before = value(ask(f"{two_workers}/metrics"), name, label)  # the tests' own process may have counted there too
    for _ in range(40):
        ask(f"{two_workers}/robots.txt")
    told = {value(ask(f"{two_workers}/metrics"), name, label) for _ in range(10)}
    assert told == {before + 40.0}
