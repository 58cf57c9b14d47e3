"""What stands on a cash receipt (Decree 123/2020 as amended by 70/2025): series, number, payer, lines, words, cashier."""

from typing import Any

from django.utils import timezone

from common import money
from dossiers.models import Dossier
from dossiers.services.paper_contexts import heading
from payments.models import CashReceipt

KINDS = {"phi": "Phí", "le_phi": "Lệ phí"}
TEMPLATE = "payments/papers/receipt.html"


def receipt_sheet(receipt: CashReceipt) -> tuple[str, dict[str, Any]]:
    """Template and values of the printed receipt, as of now: a cancelled one says so."""
    dossier: Dossier = receipt.order.dossier
    return TEMPLATE, {
        **heading(dossier.receiving_agency, on=timezone.localdate(receipt.taken_at)),
        "form": {"title": "Biên lai thu phí, lệ phí", "label": ""},
        "number": "",
        "date": timezone.localdate(receipt.taken_at),
        "series": receipt.series,
        "receipt_number": f"{receipt.number:07d}",
        "payer": receipt.payer,
        "dossier_code": dossier.code,
        "lines": [_line(line) for line in receipt.order.lines],
        "total": money.vnd(receipt.amount),
        "words": money.in_words(receipt.amount),
        "taken_at": receipt.taken_at,
        "cashier": receipt.cashier.display_name,
        "cancelled_at": receipt.cancelled_at,
        "cancel_reason": receipt.cancel_reason,
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    kind, name = KINDS.get(line["kind"], ""), line["name"].get("vi", "")
    return {
        "name": name if name.startswith(kind) else f"{kind}: {name}",
        "quantity": line["quantity"],
        "amount": money.vnd(line["amount"]),
    }
