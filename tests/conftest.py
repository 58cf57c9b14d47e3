"""What every test stands on: the real database with its two roles, reference data loaded once, a fixed cast."""

import os
from collections.abc import Iterator

import pgtrigger
import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from tests.chromium import chromium  # noqa: F401
from tests.sandbox_process import outside_world, portal_ear, sandbox  # noqa: F401
from tests.template_database import drop, make

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the thread of the tests


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: object) -> Iterator[None]:
    """Each xdist worker has a database and a Redis prefix of its own."""
    from django.conf import settings

    from tests import committed

    suffix = getattr(request.config, "workerinput", {}).get("workerid", "")
    if suffix:
        settings.CACHES["default"]["KEY_PREFIX"] = f"{settings.REDIS_PREFIX}-{suffix}"
        settings.CACHES["desk"]["KEY_PREFIX"] = f"{settings.REDIS_PREFIX}-{suffix}:desk"
    name = f"test_{settings.DATABASES['default']['NAME']}{suffix and '_' + suffix}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        base = make(name)
        committed.remember()
    yield  # blocked again: a test without the mark that asks the database fails wherever it runs
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        drop(name, base)


def _empty(self: TransactionTestCase) -> None:
    """Empty everything but the reference data; the guards of the database are told to look away, as its owner may."""
    from tests import committed

    with pgtrigger.ignore(), transaction.atomic():
        committed.empty()


TransactionTestCase._fixture_teardown = _empty  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def addresses() -> None:
    """The map of addresses depends on the mode and is read once: before any test changes a setting."""
    import portal.urls  # noqa: F401


@pytest.fixture
def as_app() -> Iterator[None]:
    """Run the test with the rights of the application's database role."""
    from django.conf import settings

    role = connection.ops.quote_name(settings.DB_APP_ROLE)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """Every test starts in the default language, whatever a request of an earlier test switched to."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield
