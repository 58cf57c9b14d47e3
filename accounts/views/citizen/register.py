"""Opening an account: phone, code, then who you are. Known and unknown phones get the same pages."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms import PhoneForm, RegisterForm
from accounts.models import OneTimeCode
from accounts.services import IdentityTaken, begin_session
from accounts.services import register as open_by_code
from accounts.views.citizen import codes
from accounts.views.citizen.sign_in import home_of
from common import identifiers, limits

STEP = codes.Step(
    OneTimeCode.Purpose.REGISTER, "accounts:register", "accounts:register_code", "accounts:register_details"
)
PAGES = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@PAGES
def register(request: HttpRequest) -> HttpResponse:
    """Step 1: the phone."""
    form = PhoneForm(request.POST or None, initial=_typed_before(request))
    return codes.ask_page(request, STEP, form, "accounts/register.html")


def _typed_before(request: HttpRequest) -> dict[str, str]:
    if not request.session.session_key:
        return {}
    code = codes.asked(request, STEP)
    return {"phone": identifiers.display_phone(code.phone)} if code else {}


@never_cache
@PAGES
def register_code(request: HttpRequest) -> HttpResponse:
    """Step 2: the code."""
    return codes.enter_page(request, STEP, "accounts/register_code.html")


@never_cache
@sensitive_post_parameters()
@PAGES
def register_details(request: HttpRequest) -> HttpResponse:
    """Step 3: who you are, and a password."""
    code = codes.proof(request, STEP)
    if code is None:
        return redirect(STEP.ask)
    form = RegisterForm(request.POST or None)
    if form.asks_for_communes:
        form.without_errors()
    elif request.method == "POST" and form.is_valid():
        answer = _opened(request, code, form)
        if answer:
            return answer
    return render(request, "accounts/register_details.html", {"form": form, "phone": code.phone})


def _opened(request: HttpRequest, code: OneTimeCode, form: RegisterForm) -> HttpResponse | None:
    # Few tries a phone: this page tells whether an identity number has an account.
    if not limits.hit("register", code.phone_index, limit=10, window=timedelta(hours=1)):
        form.add_error(None, _("Too many tries with this phone. Please try again in an hour."))
        return None
    try:
        user = open_by_code(
            code=code,
            details=form.details,
            password=form.cleaned_data["new_password"],
            language=(translation.get_language() or "vi")[:2],
            at=timezone.now(),
        )
    except IdentityTaken:
        form.add_error("national_id", taken_text())
        return None
    except ValueError:
        return redirect("accounts:sign_in")
    begin_session(request, user)
    messages.success(request, _("Your account is open."))
    for warning in identifiers.national_id_warnings(
        form.details.national_id, birth_date=form.details.birth_date, sex=form.details.sex
    ):
        messages.warning(request, warning)
    return HttpResponseRedirect(home_of(user))


def taken_text() -> str:
    """What to do when the identity number already has an account."""
    return _(
        "This identity number already has an account. If it is yours, use “Forgotten password”. "
        "If not, bring your identity card to the one-stop counter."
    )
