"""The person's own data."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import services
from accounts.forms import ChangePasswordForm, ChangePhoneForm, ProfileForm
from accounts.models import OneTimeCode, Person
from accounts.requests import PersonRequest
from accounts.views.citizen import codes
from accounts.views.citizen.register import taken_text
from accounts.views.citizen.sign_in import safe_next
from common import units

STEP = codes.Step(
    OneTimeCode.Purpose.CHANGE_PHONE, "accounts:change_phone", "accounts:change_phone_code", "accounts:profile"
)
PAGES = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@require_safe
def profile(request: PersonRequest) -> HttpResponse:
    """What the portal knows of me, and where each thing comes from."""
    person = Person.objects.filter(user=request.user).first()
    context = {
        "person": person,
        "address": units.address_line(person.address) if person else "",
        "organisations": services.represented(request.user, at=timezone.now()),
    }
    return render(request, "accounts/profile.html", context)


@login_required
@PAGES
def edit_profile(request: PersonRequest) -> HttpResponse:
    """Change what is mine to change; identity that was established stays locked."""
    person = Person.objects.filter(user=request.user).first()
    form = ProfileForm(request.POST or None, person=person, initial=_initial(request, person))
    if form.asks_for_communes:
        form.without_errors()
    elif request.method == "POST" and form.is_valid() and _saved(request, form):
        messages.success(request, _("Your data are saved."))
        return redirect(safe_next(request) or "accounts:profile")
    context = {"form": form, "person": person, "next": safe_next(request)}
    return render(request, "accounts/profile_edit.html", context)


def _initial(request: PersonRequest, person: Person | None) -> dict[str, object]:
    own: dict[str, object] = {"full_name": request.user.full_name, "language": request.user.language}
    if person:
        own |= {"full_name": person.full_name, "birth_date": person.birth_date, "sex": person.sex}
        own |= {"email": person.email, **person.address}
    return own


def _saved(request: PersonRequest, form: ProfileForm) -> bool:
    try:
        services.update_person(request.user, form.details, actor=request.user, language=form.cleaned_data["language"])
    except services.IdentityTaken:
        form.add_error("national_id", taken_text())
        return False
    return True


@login_required
@sensitive_post_parameters("password")
@PAGES
def change_phone(request: PersonRequest) -> HttpResponse:
    """Step 1: the new phone and the password."""
    form = ChangePhoneForm(request.POST or None, account=request.user)
    return codes.ask_page(request, STEP, form, "accounts/change_phone.html")


@login_required
@PAGES
def change_phone_code(request: PersonRequest) -> HttpResponse:
    """Step 2: the code sent to the new phone; the right one changes the number at once."""

    def change(code: OneTimeCode) -> None:
        services.change_phone(request.user, code=code, actor=request.user, at=timezone.now())
        messages.success(request, _("Your new mobile number is saved."))

    return codes.enter_page(request, STEP, "accounts/change_phone_code.html", on_proof=change)


@login_required
@sensitive_post_parameters()
@PAGES
def change_password(request: PersonRequest) -> HttpResponse:
    """A new password; every other session of the account ends."""
    form = ChangePasswordForm(request.POST or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        services.change_password(request.user, password=form.cleaned_data["new_password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password is set. Other devices are signed out."))
        return redirect("accounts:profile")
    return render(request, "accounts/change_password.html", {"form": form})
