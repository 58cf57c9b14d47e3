"""Sentences are compared in English here; that every one has its Vietnamese is tested apart."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """English sentences, so that a change of wording in the translation breaks no rule."""
    with translation.override("en"):
        yield
