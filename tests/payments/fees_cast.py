"""Dossiers that wait for money, notices as VNPay would sign them, and the worker's loops in small."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from accounts.models import Organisation, User
from common import jobs, outbox
from common.models import Job
from dossiers.models import Dossier
from dossiers.services import intake
from dossiers.services.performing import actor_of, perform
from payments import services
from payments.gateways.vnpay import hash_line, secure_hash
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from tests import cast
from tests.procedures.answers import answers

PREPAID_KEY, PREPAID_FEE = "sports-business-certificate-tennis", 200_000
MINE = {
    "dossier.await_prepayment": ("payments.services.orders.ensure_order_for",),
    "dossier.fee_requested": ("payments.services.orders.ensure_order_for",),
    "dossier.refused": ("payments.services.orders.close_orders_for",),
    "dossier.withdrawn": ("payments.services.orders.close_orders_for",),
    "dossier.stopped": ("payments.services.orders.close_orders_for",),
    "dossier.expire_prepayment": ("payments.services.orders.close_orders_for",),
    "dossier.settle_prepayment": ("payments.services.orders.close_orders_for",),
    "dossier.fee_settled": ("payments.services.orders.close_orders_for",),
    "payments.paid": ("payments.notices.tell",),
    "payments.reminder": ("payments.notices.tell",),
    "payments.refund_owed": ("payments.notices.tell",),
}


def with_reactions(mine: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The portal's reactions and these, each once."""
    known = outbox.registered()
    return known | {name: tuple(dict.fromkeys((*known.get(name, ()), *paths))) for name, paths in mine.items()}


def drain() -> None:
    """All news handled."""
    while outbox.drain():
        pass


def run_jobs(*kinds: str, early: bool = False) -> int:
    """Run the jobs of these kinds that are due (`early`: whatever their time); returns how many."""
    if early:
        Job.objects.filter(kind__in=kinds, state="ready").update(due_at=timezone.now() - timedelta(seconds=1))
    taken = jobs.lease(50, kinds=list(kinds))
    for job in taken:
        jobs.run(job)
    return len(taken)


@dataclass
class Paying:
    """A dossier of Trần Văn Hải that waits for its prepaid fee, and how its money stands."""

    people: cast.Cast
    dossier: Dossier

    @property
    def user(self) -> User:
        return self.people.hai

    @property
    def url(self) -> str:
        return f"/ho-so/{self.dossier.code}/phi/"

    def fresh(self) -> Dossier:
        self.dossier = Dossier.objects.get(pk=self.dossier.pk)
        return self.dossier

    def order(self) -> PaymentOrder:
        found = services.ensure_order(self.fresh())
        assert found is not None
        return found

    def start(self, at: datetime | None = None) -> PaymentAttempt:
        return services.start(self.order(), user=self.user, at=at or timezone.now(), client_ip="203.0.113.7")

    def balance(self) -> int:
        return LedgerEntry.objects.filter(order__dossier=self.dossier).balance()

    def taken(self) -> int:
        entries = LedgerEntry.objects.filter(order__dossier=self.dossier, kind="payment")
        return sum(entries.values_list("amount", flat=True))

    def tasks(self) -> list[tuple[str, str, int]]:
        found = RefundTask.objects.filter(dossier=self.dossier).order_by("pk")
        return list(found.values_list("reason", "state", "amount"))

    def withdraw_paid(self) -> None:
        """The citizen withdraws before anything was done."""
        perform(self.dossier.pk, "withdraw", actor=actor_of(self.user, self.dossier), reason="Không cần nữa")

    def refuse(self) -> None:
        """The counter refuses to receive."""
        intake.claim_intake(self.dossier.pk, user=self.people.hanh)
        intake.refuse_intake(self.dossier.pk, user=self.people.hanh, reason="Không thuộc thẩm quyền")


def paying(at: datetime | None = None) -> Paying:
    """A filed dossier of the sports certificate, 200.000 đ before acceptance."""
    people = _known_people() or cast.make_cast()
    return Paying(people, cast.filed(people.hai, PREPAID_KEY, answers(PREPAID_KEY), at=at or timezone.now()))


def _known_people() -> cast.Cast | None:
    """The same people for a second dossier."""
    hai = User.objects.filter(full_name="Trần Văn Hải").first()
    if hai is None:
        return None
    mai = User.objects.get(full_name="Lý Thị Mai")
    officers = {name: User.objects.get(username=name) for name in (*cast.OFFICERS, *cast.OTHERS)}
    return cast.Cast(mai, hai, Organisation.objects.get(), officers)


def fields_of(attempt: PaymentAttempt, **changes: Any) -> dict[str, str]:
    """The fields of a notice about this attempt; code, status, amount (VND), provider, txn_ref may differ."""
    code = changes.get("code", "00")
    status = changes.get("status", {"00": "00", "07": "07"}.get(code, "02"))
    took = status != "02"
    number = str(changes.get("provider", 14_000_000 + attempt.pk)) if took else "0"
    return {
        "vnp_Amount": str(changes.get("amount", attempt.amount) * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{number}" if took else "",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": "Nop phi ho so",
        "vnp_PayDate": timezone.localtime().strftime("%Y%m%d%H%M%S"),
        "vnp_ResponseCode": code,
        "vnp_TmnCode": settings.VNPAY_TMN_CODE,
        "vnp_TransactionNo": number,
        "vnp_TransactionStatus": status,
        "vnp_TxnRef": changes.get("txn_ref", attempt.txn_ref),
    }


def signed(fields: Mapping[str, str], secret: str | None = None) -> str:
    """The raw query string of a notice."""
    line = hash_line(fields)
    return f"{line}&vnp_SecureHash={secure_hash(line, secret or settings.VNPAY_SECRETS[0])}"


def notice(attempt: PaymentAttempt, **changes: Any) -> str:
    """A signed notice."""
    return signed(fields_of(attempt, **changes))


def tell(raw: str) -> str:
    """Give a notice to the portal; its answer."""
    return services.record_notice(raw, at=timezone.now())


def stranger(attempt: PaymentAttempt) -> str:
    """A success under a reference we never gave."""
    return notice(attempt, txn_ref=uuid4().hex, provider=99_000_001)


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Everything about money and dossiers, to see that nothing changed."""
    models = (PaymentOrder, PaymentAttempt, LedgerEntry, RefundTask)
    found = {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}
    return found | {"Dossier": list(Dossier.objects.order_by("pk").values_list("state", "fee_state", "head_seq"))}
