"""Pages of plain text, and the sheet of components for developers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import sheet

ROBOTS = """User-agent: *
Disallow: /tai-khoan/
Disallow: /nop/
Disallow: /ho-so/
Disallow: /can-bo/
Disallow: /quan-tri/
Disallow: /api/
Disallow: /en/tai-khoan/
Disallow: /en/nop/
Disallow: /en/ho-so/
Disallow: /en/can-bo/
Disallow: /en/quan-tri/

Sitemap: {address}/sitemap.xml
"""


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to file a dossier."""
    return render(request, "portal/help.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for people who see, hear or move differently, and what is known not to work."""
    return render(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What data is kept, on what ground, for how long, and the rights of the person."""
    return render(request, "portal/privacy.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Personal and office pages are not for search engines."""
    return HttpResponse(ROBOTS.format(address=settings.PUBLIC_URL), content_type="text/plain; charset=utf-8")


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for developers; the address does not exist in production."""
    return render(request, "portal/components.html", sheet.context())


@require_safe
def desk_components(request: HttpRequest) -> HttpResponse:
    """The same for the officers' pages."""
    return render(request, "portal/components_desk.html", sheet.context())
