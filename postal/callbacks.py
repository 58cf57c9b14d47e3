"""What the post calls; mounted at /postal/, without a language."""

import logging
from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common import limits
from common.gateways import SignatureRefused
from postal.gateways.base import EventUnreadable
from postal.services import record_event

logger = logging.getLogger(__name__)
MAX_BODY = 64 * 1024
LOGGED_AN_HOUR = 100


@csrf_exempt
@never_cache
@require_POST
def events(request: HttpRequest) -> JsonResponse:
    """A tracking event, signed with X-Timestamp and X-Signature: 200 when kept (again), 401 forged, 400 unreadable."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return JsonResponse({"status": "too_large"}, status=413)
    stamp, signature = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    try:
        created = record_event(request.body, stamp, signature, at=timezone.now())
    except SignatureRefused as refused:
        return _refuse(refused.code, 401)
    except EventUnreadable:
        return _refuse("unreadable", 400)
    return JsonResponse({"status": "stored" if created else "known"})


def _refuse(code: str, status: int) -> JsonResponse:
    if limits.hit("postal.refused", code, limit=LOGGED_AN_HOUR, window=timedelta(hours=1)):
        logger.warning("postal.event_refused reason=%s", code)
    return JsonResponse({"status": code}, status=status)


urlpatterns = [path("events/", events, name="postal_events")]
