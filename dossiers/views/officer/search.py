"""Search of the desk: a pasted code opens its dossier; names, phones and identity numbers never stand in an address.

The session keeps the ids that were found, not what was typed.
"""

import re
import secrets
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.models import Agency
from common.cache import for_a_moment
from common.crypto import blind_index
from common.text import clean, fold
from dossiers import queues
from dossiers.models import Result
from dossiers.querysets import DossierQuerySet
from dossiers.queues.columns import DEFAULT, drawn
from dossiers.queues.looking import glimpse
from dossiers.queues.paging import RELATED
from dossiers.services.parties import NATIONAL_ID_CONTEXT
from dossiers.views.officer import drawing, listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import row
from dossiers.workflow import OPEN

FOREIGN_CODE = re.compile(r"(?=.*\d)\S{4,60}")  # in the software of an agency that decides elsewhere
CODE = re.compile(r"^[A-Z]\d{1,3}(?:\.\d+)*-\d{6}-\d{4,}$")
CODE_INSIDE = re.compile(r"[A-Z]\d{1,3}(?:\.\d+)*-\d{6}-\d{4,}")
RESULT_ADDRESS = re.compile(r"/xac-thuc/([\w-]{8,24})/?$")
SHORT_CODE = re.compile(r"^\d{6}-\d{4,}$")
STORED = "desk_searches"
KEPT_SEARCHES, MOST = 10, 50


@officers_only
@require_POST
def officer_search(request: PersonRequest) -> HttpResponse:
    """Open the dossier of a pasted code, else keep the ids found and show them under a search id."""
    viewer = queues.viewer_of(request.user, timezone.now())
    text = clean(request.POST.get("q", ""))[:300]
    found, kind = _find(queues.base(viewer), text)
    ids = list(_open_first(found).values_list("pk", flat=True)[: MOST + 1])
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
        "rows": [row(dossier, viewer) for dossier in _open_first(found)],
        "columns": drawn(DEFAULT, get_language() or "vi"),
        "heads": drawing.heads(DEFAULT, "", "", get_language()),
        "kind": describe(stored["kind"]),
        "has_more": len(stored["ids"]) > MOST,
        "most": MOST,
    }
    return render(request, "dossiers/officer/found.html", context)


def _open_first(found: DossierQuerySet) -> DossierQuerySet:
    is_open = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(is_open, "-id")


def _find(found: DossierQuerySet, text: str) -> tuple[DossierQuerySet, str]:
    """The dossiers a text may mean, and what it was taken for: code, phone, number or name. Each by an index of its own."""
    by_code = _by_code(found, text)
    if by_code is not None:
        return by_code, "code"
    plain = re.sub(r"[\s.]", "", text)
    digits = plain.removeprefix("+")
    if digits.isdigit() and len(digits) == 12:
        return found.filter(party__national_id_index=blind_index(digits, context=NATIONAL_ID_CONTEXT)), "number"
    if re.fullmatch(r"[1-9]\d{9}|\d{10}-\d{3}", plain):  # ten digits from 0 may be a telephone as well: below
        return found.filter(party__tax_code=plain), "number"
    if digits.isdigit() and len(digits) >= 9:
        phone = "+84" + digits.removeprefix("84").removeprefix("0")
        return found.filter(Q(party__phone=phone) | Q(party__tax_code=digits)), "phone"
    if FOREIGN_CODE.fullmatch(text) and (foreign := found.filter(elsewhere_code=text)).exists():
        return foreign, "code"
    return _by_name(found, text), "name"


def _by_code(found: DossierQuerySet, text: str) -> DossierQuerySet | None:
    """A code as it is pasted, scanned from the bars of a receipt or from a QR, or its end; None for anything else."""
    if "://" in text:
        return _by_address(found, text)
    if CODE.match(text.upper()):
        return found.filter(Q(code=text.upper()) | Q(external_code=text.upper()) | Q(elsewhere_code=text))
    if SHORT_CODE.match(text):
        return found.filter(code__in=[f"{agency}-{text}" for agency in _agency_codes()])
    return None


def _by_address(found: DossierQuerySet, text: str) -> DossierQuerySet:
    """A QR of our papers, scanned as if typed: it holds the dossier's code, or the long code of a result."""
    if code := CODE_INSIDE.search(text.upper()):
        return found.filter(code=code[0])
    result = RESULT_ADDRESS.search(text)
    return (
        found.filter(pk__in=Result.objects.filter(verify_code=result[1]).values("dossier")) if result else found.none()
    )


@for_a_moment
def _agency_codes() -> list[str]:
    """What may stand in front of a code: the counters of the province. All together on the index of codes."""
    return list(Agency.objects.values_list("code", flat=True))


def _by_name(found: DossierQuerySet, text: str) -> DossierQuerySet:
    """Every word of the name, diacritics and case ignored, in any order; served by the trigram index."""
    words = [word for word in fold(text).split() if len(word) > 1][:6]
    if not words:
        return found.none()
    for word in words:
        found = found.filter(party__folded_name__contains=word)
    return found


def describe(kind: str) -> str:
    """What was looked for, without the value itself."""
    names = {"code": _("dossier code"), "number": _("identity number or tax code"), "phone": _("telephone number")}
    return names.get(kind, _("name"))
