"""The home page: one search, what people come for, and the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procedures import finding, presenting
from procedures.views.citizen.indexing import Meta
from reports import headlines

SUGGESTIONS = ("khai sinh", "sao y chứng thực", "lý lịch tư pháp", "giấy phép xây dựng")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search by GET /thu-tuc/?q=; figures and the most used procedures are shown only when there are real ones."""
    context = {
        "life_events": finding.life_events(),
        "suggestions": SUGGESTIONS,
        "figures": headlines.of_the_province(),
        "top_procedures": presenting.top_procedures(),
        "meta": Meta.of("home"),
    }
    return render(request, "portal/home.html", context)
