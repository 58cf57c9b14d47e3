"""What an agency decides for itself."""

from accounts.models import User
from agencies.models import Agency
from audit.services import record


def share_at_once(agency: Agency, *, is_on: bool, actor: User) -> None:
    """Dossiers that come to a step of this agency are given to a present officer at once, or wait in the common queue."""
    if Agency.objects.filter(pk=agency.pk).exclude(shares_at_once=is_on).update(shares_at_once=is_on):
        record(
            "agency.shares_at_once",
            actor_id=actor.pk,
            subject_type="agency",
            subject_id=agency.pk,
            agency_code=agency.code,
            data={"is_on": is_on},
        )


def use_own_software(agency: Agency, *, name: str, actor: User | None) -> bool:
    """From now on this agency's dossiers are decided in the software `name` (empty: here); False when it is so already.

    Dossiers under way follow at once: what was reported of them stays.
    """
    if not Agency.objects.filter(pk=agency.pk).exclude(own_software=name).update(own_software=name):
        return False
    record(
        "agency.own_software",
        actor_id=actor.pk if actor else None,
        subject_type="agency",
        subject_id=agency.pk,
        agency_code=agency.code,
        data={"is_on": bool(name)},
    )
    return True
