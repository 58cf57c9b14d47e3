"""The province approves, returns or leaves out what departments have answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from procedures.models import CampaignItem
from procedures.services.reviewing.answering import ItemStale, locked_item

if TYPE_CHECKING:
    from accounts.models import User

State = CampaignItem.State


@dataclass(frozen=True)
class Bulk:
    """What became of many items at once; `stale`: changed by somebody else since the page was opened."""

    done: tuple[CampaignItem, ...]
    stale: tuple[CampaignItem, ...]


def approve(item_id: int, *, version: int, actor: "User", at: datetime) -> CampaignItem:
    """Accept an answer. Raises ItemStale when it is no longer at `version`, ValidationError when it is not handed in."""
    with transaction.atomic():
        item = _read(item_id, version)
        if item.state != State.SENT:
            raise ValidationError(_("Only an answer that is handed in can be approved."))
        return _decide(item, State.APPROVED, "", actor, at)


def approve_many(versions: Mapping[int, int], *, actor: "User", at: datetime) -> Bulk:
    """`approve` for each {item: version}; what somebody else has changed meanwhile is left as it is."""
    done, stale = [], []
    for item_id in sorted(versions):
        try:
            done.append(approve(item_id, version=versions[item_id], actor=actor, at=at))
        except ItemStale as conflict:
            stale.append(conflict.item)
    return Bulk(tuple(done), tuple(stale))


def return_item(item_id: int, *, version: int, remark: str, actor: "User", at: datetime) -> CampaignItem:
    """Back to the department with the reason, also after it was approved or left out. Raises as `approve`."""
    if not remark.strip():
        raise ValidationError({"remark": _("Say what must be changed.")})
    with transaction.atomic():
        item = _read(item_id, version)
        if item.state not in {State.SENT, State.APPROVED, State.LEFT_OUT}:
            raise ValidationError(_("The department has not handed this answer in."))
        return _decide(item, State.RETURNED if item.answer else State.WAITING, remark, actor, at)


def leave_out(item_id: int, *, version: int, remark: str, actor: "User", at: datetime) -> CampaignItem:
    """The decision says nothing of this procedure, for that reason. Raises as `approve`."""
    if not remark.strip():
        raise ValidationError({"remark": _("Say why it is left out.")})
    with transaction.atomic():
        item = _read(item_id, version)
        if item.state in {State.APPROVED, State.LEFT_OUT}:
            raise ValidationError(_("This procedure is decided already."))
        return _decide(item, State.LEFT_OUT, remark, actor, at)


def leave_out_many(versions: Mapping[int, int], *, remark: str, actor: "User", at: datetime) -> Bulk:
    """`leave_out` for each {item: version}, all with the same reason."""
    done, stale = [], []
    for item_id in sorted(versions):
        try:
            done.append(leave_out(item_id, version=versions[item_id], remark=remark, actor=actor, at=at))
        except ItemStale as conflict:
            stale.append(conflict.item)
    return Bulk(tuple(done), tuple(stale))


def _read(item_id: int, version: int) -> CampaignItem:
    item = locked_item(item_id)
    if item.version != version:
        raise ItemStale(item, version)
    return item


def _decide(item: CampaignItem, state: str, remark: str, actor: "User", at: datetime) -> CampaignItem:
    item.state, item.remark, item.version = state, remark.strip(), item.version + 1
    item.decided_by, item.decided_at = actor, at
    item.save(update_fields=["state", "remark", "version", "decided_by", "decided_at"])
    record(
        f"campaign.{state}", actor_id=actor.pk, subject_type="procedure", subject_id=item.procedure_id,
        data={"item": item.pk},
    )  # fmt: skip
    return item
