"""Classification: the grid of services and criteria, the page of one, answers in bulk, what stops full-process."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.models import Agency
from common.text import clean
from procedures import blockers, grid
from procedures.classification import CRITERIA, OBSTACLES, classify
from procedures.finding import COMMUNES
from procedures.forms_criteria import MOST, Bulk, Line, lines
from procedures.models import CriterionAnswer, OnlineService, Override, Procedure
from procedures.presenting import say
from procedures.services import classifying, content_of, projecting
from procedures.views.admin.access import catalogue_only, catalogue_or_department, is_catalogue, page
from procedures.views.admin.conflicts import Conflict, Difference, save_again

FORM = ["GET", "HEAD", "POST"]
NAMES_SHOWN = 8


@catalogue_or_department
@require_safe
def classification(request: PersonRequest) -> HttpResponse:
    """The grid, twenty-five services a page, at most eight statements whatever the size."""
    filters = grid.Filters.of(request.GET)
    rows = grid.found(request.user, filters)
    services, has_more = grid.page_of(rows, filters.page)
    shares = grid.shares(rows)
    context = {
        "filters": filters,
        "parts": list(grid.parts(services, get_language() or "vi")),
        "base_url": reverse("catalogue:classification"),
        "here": filters.address(filters.page),
        "back": "?" + urlencode({"ve": filters.address(filters.page)}),
        "shares": shares,
        "all_fitting": _all_fitting(shares[0].total),
        "next_url": filters.address(filters.page + 1) if has_more else "",
        "previous_url": filters.address(filters.page - 1) or "?" if filters.page > 1 else "",
        "most": MOST,
    }
    return page(request, "procedures/admin/classification/grid.html", context | _lists(request, filters))


def _all_fitting(total: int) -> int:
    """How many can be answered at once beyond the page; 0: they all stand on it, or are too many."""
    return total if grid.SIZE < total <= MOST else 0


def _lists(request: PersonRequest, filters: grid.Filters) -> dict[str, Any]:
    """What the filters and the answer in bulk offer to choose from."""
    language = get_language() or "vi"
    criteria, names = criteria_names(language), grid.names(language)
    obstacles = tuple((key, text.in_(language)) for key, (_criteria, text) in OBSTACLES.items())
    return {
        "criteria": criteria,
        "agencies": grid.options(names.agencies, filters.agency) if is_catalogue(request) else "",
        "fields": grid.options(names.fields, filters.field),
        "unmet": grid.options(criteria, filters.unmet),
        "reasons": grid.options(obstacles, filters.obstacle),
        "bulk_criteria": grid.options(criteria, "presence"),
        "bulk_reasons": grid.options(obstacles),
    }


def criteria_names(language: str) -> grid.Pairs:
    """(key, name) of the six criteria."""
    return tuple((key, NAMES[key][language.startswith("en")]) for key in CRITERIA)


NAMES = {
    "information": ("Thông tin", "Information"),
    "filing": ("Nộp trên mạng", "Filing online"),
    "handling": ("Giải quyết trên mạng", "Handled online"),
    "fee": ("Phí trên mạng hoặc không thu", "Fee online or none"),
    "result": ("Kết quả trên mạng hoặc bưu chính", "Result online or by post"),
    "presence": ("Không phải đến", "No visit"),
}


# ── one service ──
@catalogue_or_department
@require_http_methods(FORM)
def service(request: PersonRequest, code: str) -> HttpResponse:
    """Six criteria with their reasons; answers are saved together, and the class follows."""
    one = _service_or_404(request, code)
    content = content_of(one.procedure.current_version_id or 0)
    today = timezone.localdate()
    now, version = classify(content, classifying.answers_on(one, today)), classify(content)
    found = lines(one, now, version, request.POST if request.method == "POST" else None)
    latest = str(one.answers.order_by("-pk").values_list("pk", flat=True).first() or 0)
    status = 200
    if request.method == "POST":
        if request.POST.get("seen", "") != latest:
            status = 409
        elif any(line.errors for line in found):
            status = 422
        else:
            return _save(request, one, found)
    context = _page_of(request, one, now, found, latest) | {
        "conflict": _conflict(one, found, request.path) if status == 409 else None, "has_errors": status == 422
    }  # fmt: skip
    return page(request, "procedures/admin/classification/service.html", context, status=status)


def _page_of(request: PersonRequest, one: OnlineService, now: Any, found: list[Line], latest: str) -> dict[str, Any]:
    living = classifying.living(one).select_related("proposed_by", "decided_by").first()
    return {
        "service": one,
        "grid_url": _grid_url(request.GET.get("ve", "")),
        "here": request.get_full_path(),
        "now": now,
        "lines": found,
        "seen": latest,
        "history": one.answers.select_related("answered_by").order_by("-pk")[:20],
        "names": dict(criteria_names(get_language() or "vi")),
        "override": living,
        "may_override": is_catalogue(request),
        "is_mine": living is not None and living.proposed_by_id == request.user.pk,
        "levels": [choice for choice in Procedure.Classification.choices if choice[0] != one.level],
    }


def _conflict(one: OnlineService, found: list[Line], reload_url: str) -> Conflict:
    """Somebody answered first: the class as it is now beside what was typed."""
    last = one.answers.select_related("answered_by").order_by("-pk").first()
    answers = dict(CriterionAnswer.Answer.choices)
    differs = tuple(
        Difference(
            say(line.criterion.name), say(line.criterion.reason),
            ": ".join(part for part in (str(answers[line.typed.answer]), line.typed.reason) if part),
        )
        for line in found if line.is_answerable and _differs(line)
    )  # fmt: skip
    return Conflict(
        _("Somebody answered while you were writing."), by=last.answered_by if last else None,
        at=last.answered_at if last else None, way_on=save_again(), differs=differs, reload_url=reload_url,
    )  # fmt: skip


def _save(request: PersonRequest, one: OnlineService, found: list[Line]) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    with transaction.atomic():
        changed = [line for line in found if line.is_answerable and _differs(line)]
        for line in changed:
            classifying.answer(one, line.key, line.typed, actor=request.user, at=now, valid_from=today)
        if changed:
            projecting.reclassify(one, on=today)
    if changed:
        level = dict(Procedure.Classification.choices)[one.effective_level]
        messages.success(request, _("Saved. %(code)s: %(level)s.") % {"code": one.code, "level": level})
    else:
        messages.info(request, _("Nothing was changed."))
    return redirect(f"{_grid_url(request.GET.get('ve', ''))}#dv-{one.pk}")


def _grid_url(carried: str) -> str:
    """The page of the grid somebody came from."""
    filters = grid.Filters.carried(carried)
    return reverse("catalogue:classification") + filters.address(filters.page)


def _differs(line: Line) -> bool:
    """Whether the answer says something else than what holds; an untouched default is no answer."""
    criterion, typed = line.criterion, line.typed
    if typed.answer == "yes" and criterion.met:
        return bool(typed.reason or typed.legal_basis)
    if typed.answer == "no" and not criterion.met and criterion.is_clear and not criterion.is_answered:
        return bool(typed.reason or typed.legal_basis) or typed.obstacle not in criterion.obstacles
    return True


def _service_or_404(request: PersonRequest, code: str) -> OnlineService:
    rows = OnlineService.objects.answerable_by(request.user).select_related("procedure", "procedure__owner")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@catalogue_only
@require_POST
def override(request: PersonRequest, code: str) -> HttpResponse:
    """Propose another class, decide a colleague's proposal, or end an override."""
    one, now = _service_or_404(request, code), timezone.now()
    act, living = request.POST.get("act", ""), classifying.living(one).first()
    try:
        words = _override(act, one, living, request, now)
        projecting.reclassify(OnlineService.objects.select_related("procedure").get(pk=one.pk), on=timezone.localdate())
        messages.success(request, words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("catalogue:service", one.code)


def _override(act: str, one: OnlineService, living: Override | None, request: PersonRequest, now: Any) -> str:
    text = clean(request.POST.get("reason", ""))[:1000]
    if act == "propose":
        level = request.POST.get("level", "")
        if level not in Procedure.Classification.values:
            raise ValidationError(_("Choose a class."))
        classifying.propose_override(one, level=level, reason=text, actor=request.user, at=now)
        return _("Proposed. A second person decides.")
    if living is None:
        raise ValidationError(_("This proposal is decided already."))
    if act in {"confirm", "refuse"}:
        classifying.decide_override(living.pk, confirm=act == "confirm", remark=text, actor=request.user, at=now)
        return _("Confirmed: the class differs from the computed one.") if act == "confirm" else _("Refused.")
    classifying.end_override(living.pk, actor=request.user, at=now)
    return _("Ended: the computed class holds again.")


# ── many at once ──
@catalogue_or_department
@require_POST
def bulk(request: PersonRequest) -> HttpResponse:
    """First what will and will not change, then the answers themselves; each service is judged anew."""
    asked, back = _asked(request), _grid_url(request.POST.get("loc", ""))
    if not asked.pks or not asked.criterion:
        messages.info(request, _("Tick the services first, and choose a criterion."))
        return redirect(back)
    if len(asked.pks) > MOST:
        words = _("At most %(number)s services at once. Narrow the list with the filters.")
        messages.error(request, words % {"number": MOST})
        return redirect(back)
    found = list(
        OnlineService.objects.answerable_by(request.user).select_related("procedure").filter(pk__in=asked.pks)
        .order_by("procedure__sort_key", "pk")
    )  # fmt: skip
    refused = [(one, why) for one in found if (why := classifying.refusal(one, asked.criterion, asked.answer))]
    without = {one.pk for one, _why in refused}
    willing = [one for one in found if one.pk not in without]
    if asked.is_sure:
        return _apply(request, asked, willing, back)
    context = {
        "asked": asked, "back": back, "here": request.POST.get("loc", ""), "willing": willing,
        "refused": refused, "names": dict(criteria_names(get_language() or "vi")),
        "obstacle": OBSTACLES[asked.answer.obstacle][1] if asked.answer.obstacle in OBSTACLES else None,
        "answers": dict([("yes", _("Met")), ("no", _("Not met")), ("unclear", _("Not clear"))]),
    }  # fmt: skip
    return page(request, "procedures/admin/classification/bulk.html", context)


def _asked(request: PersonRequest) -> Bulk:
    """The ticked services, or all that fit the filters."""
    asked = Bulk.of(request.POST)
    if request.POST.get("tat-ca") != "1":
        return asked
    fitting = grid.found(request.user, grid.Filters.carried(request.POST.get("loc", "")))
    return replace(asked, pks=tuple(fitting.values_list("pk", flat=True)[: MOST + 1]))


def _apply(request: PersonRequest, asked: Bulk, willing: list[OnlineService], back: str) -> HttpResponse:
    now, today, changed = timezone.now(), timezone.localdate(), 0
    for one in willing:
        with transaction.atomic():
            given = classifying.answer(one, asked.criterion, asked.answer, actor=request.user, at=now, valid_from=today)
            if given is not None:
                projecting.reclassify(one, on=today)
                changed += 1
    words = ngettext("%(n)s service answered.", "%(n)s services answered.", changed) % {"n": changed}
    messages.success(request, words)
    return redirect(back)


# ── what stops it ──
@catalogue_or_department
@require_safe
def stopping(request: PersonRequest) -> HttpResponse:
    """Reasons with how many services they stop, the top reason of each agency, and what lifting some would change."""
    filters = grid.Filters.of(request.GET)
    rows = OnlineService.objects.answerable_by(request.user)
    rows = grid.of_agency(rows, filters.agency)
    services, counted = blockers.blocked(rows), {share.level: share for share in grid.shares(rows)}
    agencies = grid.names(get_language() or "vi").agencies
    lifted = frozenset(key for key in request.GET.getlist("go") if key in OBSTACLES)
    full = counted["full"]
    reasons, by_agency = blockers.reasons(services), blockers.by_agency(services)
    names = {one.key: one.name for one in Agency.objects.filter(key__in=[row.agency for row in by_agency])}
    context = {
        "filters": filters,
        "agencies": grid.options(agencies, filters.agency) if is_catalogue(request) else "",
        "communes": COMMUNES,
        "partial": counted["partial"].number,
        "reasons": reasons,
        "bars": _bars(reasons),
        "by_agency": [(names.get(row.agency), row) for row in by_agency],
        "lifted": lifted,
        "simulation": blockers.simulate(services, lifted, full=full.number, total=full.total) if lifted else None,
        "shown": NAMES_SHOWN,
    }
    return page(request, "procedures/admin/classification/blockers.html", context)


def _bars(reasons: list[blockers.Reason], wide: int = 430, narrow: int = 258) -> dict[str, Any]:
    """Lengths and places of the bars of both drawings; the longest reaches to the end."""
    longest = max((reason.number for reason in reasons), default=1)
    rows = [
        {
            "label": reason.text, "number": reason.number, "y": 58 * place,
            "wide": max(3, wide * reason.number // longest), "narrow": max(3, narrow * reason.number // longest),
        }
        for place, reason in enumerate(reasons)
    ]  # fmt: skip
    return {"rows": rows, "height": 58 * len(rows) + 6}
