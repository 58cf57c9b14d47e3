"""Delivery receipts: proven, stored raw and once, answered at once; a job settles them."""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common.gateways import SignatureRefused
from notifications.gateways import receipts
from notifications.services import store_receipt

logger = logging.getLogger(__name__)
MAX_BYTES = 4096


@csrf_exempt  # the signature of the carrier stands for the token
@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """Take one receipt; a forged or unreadable one is refused and changes nothing."""
    body = request.body
    if len(body) > MAX_BYTES:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        found = receipts.verify(
            body, request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", ""), at=timezone.now()
        )
    except SignatureRefused:
        logger.warning("receipt.refused")
        return JsonResponse({"error": "signature"}, status=403)
    except receipts.ReceiptUnreadable:
        return JsonResponse({"error": "unreadable"}, status=400)
    raw = {
        "reference": found.reference,
        "status": found.delivery.value,
        "at": found.at.isoformat(),
        "error": found.error,
    }
    store_receipt(carrier="sms", event_id=f"{found.provider_ref}:{found.delivery.value}", raw=raw)
    return JsonResponse({"status": "ok"})
