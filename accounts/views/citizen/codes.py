"""The two pages every use of a code shares: the phone, then the six digits."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.clients import client_network
from accounts.forms import CodeForm
from accounts.models import OneTimeCode
from accounts.services import CodeRefused, binding, issue_code, proven, verify_code
from accounts.services.sessions import CODES


@dataclass(frozen=True)
class Step:
    """Which use of a code this is, and the names of its three pages."""

    purpose: str
    ask: str
    enter: str
    then: str


def send(request: HttpRequest, step: Step, phone: str, *, is_sent: bool = True) -> None:
    """Issue a code for this session and remember which one; raises CodeRefused."""
    code = issue_code(
        phone=phone,
        purpose=step.purpose,
        binding=binding(request),
        network=client_network(request),
        language=(translation.get_language() or "vi")[:2],
        at=timezone.now(),
        is_sent=is_sent,
    )
    request.session[CODES] = request.session.get(CODES, {}) | {step.purpose: str(code.public_id)}


def ask_page(
    request: HttpRequest, step: Step, form: forms.Form, template: str, *, is_known: Callable[[str], bool] | None = None
) -> HttpResponse:
    """The page that asks for the phone. With `is_known`, unknown phones get the same answer but no message."""
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            send(request, step, phone, is_sent=is_known is None or is_known(phone))
        except CodeRefused as refusal:
            form.add_error(None, refusal_text(refusal))
        else:
            return redirect(step.enter)
    return render(request, template, {"form": form})


def refusal_text(refusal: CodeRefused) -> str:
    """Why no code was sent and what to do."""
    if refusal.reason == "budget":
        return _("Very many messages are being sent at the moment. Please try again in an hour.")
    return _("Too many codes were asked for. Wait a minute; after 5 codes, wait an hour, then try again.")


def asked(request: HttpRequest, step: Step) -> OneTimeCode | None:
    """The code this session asked for last."""
    public_id = request.session.get(CODES, {}).get(step.purpose, "")
    return OneTimeCode.objects.of(public_id=public_id, purpose=step.purpose, binding=binding(request))


def proof(request: HttpRequest, step: Step) -> OneTimeCode | None:
    """The proof of a phone this session holds for this purpose."""
    public_id = request.session.get(CODES, {}).get(step.purpose, "")
    return proven(public_id=public_id, purpose=step.purpose, binding=binding(request), at=timezone.now())


def enter_page(
    request: HttpRequest, step: Step, template: str, *, on_proof: Callable[[OneTimeCode], None] | None = None
) -> HttpResponse:
    """The page that asks for the six digits; `on_proof` is called once, with the proven code."""
    code = asked(request, step)
    if code is None:
        return redirect(step.ask)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _verified(request, step, code, form.cleaned_data["code"]):
            if on_proof:
                on_proof(code)
            return redirect(step.then)
        form.add_error("code", _("This code is not right or no longer valid. Check it, or ask for a new one."))
    context = {"form": form, "phone": code.phone, "ask": reverse(step.ask)}
    return render(request, template, context)


def _verified(request: HttpRequest, step: Step, code: OneTimeCode, digits: str) -> bool:
    public_id = str(code.public_id)
    return verify_code(
        public_id=public_id, digits=digits, purpose=step.purpose, binding=binding(request), at=timezone.now()
    )
