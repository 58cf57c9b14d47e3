"""A department answers its procedures one by one and hands them in together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from procedures.classification import ANSWERED, CRITERIA, Answer, Classification, classify, obstacles_of
from procedures.models import Campaign, CampaignItem, CampaignTask, OnlineService, Procedure
from procedures.services.classifying import answers_on
from procedures.services.documents import content_of

if TYPE_CHECKING:
    from accounts.models import User

ASKED = tuple(key for key in CRITERIA if key in ANSWERED)
State = CampaignItem.State
Choice = CampaignItem.Answer
MOST_SAVED = 999


class ItemStale(Exception):
    """Somebody changed the item since the page was opened. `item` is the item as it is now, `seen` the version read."""

    def __init__(self, item: CampaignItem, seen: int) -> None:
        super().__init__(_("Somebody changed this answer while you were writing."))
        self.item, self.seen = item, seen


@dataclass(frozen=True)
class Given:
    """A department's answer for one procedure; `criteria` by key, only of those people answer."""

    answer: str
    reason: str = ""
    successor: Procedure | None = None
    days_saved: int = 0
    papers_saved: int = 0
    criteria: Mapping[str, Answer] = field(default_factory=dict)

    def refusal(self, procedure: Procedure) -> dict[str, str]:
        """What is missing or wrong, by field of the form."""
        wrong = self._of_the_answer(procedure)
        if not self.ends:
            for key in ASKED:
                wrong |= _of_criterion(key, self.criteria.get(key))
        return wrong

    @property
    def ends(self) -> bool:
        """Whether the procedure ends with it."""
        return self.answer in {Choice.MERGE, Choice.ABOLISH}

    def _of_the_answer(self, procedure: Procedure) -> dict[str, str]:
        wrong: dict[str, str] = {}
        if self.answer not in Choice.values:
            return {"answer": _("Choose an answer.")}
        if self.answer != Choice.KEEP and not self.reason.strip():
            wrong["reason"] = _("Say why.")
        if self.answer == Choice.MERGE and self.successor is None:
            wrong["successor"] = _("Name the procedure it is merged into.")
        elif self.answer == Choice.MERGE and self.successor == procedure:
            wrong["successor"] = _("A procedure cannot be merged into itself.")
        elif self.answer == Choice.MERGE and self.successor and not self.successor.current_version_id:
            wrong["successor"] = _("%(code)s is not in force.") % {"code": self.successor.code}
        if not (0 <= self.days_saved <= MOST_SAVED and 0 <= self.papers_saved <= MOST_SAVED):
            wrong["days_saved"] = _("Write a number from 0 to 999.")
        return wrong


def _of_criterion(key: str, answer: Answer | None) -> dict[str, str]:
    if answer is None or answer.answer not in {"yes", "no", "unclear"}:
        return {f"{key}_answer": _("Answer this question.")}
    if answer.answer != "yes" and not (answer.obstacle or answer.reason.strip()):
        return {f"{key}_obstacle": _("Say why it is not met.")}
    if answer.obstacle and answer.obstacle not in obstacles_of(key):
        return {f"{key}_obstacle": _("This reason does not belong to the criterion.")}
    return {}


def save_answer(item_id: int, given: Given, *, version: int, actor: "User", at: datetime) -> CampaignItem:
    """Keep a department's answer and the class that follows from it.

    Raises ValidationError by field, also when the item is handed in or the campaign closed; ItemStale when the item is
    no longer at `version`.
    """
    with transaction.atomic():
        item = locked_item(item_id)
        if item.version != version:
            raise ItemStale(item, version)
        if not item.is_open:
            raise ValidationError(_("This answer is handed in already; the province may return it."))
        if wrong := given.refusal(item.procedure):
            raise ValidationError(wrong)
        _write(item, given)
        item.state, item.version = State.ANSWERED, item.version + 1
        item.answered_by, item.answered_at = actor, at
        item.save()
    return item


def locked_item(item_id: int) -> CampaignItem:
    """The item, locked, of a campaign that is open. Raises ValidationError when it is not."""
    item = CampaignItem.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=item_id)
    # Read after the lock: whoever closes the campaign holds every item until it is closed.
    if not Campaign.objects.filter(tasks=item.task_id, state=Campaign.State.OPEN).exists():
        raise ValidationError(_("This campaign is not open."))
    return item


def _write(item: CampaignItem, given: Given) -> None:
    item.answer, item.reason = given.answer, given.reason.strip()
    item.successor = given.successor if given.answer == Choice.MERGE else None
    item.days_saved, item.papers_saved = given.days_saved, given.papers_saved
    item.criteria = {} if given.ends else {key: _kept(given.criteria[key]) for key in ASKED}
    found = None if given.ends else proposed(item.procedure, given.criteria)
    item.proposed_level = found.level if found else ""


def _kept(answer: Answer) -> dict[str, str]:
    is_yes = answer.answer == "yes"
    return {
        "answer": answer.answer,
        "obstacle": "" if is_yes else answer.obstacle,
        "reason": answer.reason.strip(),
        "legal_basis": answer.legal_basis.strip(),
    }


def given_criteria(item: CampaignItem) -> dict[str, Answer]:
    """The department's answers to the criteria, as the classification reads them."""
    return {key: Answer(**values) for key, values in item.criteria.items()}


def proposed(procedure: Procedure, criteria: Mapping[str, Answer]) -> Classification | None:
    """The class that follows from these answers and the version in force; None when none is in force."""
    if procedure.current_version_id is None:
        return None
    service = OnlineService.objects.filter(procedure=procedure, number=1).first()
    held = answers_on(service, timezone.localdate()) if service else {}
    return classify(content_of(procedure.current_version_id), held | dict(criteria))


def submit_task(task_id: int, *, actor: "User", at: datetime) -> CampaignTask:
    """Hand every answer in. Raises ValidationError naming the procedures that are not answered."""
    with transaction.atomic():
        task = CampaignTask.objects.select_for_update(of=("self",)).get(pk=task_id)
        items = list(task.items.select_for_update(of=("self",)).select_related("procedure").order_by("pk"))
        if not Campaign.objects.filter(pk=task.campaign_id, state=Campaign.State.OPEN).exists():
            raise ValidationError(_("This campaign is not open."))
        missing = [item.procedure.code for item in items if item.state in {State.WAITING, State.RETURNED}]
        if missing:
            raise ValidationError(_("Answer every procedure first. Still open: %(codes)s.") % {"codes": _some(missing)})
        if not any(item.state == State.ANSWERED for item in items):
            raise ValidationError(_("Everything is handed in already."))
        task.items.filter(state=State.ANSWERED).update(state=State.SENT)
        task.sent_at, task.sent_by = at, actor
        task.save(update_fields=["sent_at", "sent_by"])
        record("campaign.sent", actor_id=actor.pk, subject_type="campaign_task", subject_id=task.pk)
    return task


def _some(codes: list[str]) -> str:
    shown = ", ".join(codes[:10])
    return f"{shown}, …" if len(codes) > 10 else shown
