"""The OpenAPI document is true: whatever it allows to be sent gets an answer that it describes, and never a server error."""

import random
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dossiers.services import performing
from portal.wsgi import application
from tests.api.calls import token_of
from tests.portal.conftest import world  # noqa: F401 - a fixture
from tests.portal.world import World

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
EXAMPLES = 4
PERSONAS = ("nobody", "citizen", "officer")


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The calls run in the transaction of the test, as Django's own test client lets them."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits are tested elsewhere; a refusal must not spoil the transaction of the test."""
    real = transaction.atomic

    class Shim:
        atomic = staticmethod(lambda savepoint=True: real())
        set_rollback = staticmethod(transaction.set_rollback)

    monkeypatch.setattr(performing, "transaction", Shim)
    monkeypatch.setattr(settings, "API_CALLS_PER_MINUTE", 10**9)
    monkeypatch.setattr(settings, "API_DOORS_PER_HOUR", {"token": 10**9, "register": 10**9, "track": 10**9})
    monkeypatch.setattr("dossiers.views.citizen.lookup.within_limits", lambda request, code: True)


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", app=application)
    for found in schema.get_all_operations():
        yield found.ok()


def headers_of(persona: str, world: World) -> dict[str, str]:  # noqa: F811
    user = {"citizen": world.users["owner"], "officer": world.users["receiving"]}.get(persona)
    return {"Authorization": f"Bearer {token_of(user)}"} if user else {}


def real_things(world: World, chance: random.Random) -> dict[str, str]:  # noqa: F811
    """Things that exist, so that calls go deeper than 404."""
    dossier = chance.choice([world.draft, world.unpaid, world.new, world.asked, world.finished])
    return {
        "ref": dossier.code or str(dossier.public_id),
        "code": dossier.procedure.code,
        "file": str(world.file_of(dossier)),
    }


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_call_the_document_allows_gets_an_answer_the_document_describes(persona: str, world: World):  # noqa: F811
    headers, chance, counted = headers_of(persona, world), random.Random(persona), 0
    wrong: list[str] = []
    for operation in operations():

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
        )  # fmt: skip
        def call(case: Any) -> None:
            nonlocal counted
            counted += 1
            if chance.random() < 0.8:
                known = real_things(world, chance)
                case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
            case.headers.pop("Idempotency-Key", None) if case.headers else None
            with transaction.atomic():
                case.call_and_validate(headers=headers, checks=CHECKS)
                transaction.set_rollback(True)

        try:
            call()
        except Exception as error:
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)[:8000]
    assert counted > 150


def test_the_document_names_every_operation_once_and_says_what_it_is():
    ids = [operation.definition.raw["operationId"] for operation in operations()]
    assert len(ids) == len(set(ids)) > 50
    assert all(operation.definition.raw["summary"] for operation in operations())
