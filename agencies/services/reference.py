"""Reference data of the province: its agencies and the first calendar."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from agencies.models import Agency
from agencies.services.calendars import publish_calendar
from common.text import sort_key

DATA = Path(__file__).parents[1] / "data"
TYPES_EN = {"Phường": "ward", "Xã": "commune", "Thị trấn": "township"}


def load_reference() -> dict[str, int]:
    """Load the province's agencies and the first calendar; running it again changes nothing."""
    data = json.loads((DATA / "agencies.json").read_text(encoding="utf-8"))
    start = date.fromisoformat(data["valid_from"])
    with transaction.atomic():
        created = sum(_load_department(row, data, start) for row in data["agencies"])
        created += sum(_load_commune(row, start) for row in data["communes"])
        revisions = int(publish_calendar(json.loads((DATA / "calendar.json").read_text(encoding="utf-8")))[1])
    return {"agencies": created, "calendar": revisions}


def _load_department(row: dict[str, Any], data: dict[str, Any], start: date) -> bool:
    centre = next(item for item in data["agencies"] if item["kind"] == "ppasc")
    return _load(
        row["key"],
        code=row["code"],
        name_vi=row["vi"],
        name_en=row["en"],
        one_stop_vi=centre["vi"],
        one_stop_en=centre["en"],
        kind=row["kind"],
        level=Agency.Level.PROVINCE,
        is_verified=row["verified"],
        valid_from=start,
    )


def _load_commune(row: dict[str, Any], start: date) -> bool:
    kind, _space, name = row["name"].partition(" ")
    place = f"{name} {TYPES_EN.get(kind, 'commune')}"
    return _load(
        row["key"],
        code=row["code"],
        name_vi=row["vi"],
        name_en=f"People's Committee of {place}",
        one_stop_vi=row["one_stop_vi"],
        one_stop_en=f"Public Administration Service Centre of {place}",
        kind="people_committee",
        level=Agency.Level.COMMUNE,
        commune_code=row["commune"],
        is_verified=False,
        valid_from=start,
    )


def _load(key: str, **values: Any) -> bool:
    """Insert an agency once; names and codes that an admin changed later are left alone."""
    _agency, created = Agency.objects.get_or_create(
        key=key, defaults={**values, "sort_key": sort_key(values["name_vi"])}
    )
    return created
