"""The world of rights and pages: built once for a module, every change thrown away."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.portal.world import World, build


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """Needs `pytestmark = pytest.mark.django_db`; built in a transaction that is rolled back after the module."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer:
            try:
                yield build()
            finally:
                transaction.set_rollback(True)
