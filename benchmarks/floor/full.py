"""Sessions, CSRF, sign-in, locale, messages, a form of ten fields, two event rows, templates with inheritance."""

import secrets
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from benchmarks.floor.models import Dossier, Event


class FilingForm(forms.Form):
    """Ten fields of the usual kinds."""

    name = forms.CharField(max_length=100)
    number = forms.RegexField(r"^\d{12}$")
    born = forms.DateField()
    phone = forms.RegexField(r"^0\d{9}$")
    email = forms.EmailField(required=False)
    province = forms.ChoiceField(choices=[("20", "Lạng Sơn"), ("01", "Hà Nội")])
    line = forms.CharField(max_length=200)
    procedure = forms.CharField(max_length=60)
    copies = forms.IntegerField(min_value=1, max_value=50)
    consent = forms.BooleanField()


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Twenty rows by keyset, as a page."""
    due, number = datetime.fromisoformat(request.GET["due"]), int(request.GET["after"])
    found = Dossier.objects.filter(agency=1, state="open", due_at__gte=due).exclude(Q(due_at=due) & Q(id__lte=number))
    return render(request, "floor/list.html", {"rows": found.order_by("due_at", "id")[:20]})


@login_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier with its events, as a page."""
    dossier = get_object_or_404(Dossier, code=code)
    return render(request, "floor/show.html", {"dossier": dossier, "events": dossier.event_set.order_by("seq")})


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """The form; one dossier and two events."""
    form = FilingForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "floor/form.html", {"form": form})
    with transaction.atomic():
        dossier = Dossier.objects.create(
            code=f"N-{secrets.token_hex(8)}", state="open", agency=1, due_at=timezone.now() + timedelta(days=9),
            applicant=form.cleaned_data["name"], procedure=form.cleaned_data["procedure"], version=1, data={"a": 1},
        )  # fmt: skip
        for seq, name in ((1, "filed"), (2, "quoted")):
            Event.objects.create(dossier=dossier, seq=seq, name=name, at=timezone.now())
    messages.success(request, _("Saved"))
    return redirect(f"/show/{dossier.code}/")


@login_required
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Lock, update, two events."""
    with transaction.atomic():
        dossier = get_object_or_404(Dossier.objects.select_for_update(), code=code)
        dossier.version += 1
        dossier.save(update_fields=["version"])
        for offset, name in enumerate(("moved", "told")):
            Event.objects.create(dossier=dossier, seq=dossier.version * 10 + offset, name=name, at=timezone.now())
    messages.success(request, _("Saved"))
    return redirect("/list/")


urlpatterns = [
    path("list/", listing),
    path("show/<str:code>/", show),
    path("create/", create),
    path("move/<str:code>/", move),
]
