"""Organisations the person acts for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import OrganisationForm
from accounts.models import Representation
from accounts.requests import PersonRequest


@login_required
@require_safe
def organisations(request: PersonRequest) -> HttpResponse:
    """My organisations, with whether anybody has compared them with the register."""
    mine = Representation.objects.filter(user=request.user).valid_on(timezone.localdate())
    context = {"representations": mine.select_related("organisation").order_by("organisation__sort_key", "pk")}
    return render(request, "accounts/organisations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_organisation(request: PersonRequest) -> HttpResponse:
    """Declare an organisation by its tax code."""
    form = OrganisationForm(request.POST or None, initial={"representative": request.user.full_name})
    if form.asks_for_communes:
        form.without_errors()
    elif request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.add_own_organisation(
            request.user,
            tax_code=data["tax_code"],
            name=data["name"],
            address=form.address,
            representative=data["representative"],
            at=timezone.now(),
        )
        messages.success(request, _("The organisation is on your list. Nobody has compared it with the register yet."))
        return redirect("accounts:organisations")
    return render(request, "accounts/organisation_add.html", {"form": form})


@login_required
@require_POST
def end_organisation(request: PersonRequest, pk: int) -> HttpResponse:
    """I no longer act for this organisation."""
    mine = Representation.objects.filter(user=request.user).valid_on(timezone.localdate())
    services.end_representation(get_object_or_404(mine, pk=pk), actor=request.user, at=timezone.now())
    messages.success(request, _("You no longer act for this organisation. Dossiers filed before stay as they are."))
    return redirect("accounts:organisations")
