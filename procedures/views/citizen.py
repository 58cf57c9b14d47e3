"""Pages everybody can read: the catalogue and the page of a procedure."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from documents.models import StoredFile
from documents.services import serve
from procedures import presenting
from procedures.forms import CatalogueSearch, Facet
from procedures.models import Procedure, ProcedureVersion
from procedures.querysets import CODE
from procedures.services import content_of

PAGE_SIZE = 10


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """Search with facets; a pasted code goes straight to its procedure."""
    search = CatalogueSearch(request.GET)
    if CODE.match(search.text):
        found = Procedure.objects.published().by_code(search.text).first()
        if found is not None:
            return redirect("procedures:procedure_detail", found.code)
    pages = Paginator(search.results().select_related("owner"), PAGE_SIZE)
    page = pages.get_page(search.page)
    today, facets = timezone.localdate(), search.facets()
    context = {
        "search": search,
        "facets": facets,
        "page": page,
        "cards": presenting.cards(page.object_list, today),
        "chips": _chips(search, facets),
        "next_url": search.address(page=page.next_page_number()) if page.has_next() else "",
        "previous_url": search.address(page=page.previous_page_number()) if page.has_previous() else "",
    }
    return render(request, "procedures/procedure_list.html", context)


def _chips(search: CatalogueSearch, facets: list[Facet]) -> list[dict[str, str]]:
    return [
        {"label": choice.label, "url": search.without(facet.name, choice.value)}
        for facet in facets
        for choice in facet.choices
        if choice.chosen
    ]


@require_safe
def procedure_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Everything to know before starting; an old or local code leads to the code in force."""
    rows = Procedure.objects.published().select_related("owner", "field", "current_version")
    procedure = rows.by_code(code).first()
    if procedure is None:
        raise Http404
    if procedure.code != code:
        return redirect("procedures:procedure_detail", procedure.code, permanent=True)
    return render(request, "procedures/procedure_detail.html", _detail(procedure))


def _detail(procedure: Procedure) -> dict[str, Any]:
    content, today = content_of(procedure.current_version_id or 0), timezone.localdate()
    classification = presenting.classification_of(procedure)
    best_way, other_ways = presenting.delivery_words(content)
    return {
        "procedure": procedure,
        "content": content,
        "papers": [(paper, presenting.paper_condition(paper, content)) for paper in content.papers],
        "card": presenting.card(procedure, today),
        "classification": classification,
        "can_start": classification.level != "info",
        "minutes": presenting.minutes(content),
        "other_times": presenting.other_times(content),
        "fee_rows": presenting.fee_rows(content, today),
        "best_way": best_way,
        "other_ways": other_ways,
    }


@require_safe
def form_file(request: HttpRequest, code: str, file: UUID) -> HttpResponseBase:
    """The blank form of a paper, of any version that is or was published; drafts are nobody's business yet."""
    named = [{"form_file": {"file": str(file)}}]
    versions = ProcedureVersion.objects.filter(procedure__in=Procedure.objects.by_code(code))
    published = versions.exclude(state__in=["draft", "review"]).filter(content__papers__contains=named)
    stored = StoredFile.objects.filter(public_id=file, room="procedures").first() if published.exists() else None
    if stored is None or not stored.is_clean:
        raise Http404
    return serve(stored)
