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
