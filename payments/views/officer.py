"""The cash desk: take the fee of a dossier, print the receipt, cancel it the same day, see what was taken today."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.models import Role
from agencies.standing import standing_of
from common import money
from documents.render import render_pdf
from documents.services import joined_pdf
from dossiers.errors import Denied, Invalid, Refused
from dossiers.models import Dossier
from dossiers.services import counter, visits
from dossiers.terms import terms_of
from dossiers.views.officer.access import dossier_or_404, officers_only
from payments import services
from payments.forms import CancelForm, CashForm, VisitCashForm
from payments.models import CashReceipt, PaymentOrder
from payments.receipts import receipt_sheet
from payments.services import cash

MOST = 200


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_cash(request: PersonRequest, code: str) -> HttpResponse:
    """Amount in figures and words, who pays; the button writes the receipt, once."""
    dossier = dossier_or_404(request, code)
    if not cash.is_cashier_for(request.user, dossier):
        raise PermissionDenied
    if request.method == "POST":
        return _take(request, dossier)
    order = services.ensure_order(dossier)
    if order is None:
        return _page(request, dossier, None, CashForm(), status=200)
    return _page(
        request, dossier, order, CashForm(initial={"order": order.public_id, "payer": dossier.party.full_name})
    )


def _take(request: PersonRequest, dossier: Dossier) -> HttpResponse:
    form = CashForm(request.POST)
    order = None
    if form.is_valid():
        order = PaymentOrder.objects.filter(dossier=dossier, public_id=form.cleaned_data["order"]).first()
        if order is None:
            raise Http404
        try:
            receipt = cash.take(order.public_id, cashier=request.user, payer=form.cleaned_data["payer"])
        except Denied:
            raise
        except Refused as refused:
            form.add_error("payer" if isinstance(refused, Invalid) else None, str(refused))
        else:
            return redirect("payments:receipt", receipt.public_id)
    order = order or services.ensure_order(dossier)
    return _page(request, dossier, order, form, status=422)


def _page(
    request: PersonRequest, dossier: Dossier, order: PaymentOrder | None, form: CashForm, status: int = 200
) -> HttpResponse:
    language = (get_language() or "vi")[:2]
    context = {
        "dossier": dossier,
        "title": terms_of(dossier).content.title.in_(language),
        "order": order,
        "lines": [line | {"label": line["name"]} for line in order.lines] if order else [],
        "words": money.in_words(order.amount) if order else "",
        "is_being_paid": bool(order and order.attempts.open().exists()),
        "form": form,
    }
    return render(request, "payments/officer/take_cash.html", context, status=status)


# ── several dossiers of one visitor ──
@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def visit_cash(request: PersonRequest, visit: UUID) -> HttpResponse:
    """The fees of everything received in a visit: one sum, one press, a receipt for each dossier."""
    found = counter.visit_of(visit, officer=request.user)
    if found is None:
        raise Http404
    work = visits.work_of(found, officer=request.user)
    mine = [dossier for dossier in work.received if cash.is_cashier_for(request.user, dossier)]
    form, status = VisitCashForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid() and _taken_together(request, form):
            return redirect("payments:visit_cash", found.public_id)
        status = 422
    orders = [order for dossier in mine if (order := services.ensure_order(dossier)) is not None]
    total = sum(order.amount for order in orders)
    asked = {"orders": ",".join(str(order.public_id) for order in orders), "total": str(total)}
    if form.is_bound:
        form.data = {**request.POST.dict(), **asked}  # the sum as it is now, with the name that was typed
    else:
        payer = found.person.display_name if found.person else ""
        form = VisitCashForm(initial={**asked, "payer": payer})
    context = {
        "visit": found,
        "form": form,
        "orders": orders,
        "total": total,
        "words": money.in_words(total) if total else "",
        "receipts": cash.receipts_of(mine),
    }
    return render(request, "payments/officer/visit_cash.html", context, status=status)


def _taken_together(request: PersonRequest, form: VisitCashForm) -> bool:
    try:
        receipts = cash.take_together(
            form.cleaned_data["orders"],
            cashier=request.user,
            payer=form.cleaned_data["payer"],
            total=form.cleaned_data["total"],
        )
    except Denied:
        raise
    except Refused as refused:
        form.add_error("payer" if isinstance(refused, Invalid) else None, str(refused))
        return False
    total = sum(receipt.amount for receipt in receipts)
    messages.success(request, _("Taken together: %(sum)s. Print the receipts.") % {"sum": money.vnd(total)})
    return True


@officers_only
@require_POST
def visit_receipts(request: PersonRequest, visit: UUID) -> HttpResponse:
    """Every cash receipt of a visit in one PDF."""
    found = counter.visit_of(visit, officer=request.user)
    if found is None:
        raise Http404
    work = visits.work_of(found, officer=request.user)
    receipts = cash.receipts_of([one for one in work.received if cash.is_cashier_for(request.user, one)])
    if not receipts:
        messages.error(request, _("No fee of this visit was paid in cash."))
        return redirect("payments:visit_cash", found.public_id)
    parts = [render_pdf(*receipt_sheet(one), title=f"Biên lai {one}") for one in receipts]
    response = HttpResponse(joined_pdf(parts), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="bien-lai-{len(parts)}.pdf"'
    return response


def _receipt(request: PersonRequest, receipt: UUID) -> CashReceipt:
    rows = CashReceipt.objects.visible_to(request.user).select_related("order__dossier__receiving_agency", "cashier")
    found = rows.filter(public_id=receipt).first()
    if found is None:
        raise Http404
    return found


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: PersonRequest, receipt: UUID) -> HttpResponse:
    """The receipt: print it, or cancel it the same day with a reason."""
    found, status = _receipt(request, receipt), 200
    form = CancelForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid() and _cancelled(request, found, form):
            messages.success(request, _("The receipt is cancelled. Hand the money back."))
            return redirect("payments:receipt", found.public_id)
        status = 422
    context = {
        "receipt": found,
        "dossier": found.order.dossier,
        "words": money.in_words(found.amount),
        "form": form,
        "may_cancel": cash.may_cancel(found, request.user, at=timezone.now()),
    }
    return render(request, "payments/officer/receipt.html", context, status=status)


def _cancelled(request: PersonRequest, found: CashReceipt, form: CancelForm) -> bool:
    try:
        cash.cancel(found.public_id, cashier=request.user, reason=form.cleaned_data["reason"])
    except Denied:
        raise
    except Refused as refused:
        form.add_error("reason", str(refused))
        return False
    return True


@officers_only
@require_safe
def receipts(request: PersonRequest) -> HttpResponse:
    """What I took today: every receipt with its number, and the sum that must lie in the drawer."""
    if Role.CASHIER not in standing_of(request.user).roles:
        raise PermissionDenied
    today = timezone.localdate()
    rows = CashReceipt.objects.visible_to(request.user).filter(cashier=request.user, taken_at__date=today)
    found = list(rows.select_related("order__dossier").order_by("-taken_at")[:MOST])
    context: dict[str, Any] = {
        "rows": found,
        "total": sum(one.amount for one in found if one.is_valid),
        "today": today,
    }
    return render(request, "payments/officer/receipts.html", context)


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, receipt: UUID) -> HttpResponse:
    """The receipt to print: for the cashiers of that counter and for whoever the dossier belongs to."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = _receipt(request, receipt)  # type: ignore[arg-type]
    pdf = render_pdf(*receipt_sheet(found), title=f"Biên lai {found}")
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="bien-lai-{found.number:07d}.pdf"'
    return response
