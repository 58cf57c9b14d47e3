"""Many dossiers at once: chosen in a list, shown with what will and will not be done, carried out in the background."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import background
from accounts.models import User
from accounts.requests import PersonRequest
from common.text import whole_number
from dossiers import queues
from dossiers.errors import Refused
from dossiers.models import BulkItem, BulkRun
from dossiers.querysets import DossierQuerySet
from dossiers.services import bulk, bulk_acts, intake
from dossiers.views.officer import listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import desk_address

AT_ONCE = 100  # taken over without a preview
REFRESH_SECONDS = 4  # where no script runs
BAD = (BulkItem.State.EXCLUDED, BulkItem.State.REFUSED, BulkItem.State.FAILED, BulkItem.State.CANCELLED)
TONES = {"done": "ok", "waiting": "info", "excluded": "warn", "refused": "warn", "failed": "bad", "cancelled": "info"}


@officers_only
@require_POST
def take_selected(request: PersonRequest) -> HttpResponse:
    """Take the ticked dossiers one by one; says of each that could not be taken why."""
    viewer = queues.viewer_of(request.user, timezone.now())
    place = QueryDict(request.POST.get("danh-sach", ""))
    wanted = ticked(request)[:AT_ONCE]
    taken = 0
    for dossier in queues.base(viewer).filter(pk__in=wanted).order_by("queue_at", "id"):
        try:
            intake.take(dossier.pk, user=request.user)
            taken += 1
        except Refused as error:
            messages.warning(request, f"{dossier.code}: {error}")
    if taken or not wanted:
        words = _("You have taken %(n)s dossiers.") % {"n": taken} if taken else _("Tick the dossiers first.")
        (messages.success if taken else messages.info)(request, words)
    return HttpResponseRedirect(back_to(viewer, place))


def ticked(request: PersonRequest) -> list[int]:
    """The ids of the boxes that were ticked; what cannot be an id is left out."""
    sent = request.POST.getlist("chon")[: bulk_acts.MOST]
    return [key for text in sent if (key := whole_number(text, queues.LARGEST_KEY))]


def back_to(viewer: queues.Viewer, place: QueryDict) -> str:
    """The address of the list the form was on; only what a list knows of is taken from it."""
    key, filters, _found = listing.listed(viewer, place)
    return listing.link(key, filters)


@officers_only
@require_POST
def choose_bulk(request: PersonRequest) -> HttpResponse:
    """Keep what was chosen, with the version of each dossier, and go on to the preview."""
    viewer = queues.viewer_of(request.user, timezone.now())
    place = QueryDict(request.POST.get("danh-sach", ""))
    act = bulk_acts.ACTS.get(request.POST.get("viec", ""))
    assignee = _colleague(request, viewer)
    complaint = _complaint(request, viewer, act, assignee)
    if act is None or complaint:
        messages.info(request, complaint)
        return HttpResponseRedirect(back_to(viewer, place))
    key, filters, found = listing.listed(viewer, place)
    if not request.POST.get("ca"):
        found = _ticked_of(request, viewer)
    run = bulk.show(
        found, user=request.user, act=act.key, assignee=assignee, tab=key, back=listing.query(key, filters), at=viewer.now
    )  # fmt: skip
    return HttpResponseRedirect(reverse("dossiers:bulk_run", args=[run.public_id]))


def _ticked_of(request: PersonRequest, viewer: queues.Viewer) -> DossierQuerySet:
    return queues.base(viewer).filter(pk__in=ticked(request)).order_by("queue_at", "id")


def _complaint(
    request: PersonRequest, viewer: queues.Viewer, act: bulk_acts.BulkAct | None, assignee: User | None
) -> str:
    """What is missing before anything can be shown."""
    if act is None or act not in bulk_acts.offered(viewer.standing):
        return _("Choose what is to be done with the dossiers.")
    if act.key == "assign" and assignee is None:
        return _("Choose the colleague who gets the dossiers.")
    return "" if request.POST.get("ca") or ticked(request) else _("Tick the dossiers first.")


def _colleague(request: PersonRequest, viewer: queues.Viewer) -> User | None:
    """Somebody of the officer's own agencies, the officer included."""
    key = whole_number(request.POST.get("nguoi"), queues.LARGEST_KEY)
    mine = tuple(agency.pk for agency in listing.agencies_of(viewer))
    return next((person for person in listing.people_of(mine) if person.pk == key), None) if key else None


def run_or_404(request: PersonRequest, public_id: UUID) -> BulkRun:
    """The officer's own run; those of others do not exist."""
    runs = BulkRun.objects.select_related("assignee").filter(officer=request.user, public_id=public_id)
    found = runs.first()
    if found is None:
        raise Http404
    return found


@officers_only
@require_safe
def bulk_run(request: PersonRequest, run: UUID) -> HttpResponse:
    """Before: what will and will not be done. Afterwards: how far it is, and what came of each dossier."""
    found = run_or_404(request, run)
    if request.headers.get("HX-Request"):
        return _progress(request, found)
    return render(request, "dossiers/officer/bulk.html", _context(found))


@background
def _progress(request: PersonRequest, run: BulkRun) -> HttpResponse:
    """The part the page asks for by itself while the work is on its way."""
    return render(request, "dossiers/officer/bulk_progress.html", _context(run))


def _context(run: BulkRun) -> dict[str, Any]:
    figures = bulk.figures(run)
    total = sum(figures.values()) - figures["excluded"]
    over = figures["done"] + figures["refused"] + figures["failed"] + figures["cancelled"]
    act = bulk_acts.ACTS[run.act]
    return {
        "run": run,
        "act": act,
        "figures": figures,
        "total": total,
        "over": over,
        "bad": figures["refused"] + figures["failed"],
        "is_shown": run.state == BulkRun.State.SHOWN,
        "is_running": run.state == BulkRun.State.RUNNING,
        "back_url": f"{desk_address(get_language())}{run.back}",
        "most": bulk_acts.MOST,
        "refresh": REFRESH_SECONDS,
        "not_done": _items(run, BAD),
        "others": _items(run, (BulkItem.State.WAITING, BulkItem.State.DONE)),
    }


def _items(run: BulkRun, states: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = run.items.filter(state__in=states).order_by("position").select_related("dossier")
    labels = dict(BulkItem.State.choices)
    return [
        {
            "code": item.dossier.code,
            "url": f"{desk_address(get_language())}{item.dossier.code}/?tab={run.tab}",
            "state": labels[BulkItem.State(item.state)],
            "tone": TONES[item.state],
            "words": item.words,
            "language": run.language,
        }
        for item in rows.only("state", "words", "position", "run", "dossier__code")
    ]


@officers_only
@require_POST
def start_bulk(request: PersonRequest, run: UUID) -> HttpResponse:
    """Carry it out; a second press finds it on its way and changes nothing."""
    found = run_or_404(request, run)
    bulk.start(found, user=request.user, at=timezone.now())
    return HttpResponseRedirect(reverse("dossiers:bulk_run", args=[found.public_id]))


@officers_only
@require_POST
def cancel_bulk(request: PersonRequest, run: UUID) -> HttpResponse:
    """Leave undone what is not done yet."""
    found = run_or_404(request, run)
    was_shown = found.state == BulkRun.State.SHOWN
    left = bulk.cancel(found, user=request.user, at=timezone.now())
    if was_shown:
        messages.info(request, _("Nothing was done."))
        return HttpResponseRedirect(f"{desk_address(get_language())}{found.back}")
    messages.info(request, _("Stopped: %(n)s dossiers were left as they are.") % {"n": left})
    return HttpResponseRedirect(reverse("dossiers:bulk_run", args=[found.public_id]))
