"""Receipts numbered and printed in advance: what was received while the line was down is entered afterwards.

The dossier carries the number of its receipt, the real time it was received (from which the clock counts), a reason and two
people: who enters it and who confirms it. A number stands for one dossier, whoever enters it first.
"""

import re
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, Role
from agencies.standing import standing_of
from audit.services import record
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import BlankReceipt, Dossier, ReceiptBlock
from dossiers.services import codes, filing, intake
from dossiers.services.editing import is_prepared, may_write

MOST, OLDEST = 200, timedelta(days=30)
ROLES = (Role.RECEPTION, Role.ONE_STOP_HEAD)
NUMBER = re.compile(r"(?:TN-)?(?P<agency>[A-Z]\d{1,3}(?:\.\d+)*)/(?P<year>\d{4})/(?P<serial>\d{1,6})")


def number_words(agency_code: str, year: int, serial: int) -> str:
    """`TN-H37.12/2026/00042`, as it is printed."""
    return f"TN-{agency_code}/{year}/{serial:05d}"


def words_of(receipt: BlankReceipt) -> str:
    """The printed number of a used receipt."""
    block = receipt.block
    return number_words(block.agency.code, block.year, receipt.serial)


def agencies_of(user: User) -> list[Agency]:
    """The counters whose blank receipts this person prints and confirms."""
    ids = standing_of(user).agency_ids(ROLES)
    return list(Agency.objects.filter(pk__in=ids).order_by("sort_key"))


def blocks_of(user: User) -> QuerySet[ReceiptBlock]:
    """The blocks of this person's counters, newest first."""
    rows = ReceiptBlock.objects.filter(agency__in=agencies_of(user))
    return rows.select_related("agency", "made_by").order_by("-pk")


def waiting_for(user: User) -> QuerySet[BlankReceipt]:
    """Entries of this person's counters that wait for a second person, oldest first."""
    rows = BlankReceipt.objects.filter(block__agency__in=agencies_of(user), confirmed_at=None)
    related = ("block__agency", "dossier__procedure", "dossier__applicant", "entered_by")
    return rows.select_related(*related).order_by("received_at", "pk")


def make_block(agency: Agency, *, user: User, count: int, at: datetime | None = None) -> ReceiptBlock:
    """The next `count` numbers of this counter; raises Denied, Invalid."""
    at = at or timezone.now()
    if agency not in agencies_of(user):
        raise Denied(_("Only officers of this counter print its receipts."))
    if not 1 <= count <= MOST:
        raise Invalid({"count": _("Between 1 and %(most)s receipts.") % {"most": MOST}})
    year = timezone.localdate(at).year
    with transaction.atomic():
        last = codes.reserve_numbers(f"blank:{agency.code}", str(year), count)
        block = ReceiptBlock.objects.create(
            agency=agency, year=year, first=last - count + 1, last=last, made_by=user, made_at=at
        )
        record("receipts.printed", actor_id=user.pk, subject_type="receipt_block", subject_id=block.pk,
               agency_code=agency.code)  # fmt: skip
    return block


# ── entered afterwards ──
def enter(
    draft_id: int, *, user: User, number: str, received_at: datetime, reason: str, at: datetime | None = None
) -> BlankReceipt:
    """Tie a prepared draft to the receipt that was given out; a second person then confirms.

    Raises Invalid naming the field: a number that was never printed or is used, a time that cannot be, no reason, and
    everything that is still missing in the draft.
    """
    at = at or timezone.now()
    with transaction.atomic():
        draft = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=draft_id)
        if not (is_prepared(draft) and draft.filed_by == Dossier.FiledBy.TYPED):
            raise Conflict(draft)
        if not may_write(draft, user):
            raise Denied(_("You may not do this on this dossier."))
        block, serial = _printed(draft, number)
        _check(block, received_at, reason, at)
        filing.ready(draft, undertaking=True, quoted_total=None, at=received_at)
        return _claim(block, serial, draft, user, received_at, reason.strip()[:500], at)


def _printed(draft: Dossier, number: str) -> tuple[ReceiptBlock, int]:
    """The block a number comes from; the bare serial is one of this year at this counter."""
    text = "".join(number.split()).upper()
    found = NUMBER.fullmatch(text)
    rows = ReceiptBlock.objects.filter(agency=draft.receiving_agency)
    if found:
        rows = rows.filter(agency__code=found["agency"], year=int(found["year"]))
    elif not re.fullmatch(r"\d{1,6}", text):
        raise Invalid({"number": _("Write the number as it is printed, for example TN-H37.12/2026/00042.")})
    serial = int(found["serial"] if found else text)
    block = rows.filter(first__lte=serial, last__gte=serial).order_by("-year").first()
    if block is None:
        raise Invalid({"number": _("This counter has printed no receipt with this number.")})
    return block, serial


def _check(block: ReceiptBlock, received_at: datetime, reason: str, at: datetime) -> None:
    errors = {}
    if received_at > at:
        errors["received_at"] = _("This time has not come yet.")
    elif received_at < max(block.made_at, at - OLDEST):
        errors["received_at"] = _("The receipts were printed after this time, or it is more than 30 days ago.")
    if not reason.strip():
        errors["reason"] = _("Write why the dossier could not be entered at once.")
    if errors:
        raise Invalid(errors)


def _claim(
    block: ReceiptBlock, serial: int, draft: Dossier, user: User, received_at: datetime, reason: str, at: datetime
) -> BlankReceipt:
    """One row per number: the database lets the first one in."""
    BlankReceipt.objects.filter(dossier=draft, confirmed_at=None).delete()  # corrected before it is confirmed
    try:
        with transaction.atomic():
            return BlankReceipt.objects.create(
                block=block, serial=serial, dossier=draft, received_at=received_at, reason=reason,
                entered_by=user, entered_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise Invalid({"number": _("This number is used already. Look at the receipt once more.")}) from None


def confirm(receipt_id: int, *, user: User, at: datetime | None = None) -> Dossier:
    """The second person: the dossier is received as of its real time. A second press gives the same dossier.

    Raises Denied for who entered it and for officers of other counters, Invalid with what is missing in the draft.
    """
    at = at or timezone.now()
    with transaction.atomic():
        dossier_id = BlankReceipt.objects.values_list("dossier", flat=True).get(pk=receipt_id)
        Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        receipt = _mine(receipt_id, user)
        if receipt.confirmed_at is not None:
            return receipt.dossier
        if receipt.entered_by_id == user.pk:
            raise Denied(_("A second person confirms it: not the one who entered it."))
        BlankReceipt.objects.filter(pk=receipt.pk).update(confirmed_by=user, confirmed_at=at)
        data = {"receipt": words_of(receipt), "confirmed_by": user.pk, "entered_at": receipt.entered_at.isoformat()}
        return intake.receive_at_counter(
            receipt.dossier_id, user=receipt.entered_by, undertaking=True, at=receipt.received_at, late=data
        )


def take_back(receipt_id: int, *, user: User) -> None:
    """Not right: the draft stays, the number is free again; by who entered it or by a colleague of the counter."""
    with transaction.atomic():
        receipt = _mine(receipt_id, user)
        if receipt.confirmed_at is not None:
            raise Conflict(receipt.dossier)
        record("receipts.taken_back", actor_id=user.pk, subject_type="dossier", subject_id=receipt.dossier_id)
        BlankReceipt.objects.filter(pk=receipt.pk, confirmed_at=None).delete()


def _mine(receipt_id: int, user: User) -> BlankReceipt:
    rows = BlankReceipt.objects.filter(block__agency__in=agencies_of(user))
    found = rows.select_related("block__agency", "dossier", "entered_by").filter(pk=receipt_id).first()
    if found is None:
        raise Denied(_("Only officers of this counter confirm its receipts."))
    return found
