"""The list of tasks, the pages of the e-form, and the choice of the commune."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.models import Person
from accounts.services import facts
from agencies.models import Agency
from common import units
from common.templatetags.mc import vn_time
from dossiers.errors import Conflict, Invalid
from dossiers.forms.citizen import AgencyForm
from dossiers.models import Dossier
from dossiers.services import filing
from dossiers.services.validity import validity_of
from dossiers.views.citizen import access
from dossiers.views.citizen.steps import BACK, CHECK, Way
from procedures import eforms
from procedures.content import Content
from procedures.presenting import say


@access.reading
def draft(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Everything there is to do, with what is done."""
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    return render(request, "dossiers/citizen/tasks.html", page_context(way) | {"groups": way.groups()})


def may_change(dossier: Dossier) -> bool:
    """A draft, or a filed dossier that no officer has opened (a supplement has a page of its own)."""
    return dossier.is_draft or (dossier.state == "new" and dossier.opened_at is None)


def page_context(way: Way, key: str = "") -> dict[str, Any]:
    """What every page of the way shows around its own part."""
    dossier = way.dossier
    return {
        "dossier": dossier,
        "procedure": dossier.procedure,
        "way": way,
        "title": say(way.content.title),
        "place": way.place(key) if key else None,
        "back_url": way.before(key) if key else "",
        "tasks_url": way.url("draft"),
        "saved_at": dossier.updated_at,
        "is_change": not dossier.is_draft,
        "validity": validity_of(dossier, way.at),
    }


def next_page(request: HttpRequest, way: Way, key: str) -> str:
    """Back to check-your-answers when the person came from there, else the next page."""
    return way.url("check") if request.GET.get(BACK) == CHECK else way.after(key)


@access.page
def section(request: HttpRequest, code: str, draft: UUID, section: str) -> HttpResponse:
    """One page of the e-form. Whatever was typed is kept, right or not."""
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    form = _form(request, way, section)
    if request.method != "POST":
        return _section_page(request, way, form, section)
    try:
        filing.save_answers(dossier.pk, user=access.person(request), answers=form.to_store())
    except Conflict as conflict:
        return access.conflict_page(request, conflict, kept_rows(way.content, form.to_store()))
    if "later" in request.POST:
        return access.home_of(request)
    if form.is_redraw or not form.is_valid():
        return _section_page(request, way, form, section)
    return redirect(next_page(request, Way(dossier), section))


def _form(request: HttpRequest, way: Way, key: str) -> eforms.SectionForm:
    content = way.content
    chosen = next((one for one in content.eform.sections if one.key == key), None) if content.eform else None
    if chosen is None:
        raise Http404
    faults = way.faults(chosen) if way.is_visited(chosen) else {}
    made = eforms.form_class(way.dossier.procedure_version_id, (key,))
    data = request.POST if request.method == "POST" else None
    return made(data, answers=way.answers, known=known_values(way.dossier, content), at=way.at, faults=faults)


def known_values(dossier: Dossier, content: Content) -> dict[str, Any]:
    """What the account knows officially: shown, never asked again."""
    if dossier.applicant is None:
        return {}
    known = facts(dossier.applicant, dossier.organisation)
    locked = eforms.locked_keys(content, known)
    return {key: value for key, value in eforms.prefill(content, known).items() if key in locked}


def _section_page(request: HttpRequest, way: Way, form: eforms.SectionForm, key: str) -> HttpResponse:
    faulty = bool(form.paths)
    context = page_context(way, key) | {
        "form": form,
        "section": form.sections[0],
        "found": form.found_errors(),
        "has_errors": faulty and request.method == "POST",
        "source": _source(way.dossier) if form.known else "",
        "autosave_url": way.url("autosave", key),
    }
    return render(request, "dossiers/citizen/section.html", context)


def _source(dossier: Dossier) -> Any:
    person = Person.objects.filter(user=dossier.applicant).only("identity_source").first()
    return (person.identity_source if person else None) or _("your account")


def kept_rows(content: Content, typed: Mapping[str, Any]) -> list[dict[str, str]]:
    """What had been typed, in words, for the page of a conflict."""
    shown = eforms.summary(content, {key: value for key, value in typed.items() if value is not None})
    return [{"label": row.label, "value": row.value} for part in shown for row in part.rows if row.value]


@access.act
def autosave(request: HttpRequest, code: str, draft: UUID, section: str) -> HttpResponse:
    """Keep what is typed so far; the answer is the time of day."""
    dossier = access.draft_of(request, code, draft)
    form = _form(request, Way(dossier), section)
    row = filing.save_answers(dossier.pk, user=access.person(request), answers=form.to_store())
    return JsonResponse({"saved_at": vn_time(row.at)})


@access.page
def agency(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Which commune handles a commune-level procedure."""
    dossier = access.draft_of(request, code, draft)
    way = Way(dossier)
    if not way.asks_agency:
        return redirect(way.url("draft"))
    communes = list(
        Agency.objects.valid_on(timezone.localdate()).filter(level=Agency.Level.COMMUNE).order_by("sort_key")
    )
    chosen = dossier.receiving_agency.commune_code if dossier.receiving_agency else ""
    form = AgencyForm(request.POST or None, agencies=communes, initial={"commune": chosen})
    if request.method == "POST" and form.is_valid() and _agency_chosen(request, dossier, form):
        return access.home_of(request) if "later" in request.POST else redirect(next_page(request, way, "agency"))
    return render(request, "dossiers/citizen/agency.html", page_context(way, "agency") | {"form": form})


def _agency_chosen(request: HttpRequest, dossier: Dossier, form: AgencyForm) -> bool:
    try:
        filing.choose_agency(dossier.pk, user=access.person(request), commune_code=form.cleaned_data["commune"])
    except Invalid as refused:
        form.add_error("commune", refused.errors["agency"])
        return False
    return True


@require_safe
@cache_control(public=True, max_age=86400)
def communes(request: HttpRequest) -> HttpResponse:
    """Communes of a province, for the script that fills the second list; public data."""
    return JsonResponse({"communes": units.communes(request.GET.get("province", ""))})
