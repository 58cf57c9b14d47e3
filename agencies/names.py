"""What an agency is called on a day: renaming keeps the old name for everything that was signed under it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, AgencyName
from audit.services import record
from common.text import sort_key


@dataclass(frozen=True)
class Names:
    """The names of an agency and of its one-stop unit, in both languages."""

    name_vi: str
    name_en: str
    one_stop_vi: str
    one_stop_en: str


def names_on(agency: Agency, day: date) -> Names:
    """The names in force on that day; today's where it was never renamed since. Lists prefetch `former_names`."""
    former = min((one for one in agency.former_names.all() if one.until > day), key=lambda one: one.until, default=None)
    return _names(former or agency)


def _names(row: Agency | AgencyName) -> Names:
    return Names(row.name_vi, row.name_en, row.one_stop_vi, row.one_stop_en)


def rename(agency_id: int, names: Names, *, on: date, actor: User) -> Agency:
    """From the day `on` the agency is called so; papers of earlier days keep the old name.

    Raises ValueError with a sentence when a name is missing, or when it was renamed on or after that day already.
    """
    if not all([names.name_vi.strip(), names.name_en.strip(), names.one_stop_vi.strip(), names.one_stop_en.strip()]):
        raise ValueError(
            _("Write all four names: of the agency and of its one-stop unit, in Vietnamese and in English.")
        )
    with transaction.atomic():
        agency = Agency.objects.select_for_update().get(pk=agency_id)
        if AgencyName.objects.filter(agency=agency, until__gte=on).exists():
            raise ValueError(_("The agency was renamed on or after that day already."))
        old = _names(agency)
        AgencyName.objects.create(agency=agency, until=on, **vars(old))
        for field, value in vars(names).items():
            setattr(agency, field, value.strip())
        agency.sort_key = sort_key(agency.name_vi)
        agency.save(update_fields=[*vars(names), "sort_key"])
        data = {"on": on.isoformat()}
        record("agency.renamed", actor_id=actor.pk, subject_type="agency", subject_id=agency.pk, data=data)
    return agency
