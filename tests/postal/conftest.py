"""Fixtures of the tests about the post."""

from collections.abc import Iterator

import pytest

from common import outbox
from tests.payments.fees_cast import drain, with_reactions
from tests.postal.post_cast import MINE, Posted, resolved


@pytest.fixture(autouse=True)
def post_reacts() -> Iterator[None]:
    """The reactions of postal are in force."""
    before = outbox.registered()
    outbox.register(with_reactions(MINE))
    yield
    outbox.register(before)


@pytest.fixture
def posted(db: None) -> Posted:
    """A resolved dossier with a registered parcel."""
    found = resolved()
    drain()
    return found
