"""What the return desk does with a parcel."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Role
from agencies.standing import standing_of
from audit import services as audit
from common import outbox
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier
from dossiers.services import endings
from dossiers.services.postal_state import set_post_state
from postal.models import Parcel
from postal.services.booking import lock_dossier, lock_parcel


def may_handle(user: User, dossier: Dossier) -> bool:
    """The user holds a post at the return desk of this dossier's counter today."""
    return user.is_officer and standing_of(user).has(Role.RECEPTION, dossier.receiving_agency_id)


def hand_over(parcel: Parcel, *, user: User, at: datetime) -> Parcel:
    """The postman took the parcel along. Raises Denied, or Invalid when it is not booked or already with the post."""
    with transaction.atomic():
        dossier, parcel = _mine(parcel, user)
        if not parcel.may_be_handed_over:
            raise Invalid({"": _("This parcel is not waiting at the desk: it is not booked yet, or the post has it.")})
        parcel.state, parcel.rank = Parcel.State.HANDED_OVER, Parcel.HANDED_OVER_RANK
        parcel.handed_over_at, parcel.handed_over_by = at, user
        parcel.save(update_fields=["state", "rank", "handed_over_at", "handed_over_by"])
        set_post_state(dossier.pk, parcel.state)
        _record("parcel.handed_over", parcel, dossier, user)
        publish("postal.handed_over", parcel, dossier, user)
    return parcel


def cancel(parcel: Parcel, *, user: User, at: datetime) -> Parcel:
    """Not by post after all: the result waits at the counter. Raises Denied, or Invalid when the post already has it."""
    with transaction.atomic():
        dossier, parcel = _mine(parcel, user)
        if not parcel.may_be_cancelled:
            raise Invalid({"": _("The post already has this parcel.")})
        parcel.state, parcel.rank, parcel.ended_at = Parcel.State.CANCELLED, Parcel.CANCELLED_RANK, at
        parcel.save(update_fields=["state", "rank", "ended_at"])
        set_post_state(dossier.pk, parcel.state)
        _record("parcel.cancelled", parcel, dossier, user)
        with transaction.atomic():  # a refused transition spoils the transaction it runs in
            endings.came_back(dossier.pk, at=at, parcel=parcel.item_code)
    return parcel


def _mine(parcel: Parcel, user: User) -> tuple[Dossier, Parcel]:
    dossier = lock_dossier(parcel.dossier_id)
    if not may_handle(user, dossier):
        raise Denied(_("You may not do this on this dossier."))
    return dossier, lock_parcel(parcel.pk)


def _record(action: str, parcel: Parcel, dossier: Dossier, user: User) -> None:
    audit.record(
        action,
        actor_id=user.pk,
        subject_type="dossier",
        subject_id=dossier.pk,
        agency_code=dossier.receiving_agency.code if dossier.receiving_agency else "",
        data={"parcel": str(parcel.public_id)},
    )


def publish(name: str, parcel: Parcel, dossier: Dossier, user: User | None = None) -> None:
    """News about a dossier's parcel; only ids travel."""
    outbox.publish(
        name,
        subject_type="dossier",
        subject_id=dossier.pk,
        actor_id=user.pk if user else None,
        data={"parcel": str(parcel.public_id)},
    )
