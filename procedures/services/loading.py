"""Loading of the committed catalogue."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from agencies.models import Agency
from common.text import fold, sort_key
from procedures.content import digest, dump, parse
from procedures.models import Field, Procedure
from procedures.services.projecting import project
from procedures.services.versions import publish, save_draft

DATA = Path(__file__).resolve().parent.parent / "data"


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
    _complete(timezone.localdate(moment))
    return Loaded(made, versions)


def _complete(on: date) -> None:
    """Write the projections of procedures that were published before these projections existed."""
    for procedure in Procedure.objects.published().filter(services__levels=None).distinct():
        with transaction.atomic():
            project(procedure, on=on)


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
    in_force = procedure.versions.filter(published_at__isnull=False)
    last = in_force.order_by("-effective_from").values_list("effective_from", flat=True).first()
    if last is not None and last >= start:  # a change of the file: from today on, at the earliest a day after the last
        start = max(timezone.localdate(at), date.fromordinal(last.toordinal() + 1))
    publish(version, actor=None, effective_from=start, at=at)
    return True
