"""Versions: from draft to published to retired."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from audit.services import record
from common.templatetags.mc import vn_date
from procedures.content import Content, digest, dump, parse
from procedures.content.words import refusal
from procedures.models import Procedure, ProcedureVersion, PublicationDecision
from procedures.services.drafting import Stale
from procedures.services.projecting import project

if TYPE_CHECKING:
    from accounts.models import User

ONE_DAY = timedelta(days=1)


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
    revision: int | None = None,
) -> ProcedureVersion:
    """Freeze a draft; from `effective_from` on it is the law, the version before ends the day before (63/2010 art. 8).

    Raises ValidationError while a compulsory part is empty, when it is no draft, or when the day is not after the
    beginning of every published version; Stale when `revision` (what was read) is not what stands there now.
    """
    with transaction.atomic():
        Procedure.objects.select_for_update().get(pk=version.procedure_id)
        draft = ProcedureVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if not draft.is_open:
            raise ValidationError(_("This version is published already."))
        if revision is not None and draft.revision != revision:
            raise Stale(draft, revision)
        content = parse(draft.content)
        if fault := refusal(content) or unknown_parts(content, draft.procedure, on=effective_from):
            raise ValidationError(fault)
        _end_earlier(draft, effective_from)
        draft.state, draft.sha256 = ProcedureVersion.State.PUBLISHED, digest(draft.content)
        draft.effective_from, draft.published_at = effective_from, at
        draft.published_by, draft.decision = actor, decision
        draft.save()
        draft.revisions.all().delete()
        project(draft.procedure, on=timezone.localdate(at))
        _note("procedure.published", draft, actor)
    return draft


def unknown_parts(content: Content, procedure: Procedure, *, on: date) -> str:
    """The sentence that refuses publishing a route whose parts nobody could open; "" when every one can be.

    A part needs a procedure of its own in force on the day, without parts in its turn, and an agency that exists.
    """
    for child in content.route.children:
        named = {"part": child.title.vi, "code": child.procedure}
        version = part_version(child.procedure, on=on)
        if version is None or version.procedure_id == procedure.pk:
            return _("Part “%(part)s”: no other procedure of the catalogue with the code %(code)s is in force.") % named
        if parse(version.content).route.children:
            return _("Part “%(part)s”: procedure %(code)s has parts of its own.") % named
        if child.agency_key and not Agency.objects.filter(key=child.agency_key).exists():
            return _("Part “%(part)s”: its agency is unknown.") % named
    return ""


def part_version(code: str, *, on: date) -> ProcedureVersion | None:
    """The version in force on a day of the procedure of that code, national or provincial; None without one."""
    named = Q(procedure__code=code) | Q(procedure__local_code=code)
    return ProcedureVersion.objects.in_force(on).filter(named).select_related("procedure").first()


def _end_earlier(draft: ProcedureVersion, effective_from: date) -> None:
    others = draft.procedure.versions.exclude(published_at=None)
    last = others.order_by("-effective_from").first()
    if last is not None and last.effective_from is not None and last.effective_from >= effective_from:
        values = {"number": last.number, "day": vn_date(last.effective_from)}
        raise ValidationError(_("Version %(number)s takes effect on %(day)s: choose a later day.") % values)
    last_day = effective_from - ONE_DAY
    others.published().update(state=ProcedureVersion.State.RETIRED, effective_to=last_day)


def retire(version: ProcedureVersion, *, effective_to: date, at: datetime | None = None) -> ProcedureVersion:
    """End a published version (abolished procedure); raises ValidationError when it is not published."""
    with transaction.atomic():
        locked = ProcedureVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if locked.state != ProcedureVersion.State.PUBLISHED:
            raise ValidationError(_("Only a published version can be retired."))
        if locked.effective_from and locked.effective_from > effective_to:
            values = {"number": locked.number, "day": vn_date(locked.effective_from)}
            raise ValidationError(_("Version %(number)s takes effect on %(day)s: choose a later day.") % values)
        locked.state, locked.effective_to = ProcedureVersion.State.RETIRED, effective_to
        locked.save(update_fields=["state", "effective_to"])
        project(locked.procedure, on=timezone.localdate(at))
    return locked


def abolish(
    procedure: Procedure, *, last_day: date, successor: Procedure | None, actor: "User | None", at: datetime
) -> None:
    """The procedure ends with `last_day`; whoever looks for it is led to `successor`.

    Raises ValidationError while a draft is open or when no version is published.
    """
    with transaction.atomic():
        locked = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
        if locked.versions.open().exists():
            raise ValidationError(_("%(code)s: publish or discard the open draft first.") % {"code": locked.code})
        version = locked.versions.published().first()
        if version is None:
            raise ValidationError(_("%(code)s is not in force.") % {"code": locked.code})
        Procedure.objects.filter(pk=locked.pk).update(successor=successor)
        ended = retire(version, effective_to=last_day, at=at)
        _note("procedure.abolished", ended, actor)


def enter_into_force(*, on: date) -> int:
    """Project every procedure whose version in force on that day is not the one shown yet: begun, ended, or missed before.

    Returns how many changed; running it again changes nothing.
    """
    in_force = ProcedureVersion.objects.in_force(on).filter(procedure=OuterRef("pk")).values("pk")[:1]
    shown, due = Q(current_version__isnull=False), Q(due__isnull=False)
    differs = (shown & ~due) | (~shown & due) | (shown & due & ~Q(current_version=F("due")))
    waiting = Procedure.objects.annotate(due=Subquery(in_force)).filter(differs).order_by("pk")
    found = list(waiting.values_list("pk", flat=True))
    for pk in found:
        with transaction.atomic():
            project(Procedure.objects.select_for_update(of=("self",)).get(pk=pk), on=on)
    return len(found)


def _note(action: str, version: ProcedureVersion, actor: "User | None") -> None:
    if actor is not None:
        data = {"version": version.number}
        record(action, actor_id=actor.pk, subject_type="procedure", subject_id=version.procedure_id, data=data)
