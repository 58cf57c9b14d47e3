"""Search of the desk: a pasted code opens its dossier; names, phones and identity numbers never stand in an address.

The session keeps the ids that were found, not what was typed.
"""

import secrets
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from dossiers import queues
from dossiers.queues import searching
from dossiers.queues.columns import DEFAULT, drawn
from dossiers.queues.looking import glimpse
from dossiers.queues.paging import RELATED
from dossiers.views.officer import drawing, listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import row

STORED = "desk_searches"
KEPT_SEARCHES, MOST = 10, 50


@officers_only
@require_POST
def officer_search(request: PersonRequest) -> HttpResponse:
    """Open the dossier of a pasted code, else keep the ids found and show them under a search id."""
    viewer = queues.viewer_of(request.user, timezone.now())
    ids, kind = searching.search(request.user, request.POST.get("q", ""), MOST + 1)
    if kind == "code" and len(ids) == 1:
        code = queues.base(viewer).values_list("code", flat=True).get(pk=ids[0])
        return HttpResponseRedirect(reverse("dossiers:officer_dossier", args=[code]))
    key = secrets.token_urlsafe(6)
    stored = dict(list(request.session.get(STORED, {}).items())[-(KEPT_SEARCHES - 1) :])
    request.session[STORED] = stored | {key: {"ids": ids, "kind": kind}}
    return HttpResponseRedirect(reverse("dossiers:officer_found", args=[key]))


@officers_only
@require_safe
def officer_found(request: PersonRequest, key: str) -> HttpResponse:
    """What a search found, as this person may see it now."""
    stored = request.session.get(STORED, {}).get(key)
    if stored is None:
        raise Http404
    viewer = queues.viewer_of(request.user, timezone.now())
    found = queues.base(viewer).filter(pk__in=stored["ids"][:MOST])
    found = found.select_related(*RELATED).annotate(glimpse=glimpse(request.user.pk))
    context: dict[str, Any] = listing.shell(viewer, queues.glance(viewer), "") | {
        "rows": [row(dossier, viewer) for dossier in searching.open_first(found)],
        "columns": drawn(DEFAULT, get_language() or "vi"),
        "heads": drawing.heads(DEFAULT, "", "", get_language()),
        "kind": describe(stored["kind"]),
        "is_name": stored["kind"] == "name",
        "has_more": len(stored["ids"]) > MOST,
        "most": MOST,
    }
    return render(request, "dossiers/officer/found.html", context)


def describe(kind: str) -> str:
    """What was looked for, without the value itself."""
    names = {"code": _("dossier code"), "number": _("identity number or tax code"), "phone": _("telephone number")}
    return names.get(kind, _("name"))
