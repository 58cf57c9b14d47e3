"""A department's task and its procedures: one page with all of them, a page per procedure."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from agencies.models import Role
from agencies.standing import standing_of
from common.text import clean, whole_number
from procedures.classification import Answer, Classification, Criterion
from procedures.forms_reviews import AnswerForm, ReturnForm
from procedures.models import Campaign, CampaignItem, CampaignTask, OnlineService
from procedures.presenting import say
from procedures.services import classifying, content_of, reviewing
from procedures.services.reviewing import ItemStale
from procedures.views.admin.access import catalogue_or_department, is_catalogue, page
from procedures.views.admin.conflicts import Conflict
from procedures.views.admin.reviews import conflicts
from procedures.views.admin.reviews.board import row
from procedures.views.admin.reviews.campaigns import campaign_or_404

SIZE = 50
MOST_PAGES = 1000
LARGEST = 2**31 - 1
FORM = ["GET", "HEAD", "POST"]
RELATED = ("procedure__field", "task__agency", "task__campaign", "successor", "answered_by", "decided_by")


@catalogue_or_department
@require_http_methods(FORM)
def task(request: PersonRequest, pk: int, agency: str) -> HttpResponse:
    """What a department has to answer and how far it is; POST hands everything in."""
    campaign = campaign_or_404(request, pk)
    tasks = campaign.tasks.visible_to(request.user).with_progress().select_related("agency", "campaign", "sent_by")
    found = tasks.filter(agency__key=agency).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _submit(request, found)
    return _task_page(request, found)


def _submit(request: PersonRequest, found: CampaignTask) -> HttpResponse:
    if not may_answer(request, found):
        raise Http404
    try:
        reviewing.submit_task(found.pk, actor=request.user, at=timezone.now())
    except ValidationError as fault:
        return _task_page(request, found, errors=fault.messages)
    messages.success(request, _("The answers were sent. The province checks them."))
    return redirect("catalogue:review_task", found.campaign_id, found.agency.key)


def may_answer(request: PersonRequest, found: CampaignTask) -> bool:
    """Only the department's contact answers for it."""
    return standing_of(request.user).has(Role.DEPARTMENT, found.agency_id)


def _task_page(request: PersonRequest, found: CampaignTask, *, errors: Any = ()) -> HttpResponse:
    number = max(1, whole_number(request.GET.get("trang"), MOST_PAGES) or 1)
    state = request.GET.get("tinh-trang", "")
    items = found.items.select_related("procedure", "successor").order_by("procedure__sort_key", "pk")
    if state in CampaignItem.State.values:
        items = items.filter(state=state)
    some = list(items[(number - 1) * SIZE : number * SIZE + 1])
    query = f"tinh-trang={state}&" if state in CampaignItem.State.values else ""
    context = {
        "campaign": found.campaign,
        "task": found,
        "row": row(found),
        "rows": some[:SIZE],
        "state": state,
        "states": CampaignItem.State.choices,
        "may_answer": may_answer(request, found) and found.campaign.state == Campaign.State.OPEN,
        "is_catalogue": is_catalogue(request),
        "errors": errors,
        "next_url": f"?{query}trang={number + 1}" if len(some) > SIZE else "",
        "previous_url": f"?{query}trang={number - 1}" if number > 1 else "",
    }
    return page(request, "procedures/admin/reviews/task.html", context, status=422 if errors else 200)


# ── one procedure ──
@catalogue_or_department
@require_http_methods(FORM)
def item(request: PersonRequest, pk: int, code: str) -> HttpResponse:
    """One procedure under review: the department answers, the province approves or returns."""
    campaign = campaign_or_404(request, pk)
    found = item_or_404(request, campaign, code)
    if request.method != "POST":
        return item_page(request, found)
    carry_out = ACTS.get(request.POST.get("act", ""))
    if carry_out is None or not carry_out[0](request, found):
        raise Http404
    version = whole_number(request.POST.get("version"), LARGEST) or 0
    try:
        return carry_out[1](request, found, version)
    except ItemStale as stale:
        return conflicts.item_conflict(request, item_or_404(request, campaign, code), stale)
    except ValidationError as fault:
        return item_page(request, found, errors=fault.messages)


def item_or_404(request: PersonRequest, campaign: Campaign, code: str) -> CampaignItem:
    """The item of that procedure if the reader may see it."""
    items = CampaignItem.objects.of(campaign).visible_to(request.user).select_related(*RELATED)
    found = items.filter(procedure__code=clean(code)).first()
    if found is None:
        raise Http404
    return found


def item_page(
    request: PersonRequest, found: CampaignItem, *, errors: Any = (), form: AnswerForm | None = None,
    return_form: ReturnForm | None = None, status: int | None = None, conflict: Conflict | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of an item; `conflict`: what somebody else has written meanwhile, beside what was typed."""
    is_open = found.task.campaign.state == Campaign.State.OPEN
    answering = is_open and found.is_open and may_answer(request, found.task)
    bad = bool(errors) or any(one is not None and one.errors for one in (form, return_form))
    if form is not None and not answering:  # handed in or closed meanwhile: what was typed is shown, not lost
        words = conflict.message if conflict else " ".join([*errors, *form.non_field_errors()])
        conflict, errors = conflicts.of_item(found, words, form), ()
    context = {
        "campaign": found.task.campaign,
        "item": found,
        "procedure": found.procedure,
        "now": in_words(_now(found)),
        "proposed": in_words(_proposed(found, form)),
        "form": (form or AnswerForm(initial=_initial(found))) if answering else None,
        "answers": () if answering else told(found),
        "return_form": (return_form or ReturnForm()) if is_open and is_catalogue(request) else None,
        "errors": errors,
        "conflict": conflict,
        "next_item": _next(found) if answering else None,
    }
    return page(request, "procedures/admin/reviews/item.html", context, status=status or (422 if bad else 200))


def in_words(found: Classification | None) -> dict[str, Any] | None:
    """A class and what is not met, in the page's language."""
    if found is None:
        return None
    return {"level": found.level, "unmet": [(say(one.name), say(one.reason)) for one in found.unmet]}


def _now(found: CampaignItem) -> Classification | None:
    version = found.procedure.current_version_id
    if version is None:
        return None
    return classifying.classification_of(found.procedure, content_of(version), timezone.localdate())


def _proposed(found: CampaignItem, form: AnswerForm | None) -> Classification | None:
    """The class of what was typed, else of what is kept."""
    if form is not None and form.is_bound and form.is_valid() and not form.given.ends:
        return reviewing.proposed(found.procedure, form.given.criteria)
    if not found.answer or found.ends:
        return None
    return reviewing.proposed(found.procedure, reviewing.given_criteria(found))


def _initial(found: CampaignItem) -> dict[str, Any]:
    """The answer given; before the first one, what the catalogue says of the two criteria now."""
    if found.answer:
        return AnswerForm.of(found)
    values: dict[str, Any] = {"days_saved": 0, "papers_saved": 0}
    service = OnlineService.objects.filter(procedure=found.procedure, number=1).first()
    held = classifying.answers_on(service, timezone.localdate()) if service else {}
    now = _now(found)
    for criterion in now.criteria if now else ():
        if criterion.key in reviewing.ASKED:
            given = held.get(criterion.key) or _as_shown(criterion)
            parts = ("answer", "obstacle", "reason", "legal_basis")
            values |= {f"{criterion.key}_{part}": getattr(given, part) for part in parts}
    return values


def _as_shown(criterion: Criterion) -> Answer:
    """What the version itself says of a criterion nobody has answered yet."""
    if criterion.met:
        return Answer("yes")
    return Answer("no", next(iter(criterion.obstacles), ""))


def _next(found: CampaignItem) -> CampaignItem | None:
    """The next procedure that is not answered, after this one in the list, else from its beginning."""
    open_items = found.task.items.filter(state__in=["waiting", "returned"]).exclude(pk=found.pk)
    open_items = open_items.select_related("procedure").order_by("procedure__sort_key", "pk")
    return open_items.filter(procedure__sort_key__gt=found.procedure.sort_key).first() or open_items.first()


def told(found: CampaignItem) -> list[tuple[str, str]]:
    """The answer in words, for those who only read it."""
    if not found.answer:
        return []
    return conflicts.told(AnswerForm.of(found))


def _answer(request: PersonRequest, found: CampaignItem, version: int) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            reviewing.save_answer(found.pk, form.given, version=version, actor=request.user, at=timezone.now())
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return _answered(request, found)
    return item_page(request, found, form=form)


def _answered(request: PersonRequest, found: CampaignItem) -> HttpResponse:
    messages.success(request, _("%(code)s is answered.") % {"code": found.procedure.code})
    following = _next(found) if request.POST.get("next") else None
    if following is not None:
        return redirect("catalogue:review_item", found.task.campaign_id, following.procedure.code)
    return redirect("catalogue:review_task", found.task.campaign_id, found.task.agency.key)


def _approve(request: PersonRequest, found: CampaignItem, version: int) -> HttpResponse:
    reviewing.approve(found.pk, version=version, actor=request.user, at=timezone.now())
    messages.success(request, _("%(code)s is approved.") % {"code": found.procedure.code})
    return redirect("catalogue:review_check", found.task.campaign_id)


def _return(request: PersonRequest, found: CampaignItem, version: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return item_page(request, found, return_form=form)
    now = timezone.now()
    remark = form.cleaned_data["remark"]
    reviewing.return_item(found.pk, version=version, remark=remark, actor=request.user, at=now)
    reviewing.tell_returned(found.task, on=timezone.localdate(now), at=now)
    messages.success(request, _("%(code)s was returned with your remark.") % {"code": found.procedure.code})
    return redirect("catalogue:review_check", found.task.campaign_id)


def _by_department(request: PersonRequest, found: CampaignItem) -> bool:
    return may_answer(request, found.task)


def _by_province(request: PersonRequest, found: CampaignItem) -> bool:
    return is_catalogue(request)


ACTS: dict[str, Any] = {
    "answer": (_by_department, _answer),
    "approve": (_by_province, _approve),
    "return": (_by_province, _return),
}
