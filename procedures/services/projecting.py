"""Projections of the version in force: names, search text, class, card, services. Written here and nowhere else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone, translation

from common.text import fold, sort_key
from procedures import presenting
from procedures.classification import Classification
from procedures.content import Content, parse
from procedures.content.verifying import unverified
from procedures.models import CatalogueChange, OnlineService, Procedure, ProcedureVersion, ServiceChange
from procedures.services import classifying, history
from procedures.services.documents import content_of

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
    for notes in (CatalogueChange.objects, ServiceChange.objects):
        newest = notes.create()
        notes.filter(pk__lt=newest.pk).delete()


def _write(procedure: Procedure, on: date) -> None:
    version = procedure.versions.in_force(on).first()
    procedure.current_version = version
    procedure.unverified = unverified(version.content) if version else 0
    if version is None:
        history.close_levels(procedure)
    else:
        content = parse(version.content)
        _project_texts(procedure, content)
        found = _project_service(procedure, version, content, on)
        procedure.card = card_of(content, found, procedure.classification, on)


def _project_texts(procedure: Procedure, content: Content) -> None:
    procedure.name_vi, procedure.name_en = content.name.vi, content.name.en
    short = content.short_name
    procedure.short_name_vi, procedure.short_name_en = (short.vi, short.en) if short else ("", "")
    procedure.is_free = all(fee.kind == "none" for fee in content.fees)
    procedure.sort_key = sort_key(procedure.title["vi"])[:1500]
    names = [procedure.title["vi"], content.name.vi, procedure.title["en"], content.name.en]
    agency = content.public.agency.vi if content.public.agency else ""
    parts = [*names, procedure.field.name_vi, content.result.name.vi, agency, procedure.code, procedure.local_code]
    # Every second name begins with "Thủ tục": nobody looks for that word.
    procedure.search_text = " | ".join(dict.fromkeys(fold(part).removeprefix("thu tuc ") for part in parts if part))


def card_of(content: Content, found: Classification, classification: str, on: date) -> dict[str, dict[str, str]]:
    """What a list shows of a procedure, in both languages: lists never read documents."""
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = _card(content, found, classification, on)
    return told


def _card(content: Content, found: Classification, classification: str, on: date) -> dict[str, str]:
    visit_line = found.visit_line if classification != "full" else None
    return {
        "name": presenting.say(content.title),
        "full_name": presenting.say(content.name) if content.short_name else "",
        "agency": presenting.say(content.public.agency),
        "fee": presenting.fee_words(content, on),
        "time": presenting.time_words(content),
        "visit_line": presenting.say(visit_line),
    }


def _project_service(procedure: Procedure, version: ProcedureVersion, content: Content, on: date) -> Classification:
    values = {
        "code": f"{procedure.code}.01",
        "name": {"vi": content.title.vi, "en": content.title.in_("en")},
        "agency": procedure.owner,
        "cases": [case.key for case in content.cases],
    }
    service, _new = OnlineService.objects.update_or_create(
        procedure=procedure,
        number=1,
        defaults=values,
        create_defaults=values | {"level": "info", "valid_from": version.effective_from or timezone.localdate()},
    )
    found = classifying.judge(service, content, on=on)
    procedure.classification = service.effective_level
    history.note_level(service, on=on if service.answers.exists() else version.effective_from or on)
    return found


def reclassify(service: OnlineService, *, on: date) -> None:
    """Judge a service anew after an answer or an override; its procedure shows the class."""
    procedure = service.procedure
    if procedure.current_version_id:
        content = content_of(procedure.current_version_id)
        found = classifying.judge(service, content, on=on)
        if service.number == 1:
            procedure.classification = service.effective_level
            procedure.card = card_of(content, found, procedure.classification, on)
            procedure.save(update_fields=["classification", "card"])
    history.note_level(service, on=on)


def begin_answers(*, on: date) -> int:
    """Judge the services whose answers begin or end by that day; running it again changes nothing. How many there were."""
    found = list(classifying.waiting(on).order_by("pk").values_list("pk", flat=True))
    for pk in found:
        with transaction.atomic():
            locked = OnlineService.objects.select_for_update(of=("self",)).select_related("procedure")
            reclassify(locked.get(pk=pk), on=on)
    return len(found)


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
