"""Drafts of the catalogue: opened from the version in force, changed step by step, handed to the province, given up.

Every change names the revision it was made from: of two people who edit, the second learns what the first wrote and
keeps her own text (`Stale`).
"""

import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.text import clean, fold, sort_key
from procedures.content import Content, digest, dump, parse
from procedures.content.words import refusal
from procedures.models import DraftRevision, Field, Procedure, ProcedureVersion

if TYPE_CHECKING:
    from accounts.models import User

Edit = Callable[[dict[str, Any]], dict[str, Any] | None]
LOCAL = "L."


class Stale(Exception):
    """Somebody changed the draft since the page was opened. `version` is the draft as it is now, `seen` the revision read."""

    def __init__(self, version: ProcedureVersion, seen: int) -> None:
        super().__init__(_("Somebody changed this draft while you were writing."))
        self.version, self.seen = version, seen


def create_procedure(
    *, name: str, field: Field, level: str, audience: str, owner: Agency | None, actor: "User", at: datetime
) -> ProcedureVersion:
    """A new procedure under the next provincial code `L.nnnnnn`, and its first draft. `name`: the full legal name."""
    with transaction.atomic():
        code = _next_local_code()
        procedure = Procedure.objects.create(
            key=code.lower().replace(".", "-"), code=code, local_code=code, name_vi=name, field=field, level=level,
            audience=audience, owner=owner, search_text=fold(name), sort_key=sort_key(name)[:1500],
        )  # fmt: skip
        return _create_draft(procedure, blank(name), None, actor, at)


def field_named(name: str) -> Field:
    """The field of that Vietnamese name, made when there is none."""
    words = clean(name)
    defaults = {"name_vi": words, "sort_key": sort_key(words)}
    return Field.objects.get_or_create(key=slugify(fold(words))[:60] or "khac", defaults=defaults)[0]


def _next_local_code() -> str:
    with connection.cursor() as cursor:  # one at a time: the table has no row yet that could be locked
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('procedures.local_code'))")
    last = Procedure.objects.filter(local_code__startswith=LOCAL).order_by("-local_code").first()
    number = int(last.local_code.removeprefix(LOCAL)) if last else 0
    return f"{LOCAL}{number + 1:06d}"


def blank(name: str) -> dict[str, Any]:
    """The smallest document that can be read: a procedure of that name of which nothing else is known."""
    channels = [{"channel": "online"}, {"channel": "counter"}]
    return {
        "name": {"vi": name},
        "cases": [{"key": "all", "name": {"vi": "Mọi trường hợp", "en": "All cases"}, "terms": channels}],
        "route": {"steps": _usual_steps()},
        "result": {"name": {"vi": "Kết quả giải quyết", "en": "Result"}, "delivery": ["online", "counter"]},
    }


def _usual_steps() -> list[dict[str, Any]]:
    rows = (
        ("reception", "Tiếp nhận hồ sơ", "Receive the dossier", 4.0),
        ("specialist", "Thẩm định hồ sơ", "Examine the dossier", 16.0),
        ("head", "Soát xét", "Check the proposal", 4.0),
        ("leader", "Ký kết quả", "Sign the result", 4.0),
        ("clerk", "Vào số, phát hành", "Number and issue", 2.0),
        ("reception", "Trả kết quả", "Return the result", 2.0),
    )
    return [
        {"no": number, "role": role, "title": {"vi": vi, "en": en}, "action": {"vi": vi, "en": en}, "hours": hours,
         "agency": "receiving" if role == "reception" else "deciding"}
        for number, (role, vi, en, hours) in enumerate(rows, 1)
    ]  # fmt: skip


def open_draft(procedure: Procedure, *, actor: "User", at: datetime) -> ProcedureVersion:
    """The draft somebody works on already, else a new one that starts as the version in force."""
    with transaction.atomic():
        locked = Procedure.objects.select_for_update().get(pk=procedure.pk)
        found = locked.versions.open().first()
        if found is not None:
            return found
        base = locked.current_version or locked.versions.order_by("-number").first()
        document = base.content if base else blank(locked.name_vi)
        return _create_draft(locked, document, base, actor, at)


def draft_from(version: ProcedureVersion, *, actor: "User", reason: str, at: datetime) -> ProcedureVersion:
    """Roll back: a new draft with the content of an earlier version. Raises ValidationError while a draft is open."""
    with transaction.atomic():
        procedure = Procedure.objects.select_for_update().get(pk=version.procedure_id)
        if procedure.versions.open().exists():
            raise ValidationError(_("Publish or discard the open draft first."))
        return _create_draft(procedure, version.content, version, actor, at, reason)


def _create_draft(
    procedure: Procedure, document: Mapping[str, Any], base: ProcedureVersion | None, actor: "User", at: datetime,
    reason: str = "",
) -> ProcedureVersion:  # fmt: skip
    content = dump(parse(document))
    last = procedure.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = procedure.versions.create(
        number=last + 1, content=content, sha256=digest(content), based_on=base, edited_by=actor, edited_at=at,
        reason=reason,
    )  # fmt: skip
    _remember(version)
    return version


def _remember(version: ProcedureVersion) -> None:
    DraftRevision.objects.create(version=version, revision=version.revision, content=version.content)


def content_at(version: ProcedureVersion, revision: int) -> Content | None:
    """What an open draft said at an earlier revision; None when that is not known any more."""
    row = DraftRevision.objects.filter(version=version, revision__lte=revision).first()
    return parse(row.content) if row else None


def change(
    version_id: int, *, actor: "User", revision: int, edit: Edit, at: datetime, reason: str | None = None
) -> ProcedureVersion:
    """Change a draft: `edit` gets a copy of the document and returns the new one (None: changed in place).

    Raises Stale when the draft is no longer at `revision`, ValidationError when it is no draft any more, and
    pydantic.ValidationError when the changed document does not hold together; nothing is saved then.
    """
    with transaction.atomic():
        version = ProcedureVersion.objects.select_for_update().get(pk=version_id)
        if version.state != ProcedureVersion.State.DRAFT:
            raise ValidationError(_("Only a draft can be changed."))
        if version.revision != revision:
            raise Stale(version, revision)
        document = copy.deepcopy(version.content)
        edited = edit(document)
        _store(version, parse(document if edited is None else edited), actor, at, reason)
    return version


def _store(version: ProcedureVersion, content: Content, actor: "User", at: datetime, reason: str | None) -> None:
    version.content = dump(content)
    version.sha256 = digest(version.content)
    version.revision += 1
    version.edited_by, version.edited_at = actor, at
    if reason is not None:
        version.reason = reason
    version.save(update_fields=["content", "sha256", "revision", "edited_by", "edited_at", "reason"])
    _remember(version)


def submit(version_id: int, *, actor: "User", revision: int, at: datetime) -> ProcedureVersion:
    """Hand a draft to the province. Raises ValidationError while a compulsory part is empty, Stale as `change`."""
    with transaction.atomic():
        version = _locked(version_id, ProcedureVersion.State.DRAFT, _("Only a draft can be handed in."))
        if version.revision != revision:
            raise Stale(version, revision)
        if fault := refusal(parse(version.content)):
            raise ValidationError(fault)
        return _move(version, ProcedureVersion.State.REVIEW, "", actor, at)


def send_back(
    version_id: int, *, actor: "User", remark: str, at: datetime, revision: int | None = None
) -> ProcedureVersion:
    """Return a draft in review to who wrote it, with the reason. Raises Stale when it is not at `revision` any more."""
    with transaction.atomic():
        version = _locked(version_id, ProcedureVersion.State.REVIEW, _("Only a draft in review can be sent back."))
        if revision is not None and version.revision != revision:
            raise Stale(version, revision)
        return _move(version, ProcedureVersion.State.DRAFT, remark, actor, at)


def _locked(version_id: int, state: str, refusal: str) -> ProcedureVersion:
    version = ProcedureVersion.objects.select_for_update().get(pk=version_id)
    if version.state != state:
        raise ValidationError(refusal)
    return version


def _move(version: ProcedureVersion, state: str, remark: str, actor: "User", at: datetime) -> ProcedureVersion:
    version.state, version.remark = state, remark
    if state == ProcedureVersion.State.DRAFT:
        version.decision = None
    version.revision += 1
    version.edited_by, version.edited_at = actor, at
    version.save(update_fields=["state", "remark", "decision", "revision", "edited_by", "edited_at"])
    return version


def discard(version_id: int, *, revision: int) -> None:
    """Give up a draft; a procedure that was never published goes with its only draft. Raises Stale, ValidationError."""
    with transaction.atomic():
        version = _locked(version_id, ProcedureVersion.State.DRAFT, _("Only a draft can be discarded."))
        if version.revision != revision:
            raise Stale(version, revision)
        procedure = version.procedure
        version.delete()
        if not procedure.versions.exists():
            procedure.delete()
