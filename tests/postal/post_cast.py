"""Dossiers whose result goes by post, and events as the post would sign them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from agencies.standing import standing_of
from common.gateways import signed_headers
from dossiers.models import Delivery, Dossier
from dossiers.services import fees, filing, intake
from dossiers.services.performing import Actor, perform
from postal.models import Parcel, ParcelEvent
from postal.tracking import PER_ATTEMPT, RANKS
from tests import cast
from tests.payments.fees_cast import run_jobs
from tests.procedures.answers import answers

KEY = "sports-business-certificate-tennis"
ADDRESS = {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}
MINE = {
    "dossier.resolved": ("postal.services.booking.ensure_parcel_for",),
    "dossier.rejected": ("postal.services.booking.ensure_parcel_for",),
    "postal.handed_over": ("postal.notices.tell",),
    "postal.delivery_failed": ("postal.notices.tell",),
}


@dataclass
class Posted:
    """A resolved dossier of Trần Văn Hải whose result goes by post."""

    people: cast.Cast
    dossier: Dossier

    def fresh(self) -> Dossier:
        self.dossier = Dossier.objects.get(pk=self.dossier.pk)
        return self.dossier

    def parcel(self) -> Parcel:
        return Parcel.objects.filter(dossier=self.dossier).latest("pk")


def resolved(delivery: str = "post") -> Posted:
    """Filed, paid, received, decided and issued; the papers themselves are the business of other tests."""
    people, now = cast.make_cast(), timezone.now() - timedelta(days=3)
    dossier = cast.draft(people.hai, KEY, answers(KEY), at=now)
    Dossier.objects.filter(pk=dossier.pk).update(delivery=delivery)
    where = {"receiver": "Trần Văn Hải", "phone": "+84987654321", "address": ADDRESS}
    Delivery.objects.filter(dossier=dossier).update(**where)
    filing.submit(dossier.pk, user=people.hai, undertaking=True, at=now)
    cast.clean_files(dossier)
    fees.settle(dossier.pk, at=now, order="counter")
    intake.claim_intake(dossier.pk, user=people.hanh, at=now)
    intake.receive(dossier.pk, user=people.hanh, at=now)
    decide(people, dossier.pk, now)
    return Posted(people, Dossier.objects.get(pk=dossier.pk))


def decide(people: cast.Cast, dossier_id: int, at: datetime) -> None:
    """The acts of deciding without making the paper."""
    by = {name: Actor(people.officers[name].pk, standing_of(people.officers[name])) for name in ("bao", "dung", "en")}
    perform(dossier_id, "draft_result", actor=by["bao"], at=at, outcome="granted")
    perform(dossier_id, "sign_result", actor=by["dung"], at=at)
    perform(dossier_id, "resolve", actor=by["en"], at=at)


def event(parcel: Parcel, status: str, attempt: int = 1, **changes: Any) -> dict[str, Any]:
    """One event as the post tells it."""
    repeated = PER_ATTEMPT * (attempt - 1) if status in {"delivery_failed", "redelivery"} else 0
    return {
        "event_id": uuid4().hex,
        "item_code": parcel.item_code or "RL473124829VN",
        "reference": str(parcel.public_id),
        "status": status,
        "rank": RANKS[status] + repeated,
        "at": timezone.localtime().isoformat(timespec="seconds"),
        "office": "Bưu cục Kỳ Lừa",
        "note": "",
        "receiver": "",
    } | changes


def send(fields: Mapping[str, Any], *, secret: str | None = None, at: datetime | None = None) -> int:
    """Post an event to the portal; the HTTP status."""
    body = json.dumps(fields, ensure_ascii=False).encode()
    headers = signed_headers(body, secret or settings.POSTAL_SECRETS[0], at=at or timezone.now())
    return raw_send(body, headers)


def raw_send(body: bytes, headers: Mapping[str, str]) -> int:
    """The same with whatever bytes and headers."""
    more = {name: value for name, value in headers.items() if name != "Content-Type"}
    answer = Client(enforce_csrf_checks=True).post(
        "/postal/events/", data=body, content_type="application/json", headers=more
    )
    return answer.status_code


def settle_all() -> None:
    """The worker has settled every stored event."""
    while run_jobs("post.event"):
        pass


def snapshot() -> list[Any]:
    """Everything about parcels and their dossiers."""
    return [
        list(Parcel.objects.order_by("pk").values_list()),
        list(ParcelEvent.objects.order_by("pk").values_list()),
        list(Dossier.objects.order_by("pk").values_list("state", "post_state", "delivery", "head_seq")),
    ]
