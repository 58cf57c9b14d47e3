"""Writing rules of the catalogue, and reading of parsed documents."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.text import fold, sort_key
from procedures.classification import classify
from procedures.content import Content, digest, dump, missing_parts, parse
from procedures.models import Field, OnlineService, Procedure, ProcedureVersion, PublicationDecision

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent / "data"
CENTRE = "ttpvhcc"  # the provincial service centre receives for all departments (Decree 118/2025)


_parsed: dict[int, Content] = {}
KEEP = 1000  # documents in memory per process, about 80 kB each


def content_of(version_id: int) -> Content:
    """The parsed document of a version, read once per process when it is published.

    Raises ProcedureVersion.DoesNotExist.
    """
    found = contents_of([version_id]).get(version_id)
    if found is None:
        raise ProcedureVersion.DoesNotExist(version_id)
    return found


def contents_of(version_ids: Iterable[int]) -> dict[int, Content]:
    """The parsed documents of several versions, with at most one query; drafts are read anew each time."""
    wanted = set(version_ids)
    found = {pk: _parsed[pk] for pk in wanted if pk in _parsed}
    if missing := wanted - found.keys():
        rows = ProcedureVersion.objects.filter(pk__in=missing).values_list("pk", "state", "content")
        if len(_parsed) > KEEP:
            _parsed.clear()
        for pk, state, document in rows:
            found[pk] = parse(document)
            if state != ProcedureVersion.State.DRAFT:
                _parsed[pk] = found[pk]
    return found


# ── who receives, who decides ──
def deciding_agencies(
    version: ProcedureVersion, commune_code: str | None = None, *, on: date | None = None
) -> list[Agency]:
    """Agencies that may decide a dossier of this version: the owner, and the commune's committee (all without a code)."""
    procedure = version.procedure
    levels = {procedure.level, *procedure.also_levels}
    valid = Agency.objects.valid_on(on or timezone.localdate())
    found: list[Agency] = []
    if Procedure.Level.PROVINCE in levels and procedure.owner_id:
        found += valid.filter(pk=procedure.owner_id)
    if Procedure.Level.COMMUNE in levels:
        communes = valid.filter(level=Agency.Level.COMMUNE)
        found += communes.of_commune(commune_code) if commune_code else communes.order_by("sort_key")
    return found


def receiving_agencies(
    version: ProcedureVersion, commune_code: str | None = None, *, on: date | None = None
) -> list[Agency]:
    """Agencies whose counter receives a dossier: the provincial centre for departments, a commune for its own."""
    day = on or timezone.localdate()
    found: list[Agency] = []
    for agency in deciding_agencies(version, commune_code, on=day):
        if agency.level == Agency.Level.COMMUNE:
            found.append(agency)
        else:
            found += Agency.objects.valid_on(day).filter(key=CENTRE)[:1] or [agency]
    return found


# ── versions ──
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
        if draft.state != ProcedureVersion.State.DRAFT:
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


def project(procedure: Procedure, *, on: date) -> None:
    """Write the projections of the version in force that day: names, search text, class, services."""
    version = (
        procedure.versions.in_force(on).first() or procedure.versions.published().order_by("effective_from").first()
    )
    procedure.current_version = version
    if version is not None:
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
    """Reports write how often procedures are filed: {procedure id: number}."""
    for procedure_id, rank in ranks.items():
        Procedure.objects.filter(pk=procedure_id).exclude(use_rank=rank).update(use_rank=rank)


# ── reference data ──
@dataclass(frozen=True)
class Loaded:
    """What loading did; all zero the second time."""

    procedures: int
    versions: int


def load_catalogue(folder: Path = DATA, *, at: datetime | None = None) -> Loaded:
    """Load the committed catalogue; the same data twice changes nothing. Agencies must be loaded before."""
    moment = at or timezone.now()
    made = versions = 0
    for file in sorted(folder.glob("*.json")):
        entry = json.loads(file.read_text(encoding="utf-8"))
        with transaction.atomic():
            procedure, is_new = _load_procedure(entry)
            fresh = [_load_version(procedure, raw, moment) for raw in entry["versions"]]
            if is_new or any(fresh):
                project(procedure, on=timezone.localdate(moment))
        made += is_new
        versions += sum(fresh)
    return Loaded(made, versions)


def _load_procedure(entry: Mapping[str, Any]) -> tuple[Procedure, bool]:
    code = entry["national_code"] or entry["local_code"]
    values = {
        "code": code,
        "national_code": entry["national_code"],
        "local_code": entry["local_code"],
        "field": _load_field(entry["field"]),
        "level": entry["level"],
        "also_levels": entry["also_levels"],
        "audience": entry["audience"],
        "owner": Agency.objects.filter(key=entry["agency"]).first() if entry["agency"] else None,
    }
    procedure, is_new = Procedure.objects.get_or_create(key=entry["key"], defaults=values)
    changed = {name: value for name, value in values.items() if getattr(procedure, name) != value}
    if changed and not is_new:
        Procedure.objects.filter(pk=procedure.pk).update(**changed)
        procedure.refresh_from_db()
    return procedure, is_new or bool(changed)


def _load_field(name: Mapping[str, str]) -> Field:
    key = slugify(fold(name["vi"]))[:60]
    field, _new = Field.objects.get_or_create(
        key=key, defaults={"name_vi": name["vi"], "name_en": name["en"], "sort_key": sort_key(name["vi"])}
    )
    return field


def _load_version(procedure: Procedure, raw: Mapping[str, Any], at: datetime) -> bool:
    """Publish a version unless one with this very content is there; a changed file becomes the next version."""
    sha = digest(dump(parse(raw["content"])))
    if procedure.versions.filter(sha256=sha).exists():
        return False
    version = save_draft(procedure, raw["content"])
    start = date.fromisoformat(raw["effective_from"])
    in_force = procedure.versions.exclude(state=ProcedureVersion.State.DRAFT)
    last = in_force.order_by("-effective_from").values_list("effective_from", flat=True).first()
    if last is not None and last >= start:  # a change of the file: from today on, at the earliest a day after the last
        start = max(timezone.localdate(at), date.fromordinal(last.toordinal() + 1))
    publish(version, actor=None, effective_from=start, at=at)
    return True
