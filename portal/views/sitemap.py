"""Every public page in both languages, for search engines."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agencies.models import Agency
from procedures import finding
from procedures.models import Procedure
from procedures.views.citizen.indexing import address_of

PAGES = (
    "home",
    "help",
    "accessibility",
    "privacy",
    "procedures:procedure_list",
    "procedures:overview",
    "agencies:counters",
)
LANGUAGES = ("vi", "en")


@require_safe
@cache_control(max_age=3600, public=True)
def sitemap(request: HttpRequest) -> HttpResponse:
    """sitemaps.org's list: an entry for each page and language, each naming the page in the other language."""
    rows = [{"here": one, "vi": vi, "en": en, "on": on} for vi, en, on in _pages() for one in (vi, en)]
    return render(request, "portal/sitemap.xml", {"rows": rows}, content_type="application/xml; charset=utf-8")


def _pages() -> Iterator[tuple[str, str, str]]:
    for name in PAGES:
        yield *_both(name), ""
    index = finding.current()
    for facet, route in (("event", "life_event"), ("field", "field"), ("agency", "agency")):
        for key, mask in index.facets.get(facet, {}).items():
            if mask & index.public:
                yield *_both(f"procedures:{route}", key), ""
    counters = Agency.objects.valid_on(timezone.localdate()).exclude(one_stop_vi="").order_by("key")
    for key in counters.values_list("key", flat=True):
        yield *_both("agencies:counter", key), ""
    rows: Any = Procedure.objects.published().order_by("code").values_list("code", "current_version__published_at")
    for code, at in rows:
        yield *_both("procedures:procedure_detail", code), _day(at)


def _both(name: str, *args: str) -> tuple[str, str]:
    vi, en = (address_of(name, language, *args) for language in LANGUAGES)
    return vi, en


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""
