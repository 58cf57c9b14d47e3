"""What the watch has found, for heads and leaders: alarms, apologies to be sent, what is late without one."""

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.calendar import legal_date
from agencies.models import Role, calendar_of
from agencies.standing import standing_of
from audit.services import record
from common.templatetags.mc import vn_date
from common.text import spreadsheet_safe
from dossiers import queues
from dossiers.models import Alarm, ApologyDraft, Consultation, Dossier, StepRun
from dossiers.querysets import DossierQuerySet
from dossiers.queues.columns import DEFAULT, drawn
from dossiers.views.officer import drawing
from dossiers.views.officer.leading import Team, frame, heads_only
from dossiers.views.officer.rows import procedure_name, row
from dossiers.workflow import OPEN, State

Ladder, Rung = Alarm.Ladder, Alarm.Rung
MOST_LINES = 5_000  # of the file


# ── alarms ──
def _kinds(viewer: queues.Viewer, team: Team) -> dict[str, tuple[str, str, DossierQuerySet]]:
    """(words, what it means, dossiers) by key: only what is still so, whatever was written down before."""
    mine = queues.base(viewer)
    rows = Alarm.objects.filter(dossier=OuterRef("pk"), ladder=Ladder.INTAKE, due_at=OuterRef("intake_due_at"))
    silent = mine.filter(Exists(rows.exclude(rung=Rung.WARNED)), state=State.NEW, receiving_agency__in=team.agency_ids)
    steps = StepRun.objects.filter(dossier=OuterRef("pk"), ended_at=None, due_at__lt=viewer.now)
    slow = mine.filter(Exists(steps), state=State.PROCESSING, handling_agency__in=team.agency_ids)
    asked = Consultation.objects.filter(dossier=OuterRef("pk"), ended_at=None, due_at__lt=viewer.now)
    waiting = mine.filter(Exists(asked), open_opinions__gt=0, state__in=OPEN, handling_agency__in=team.agency_ids)
    return {
        "chua-tra-loi": (
            _("Filings nobody has answered"),
            _("Filed six working hours ago or longer. After eight hours it is recorded and the citizen is told."),
            silent,
        ),
        "buoc-cham": (
            _("Steps longer than planned"),
            _("The planned time of the step has passed; the legal limit may still run."),
            slow,
        ),
        "y-kien-cham": (
            _("Opinions not given in time"),
            _("Another agency has not answered within its limit. Go on without its opinion, or ask again."),
            waiting,
        ),
    }


@heads_only
@require_safe
def alarms(request: PersonRequest, team: Team) -> HttpResponse:
    """`/can-bo/nhom/canh-bao/`: what was escalated to the head and still waits."""
    viewer = queues.viewer_of(request.user, timezone.now())
    kinds = _kinds(viewer, team)
    key = request.GET.get("loai", "")
    key = key if key in kinds else next(iter(kinds))
    words, help_text, found = kinds[key]
    extra = {
        "kinds": [
            {"label": label, "url": f"?{urlencode({'loai': one})}", "is_current": one == key, "count": None}
            for one, (label, _help, _found) in kinds.items()
        ],
        "help": help_text,
        "title": words,
        "empty": _("Nothing was escalated that still waits."),
    }
    return _list(request, "alarms", viewer, found, {"loai": key}, extra)


def _list(
    request: PersonRequest,
    name: str,
    viewer: queues.Viewer,
    found: DossierQuerySet,
    query: dict[str, str],
    extra: dict[str, Any],
) -> HttpResponse:
    """A page of dossiers by keyset, in the look of the queue."""
    page = queues.page(
        found.order_by("queue_at", "id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        rows_of=queues.rows_for(viewer.user.pk, DEFAULT),
    )
    rows = [row(dossier, viewer) for dossier in page.rows]
    _say_why(rows, page.rows, name, viewer.user)
    address = reverse(f"dossiers:{name}")
    context = frame(request, name) | extra | {
        "rows": rows,
        "columns": drawn(DEFAULT, get_language() or "vi"),
        "heads": drawing.heads(DEFAULT, "", "", get_language()),
        "next_url": f"{address}?{urlencode({**query, 'after': page.after})}" if page.after else "",
        "previous_url": f"{address}?{urlencode({**query, 'before': page.before})}" if page.before else "",
    }  # fmt: skip
    return render(request, "dossiers/officer/watched.html", context)


def _say_why(rows: list[dict[str, Any]], dossiers: list[Dossier], name: str, user: User) -> None:
    """Say of each row why it stands here; a draft of an apology opens at the form that sends it."""
    words = _escalations(dossiers) if name == "alarms" else (_proposals(dossiers) if name == "apologies" else {})
    for line, dossier in zip(rows, dossiers, strict=True):
        if name == "apologies" and standing_of(user).has(Role.LEADER, dossier.handling_agency_id):
            line["url"] = reverse("dossiers:officer_act", args=[dossier.code, "xin-loi-hen-lai"])
        if text := words.get(line["pk"]):
            line["badges"] = drawing.badges(((text, "bad" if name == "alarms" else "blue", "flag"),))


def _escalations(dossiers: list[Dossier]) -> dict[int, str]:
    rows = Alarm.objects.filter(dossier__in=dossiers).exclude(rung=Rung.WARNED).exclude(ladder=Ladder.APOLOGY)
    found = {}
    for alarm in rows.order_by("pk"):
        at = timezone.localtime(alarm.at).strftime("%H:%M %d/%m")
        told = alarm.ladder == Ladder.INTAKE and alarm.rung == Rung.BREACHED
        words = _("Citizen told %(at)s") if told else _("Escalated %(at)s")
        found[alarm.dossier_id] = words % {"at": at}
    return found


def _proposals(dossiers: list[Dossier]) -> dict[int, str]:
    rows = ApologyDraft.objects.filter(dossier__in=dossiers).values_list("dossier", "appointment_at")
    return {key: _("Proposed: %(day)s") % {"day": vn_date(legal_date(at))} for key, at in rows}


# ── apologies ──
@heads_only
@require_safe
def apologies(request: PersonRequest, team: Team) -> HttpResponse:
    """`/can-bo/nhom/xin-loi/`: drafts of form 04 that can still be sent; each opens prefilled, to be changed and sent."""
    viewer = queues.viewer_of(request.user, timezone.now())
    found = queues.base(viewer).filter(
        state=State.PROCESSING,
        appointment_at=None,
        handling_agency__in=team.agency_ids,
        due_at__gte=viewer.now,
        apology__due_at=F("due_at"),
    )
    extra = {
        "title": _("Apologies to be sent"),
        "help": _("Drafted two working days before the due date. The leader changes and sends form 04 on the dossier; "
                  "the due date stays, and a late dossier still counts as late."),
        "empty": _("No apology waits to be sent."),
    }  # fmt: skip
    return _list(request, "apologies", viewer, found, {}, extra)


def _late(viewer: queues.Viewer, team: Team) -> DossierQuerySet:
    here = Q(handling_agency__in=team.agency_ids) | Q(receiving_agency__in=team.agency_ids)
    states = (State.RECEIVED, State.PROCESSING)
    return queues.base(viewer).filter(here, state__in=states, appointment_at=None, due_at__lt=viewer.now)


@heads_only
@require_safe
def late_without_apology(request: PersonRequest, team: Team) -> HttpResponse:
    """`/can-bo/nhom/tre-hen/`: the due date has passed and nobody apologised: a defect that is reported."""
    viewer = queues.viewer_of(request.user, timezone.now())
    extra = {
        "title": _("Late without an apology"),
        "help": _("The due date has passed and no apology with a new appointment was sent before it."),
        "empty": _("No dossier is late without an apology."),
        "csv_url": reverse("dossiers:late_without_apology_csv"),
    }
    return _list(request, "late_without_apology", viewer, _late(viewer, team), {}, extra)


@heads_only
@require_safe
def late_without_apology_csv(request: PersonRequest, team: Team) -> HttpResponse:
    """The same list as a file for a spreadsheet, without names of applicants; who fetched it is written down."""
    viewer = queues.viewer_of(request.user, timezone.now())
    found = _late(viewer, team).select_related("procedure", "assignee", "handling_agency").order_by("queue_at", "id")
    record(
        "late.exported",
        actor_id=request.user.pk,
        subject_type="agency",
        subject_id=team.agencies[0].pk,
        agency_code=team.agencies[0].code,
    )
    response = HttpResponse(_csv(found[:MOST_LINES], viewer.now), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tre-hen-{timezone.localdate():%Y%m%d}.csv"'
    return response


def _csv(found: Any, now: datetime) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Dossier"),
            _("Procedure"),
            _("Agency"),
            _("Due date"),
            _("Working days late"),
            pgettext("dossier", "State"),
            _("Held by"),
        ]
    )
    for dossier in found:
        days = calendar_of(dossier.calendar_id).working_dates_between(legal_date(dossier.due_at), legal_date(now))
        holder = dossier.assignee.display_name if dossier.assignee else _("Nobody yet")
        cells = [
            dossier.code, procedure_name(dossier.procedure), dossier.handling_agency.name_vi,
            vn_date(legal_date(dossier.due_at)), max(1, days), dossier.get_state_display(), holder,
        ]  # fmt: skip
        writer.writerow([spreadsheet_safe(cell) for cell in cells])
    return "\ufeff" + out.getvalue()
