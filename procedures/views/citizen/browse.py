"""Browsing without searching: by what happens in life, by field, by agency. No list of names is cut into pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procedures import finding, presenting
from procedures.finding import Index
from procedures.forms import agency_names, pick
from procedures.views.citizen.indexing import Meta

MOST_CARDS = 60  # a longer list shows names alone: it stays whole, and light on a phone


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All life events, fields and agencies with the number of their procedures."""
    index = finding.current()
    fields = sorted(((key, pick(name)) for key, name in index.fields.items()), key=lambda row: _order(row[1]))
    context = {
        "events": _counted(index, "event", [(event.key, pick(event.title)) for event in finding.life_events()]),
        "fields": _counted(index, "field", fields),
        "agencies": _counted(index, "agency", agency_names(index)),
        "total": index.public.bit_count(),
        "meta": Meta.of("procedures:overview", description=_("All administrative procedures by field and by agency.")),
    }
    return render(request, "procedures/overview.html", context)


def _order(name: str) -> str:
    from common.text import sort_key

    return sort_key(name)


def _counted(index: Index, facet: str, options: list[tuple[str, str]]) -> list[dict[str, Any]]:
    masks = index.facets.get(facet, {})
    rows = [(key, name, (masks.get(key, 0) & index.public).bit_count()) for key, name in options]
    return [{"key": key, "name": name, "count": count} for key, name, count in rows if count]


@require_safe
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """What an event calls for, with everything a card says."""
    event = next((event for event in finding.life_events() if event.key == key), None)
    if event is None:
        raise Http404
    return _names(request, "event", key, pick(event.title), pick(event.text))


@require_safe
def field(request: HttpRequest, key: str) -> HttpResponse:
    """All procedures of a field."""
    name = finding.current().fields.get(key)
    if name is None:
        raise Http404
    return _names(request, "field", key, pick(name))


@require_safe
def agency(request: HttpRequest, key: str) -> HttpResponse:
    """All procedures an agency decides; `xa`: the committees of communes."""
    name = dict(agency_names(finding.current())).get(key)
    if name is None:
        raise Http404
    return _names(request, "agency", key, name)


def _names(request: HttpRequest, facet: str, key: str, title: str, text: str = "") -> HttpResponse:
    index = finding.current()
    mask = index.chosen(facet, [key]) & index.public
    if not mask and facet != "event":
        raise Http404
    chosen = sorted(finding.places(mask), key=index.by_name.__getitem__)
    values = {"title": title, "number": len(chosen)}
    description = text or _("%(title)s: %(number)s procedures with papers, fees and time limits.") % values
    context = {
        "title": title,
        "text": text,
        "is_long": len(chosen) > MOST_CARDS,
        "cards": [presenting.entry_card(index.entries[at]) for at in chosen],
        "search_address": f"?{facet}={key}",
        "agency_key": key if facet == "agency" else "",
        "meta": Meta.of(f"procedures:{'life_event' if facet == 'event' else facet}", key, description=description),
    }
    return render(request, "procedures/names.html", context)
