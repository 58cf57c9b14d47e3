"""/metrics for Prometheus: for the addresses of METRICS_ALLOW or with METRICS_TOKEN; for all others it does not exist."""

import hmac
import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from accounts.clients import client_ip
from portal import measures


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The measures as text; the same 404 as for what does not exist when one may not read them."""
    if not (_has_token(request) or _is_allowed(client_ip(request))):
        raise Http404
    return HttpResponse(measures.exposition(), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(given.encode(), wanted.encode())


def _is_allowed(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
        return any(found in ipaddress.ip_network(one, strict=False) for one in settings.METRICS_ALLOW)
    except ValueError:
        return False
