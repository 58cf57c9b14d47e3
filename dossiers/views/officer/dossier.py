"""The dossier page of the desk: head, papers and answers, history and clock, fee and parcel, messages."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from audit.services import record
from common.templatetags.mc import mask_phone
from common.text import whole_number
from dossiers import queues
from dossiers.models import Paper
from dossiers.services import looks
from dossiers.views.officer import act_table, drawing, history, listing, rows
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.page import DossierPage
from notifications.models import Message

PARTS = ("", "lich-su", "phi", "tin-nhan")
ZOOMS = ("1", "2", "3")
TURNS = ("0", "90", "180", "270")


def part_label(key: str) -> str:
    """The name of a part of the page."""
    return {
        "": _("Dossier"),
        "lich-su": _("History and clock"),
        "phi": _("Fee and parcel"),
        "tin-nhan": _("Messages sent"),
    }[key]


@officers_only
@require_safe
def officer_dossier(request: PersonRequest, code: str, part: str = "") -> HttpResponse:
    """One dossier; each look is written down once (partial reloads of the same page are not looks)."""
    if part not in PARTS:
        raise Http404
    dossier = dossier_or_404(request, code)
    page = DossierPage(dossier, request.user, timezone.now())
    if request.method == "GET" and not request.headers.get("HX-Request"):
        agency = dossier.handling_agency.code if dossier.handling_agency else ""
        record(
            "dossier.viewed",
            actor_id=request.user.pk,
            subject_type="dossier",
            subject_id=dossier.pk,
            agency_code=agency,
            beside=[looks.looked(dossier, request.user)],
        )
    context = head(request, page, part) | _PARTS[part](request, page)
    return render(request, f"dossiers/officer/{_TEMPLATES[part]}.html", context)


def head(request: PersonRequest, page: DossierPage, part: str = "") -> dict[str, Any]:
    """What every page of a dossier shows: sticky head, place in the tab, parts, acts."""
    dossier, tab = page.dossier, tab_of(request)
    offer = page.offer
    return {
        "page": page,
        "dossier": dossier,
        "agency": dossier.handling_agency,
        "badges": rows.badges(dossier)[:2],
        "tab_key": tab,
        "tab_query": f"?tab={tab}" if tab else "",
        "parts": [_part(page, key, part, tab) for key in PARTS],
        "primary": act_table.ACTS.get(offer.primary),
        "primary_name": offer.primary,
        "others": act_table.entries(offer.others),
    } | place(request, page, tab)


def _part(page: DossierPage, key: str, current: str, tab: str) -> dict[str, Any]:
    code = page.dossier.code
    url = (
        reverse("dossiers:officer_part", args=[code, key]) if key else reverse("dossiers:officer_dossier", args=[code])
    )
    query = f"?tab={tab}" if tab else ""
    return {"label": part_label(key), "url": url + query, "is_current": key == current, "count": None}


def tab_of(request: PersonRequest) -> str:
    """The tab the officer came from; "" for none or an unknown one."""
    key = request.GET.get("tab") or request.POST.get("tab") or ""
    return key if key in queues.BY_KEY else ""


def place(request: PersonRequest, page: DossierPage, tab: str) -> dict[str, Any]:
    """Previous and next inside the tab."""
    if not tab:
        return {"previous_url": "", "next_url": "", "back_url": reverse("dossiers:officer_queue")}
    viewer = queues.viewer_of(page.user, page.now)
    previous, following = queues.neighbours(queues.of_tab(viewer, tab), page.dossier)
    return {
        "previous_url": address(previous, tab) if previous else "",
        "next_url": address(following, tab) if following else "",
        "back_url": listing.link(tab, {}),
        "place_label": queues.BY_KEY[tab].label,
    }


def address(code: str, tab: str = "") -> str:
    """The page of a dossier, keeping the tab."""
    url = reverse("dossiers:officer_dossier", args=[code])
    return f"{url}?{urlencode({'tab': tab})}" if tab else url


def _papers(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    rows = page.paper_rows
    may_mark, tab = page.dossier.is_open, tab_of(request)
    viewer = viewer_of(request, page, rows)
    shown = viewer["row"]["paper"].key if viewer else ""
    return {
        "rows": rows,
        "marks": drawing.papers(rows, code=page.dossier.reference, shown=shown, may_mark=may_mark),
        "tab_part": f"tab={tab}&" if tab else "",
        "sections": [{"title": part.title, "rows": drawing.answers(part)} for part in page.sections],
        "viewer": viewer,
        "may_mark": may_mark,
        "seen": sum(row["paper"].verdict != Paper.Verdict.UNSEEN for row in rows),
        "unseen": sum(row["paper"].verdict == Paper.Verdict.UNSEEN for row in rows),
        "phone": mask_phone(page.dossier.party.phone),
        "show_request": page.dossier.supplement_request_state or page.dossier.state == "supplement",
        "recent": page.latest,
    }


def viewer_of(request: PersonRequest, page: DossierPage, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the viewer shows: the paper of the address, else the first nobody has looked at, else the first."""
    wanted = request.GET.get("giay", "")
    row = next((row for row in rows if row["paper"].key == wanted), None)
    row = row or next((row for row in rows if row["paper"].verdict == Paper.Verdict.UNSEEN), None)
    row = row or next(iter(rows), None)
    if row is None:
        return None
    files = row["files"]
    number = _number(request.GET.get("tep"), len(files))
    file = files[number - 1].file if files else None
    count = max(1, file.pages if file and file.extension == "pdf" else 1)
    shown = _number(request.GET.get("trang"), count)
    zoom = request.GET.get("co") if request.GET.get("co") in ZOOMS else "1"
    turn = request.GET.get("xoay") if request.GET.get("xoay") in TURNS else "0"
    state = {"giay": row["paper"].key, "tep": number, "trang": shown, "co": zoom, "xoay": turn, "tab": tab_of(request)}
    return {
        "row": row, "file": file, "number": number, "shown": shown, "count": count, "zoom": zoom, "turn": turn,
        "pages": [(n, _view(state, trang=n)) for n in range(1, min(count, 40) + 1)],
        "other_files": [(n, _view(state, tep=n, trang=1)) for n in range(1, len(files) + 1)],
        "zoom_in": _view(state, co=min(3, int(zoom or 1) + 1)),
        "zoom_out": _view(state, co=max(1, int(zoom or 1) - 1)),
        "rotate": _view(state, xoay=(int(turn or 0) + 90) % 360),
    }  # fmt: skip


def _number(text: str | None, most: int) -> int:
    return min(max(1, whole_number(text, 99_999) or 1), max(1, most))


def _view(state: dict[str, Any], **changes: Any) -> str:
    values = {key: value for key, value in (state | changes).items() if value not in ("", None)}
    return f"?{urlencode(values)}#xem"


def _history(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    issued = page.dossier.issued_papers.select_related("file").order_by("seq")
    return {
        "steps": history.steps(page.dossier, page.now),
        "ledger": history.ledger(page.ledger_rows),
        "alarms": history.alarms(page.dossier),
        "issued": list(issued),
    }


def _fee(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    return {}


CHANNELS = {"sms": "SMS", "email": "E-mail"}


def _messages(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    found = Message.objects.filter(subject_type="dossier", subject_id=page.dossier.pk).order_by("-pk")[:100]
    return {
        "sent": [
            {
                "channel": CHANNELS.get(message.channel, _("On the site")),
                "to": _masked(message),
                "heading": message.subject_line,
                "body": message.body,
                "at": message.sent_at or message.created_at,
                "state": _state_words(message),
                "is_bad": message.state == Message.State.FAILED,
            }
            for message in found
        ]
    }


def _masked(message: Message) -> str:
    """The address without its middle: enough to recognise, too little to copy."""
    if message.channel == Message.Channel.SMS:
        return mask_phone(message.destination)
    name, at, host = message.destination.partition("@")
    return f"{name[:2]}•••@{host}" if at else ""


def _state_words(message: Message) -> str:
    return {
        "queued": _("waiting to be sent"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "failed": _("could not be delivered"),
        "unclear": _("the carrier has not answered"),
    }.get(message.state, message.state)


_PARTS = {"": _papers, "lich-su": _history, "phi": _fee, "tin-nhan": _messages}
_TEMPLATES = {"": "dossier", "lich-su": "history", "phi": "fee", "tin-nhan": "messages"}
