"""Cash at the counter beside the bank: the same fee met by both, cancelled, refused; books and debts are not mixed up."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from agencies.models import Role
from dossiers.services import intake
from payments.models import CashReceipt, LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from payments.querysets import ReceiptQuerySet
from payments.services import asking, cash
from tests.drills import books
from tests.drills.journeys import CRIMINAL_RECORD, ROUTE, Journey
from tests.drills.report import Report, say
from tests.drills.stage import Stage, until

Line = tuple[str, str]  # gateway, kind of entry or reason of the debt
CASH, BANK = CashReceipt.GATEWAY, "vnpay"
PAID, OWED, GIVEN_BACK = "payment", "refund_due", "refund"
FAULTS = ("duplicate", "out_of_order", "late", "lost_answer", "drop", "slow", "down")
EACH = 2
SETTLED_WITHIN = 90


@dataclass(frozen=True)
class Case:
    """What happens to one fee, in order, and what the books and the debts must say afterwards."""

    acts: tuple[str, ...]
    entries: tuple[Line, ...]
    debts: tuple[Line, ...] = ()


CASES = (
    Case(("visit", "cash"), ((CASH, PAID),)),
    Case(("visit", "cash", "bank"), ((CASH, PAID), (BANK, PAID), (BANK, OWED)), ((BANK, "double"),)),
    Case(("cash", "cancel", "visit", "bank"), ((CASH, PAID), (CASH, OWED), (CASH, GIVEN_BACK), (BANK, PAID))),
    Case(("visit", "bank", "refuse"), ((BANK, PAID), (BANK, OWED)), ((BANK, "refused_intake"),)),
    Case(("cash", "refuse"), ((CASH, PAID), (CASH, OWED)), ((CASH, "refused_intake"),)),
    Case(("visit", "cash", "bank", "refuse"), ((CASH, PAID), (BANK, PAID), (BANK, OWED), (CASH, OWED)),
         ((BANK, "double"), (CASH, "refused_intake"))),
)  # fmt: skip


@dataclass
class Fee:
    """One dossier with its fee, and the bank's page that was opened for it."""

    journey: Journey
    case: Case
    left: list[str]
    attempt: PaymentAttempt | None = None
    receipts: list[CashReceipt] = field(default_factory=list)


class TwoTills:
    """The part of the callbacks drill where one fee is paid at two places."""

    def __init__(self, stage: Stage, report: Report) -> None:
        self.stage, self.report, self.since = stage, report, books.Marks.now()
        cases = [case for case in CASES for _ in range(EACH)]
        self.fees = [
            Fee(Journey(stage, number, (ROUTE, CRIMINAL_RECORD)[number % 2], "online"), case, list(case.acts))
            for number, case in enumerate(cases)
        ]

    def run(self) -> None:
        """Perform every case, mixed with the others, then compare."""
        for fee in self.fees:
            fee.journey.draft()
            fee.journey.submit()
        say(f"{len(self.fees)} fees are paid in cash, at the bank, at both; some are cancelled or refused")
        waiting = list(self.fees)
        while waiting:
            fee = self.stage.chance.choice(waiting)
            self._acts[fee.left.pop(0)](fee)
            waiting = [one for one in waiting if one.left]
        until(lambda: not books.open_work(self.stage.sandbox), SETTLED_WITHIN)
        self._compare()

    @property
    def _acts(self) -> dict[str, Callable[[Fee], object]]:
        return {
            "visit": self._visit, "bank": self._bank, "cash": self._cash, "cancel": self._cancel, "refuse": self._refuse,
        }  # fmt: skip

    def _visit(self, fee: Fee) -> None:
        fee.attempt = fee.journey.attempt()

    def _bank(self, fee: Fee) -> None:
        """The bank takes the money; its notice comes twice, shuffled, late or never. The way back makes the portal ask."""
        if fee.attempt is None:
            raise ValueError("nobody has opened the bank's page")
        attempt = fee.attempt
        self.stage.sandbox.script(
            "vnpay.ipn", self.stage.chance.choice(FAULTS), seconds=self.stage.chance.uniform(0.5, 2)
        )
        self.stage.sandbox.pay(attempt.pay_url)
        if not until(lambda: PaymentAttempt.objects.get(pk=attempt.pk).state == "paid", 8, pause=0.05):
            asking.query_now(attempt, at=timezone.now())

    def _cash(self, fee: Fee) -> None:
        """Twice, as an impatient hand does it; there is one receipt."""
        order, cashier = self._order(fee), fee.journey.who(Role.CASHIER)
        for _ in range(2):
            fee.receipts.append(cash.take(order.public_id, cashier=cashier, payer=fee.journey.user.full_name))

    def _order(self, fee: Fee) -> PaymentOrder:
        orders = PaymentOrder.objects.open().filter(dossier=fee.journey.dossier_id)
        until(orders.exists, 30)  # the worker makes it from the news of the filing
        return orders.get()

    def _cancel(self, fee: Fee) -> None:
        cash.cancel(fee.receipts[0].public_id, cashier=fee.journey.who(Role.CASHIER), reason="Thu nhầm hồ sơ.")

    def _refuse(self, fee: Fee) -> None:
        officer, reason = fee.journey.who(Role.RECEPTION), "Hồ sơ không thuộc thẩm quyền giải quyết."
        intake.claim_intake(fee.journey.dossier_id, user=officer)
        intake.refuse_intake(fee.journey.dossier_id, user=officer, reason=reason)

    # ── afterwards ──
    def _compare(self) -> None:
        report, count = self.report, len(self.fees)
        report.none(
            "cash, bank money and debts of one fee are not mixed up", [w for f in self.fees for w in _wrong(f)], count
        )
        ids = [fee.journey.dossier_id for fee in self.fees]
        entries = LedgerEntry.objects.filter(order__dossier__in=ids)
        attempts = PaymentAttempt.objects.filter(order__dossier__in=ids)
        refs = set(attempts.values_list("txn_ref", flat=True))
        bank = [row for row in self.stage.sandbox.book("vnpay")["transactions"] if row["txn_ref"] in refs]
        theirs = sum(row["amount"] // 100 for row in bank if row["transaction_status"] == "00")
        ours = sum(entries.filter(gateway=BANK, kind=PAID).values_list("amount", flat=True))
        report.held("sum of the bank's book and of ours beside cash, VND", f"{theirs:,} and {ours:,}", "equal",
                    met=theirs == ours)  # fmt: skip
        receipts = CashReceipt.objects.filter(order__dossier__in=ids)
        written = sum(receipts.values_list("amount", flat=True))
        booked = sum(entries.filter(gateway=CASH, kind=PAID).values_list("amount", flat=True))
        report.held("sum of the receipts and of the cash in the books, VND", f"{written:,} and {booked:,}", "equal",
                    met=written == booked)  # fmt: skip
        report.none("receipts numbered without gap or double", _gaps(receipts), receipts.count())


def _wrong(fee: Fee) -> list[str]:
    """Entries and debts of a fee that are not those of its case."""
    where, pk = f"dossier {fee.journey.dossier_id} {'+'.join(fee.case.acts)}", fee.journey.dossier_id
    entries = Counter(LedgerEntry.objects.filter(order__dossier=pk).values_list("gateway", "kind"))
    tasks = RefundTask.objects.filter(dossier=pk).exclude(state=RefundTask.State.VOID)
    debts = Counter(tasks.values_list("gateway", "reason"))
    wrong = [f"{where}: books {dict(entries)}"] if entries != Counter(fee.case.entries) else []
    wrong += [f"{where}: owed {dict(debts)}"] if debts != Counter(fee.case.debts) else []
    wrong += [f"{where}: {task} names no money" for task in tasks if not _names_its_money(task)]
    receipts = {receipt.pk for receipt in fee.receipts}
    wrong += [f"{where}: {len(receipts)} receipts"] if len(receipts) != ("cash" in fee.case.acts) else []
    return wrong


def _names_its_money(task: RefundTask) -> bool:
    """The debt points at the very payment in the books that is to go back."""
    paid = LedgerEntry.objects.filter(kind=PAID, gateway=task.gateway, reference=task.reference, amount=task.amount)
    return paid.filter(order=task.order_id).count() == 1


def _gaps(receipts: ReceiptQuerySet) -> list[str]:
    series: dict[str, list[int]] = {}
    for name, number in receipts.order_by("number").values_list("series", "number"):
        series.setdefault(name, []).append(number)
    return [f"{name}: {got}" for name, got in series.items() if got != list(range(got[0], got[0] + len(got)))]
