"""The home page: one search, what people come for, and the way in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class LifeEvent:
    """A thing that happens in a life; `query` is searched in the (Vietnamese) names of procedures."""

    icon: str
    title: str | Promise
    text: str | Promise
    query: str


LIFE_EVENTS = (
    LifeEvent("baby", _("Having a baby"), _("Birth registration, residence, health insurance card"), "khai sinh"),
    LifeEvent("heart", _("Marriage, civil status"), _("Marriage, marital status, extracts"), "hộ tịch"),
    LifeEvent("house", _("Building, repairing a house"), _("Building permit, extension, repair"), "giấy phép xây dựng"),
    LifeEvent("pin", _("Land"), _("Renewing a certificate, splitting, merging plots"), "đất đai"),
    LifeEvent("bag", _("Business"), _("Household business, company, promotion"), "kinh doanh"),
    LifeEvent("car", _("Vehicles and driving licence"), _("Licence renewal, vehicle badge"), "giấy phép lái xe"),
    LifeEvent("grad", _("Education"), _("Copies of diplomas, changing school"), "văn bằng"),
    LifeEvent("hands", _("Allowances, social care"), _("Allowance, disability, merit"), "trợ cấp"),
)
SUGGESTIONS = ("khai sinh", "sao y chứng thực", "lý lịch tư pháp", "giấy phép xây dựng")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search by GET /thu-tuc/?q=; figures and the most used procedures are shown only when there are real ones."""
    context = {"life_events": LIFE_EVENTS, "suggestions": SUGGESTIONS, "figures": None, "top_procedures": None}
    return render(request, "portal/home.html", context)
