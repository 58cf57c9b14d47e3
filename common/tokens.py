"""The token of a page's forms, masked and unmasked by a table of sums.

Django looks up each of its 64 letters by walking through the alphabet, on every page that has a form and at every act. What is
made is the same: a mask drawn anew, and the secret added to it letter by letter, so that a page's compressed length tells
nothing of the secret.
"""

from operator import add
from typing import Any

from django.middleware import csrf

from common.crypto import random_text

_module: Any = csrf  # its stubs leave out what is not for everybody
LETTERS: str = _module.CSRF_ALLOWED_CHARS
LENGTH: int = _module.CSRF_SECRET_LENGTH
_numbered = list(enumerate(LETTERS))
_SUMS = {one + other: LETTERS[(n + m) % len(LETTERS)] for n, one in _numbered for m, other in _numbered}
_DIFFERENCES = {one + other: LETTERS[n - m] for n, one in _numbered for m, other in _numbered}
django_mask, django_unmask = _module._mask_cipher_secret, _module._unmask_cipher_token


def mask(secret: str) -> str:
    """The secret as a form carries it: another text each time."""
    drawn = random_text(LENGTH, LETTERS)
    return drawn + "".join(map(_SUMS.__getitem__, map(add, secret, drawn)))


def unmask(token: str) -> str:
    """The secret in a form's token, whose letters Django has looked at before."""
    return "".join(map(_DIFFERENCES.__getitem__, map(add, token[LENGTH:], token[:LENGTH])))


def mask_quickly() -> None:
    """From now on in this process."""
    _module.get_random_string = random_text
    _module._mask_cipher_secret, _module._unmask_cipher_token = mask, unmask
