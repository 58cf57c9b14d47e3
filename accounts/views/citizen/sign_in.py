"""Signing in and out."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import SignInForm
from accounts.models import User
from accounts.services import begin_session, end_session
from accounts.services.sessions import ENDED
from common.api.problems import PREFIX, plain_response


def safe_next(request: HttpRequest) -> str:
    """The `next` address when it lies on this very site, otherwise an empty text."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    return target if _is_own(request, target) else ""


def _is_own(request: HttpRequest, target: str) -> bool:
    return (
        target.startswith("/")
        and not target.startswith("//")
        and url_has_allowed_host_and_scheme(
            target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    )


def in_language(path: str, language: str) -> str:
    """The same page of this site in another language: Vietnamese has no prefix, English is under /en/."""
    plain = path.removeprefix("/en") if path == "/en" or path.startswith("/en/") else path
    return (plain or "/") if language == settings.LANGUAGE_CODE else f"/{language}{plain}"


def home_of(user: User) -> str:
    """Where a person goes after signing in, in the page's language."""
    path = settings.HOME_PAGES.get(user.kind, settings.LOGIN_REDIRECT_URL)
    return in_language(path, translation.get_language() or settings.LANGUAGE_CODE)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by phone, identity number or user name with the password."""
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request) or home_of(request.user))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            begin_session(request, user)
            return HttpResponseRedirect(safe_next(request) or home_of(user))
        form.add_error(None, _("The name or the password is not right. Please check both."))
    return _sign_in_page(request, form)


def _sign_in_page(request: HttpRequest, form: SignInForm) -> HttpResponse:
    context = {"form": form, "next": safe_next(request), "ended": request.session.get(ENDED)}
    context["idle_minutes"] = settings.IDLE_MINUTES["citizen"]
    return render(request, "accounts/sign_in.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the way back does not show anything any more (pages are never stored)."""
    end_session(request)
    messages.success(request, _("You have signed out."))
    return HttpResponseRedirect(in_language("/", translation.get_language() or settings.LANGUAGE_CODE))


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Too many failed sign-ins: how long to wait, and the way in by a code (called by django-axes)."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if request.path.startswith(PREFIX):
        answer = plain_response(429, detail=_("Too many failed sign-ins"))
    else:
        context = {"minutes": seconds // 60, "has_errors": True}
        answer = render(request, "accounts/locked_out.html", context, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The same page in the other language; remembered on the account and in a cookie."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    # "/en//evil.example" is ours, what is left of it without the prefix is not: check what is sent, too.
    target = in_language(safe_next(request) or "/", language)
    response = HttpResponseRedirect(target if _is_own(request, target) else "/")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=31536000, samesite="Lax")
    return response
