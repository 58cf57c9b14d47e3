"""Results on their way: drafted dossiers at the leader's step, a PIN, the pages of signing."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.services import pins
from common import jobs
from common.models import Job
from dossiers.models import Dossier, ResultBatch
from dossiers.services import intake, result_papers, results, routing
from dossiers.services.batches import Chosen
from dossiers.services.results import Decision
from tests.portal.world import paid

PIN = "280519"
TEXT = "Đủ điều kiện kinh doanh hoạt động thể thao môn quần vợt."


def at_leader(people: Any, text: str = TEXT, outcome: str = "granted", **more: Any) -> Dossier:
    """A paid dossier whose result is drafted and waits for Dung's signature."""
    dossier = paid(people, people.mai)
    intake.receive(dossier.pk, user=people.hanh)
    results.draft(dossier.pk, user=people.bao, decision=Decision(outcome, text, **more))
    routing.forward(dossier.pk, user=people.bao)
    return routing.forward(dossier.pk, user=people.cuong).dossier


def several(people: Any, count: int) -> list[Dossier]:
    return [at_leader(people, f"{TEXT} Số {n}.") for n in range(1, count + 1)]


def give_pin(user: Any) -> None:
    pins.give_pin(user, pin=PIN, at=timezone.now())


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def shown(dossier: Dossier, user: Any) -> Chosen:
    """The line as the page shows it to this person."""
    result = results.current(dossier)
    assert result is not None
    content = result_papers.content_of(result_papers.dossier_of(result), result, user)
    return Chosen(dossier.pk, dossier.version, result_papers.digest_of(content))


def ticked(dossiers: Iterable[Dossier], user: Any) -> list[str]:
    lines = [shown(dossier, user) for dossier in dossiers]
    return [f"{one.dossier_id}:{one.version}:{one.digest}" for one in lines]


def run_worker() -> None:
    """Let the batch's job run as if its time had come."""
    Job.objects.filter(kind="dossier.result_batch", state="ready").update(due_at=timezone.now() - timedelta(minutes=1))
    for job in jobs.lease(10, kinds=["dossier.result_batch"]):
        jobs.run(job)


def states(batch: ResultBatch) -> list[str]:
    return list(batch.items.order_by("position").values_list("state", flat=True))
