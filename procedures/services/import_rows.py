"""One accepted row of an import, written into a draft. A published version is never touched."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pydantic import ValidationError as DocumentError

from agencies.models import Agency
from common.text import fold, sort_key
from procedures.models import CatalogueImport, Field, ImportRow, Procedure, ProcedureVersion
from procedures.services.coding import give_national_code
from procedures.services.drafting import Stale, change, create_procedure, open_draft
from procedures.transfers.checking import CODE

Outcome = ImportRow.Outcome


def write_row(row_id: int, batch: CatalogueImport, *, at: datetime) -> None:
    """Write a row that was accepted and not written yet, and note how it went; a second call changes nothing."""
    with transaction.atomic():
        row = ImportRow.objects.select_for_update(of=("self",)).get(pk=row_id)
        if row.outcome != Outcome.ACCEPTED:
            return
        try:
            with transaction.atomic():
                row.outcome, row.version = _write(row, batch, at)
        except (ValidationError, DocumentError, Stale) as fault:
            row.outcome = Outcome.FAILED
            row.outcome_note = " ".join(fault.messages) if isinstance(fault, ValidationError) else str(fault)[:500]
        if row.version is not None:
            row.procedure_id = row.version.procedure_id
        row.save(update_fields=["outcome", "outcome_note", "version", "procedure"])


def _write(row: ImportRow, batch: CatalogueImport, at: datetime) -> tuple[str, ProcedureVersion | None]:
    if row.kind == ImportRow.Kind.GONE:
        return Outcome.MARKED, None
    if row.procedure_id is None:
        return Outcome.WRITTEN, _create(row, batch, at)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=row.procedure_id)
    if _current_digest(procedure) != row.base_sha256:
        return Outcome.STALE, None
    draft = open_draft(procedure, actor=batch.by, at=at)
    return Outcome.WRITTEN, _change(draft, row, batch, at)


def _current_digest(procedure: Procedure) -> str:
    draft = procedure.versions.open().first()
    version = draft or procedure.current_version or procedure.versions.order_by("-number").first()
    return version.sha256 if version else ""


def _change(draft: ProcedureVersion, row: ImportRow, batch: CatalogueImport, at: datetime) -> ProcedureVersion:
    reason = _("Imported from the file “%(name)s”") % {"name": batch.name}
    return change(
        draft.pk, actor=batch.by, revision=draft.revision, edit=lambda _document: row.content, at=at, reason=reason
    )


def _create(row: ImportRow, batch: CatalogueImport, at: datetime) -> ProcedureVersion:
    """A new procedure; a national code it brings is its code from the start."""
    facts, document = row.facts, row.content or {}
    owner = Agency.objects.filter(key=facts["agency"]).first() if facts["agency"] else None
    draft = create_procedure(
        name=document["name"]["vi"], field=_field(facts["field"], facts["field_en"]), level=facts["level"],
        audience=facts["audience"], owner=owner, actor=batch.by, at=at,
    )  # fmt: skip
    if facts["also_levels"]:
        Procedure.objects.filter(pk=draft.procedure_id).update(also_levels=facts["also_levels"])
        draft.procedure.refresh_from_db()
    if CODE.fullmatch(row.code) and not row.code.startswith("L."):
        give_national_code(draft.procedure, row.code, actor=batch.by, at=at)
    return _change(draft, row, batch, at)


def _field(name: str, name_en: str) -> Field:
    found = next((field for field in Field.objects.all() if fold(field.name_vi) == fold(name)), None)
    key = slugify(fold(name))[:60] or "linh-vuc"
    return found or Field.objects.create(key=key, name_vi=name, name_en=name_en, sort_key=sort_key(name)[:900])
