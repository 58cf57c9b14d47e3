"""Who receives a dossier of a procedure, who decides it."""

from datetime import date

from django.utils import timezone

from agencies.models import Agency
from procedures.models import Procedure, ProcedureVersion

CENTRE = "ttpvhcc"  # the provincial service centre receives for all departments (Decree 118/2025)


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
