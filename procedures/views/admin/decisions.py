"""Publication decisions: what they publish and end, whether they keep the five working days, publishing in one go."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from common.text import whole_number
from procedures.differences import differences
from procedures.forms_catalogue import DecisionForm, EndForm
from procedures.models import OnlineService, ProcedureVersion, PublicationDecision
from procedures.services import contents_of, deciding
from procedures.views.admin.access import catalogue_only, page

SIZE = 30
MOST_PAGES = 1000
MOST_MARKED = 200
LARGEST = 2**31 - 1
FORM = ["GET", "HEAD", "POST"]
# The title of a decision is law and always Vietnamese.
NEW_TITLE = "Công bố thủ tục hành chính mới ban hành: %s"
AMENDED_TITLE = "Công bố thủ tục hành chính được sửa đổi, bổ sung: %s"


@catalogue_only
@require_safe
def decisions(request: PersonRequest) -> HttpResponse:
    """Newest first, with the two checks of Decision 766."""
    number = max(1, whole_number(request.GET.get("trang"), MOST_PAGES) or 1)
    rows = PublicationDecision.objects.annotate(
        publishes=Count("versions", distinct=True), ends=Count("abolitions", distinct=True)
    ).order_by("-signed_on", "-pk")
    some = list(rows[(number - 1) * SIZE : number * SIZE + 1])
    context = {
        "rows": [(row, checks(row)) for row in some[:SIZE]],
        "next_url": f"?trang={number + 1}" if len(some) > SIZE else "",
        "previous_url": f"?trang={number - 1}" if number > 1 else "",
    }
    return page(request, "procedures/admin/decisions/list.html", context)


def checks(decision: PublicationDecision) -> dict[str, deciding.Timeliness]:
    """1.1 and 1.2 of Decision 766, as of today."""
    today = timezone.localdate()
    return {"signed": deciding.promulgated(decision), "published": deciding.published_in_time(decision, on=today)}


@catalogue_only
@require_http_methods(FORM)
def new_decision(request: PersonRequest) -> HttpResponse:
    """Number, title and days; a draft named by `?thu-tuc=` stands in it at once, the rest is put in on its page."""
    draft = _draft_in_review(request.GET.get("thu-tuc", ""))
    form = DecisionForm(request.POST or None, initial=_initial(draft))
    if request.method == "POST" and form.is_valid():
        try:
            made = deciding.create_decision(**form.values)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return _made(request, made, draft)
    context = {"form": form, "draft": draft}
    return page(request, "procedures/admin/decisions/form.html", context, status=422 if form.errors else 200)


def _draft_in_review(code: str) -> ProcedureVersion | None:
    """The draft of that procedure, when it waits for a decision."""
    waiting = ProcedureVersion.objects.open().filter(state="review", decision=None)
    return waiting.filter(procedure__code=code[:30]).select_related("procedure", "based_on").first()


def _initial(draft: ProcedureVersion | None) -> dict[str, Any]:
    """What is usual: signed today; the name of the draft it is made for in its title."""
    if draft is None:
        return {"kind": "amended", "signed_on": timezone.localdate()}
    kind = "amended" if draft.based_on_id else "new"
    title = NEW_TITLE if kind == "new" else AMENDED_TITLE
    return {"kind": kind, "signed_on": timezone.localdate(), "title_vi": title % draft.procedure.name_vi}


def _made(request: PersonRequest, made: PublicationDecision, draft: ProcedureVersion | None) -> HttpResponse:
    if draft is not None:
        try:
            deciding.put_in(made.pk, draft.pk)
        except (
            ValidationError
        ) as fault:  # somebody sent it back meanwhile: the decision stands, the page says why it is empty
            messages.warning(request, " ".join(fault.messages))
    return redirect("catalogue:decision", made.pk)


@catalogue_only
@require_http_methods(FORM)
def edit_decision(request: PersonRequest, pk: int) -> HttpResponse:
    """The same facts of a decision that is not published yet."""
    decision = get_object_or_404(PublicationDecision, pk=pk, published_on=None)
    initial = {name: getattr(decision, name) for name in ("number", "kind", "signed_on", "effective_on")}
    initial |= {"title_vi": decision.title.get("vi"), "title_en": decision.title.get("en")}
    form = DecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            deciding.change_decision(decision.pk, **form.values)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect("catalogue:decision", pk)
    context = {"form": form, "decision": decision}
    return page(request, "procedures/admin/decisions/form.html", context, status=422 if form.errors else 200)


@catalogue_only
@require_http_methods(FORM)
def decision(request: PersonRequest, pk: int) -> HttpResponse:
    """What stands in the decision, what each part changes, and the acts; POST `act` is one of them."""
    found = get_object_or_404(PublicationDecision.objects.select_related("published_by"), pk=pk)
    if request.method == "POST":
        return _act(request, found)
    return _decision_page(request, found)


def _decision_page(
    request: PersonRequest, found: PublicationDecision, *, end_form: EndForm | None = None, errors: Any = ()
) -> HttpResponse:
    is_open = found.published_on is None
    versions, version_pages = _part(
        request, found.versions.select_related("procedure", "based_on"), "trang", "ket-thuc"
    )
    ended, ended_pages = _part(request, found.abolitions.select_related("procedure", "successor"), "ket-thuc", "trang")
    waiting = ProcedureVersion.objects.open().filter(state="review", decision=None) if is_open else None
    context = {
        "decision": found,
        "checks": checks(found),
        "is_open": is_open,
        "rows": _rows(versions),
        "marked": deciding.marked()[:MOST_MARKED] if is_open else (),
        "version_pages": version_pages,
        "ended": ended,
        "ended_pages": ended_pages,
        "waiting": waiting.select_related("procedure").defer("content").order_by("procedure__sort_key")[:200]
        if waiting is not None
        else (),
        "faults": deciding.faults(found) if is_open else (),
        "end_form": end_form or EndForm(),
        "errors": errors,
    }
    status = 422 if errors or (end_form and end_form.errors) else 200
    return page(request, "procedures/admin/decisions/decision.html", context, status=status)


def _part(request: PersonRequest, rows: Any, name: str, other: str) -> tuple[list[Any], dict[str, str]]:
    """One page of the versions or the ends, and the addresses of the next and the previous one; the other list stays."""
    number = max(1, whole_number(request.GET.get(name), MOST_PAGES) or 1)
    kept = {other: whole_number(request.GET.get(other), MOST_PAGES) or 1}
    some = list(rows.order_by("procedure__sort_key", "pk")[(number - 1) * SIZE : number * SIZE + 1])
    pages = {
        "next": f"?{urlencode({name: number + 1} | kept)}" if len(some) > SIZE else "",
        "previous": f"?{urlencode({name: number - 1} | kept)}" if number > 1 else "",
    }
    return some[:SIZE], pages


def _rows(versions: list[ProcedureVersion]) -> list[dict[str, Any]]:
    """Each version with what it changes against the one it was drafted from; once it holds, its online service."""
    services = OnlineService.objects.filter(procedure__current_version__in=versions, number=1)
    by_version = {service.procedure.current_version_id: service for service in services.select_related("procedure")}
    wanted = {version.pk for version in versions} | {version.based_on_id or 0 for version in versions}
    contents = contents_of(wanted)
    return [
        {
            "version": version,
            "service": by_version.get(version.pk),
            "parts": differences(contents[version.based_on_id], contents[version.pk]) if version.based_on_id else (),
        }
        for version in versions
    ]


def _act(request: PersonRequest, found: PublicationDecision) -> HttpResponse:
    carry_out = ACTS.get(request.POST.get("act", ""))
    if carry_out is None:
        raise Http404
    try:
        refused = carry_out(request, found)
    except ValidationError as fault:
        found.refresh_from_db()
        return _decision_page(request, found, errors=fault.messages)
    if refused is not None:
        return refused
    return redirect("catalogue:decision", found.pk)


def _number(request: PersonRequest, name: str) -> int:
    return whole_number(request.POST.get(name), LARGEST) or 0


def _put_in(request: PersonRequest, found: PublicationDecision) -> None:
    for value in request.POST.getlist("version"):
        chosen = ProcedureVersion.objects.filter(pk=whole_number(value, LARGEST) or 0).first()
        if chosen is None:
            raise ValidationError(_("Only a draft in review can stand in a decision."))
        deciding.put_in(found.pk, chosen.pk)


def _take_out(request: PersonRequest, found: PublicationDecision) -> None:
    deciding.take_out(found.pk, _number(request, "version"))


def _end(request: PersonRequest, found: PublicationDecision) -> HttpResponse | None:
    form = EndForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            deciding.end_by(found.pk, values["procedure"], successor=values["successor"])
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return None
    return _decision_page(request, found, end_form=form)


def _end_marked(request: PersonRequest, found: PublicationDecision) -> None:
    """End the ticked procedures that an import no longer has."""
    ticked = [whole_number(value, LARGEST) or 0 for value in request.POST.getlist("procedure")]
    with transaction.atomic():
        for procedure in deciding.marked().filter(pk__in=ticked):
            deciding.end_by(found.pk, procedure, successor=None)


def _keep(request: PersonRequest, found: PublicationDecision) -> None:
    deciding.keep(found.pk, _number(request, "abolition"))


def _publish(request: PersonRequest, found: PublicationDecision) -> None:
    deciding.publish_decision(found.pk, actor=request.user, at=timezone.now())
    messages.success(request, _("Everything in the decision is published."))


def _drop(request: PersonRequest, found: PublicationDecision) -> HttpResponse:
    deciding.drop_decision(found.pk)
    messages.success(request, _("The decision was thrown away. Its drafts are in review as before."))
    return redirect("catalogue:decisions")


ACTS: dict[str, Callable[[PersonRequest, PublicationDecision], HttpResponse | None]] = {
    "put_in": _put_in,
    "take_out": _take_out,
    "end": _end,
    "end_marked": _end_marked,
    "keep": _keep,
    "publish": _publish,
    "drop": _drop,
}
