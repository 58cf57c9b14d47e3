"""The public figures: the same page for everybody, from rollups only."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import condition, require_safe

from reports import exports, reading
from reports.forms import FiguresForm
from reports.models import PublishedFigure
from reports.page import FiguresPage, published_provinces
from reports.reading import Scope

FRESH_SECONDS = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _version(request: HttpRequest) -> str | None:
    """The same figures asked for in the same way give the same page; who is signed in sees a name and always asks."""
    if request.user.is_authenticated:
        return None
    mark = reading.as_of()
    stand = f"{mark.folded}.{mark.as_of:%Y%m%d%H%M}" if mark.as_of else "0"
    return f'"{stand}-{get_language()}"'


@require_safe
@condition(etag_func=_version)
def figures(request: HttpRequest) -> HttpResponse:
    """Figures of a period, perhaps of one agency or one field; a wrong choice is answered by a sentence (400)."""
    form = FiguresForm(request.GET)
    page = FiguresPage(form)
    response = render(request, "reports/figures.html", page.context(), status=200 if form.is_valid() else 400)
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The same figures as CSV (UTF-8 with byte order mark)."""
    return _download(request, exports.as_csv, "text/csv; charset=utf-8", "so-lieu.csv")


@require_safe
def figures_xlsx(request: HttpRequest) -> HttpResponse:
    """The same figures as a workbook."""
    return _download(request, exports.as_xlsx, XLSX, "so-lieu.xlsx")


def _download(request: HttpRequest, make: Callable[[Scope], Any], content_type: str, name: str) -> HttpResponse:
    form = FiguresForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/figures.html", FiguresPage(form).context(), status=400)
    response = HttpResponse(make(form.cleaned_data["scope"]), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    return response


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Figures that other provinces published, computed again from their sums."""
    rows = list(PublishedFigure.objects.order_by("position")[:500])
    return render(request, "reports/published.html", {"provinces": published_provinces(rows), "has_rows": bool(rows)})
