"""Paying a fee: what, to whom, how much; then to the gateway and back."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.clients import client_ip
from common.gateways import GatewayError
from dossiers.errors import Refused
from dossiers.models import Dossier
from dossiers.services import actor_of
from dossiers.terms import terms_of
from payments import services, summary
from payments.models import PaymentAttempt, PaymentOrder

RETURNED = "ve"  # ?ve=1: the browser comes back from the gateway; it proves nothing
REFRESH_SECONDS = 5


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay_fee(request: HttpRequest, code: str) -> HttpResponse:
    """The pay page; the button sends the browser to the gateway."""
    found = Dossier.objects.visible_to(request.user).filed().select_related("receiving_agency", "procedure")
    dossier = get_object_or_404(found, code=code)
    if request.method == "POST":
        return _go(request, dossier)
    return render(request, "payments/pay_fee.html", _context(request, dossier))


def _go(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    if not actor_of(request.user, dossier).is_applicant:  # type: ignore[arg-type]
        raise PermissionDenied
    order = services.ensure_order(dossier)
    if order is None:
        return redirect("payments:pay_fee", code=dossier.code)
    try:
        attempt = services.start(order, user=request.user, at=timezone.now(), client_ip=client_ip(request))  # type: ignore[arg-type]
    except Refused:
        return redirect("payments:pay_fee", code=dossier.code)  # the page says why
    return HttpResponseRedirect(attempt.pay_url)


def _context(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    has_returned = RETURNED in request.GET
    order = services.ensure_order(dossier) or next(iter(summary.orders_of(dossier)), None)
    fee = _fee(order, has_returned) if order else None
    return {
        "dossier": dossier,
        "procedure_title": terms_of(dossier).content.title.in_((get_language() or "vi")[:2]),
        "fee": fee,
        "may_pay": actor_of(request.user, dossier).is_applicant,  # type: ignore[arg-type]
        "refresh": REFRESH_SECONDS if fee and fee.state == "checking" and not fee.is_unclear else 0,
    }


def _fee(order: PaymentOrder, has_returned: bool) -> summary.Fee:
    now, attempt = timezone.now(), summary.last_attempt(order)
    if has_returned and attempt is not None and attempt.state == PaymentAttempt.State.STARTED:
        try:
            attempt = services.query_now(attempt, at=now)
        except GatewayError:
            pass  # the page goes on saying "checking"
        order.refresh_from_db()
    return summary.fee_of(order, attempt, has_returned=has_returned, at=now)
