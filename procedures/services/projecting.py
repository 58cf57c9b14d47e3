"""Projections of the version in force: names, search text, class, services. Written here and nowhere else."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from common.text import fold, sort_key
from procedures.classification import classify
from procedures.content import Content, parse
from procedures.content.verifying import unverified
from procedures.models import OnlineService, Procedure, ProcedureVersion
from procedures.services import history


def project(procedure: Procedure, *, on: date) -> None:
    """Write the projections of the version in force that day: names, search text, class, services."""
    version = procedure.versions.in_force(on).first()
    procedure.current_version = version
    procedure.unverified = unverified(version.content) if version else 0
    if version is None:
        history.close_levels(procedure)
    else:
        content = parse(version.content)
        _project_texts(procedure, content)
        _project_service(procedure, version, content)
    procedure.save()


def _project_texts(procedure: Procedure, content: Content) -> None:
    procedure.name_vi, procedure.name_en = content.name.vi, content.name.en
    short = content.short_name
    procedure.short_name_vi, procedure.short_name_en = (short.vi, short.en) if short else ("", "")
    procedure.classification = classify(content).level
    procedure.is_free = all(fee.kind == "none" for fee in content.fees)
    procedure.sort_key = sort_key(procedure.title["vi"])[:1500]
    names = [procedure.title["vi"], content.name.vi, procedure.title["en"], content.name.en]
    agency = content.public.agency.vi if content.public.agency else ""
    parts = [*names, procedure.field.name_vi, content.result.name.vi, agency, procedure.code, procedure.local_code]
    # Every second name begins with "Thủ tục": nobody looks for that word.
    procedure.search_text = " | ".join(dict.fromkeys(fold(part).removeprefix("thu tuc ") for part in parts if part))


def _project_service(procedure: Procedure, version: ProcedureVersion, content: Content) -> None:
    found = classify(content)
    values = {
        "code": f"{procedure.code}.01",
        "name": {"vi": content.title.vi, "en": content.title.in_("en")},
        "agency": procedure.owner,
        "cases": [case.key for case in content.cases],
        "level": found.level,
        "legacy_level": found.legacy_level,
    }
    service, _new = OnlineService.objects.update_or_create(
        procedure=procedure,
        number=1,
        defaults=values,
        create_defaults=values | {"valid_from": version.effective_from or timezone.localdate()},
    )
    history.note_level(service, on=version.effective_from or timezone.localdate())


def set_usual_days(procedure_id: int, figures: Mapping[str, int] | None) -> None:
    """Reports write how long it usually takes: {"median", "p90", "dossiers"} in days of the last 30 days, or None."""
    Procedure.objects.filter(pk=procedure_id).update(usual_days=dict(figures) if figures else None)


def set_use_rank(ranks: Mapping[int, int]) -> None:
    """Reports write how often procedures are filed: {procedure id: number}."""
    for procedure_id, rank in ranks.items():
        Procedure.objects.filter(pk=procedure_id).exclude(use_rank=rank).update(use_rank=rank)
