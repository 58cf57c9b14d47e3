"""Search with facets, and suggestions while somebody types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.text import clean
from procedures import finding, presenting
from procedures.forms import CatalogueSearch, Facet, pick
from procedures.models import Procedure
from procedures.views.citizen.indexing import Meta

MOST_SUGGESTED = 8


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Search with facets; a pasted code goes straight to its procedure."""
    search = CatalogueSearch(request.GET)
    if finding.CODE.match(search.text):
        found = Procedure.objects.published().by_code(search.text).first()
        if found is not None:
            return redirect("procedures:procedure_detail", found.code)
    page, facets = search.result(), search.facets()
    context: dict[str, Any] = {
        "search": search,
        "facets": facets,
        "page": page,
        "cards": [presenting.entry_card(entry) for entry in page.entries],
        "chips": _chips(search, facets),
        "next_url": search.address(page=page.number + 1) if page.has_next else "",
        "previous_url": search.address(page=page.number - 1) if page.has_previous else "",
        # One page for search engines: what is searched for is not theirs to keep.
        "meta": Meta.of("procedures:procedure_list", is_indexed=not (search.text or search.in_use or page.number > 1)),
    }
    return render(request, "procedures/procedure_list.html", context | _way_on(search))


def _way_on(search: CatalogueSearch) -> dict[str, Any]:
    """For an empty page: names that share a word, and fields with such a name."""
    if search.total:
        return {}
    entries = finding.similar(search.index, search.text)
    keys = dict.fromkeys(entry.field for entry in entries)
    return {
        "similar": [presenting.entry_card(entry) for entry in entries],
        "similar_fields": [(key, pick(search.index.fields[key])) for key in list(keys)[:3]],
    }


def _chips(search: CatalogueSearch, facets: list[Facet]) -> list[dict[str, str]]:
    return [
        {"label": choice.label, "url": search.without(facet.name, choice.value)}
        for facet in facets
        for choice in facet.choices
        if choice.chosen
    ]


@require_safe
@cache_control(max_age=60)
def suggestions(request: HttpRequest) -> HttpResponse:
    """The best matches of words that are still being typed, as options of a list; nothing for less than two letters."""
    text, index = clean(request.GET.get("q", ""))[:100], finding.current()
    rows: list[dict[str, Any]] = []
    if len(text) > 1:
        found = finding.search(index, text, within=index.public, typing=True)
        places = finding.ordered(index, found, found.mask)
        best = [index.entries[at] for _number, at in zip(range(MOST_SUGGESTED), places, strict=False)]
        rows = [presenting.entry_card(entry) | {"number": number} for number, entry in enumerate(best)]
    return render(request, "procedures/suggestions.html", {"rows": rows})
