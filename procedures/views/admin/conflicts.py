"""Somebody else changed the draft first: what she changed, and the text of the second person kept."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from procedures.content import parse
from procedures.differences import Part, differences
from procedures.services import Stale, content_at
from procedures.views.admin.access import page


def changed_since(stale: Stale) -> list[Part]:
    """What the other person changed since the page was opened; empty when only the state changed."""
    seen = content_at(stale.version, stale.seen)
    return differences(seen, parse(stale.version.content)) if seen else []


def conflict_page(
    request: HttpRequest, stale: Stale, *, reload_url: str, kept: Iterable[Mapping[str, Any]] = ()
) -> HttpResponse:
    """409: who changed what, what she had typed ({label, value}), and the way on. Nothing was saved."""
    context = {
        "procedure": stale.version.procedure,
        "version": stale.version,
        "message": str(stale),
        "parts": changed_since(stale),
        "kept": list(kept),
        "reload_url": reload_url,
    }
    return page(request, "procedures/admin/versions/conflict.html", context, status=409)
