"""The parcel on a dossier's page (slot "dossier.parcel") and in its history."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import clean
from dossiers.models import Dossier
from postal.models import Parcel, ParcelEvent
from postal.services.desk import may_handle
from postal.tracking import ParcelStatus, is_s10

TITLES: dict[str, str | Promise] = {
    ParcelStatus.ACCEPTED: gettext_lazy("The post has accepted the result"),
    ParcelStatus.IN_TRANSIT: gettext_lazy("The result is on its way"),
    ParcelStatus.AT_OFFICE: gettext_lazy("The result has come to the post office near you"),
    ParcelStatus.OUT_FOR_DELIVERY: gettext_lazy("The postman is bringing the result"),
    ParcelStatus.DELIVERY_FAILED: gettext_lazy("The postman could not deliver the result"),
    ParcelStatus.REDELIVERY: gettext_lazy("The postman is trying again"),
    ParcelStatus.RETURNING: gettext_lazy("The result is on its way back to the counter"),
    ParcelStatus.DELIVERED: gettext_lazy("The result was delivered"),
    ParcelStatus.RETURNED: gettext_lazy("The result has come back to the counter"),
}


def parcel_panel(dossier: Dossier, user: Any) -> dict[str, Any] | None:
    """Where the parcel is; None when the result does not go by post. One query; officers also get their buttons."""
    if dossier.delivery != Dossier.Delivery.POST and not dossier.post_state:
        return None
    parcel = Parcel.objects.filter(dossier=dossier, direction=Parcel.Direction.RETURN).order_by("-pk").first()
    if parcel is None:
        return None
    is_officer = getattr(user, "kind", "") == "officer"
    acts = is_officer and may_handle(user, dossier)
    return {
        "dossier": dossier,
        "parcel": parcel,
        "is_officer": is_officer,
        "may_hand_over": acts and parcel.may_be_handed_over,
        "may_cancel": acts and parcel.may_be_cancelled,
        "is_odd_code": bool(parcel.item_code) and not is_s10(parcel.item_code),
    }


def timeline_panel(dossier: Dossier, user: Any) -> dict[str, Any] | None:
    """For a slot that collects entries of several rooms: {"entries": […]}, or None."""
    entries = timeline_entries(dossier)
    return {"entries": entries} if entries else None


def timeline_entries(dossier: Dossier) -> list[dict[str, Any]]:
    """The parcel's part of the dossier's history, newest first: {at, title, text, …}. At most two queries, else none."""
    if not dossier.post_state:
        return []
    parcels = list(Parcel.objects.filter(dossier=dossier))
    events = ParcelEvent.objects.filter(parcel__in=parcels).exclude(status=ParcelStatus.BOOKED)
    entries = [_of_event(event) for event in events] + [_handed_over(one) for one in parcels if one.handed_over_by_id]
    return sorted(entries, key=_when, reverse=True)


def _when(entry: dict[str, Any]) -> tuple[datetime, int]:
    return entry["at"], entry["rank"]  # two steps within one second stand in the order of the parcel's way


def _of_event(event: ParcelEvent) -> dict[str, Any]:
    words = clean(" · ".join(filter(None, _words(event))))
    return {"at": event.at, "rank": event.rank, "title": TITLES[event.status], "text": words}


def _words(event: ParcelEvent) -> tuple[str, str]:
    return event.office, event.note


def _handed_over(parcel: Parcel) -> dict[str, Any]:
    text = _("Tracking number %(code)s") % {"code": parcel.item_code} if parcel.item_code else ""
    title = gettext_lazy("The result was handed to the post")
    return {"at": parcel.handed_over_at, "rank": 0, "title": title, "text": text}
