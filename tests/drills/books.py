"""The portal's tables against the sandbox's own books: nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from common.models import Job, OutboxRow
from notifications.models import Message
from notifications.services import CODE
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from postal.models import Parcel
from tests.drills.journeys import Journey
from tests.drills.report import Report
from tests.sandbox_process import Sandbox

# Work that is to wait: a reminder, a question to the bank or the post hours later.
SCHEDULED = ("payment.remind", "payment.expire", "payment.reconcile", "payment.sweep", "post.poll")
OVERTAKEN = {"dossier.await_prepayment"}  # told only while it is still true
TAKEN = {"sent", "delivered"}


@dataclass(frozen=True)
class Marks:
    """Where the tables stood when the drill began."""

    message: int
    job: int
    outbox: int
    attempt: int
    parcel: int

    @classmethod
    def now(cls) -> "Marks":
        models = (Message, Job, OutboxRow, PaymentAttempt, Parcel)
        return cls(*(model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0 for model in models))


def open_work(sandbox: Sandbox) -> list[str]:
    """What is still to be done, on our side and on the vendors'; empty when everything has come to rest."""
    soon = Job.objects.filter(state="ready").filter(Q(due_at__lte=timezone.now()) | ~Q(kind__in=SCHEDULED))
    left = [f"outbox {row.pk} {row.name}" for row in OutboxRow.objects.filter(done_at=None)]
    left += [f"job {job.pk} {job.kind} attempt {job.attempts} {job.error}" for job in soon]
    return left or _vendors_work(sandbox)


def _vendors_work(sandbox: Sandbox) -> list[str]:
    notices = {"vnpay": "notices", "sms": "receipts", "post": "notices"}
    rows = [(name, row) for name, part in notices.items() for row in sandbox.book(name)[part]]
    return [f"{name} still has to tell {row['subject']}" for name, row in rows if row["state"] == "pending"]


# ── messages ──
def compare_messages(report: Report, sandbox: Sandbox, since: Marks) -> None:
    """Every message is in the carrier's book exactly once, every code at most once, and nothing else is there."""
    ours = {str(row.public_id): row for row in Message.objects.filter(pk__gt=since.message).exclude(channel="site")}
    theirs: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for book in ("sms", "smtp"):
        for row in sandbox.book(book)["messages"]:
            theirs[row["reference"]] += 1
            asked[row["reference"]] += row["requests"]
    notices = {ref: row for ref, row in ours.items() if row.kind != CODE}
    codes = {ref: row for ref, row in ours.items() if row.kind == CODE}
    wrong = [
        f"message {row.pk} {row.kind} {row.state} {row.error}: {theirs[ref]} in the book"
        for ref, row in notices.items()
        if theirs[ref] != 1 or row.state not in TAKEN
    ]
    report.none("messages sent exactly once", wrong, len(notices))
    again = sum(asked[ref] > 1 for ref in notices)
    report.told("… handed over again after a kill, recognised by the carrier", again)
    wrong = [
        f"code {row.pk} {row.state}: {asked[ref]} times" for ref, row in codes.items() if _is_wrong(row, asked[ref])
    ]
    report.none("one-time codes sent at most once", wrong, len(codes))
    unclear = sum(row.state not in TAKEN for row in codes.values())
    report.told("… of which nobody knows (worker killed while sending; the person asks for a new one)", unclear)
    known = {str(ref) for ref in Message.objects.values_list("public_id", flat=True)}
    report.none("letters and SMS that the portal knows of", [ref for ref in theirs if ref not in known], len(theirs))


def _is_wrong(code: Message, times: int) -> bool:
    return times > 1 or code.state == "queued" or (code.state in TAKEN and times != 1) or bool(code.body)


def compare_what_was_owed(report: Report, journeys: Iterable[Journey]) -> None:
    """Each citizen was told each piece of news once by SMS and once by e-mail."""
    wrong, count = [], 0
    for journey in journeys:
        for channel in ("sms", "email"):
            told = Message.objects.filter(subject_type="dossier", subject_id=journey.dossier_id, channel=channel)
            found = Counter(told.values_list("kind", flat=True))
            found -= Counter({kind: min(1, found[kind]) for kind in OVERTAKEN.difference(journey.owed)})
            count += len(journey.owed)
            if found != Counter(journey.owed):
                wrong.append(f"dossier {journey.dossier_id} {channel}: {dict(found)}, owed {journey.owed}")
    report.none("news told to the citizen, by SMS and by e-mail", wrong, count)


# ── work ──
def compare_work(report: Report, since: Marks) -> None:
    """Nothing is left, nothing is dead."""
    dead = Job.objects.filter(pk__gt=since.job, state="dead")
    jobs = Job.objects.filter(pk__gt=since.job).exclude(kind__in=SCHEDULED)
    report.none("durable jobs done", [f"{job.kind} {job.pk} {job.error}" for job in dead], jobs.count())
    news = OutboxRow.objects.filter(pk__gt=since.outbox)
    report.none("news handled", [f"{row.name} {row.pk} {row.error}" for row in news.filter(done_at=None)], news.count())
    report.told("jobs that a second worker took over after a kill", jobs.filter(attempts__gt=1).count())
    report.told("news of which a handler failed once (and was called again)", news.filter(attempts__gt=0).count())


# ── money ──
def compare_money(report: Report, sandbox: Sandbox, since: Marks) -> None:
    """What the bank took is what the books say, order by order; every order paid at the bank is paid here."""
    attempts = {row.txn_ref: row for row in PaymentAttempt.objects.filter(pk__gt=since.attempt)}
    bank = [row for row in sandbox.book("vnpay")["transactions"] if row["txn_ref"] in attempts]
    took = {row["txn_ref"]: row["amount"] // 100 for row in bank if row["transaction_status"] == "00"}
    entries = LedgerEntry.objects.filter(attempt__in=list(attempts.values()), kind="payment")
    booked = Counter(entries.values_list("reference", flat=True))
    wrong = [f"{ref}: booked {booked[ref]} times" for ref in took if booked[ref] != 1]
    wrong += [f"{ref}: booked, but the bank took nothing" for ref in booked if ref not in took]
    report.none("payments of the bank booked exactly once", wrong, len(took))
    ours, theirs = sum(entries.values_list("amount", flat=True)), sum(took.values())
    report.held("sum of the bank's book and of ours, VND", f"{theirs:,} and {ours:,}", "equal", met=ours == theirs)
    unpaid = PaymentOrder.objects.filter(attempts__txn_ref__in=list(took)).exclude(state="paid").distinct()
    report.none("orders paid at the bank are paid here", [str(order) for order in unpaid], len(took))
    odd = RefundTask.objects.filter(attempt__in=list(attempts.values())).exclude(state="void")
    report.none("payments without an unexplained rest", [str(task) for task in odd], len(took))


# ── parcels ──
def compare_parcels(report: Report, sandbox: Sandbox, since: Marks) -> None:
    """Every parcel is booked with the post once, and stands where the post says it is."""
    ours = {str(row.public_id): row for row in Parcel.objects.filter(pk__gt=since.parcel)}
    theirs = [row for row in sandbox.book("post")["parcels"] if row["reference"] in ours]
    times = Counter(row["reference"] for row in theirs)
    wrong = [f"{parcel} booked {times[ref]} times" for ref, parcel in ours.items() if times[ref] != 1]
    per_dossier = Counter(row.dossier_id for row in ours.values())
    wrong += [f"dossier {number}: {count} parcels" for number, count in per_dossier.items() if count > 1]
    report.none("parcels booked exactly once", wrong, len(ours))
    report.told("… asked for again after a kill, recognised by the post", sum(row["requests"] > 1 for row in theirs))
    wrong = [_difference(ours[row["reference"]], row) for row in theirs]
    report.none("parcels stand where the post says", [text for text in wrong if text], len(theirs))


SAME = {"delivery_failed": "failed", "redelivery": "again", "booked": "ordered"}


def _difference(parcel: Parcel, row: dict[str, Any]) -> str:
    theirs = SAME.get(row["status"], row["status"])
    at_the_desk = theirs == "ordered" and parcel.state == "handed_over"
    is_same = parcel.item_code == row["item_code"] and (parcel.state == theirs or at_the_desk)
    return "" if is_same else f"{parcel}, the post says {row['item_code']} {row['status']}"
