"""The page of a procedure: everything to know before starting."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.context import current_site
from procedures import presenting
from procedures.joint_time import joint_time
from procedures.models import Procedure, ProcedureVersion
from procedures.services import classifying, content_of
from procedures.views.citizen.indexing import Meta, service_facts


@require_safe
def procedure_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Everything to know before starting; an old or local code leads to the code in force."""
    rows = Procedure.objects.published().select_related("owner", "field", "current_version")
    procedure = rows.by_code(code).first()
    if procedure is None:
        return _ended(request, code)
    if procedure.code != code:
        return redirect("procedures:procedure_detail", procedure.code, permanent=True)
    return render(request, "procedures/procedure_detail.html", detail(procedure))


def detail(procedure: Procedure) -> dict[str, Any]:
    """What the page, the guide and the leaflet of a procedure say."""
    content, today = content_of(procedure.current_version_id or 0), timezone.localdate()
    classification = classifying.classification_of(procedure, content, today)
    best_way, other_ways = presenting.delivery_words(content)
    card = presenting.card(procedure)
    description = presenting.description(content, card)
    joint = joint_time(content, today)
    return {
        "procedure": procedure,
        "content": content,
        "papers": [(paper, presenting.paper_condition(paper, content)) for paper in content.papers],
        "card": card,
        "classification": classification,
        "can_start": procedure.classification != "info",
        "minutes": presenting.minutes(content),
        "ways": presenting.ways_to_file(content, today),
        "usual": presenting.usual(procedure, content),
        "other_times": presenting.other_times(content, with_parts=not (joint and joint.total)),
        "joint": joint,
        "fee_rows": presenting.fee_rows(content, today),
        "best_way": best_way,
        "other_ways": other_ways,
        "guide": guiding(procedure),
        "meta": Meta.of(
            "procedures:procedure_detail",
            procedure.code,
            description=description,
            facts=service_facts(procedure, content, description),
        ),
    }


def guiding(procedure: Procedure) -> dict[str, Any]:
    """The counter that answers questions, and its telephone: the owner's own, else that of the province's centre."""
    owner, facts = procedure.owner, current_site().facts
    if owner is None or procedure.level == Procedure.Level.COMMUNE:
        return {"counter": {"vi": "Bộ phận Một cửa của xã, phường nơi bạn ở", "en": "The one-stop counter of your commune"},
                "phone": facts["phone"], "hours": facts["hours"]}  # fmt: skip
    return {"counter": owner.one_stop, "phone": owner.phone or facts["phone"], "hours": facts["hours"]}


# ── what is over ──
def _ended(request: HttpRequest, code: str) -> HttpResponse:
    """A retired procedure keeps a page that says so and leads on; what never was published is not found."""
    procedure = Procedure.objects.by_code(code).filter(current_version=None).select_related("field").first()
    if procedure is None:
        raise Http404
    last = procedure.versions.exclude(state__in=["draft", "review"]).order_by("-effective_from").first()
    if last is None or last.state != ProcedureVersion.State.RETIRED:
        raise Http404
    context = {
        "procedure": procedure,
        "ended_on": last.effective_to,
        "decision": last.decision,
        "successor": _successor(procedure),
        "guide": guiding(procedure),
    }
    return render(request, "procedures/procedure_ended.html", context)


def _successor(procedure: Procedure) -> dict[str, Any] | None:
    """The card of what takes its place, as far as that is in force; over several steps when that was replaced, too."""
    found, seen = getattr(procedure, "successor", None), {procedure.pk}
    while found is not None and found.current_version_id is None and found.pk not in seen:
        seen.add(found.pk)
        found = getattr(found, "successor", None)
    return presenting.card(found) if found is not None and found.current_version_id else None
