"""How the result comes: only the ways the procedure has."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.services import person_snapshot
from agencies.models import Agency
from dossiers.errors import Invalid
from dossiers.forms.citizen import WAYS, DeliveryForm
from dossiers.models import Dossier
from dossiers.services import filing
from dossiers.views.citizen import access
from dossiers.views.citizen.sections import may_change, next_page, page_context
from dossiers.views.citizen.steps import Way


@access.page
def delivery(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Online, at a counter, or by post to an address."""
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    form = DeliveryForm(
        request.POST or None,
        dossier=dossier,
        ways=way.content.result.delivery,
        counters=_counters(),
        initial=_initial(dossier),
    )
    if form.asks_for_communes:
        form.without_errors()
    elif request.method == "POST" and form.is_valid() and _chosen(request, dossier, form):
        return access.home_of(request) if "later" in request.POST else redirect(next_page(request, way, "delivery"))
    context = page_context(way, "delivery") | {"form": form, "hints": {way: words[1] for way, words in WAYS.items()}}
    return render(request, "dossiers/citizen/delivery.html", context)


def _counters() -> list[Agency]:
    communes = Agency.objects.valid_on(timezone.localdate()).filter(level=Agency.Level.COMMUNE)
    return list(communes.order_by("sort_key"))


def _initial(dossier: Dossier) -> dict[str, Any]:
    """What was chosen, else the applicant's own name, phone and address."""
    stored = dossier.delivery_choice
    known = person_snapshot(dossier.applicant, dossier.organisation) if dossier.applicant else {}
    address = stored.address or (known.get("organisation") or known).get("address") or {}
    return {
        "kind": dossier.delivery,
        "counter": stored.counter.commune_code if stored.counter else "",
        "receiver": stored.receiver or known.get("full_name", ""),
        "phone": _local(stored.phone or known.get("phone") or ""),
        **address,
    }


def _local(phone: str) -> str:
    return f"0{phone[3:]}" if phone.startswith("+84") else phone


def _chosen(request: HttpRequest, dossier: Dossier, form: DeliveryForm) -> bool:
    try:
        filing.choose_delivery(dossier.pk, user=access.person(request), choice=form.choice)
    except Invalid as refused:
        names = {"address": "commune", "counter_commune": "counter"}
        for name, sentence in refused.errors.items():
            form.add_error(names.get(name, name), sentence)
        return False
    return True
