"""Review campaigns for tests: planned, opened, answered, sent."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Post
from procedures.classification import Answer
from procedures.models import Campaign, CampaignItem, CampaignTask, DraftRevision, PlanItem, ProcedureVersion
from procedures.services import reviewing
from procedures.services.reviewing import Days, Given, Scope

LIST = "/quan-tri/dot-ra-soat/"
THREE = ("sct", "svhttdl", "snnmt")
YES = {"handling": Answer("yes"), "presence": Answer("yes")}
NO_VISIT = YES | {"presence": Answer("no", "originals", "Phải xuất trình bản chính", "Điều 9")}


@pytest.fixture
def emptied() -> Iterator[None]:
    """For tests that commit: the tables of the catalogue are kept between tests, campaigns must go."""
    yield
    for model in (PlanItem, CampaignItem, CampaignTask, Campaign, DraftRevision):
        model.objects.all().delete()
    ProcedureVersion.objects.open().delete()
    Post.objects.all().delete()


def now() -> Any:
    return timezone.now()


def today() -> date:
    return timezone.localdate()


def in_days(number: int) -> date:
    return today() + timedelta(number)


def planned(actor: User, *, due: int = 20, effective: int = 30, agencies: Any = THREE) -> Campaign:
    chosen = tuple(Agency.objects.filter(key__in=agencies))
    days = Days(today(), in_days(due), in_days(effective))
    scope = Scope(agencies=chosen)
    return reviewing.plan_campaign(name="Rà soát năm 2026", scope=scope, days=days, actor=actor, at=now())


def opened(actor: User, **options: Any) -> Campaign:
    return reviewing.open_campaign(planned(actor, **options).pk, actor=actor, at=now())


def items_of(campaign: Campaign, agency: str | None = None) -> list[CampaignItem]:
    found = CampaignItem.objects.of(campaign).select_related("procedure", "task__agency")
    found = found.filter(task__agency__key=agency) if agency else found
    return list(found.order_by("task__agency__key", "procedure__code"))


def answer(item: CampaignItem, actor: User, what: str = "keep", **values: Any) -> CampaignItem:
    values = {"criteria": YES, "reason": "Đã rà soát"} | values
    return reviewing.save_answer(item.pk, Given(what, **values), version=item.version, actor=actor, at=now())


def sent(campaign: Campaign, agency: str, actor: User) -> CampaignTask:
    """Everything of a department answered ("keep" where nothing else was said) and handed in."""
    for item in items_of(campaign, agency):
        if item.state in {"waiting", "returned"}:
            answer(item, actor)
    return reviewing.submit_task(campaign.tasks.get(agency__key=agency).pk, actor=actor, at=now())


def approve_all(campaign: Campaign, actor: User) -> None:
    versions = dict(CampaignItem.objects.of(campaign).filter(state="sent").values_list("pk", "version"))
    assert not reviewing.approve_many(versions, actor=actor, at=now()).stale


def address(campaign: Campaign, part: str = "") -> str:
    return f"{LIST}{campaign.pk}/{part}"
