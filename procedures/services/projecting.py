"""Projections of the version in force: names, search text, class, card, services. Written here and nowhere else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone, translation

from common.text import fold, sort_key
from procedures import presenting
from procedures.classification import classify
from procedures.content import Content, parse
from procedures.models import CatalogueChange, OnlineService, Procedure, ProcedureVersion

LANGUAGES = ("vi", "en")


def project(procedure: Procedure, *, on: date) -> None:
    """Write the projections of the version in force that day: names, search text, class, card, services."""
    _write(procedure, on)
    procedure.save()


def reproject(*, on: date, all_of_them: bool = True) -> int:
    """Write anew what the day has changed: versions that begin or end, rates of fees; returns how many procedures changed.

    `all_of_them` False: only procedures whose card is missing.
    """
    rows = Procedure.objects.exclude(versions=None)
    if not all_of_them:
        rows = rows.filter(card={}, current_version__isnull=False)
    changed = sum(_reproject_one(pk, on) for pk in list(rows.order_by("pk").values_list("pk", flat=True).distinct()))
    if all_of_them:
        _forget_changes()
    return changed


def _reproject_one(procedure_id: int, on: date) -> bool:
    with transaction.atomic():
        procedure = Procedure.objects.select_for_update().get(pk=procedure_id)
        before = _columns(procedure)
        _write(procedure, on)
        if _columns(procedure) == before:
            return False
        procedure.save()
    return True


def _columns(procedure: Procedure) -> dict[str, Any]:
    return {field.attname: getattr(procedure, field.attname) for field in procedure._meta.concrete_fields}


def _forget_changes() -> None:
    """Only the newest note is worth keeping; a new one first, so that the number of notes never says what it said before."""
    newest = CatalogueChange.objects.create()
    CatalogueChange.objects.filter(pk__lt=newest.pk).delete()


def _write(procedure: Procedure, on: date) -> None:
    version = (
        procedure.versions.in_force(on).first() or procedure.versions.published().order_by("effective_from").first()
    )
    procedure.current_version = version
    if version is not None:
        content = parse(version.content)
        _project_texts(procedure, content)
        procedure.card = card_of(content, procedure.classification, on)
        _project_service(procedure, version, content)


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


def card_of(content: Content, classification: str, on: date) -> dict[str, dict[str, str]]:
    """What a list shows of a procedure, in both languages: lists never read documents."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = _card(content, classification, on)
    return found


def _card(content: Content, classification: str, on: date) -> dict[str, str]:
    visit_line = classify(content).visit_line if classification != "full" else None
    return {
        "name": presenting.say(content.title),
        "full_name": presenting.say(content.name) if content.short_name else "",
        "agency": presenting.say(content.public.agency),
        "fee": presenting.fee_words(content, on),
        "time": presenting.time_words(content),
        "visit_line": presenting.say(visit_line),
    }


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
    OnlineService.objects.update_or_create(
        procedure=procedure,
        number=1,
        defaults=values,
        create_defaults=values | {"valid_from": version.effective_from or timezone.localdate()},
    )


def set_usual_days(procedure_id: int, figures: Mapping[str, int] | None) -> None:
    """Reports write how long it usually takes: {"median", "p90", "dossiers"} in days of the last 30 days, or None."""
    Procedure.objects.filter(pk=procedure_id).update(usual_days=dict(figures) if figures else None)


def set_use_rank(ranks: Mapping[int, int]) -> None:
    """Reports write how often procedures are filed: {procedure id: number}; one statement, none when nothing changed."""
    rows = Procedure.objects.filter(pk__in=ranks).values_list("pk", "use_rank")
    changed = {pk: ranks[pk] for pk, rank in rows if rank != ranks[pk]}
    if changed:
        whens = [When(pk=pk, then=Value(rank)) for pk, rank in changed.items()]
        Procedure.objects.filter(pk__in=changed).update(use_rank=Case(*whens))
