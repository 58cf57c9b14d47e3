"""Issuing many results, and what became of a list that was signed or issued."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from agencies.models import Role
from dossiers import queues
from dossiers.errors import Invalid
from dossiers.forms.results import chosen
from dossiers.models import Dossier, Result, ResultBatch
from dossiers.services import batches
from dossiers.views.officer import listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import row
from dossiers.views.officer.signing import ALL, places
from dossiers.workflow import State


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def issuing(request: PersonRequest) -> HttpResponse:
    """GET: signed results that wait for number and seal. POST: issue what is ticked."""
    fault, status = "", 200
    lines = request.POST.getlist("chon")
    if request.method == "POST":
        try:
            batch = batches.order_issue(request.user, chosen=chosen(lines), at=timezone.now())
        except Invalid as refused:
            fault, status = str(refused), 422
        else:
            if batches.is_quick(batch.items.count()):
                batches.run(batch)
            return HttpResponseRedirect(reverse("dossiers:result_batch", args=[batch.public_id]))
    return _page(request, fault, set(lines), status)


def _page(request: PersonRequest, fault: str, ticked: set[str], status: int) -> HttpResponse:
    viewer = queues.viewer_of(request.user, timezone.now())
    waiting = to_issue(viewer)
    is_all = request.GET.get("chon") == ALL
    context = listing.shell(viewer, queues.glance(viewer), "issue") | {
        "rows": _rows(viewer, waiting[: batches.MOST], ticked=ticked, is_all=is_all),
        "more": len(waiting) > batches.MOST,
        "most": batches.MOST,
        "fault": fault,
        "all_url": f"?chon={ALL}",
        "is_all": is_all,
        "places": places(request, "issuing"),
    }
    return render(request, "dossiers/officer/issuing.html", context, status=status)


def to_issue(viewer: queues.Viewer) -> list[Dossier]:
    """Signed results at this clerk's step, by what is due first; one more than fit into a list."""
    found = queues.base(viewer).filter(viewer.handles(Role.CLERK), state=State.PROCESSING, step_role=Role.CLERK)
    found = found.filter(Q(assignee=None) | Q(assignee=viewer.user.pk), result_state="signed")
    related = ("party", "procedure", "assignee", "handling_agency")
    return list(found.order_by("queue_at", "id").select_related(*related)[: batches.MOST + 1])


def _rows(viewer: queues.Viewer, dossiers: list[Dossier], *, ticked: set[str], is_all: bool) -> list[dict[str, Any]]:
    signed: dict[int, Result] = {}
    found = Result.objects.filter(dossier__in=dossiers, revoked_at=None).select_related("file", "signed_by")
    for result in found.order_by("revision"):
        signed[result.dossier_id] = result
    rows = []
    for dossier in dossiers:
        value = f"{dossier.pk}:{dossier.version}:"
        rows.append(
            row(dossier, viewer, "?tab=issue")
            | {"result": signed.get(dossier.pk), "value": value, "is_ticked": is_all or value in ticked,
               "owes": dossier.fee_state not in {"none", "paid"}}
        )  # fmt: skip
    return rows


@officers_only
@require_safe
def result_batch(request: PersonRequest, batch: UUID) -> HttpResponse:
    """What became of each result of a list; only who ordered it sees it. `?phan=1`: the part that changes."""
    found = ResultBatch.objects.filter(public_id=batch, actor=request.user).first()
    if found is None:
        raise Http404
    place = "signing" if found.act == ResultBatch.Act.SIGN else "issuing"
    context = {
        "batch": found, "progress": batches.progress(found), "back_url": reverse(f"dossiers:{place}"),
        "is_signing": found.act == ResultBatch.Act.SIGN, "places": places(request, place),
    }  # fmt: skip
    name = "batch_state" if "phan" in request.GET else "batch"
    return render(request, f"dossiers/officer/{name}.html", context)
