"""The forgotten password: phone, code, then which account and the new password."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import PhoneForm, ResetForm
from accounts.models import OneTimeCode, User
from accounts.services import set_password_by_code
from accounts.services.passwords import account_of_proof
from accounts.views.citizen import codes
from common import limits

STEP = codes.Step(OneTimeCode.Purpose.RESET, "accounts:reset", "accounts:reset_code", "accounts:reset_password")
PAGES = require_http_methods(["GET", "HEAD", "POST"])


def _has_account(phone: str) -> bool:
    return User.objects.by_phone(phone).exists()


@never_cache
@PAGES
def reset(request: HttpRequest) -> HttpResponse:
    """Step 1: the phone. A phone without account gets the same page and no message."""
    form = PhoneForm(request.POST or None)
    return codes.ask_page(request, STEP, form, "accounts/reset.html", is_known=_has_account)


@never_cache
@PAGES
def reset_code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code."""
    return codes.enter_page(request, STEP, "accounts/reset_code.html")


@never_cache
@sensitive_post_parameters()
@PAGES
def reset_password(request: HttpRequest) -> HttpResponse:
    """Step 3: whose account, and the new password."""
    code = codes.proof(request, STEP)
    if code is None:
        return redirect(STEP.ask)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set(code, form):
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:sign_in")
    return render(request, "accounts/reset_password.html", {"form": form})


def _set(code: OneTimeCode, form: ResetForm) -> bool:
    if not limits.hit("reset", code.phone_index, limit=5, window=timedelta(hours=1)):
        form.add_error(None, _("Too many tries with this phone. Please try again in an hour."))
        return False
    user = account_of_proof(code, form.cleaned_data["name"])
    if user is None:
        form.add_error("name", _("No account with this phone has that number or name. Please check it."))
        return False
    set_password_by_code(user, code=code, password=form.cleaned_data["new_password"], at=timezone.now())
    return True
