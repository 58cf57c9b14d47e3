"""Two taps: how it went, send. Reached from the dossier and from the notice of the result."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.errors import Invalid
from dossiers.forms.counter import FACES, RatingForm
from dossiers.models import Dossier, Rating
from dossiers.services import ratings
from dossiers.views.citizen import access
from procedures.presenting import say
from procedures.services import content_of


@access.page
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """The five answers and a comment; the same page changes them for a week."""
    dossier = access.dossier_of(request, code)
    known = Rating.objects.filter(dossier=dossier).first()
    if request.method != "POST" and known is None and not ratings.may_rate(dossier, None, at=timezone.now()):
        raise Http404
    form = RatingForm(request.POST or None, initial=_initial(known))
    if request.method == "POST" and form.is_valid() and _rated(request, dossier, form):
        messages.success(request, _("Thank you. Your answer is kept; you can change it for seven days."))
        return redirect("dossiers:dossier", dossier.code)
    context = {
        "dossier": dossier,
        "title": say(content_of(dossier.procedure_version_id).title),
        "form": form,
        "rating": known,
        "may_rate": ratings.may_rate(dossier, known, at=timezone.now()),
    }
    return render(request, "dossiers/citizen/rate.html", context, status=422 if form.errors else 200)


def _initial(known: Rating | None) -> dict[str, Any]:
    return {"score": known.score, "comment": known.comment} if known else {}


def _rated(request: HttpRequest, dossier: Dossier, form: RatingForm) -> bool:
    values = form.cleaned_data
    try:
        ratings.rate(dossier.pk, user=access.person(request), score=values["score"], comment=values["comment"])
    except Invalid as refused:
        form.add_error("score", str(refused))
        return False
    return True


def box(dossier: Dossier) -> dict[str, Any] | None:
    """What the dossier's page shows: the form, or the answer given; None before the result."""
    known = Rating.objects.filter(dossier=dossier).first()
    may_rate = ratings.may_rate(dossier, known, at=timezone.now())
    if known is None and not may_rate:
        return None
    words = dict(FACES).get(str(known.score), "") if known else ""
    return {
        "rating": known,
        "words": words,
        "may_rate": may_rate,
        "form": RatingForm(initial=_initial(known), auto_id="id_rating_%s"),
    }
