"""Who guides people at a counter today, on public pages: one statement per counter and moment, whoever reads."""

from typing import Any

from django.utils import timezone

from agencies.models import Agency
from agencies.services.shifts import on_shift


def of_procedure(procedure: Any, user: Any) -> dict[str, Any] | None:
    """Slot "procedure.on_shift": the guides of the agency that owns the procedure (communes: see their counters)."""
    return _guides(procedure.owner_id) if procedure.owner_id else None


def of_agency(key: str, user: Any) -> dict[str, Any] | None:
    """Slot "agency.on_shift": the guides of the counter of that key."""
    found = Agency.objects.filter(key=key).values_list("pk", flat=True).first()
    return _guides(found) if found else None


def _guides(agency_id: int) -> dict[str, Any] | None:
    today = timezone.localdate()
    guides = on_shift(agency_id, today)
    return {"guides": guides, "today": today} if guides else None
