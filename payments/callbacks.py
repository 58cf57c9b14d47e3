"""What VNPay and the browsers it sends back call; mounted at /payments/, without a language.

The notice (IPN) settles. The way back only shows: it proves nothing and changes nothing, whatever its parameters say.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dossiers.models import Dossier
from payments import services
from payments.gateways.base import NoticeRefused
from payments.gateways.vnpay import from_settings, notice_answer
from payments.models import PaymentAttempt
from payments.views.citizen import RETURNED


@never_cache
@require_GET
def vnpay_ipn(request: HttpRequest) -> JsonResponse:
    """VNPay's server tells what became of an attempt; always 200, the code is in the body."""
    answer = services.record_notice(request.META.get("QUERY_STRING", ""), at=timezone.now())
    return JsonResponse(notice_answer(answer))


@never_cache
@require_GET
def vnpay_return(request: HttpRequest) -> HttpResponse:
    """The payer's browser comes back: to the pay page if it may see it, else to a page that only says where to look."""
    attempt = _attempt(request.META.get("QUERY_STRING", ""))
    with translation.override(attempt.language if attempt else translation.get_language()):
        address = _page_of(attempt)
        if attempt and Dossier.objects.visible_to(request.user).filter(pk=attempt.order.dossier_id).exists():
            return HttpResponseRedirect(address)
        return render(request, "payments/returned.html", {"address": address})


def _attempt(raw: str) -> PaymentAttempt | None:
    try:
        notice = from_settings().verify_notice(raw)
    except NoticeRefused:
        return None
    found = PaymentAttempt.objects.filter(gateway="vnpay", txn_ref=notice.reference)
    return found.select_related("order__dossier").first()


def _page_of(attempt: PaymentAttempt | None) -> str:
    if attempt is None:
        return reverse("home")
    return f"{reverse('payments:pay_fee', args=[attempt.order.dossier.code])}?{RETURNED}=1"


urlpatterns = [
    path("vnpay/ipn/", vnpay_ipn, name="vnpay_ipn"),
    path("vnpay/return/", vnpay_return, name="vnpay_return"),
]
