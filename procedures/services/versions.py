"""Versions: from draft to published to retired."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.content import digest, dump, missing_parts, parse
from procedures.models import Procedure, ProcedureVersion, PublicationDecision
from procedures.services.projecting import project

if TYPE_CHECKING:
    from accounts.models import User


def save_draft(procedure: Procedure, document: Mapping[str, Any], *, number: int | None = None) -> ProcedureVersion:
    """Create the next draft, or change the draft of that number; raises pydantic.ValidationError, ValidationError."""
    content = dump(parse(document))
    with transaction.atomic():
        Procedure.objects.select_for_update().get(pk=procedure.pk)
        if number is None:
            last = procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0
            return procedure.versions.create(number=last + 1, content=content, sha256=digest(content))
        version = procedure.versions.get(number=number)
        if version.state != ProcedureVersion.State.DRAFT:
            raise ValidationError(_("A published version cannot be changed; make a new one."))
        version.content, version.sha256 = content, digest(content)
        version.save(update_fields=["content", "sha256"])
    return version


def publish(
    version: ProcedureVersion,
    *,
    actor: "User | None",
    effective_from: date,
    at: datetime,
    decision: PublicationDecision | None = None,
) -> ProcedureVersion:
    """Freeze a draft and put it in force; the version in force before ends the day before (Decree 63/2010 art. 8).

    Raises ValidationError while a compulsory part is empty or when it is no draft.
    """
    content = parse(version.content)
    if missing := missing_parts(content):
        raise ValidationError(_("Fill in before publishing: %(parts)s.") % {"parts": ", ".join(missing)})
    with transaction.atomic():
        Procedure.objects.select_for_update().get(pk=version.procedure_id)
        draft = ProcedureVersion.objects.select_for_update().get(pk=version.pk)
        if not draft.is_open:
            raise ValidationError(_("This version is published already."))
        _end_earlier(draft, effective_from)
        draft.state = ProcedureVersion.State.PUBLISHED
        draft.sha256 = digest(draft.content)
        draft.effective_from, draft.published_at, draft.published_by, draft.decision = (
            effective_from,
            at,
            actor,
            decision,
        )
        draft.save()
        project(draft.procedure, on=timezone.localdate(at))
    return draft


def _end_earlier(draft: ProcedureVersion, effective_from: date) -> None:
    earlier = draft.procedure.versions.published().filter(effective_from__lt=effective_from)
    last_day = date.fromordinal(effective_from.toordinal() - 1)
    earlier.update(state=ProcedureVersion.State.RETIRED, effective_to=last_day)


def retire(version: ProcedureVersion, *, effective_to: date) -> ProcedureVersion:
    """End a published version (abolished procedure); raises ValidationError when it is not published."""
    with transaction.atomic():
        locked = ProcedureVersion.objects.select_for_update().get(pk=version.pk)
        if locked.state != ProcedureVersion.State.PUBLISHED:
            raise ValidationError(_("Only a published version can be retired."))
        locked.state, locked.effective_to = ProcedureVersion.State.RETIRED, effective_to
        locked.save(update_fields=["state", "effective_to"])
        project(locked.procedure, on=timezone.localdate())
    return locked
