"""The home page: one search, what people come for, and the way in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe


@dataclass(frozen=True)
class LifeEvent:
    """A thing that happens in a life; `query` is searched in the (Vietnamese) names of procedures."""

    icon: str
    title: str | Promise
    text: str | Promise
    query: str


LIFE_EVENTS = (
    LifeEvent(
        "baby",
        pgettext_lazy("life event", "Having a baby"),
        pgettext_lazy("life event", "Birth registration, residence, health insurance card"),
        "khai sinh",
    ),
    LifeEvent(
        "heart",
        pgettext_lazy("life event", "Marriage, civil status"),
        pgettext_lazy("life event", "Marriage, marital status, extracts"),
        "hộ tịch",
    ),
    LifeEvent(
        "house",
        pgettext_lazy("life event", "Building, repairing a house"),
        pgettext_lazy("life event", "Building permit, extension, repair"),
        "giấy phép xây dựng",
    ),
    LifeEvent(
        "pin",
        pgettext_lazy("life event", "Land"),
        pgettext_lazy("life event", "Renewing a certificate, splitting, merging plots"),
        "đất đai",
    ),
    LifeEvent(
        "bag",
        pgettext_lazy("life event", "Business"),
        pgettext_lazy("life event", "Household business, company, promotion"),
        "kinh doanh",
    ),
    LifeEvent(
        "car",
        pgettext_lazy("life event", "Vehicles and driving licence"),
        pgettext_lazy("life event", "Licence renewal, vehicle badge"),
        "giấy phép lái xe",
    ),
    LifeEvent(
        "grad",
        pgettext_lazy("life event", "Education"),
        pgettext_lazy("life event", "Copies of diplomas, changing school"),
        "văn bằng",
    ),
    LifeEvent(
        "hands",
        pgettext_lazy("life event", "Allowances, social care"),
        pgettext_lazy("life event", "Allowance, disability, merit"),
        "trợ cấp",
    ),
)
SUGGESTIONS = ("khai sinh", "sao y chứng thực", "lý lịch tư pháp", "giấy phép xây dựng")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search by GET /thu-tuc/?q=; figures and the most used procedures are shown only when there are real ones."""
    context = {
        "life_events": LIFE_EVENTS,
        "suggestions": SUGGESTIONS,
        "figures": None,
        "top_procedures": None,
    }
    return render(request, "portal/home.html", context)
