"""Fixtures of the tests about money."""

from collections.abc import Iterator

import pytest

from common import outbox
from tests.payments.fees_cast import MINE, Paying, paying, with_reactions


@pytest.fixture(autouse=True)
def money_reacts() -> Iterator[None]:
    """The reactions of payments are in force."""
    before = outbox.registered()
    outbox.register(with_reactions(MINE))
    yield
    outbox.register(before)


@pytest.fixture
def due(db: None) -> Paying:
    """A dossier that waits for its prepaid fee."""
    return paying()
