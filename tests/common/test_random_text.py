"""The mask of a form's token: drawn at once, fair, and believed by Django."""

import secrets
from collections import Counter

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.test import RequestFactory

from common import tokens
from common.crypto import random_text

LETTERS = csrf.CSRF_ALLOWED_CHARS


def test_it_is_as_long_as_asked_and_of_the_letters_allowed() -> None:
    for length in (0, 1, 32, 500):
        text = random_text(length, LETTERS)
        assert len(text) == length and set(text) <= set(LETTERS)


def test_no_letter_comes_oftener_than_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte once: of 256 the eight that would favour the first letters are left out, the others fall on four a letter."""
    monkeypatch.setattr(secrets, "token_bytes", lambda count: bytes(range(256)))
    assert Counter(random_text(248, LETTERS)) == dict.fromkeys(LETTERS, 4)


def test_it_goes_on_when_too_few_bytes_were_fair(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([bytes([255, 250, 0, 249]), bytes([1, 255, 1, 1])])
    monkeypatch.setattr(secrets, "token_bytes", lambda count: next(drawn))
    assert random_text(2, LETTERS) == "ab"


def test_what_is_masked_here_django_reads_and_the_other_way_round() -> None:
    for _round in range(50):
        secret = random_text(tokens.LENGTH, LETTERS)
        assert tokens.django_unmask(tokens.mask(secret)) == secret == tokens.unmask(tokens.django_mask(secret))
        assert tokens.unmask(tokens.mask(secret)) == secret
    assert tokens.django_mask is not tokens.mask and tokens.django_unmask is not tokens.unmask


def _asked(token: str, secret: str) -> HttpRequest:
    request = RequestFactory().post("/", {"csrfmiddlewaretoken": token})
    request.COOKIES["csrftoken"] = secret
    return request


def test_tokens_of_this_process_are_masked_so_and_believed() -> None:
    assert csrf.get_random_string is random_text  # type: ignore[attr-defined]
    page = RequestFactory().get("/")
    first, second = csrf.get_token(page), csrf.get_token(page)
    assert first != second  # masked anew: what a page compresses to tells nothing of the secret
    check = csrf.CsrfViewMiddleware(lambda request: HttpResponse())
    for token, answer in ((first, None), (second, None), (first[:-1] + ("a" if first[-1] != "a" else "b"), 403)):
        request = _asked(token, page.META["CSRF_COOKIE"])
        check.process_request(request)
        found = check.process_view(request, lambda request: HttpResponse(), (), {})
        assert (found.status_code if found else None) == answer
