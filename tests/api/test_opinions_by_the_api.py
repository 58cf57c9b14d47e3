"""Asking for an opinion through the API: the same service and the same rights as the pages."""

import pytest
from django.test import Client

from agencies.models import Agency
from dossiers.models import Consultation, Dossier
from dossiers.services import results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.api.calls import token_of
from tests.dossiers.consulting_cast import AT, QUESTION, examined

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast.make_cast()


def call(user, dossier, name: str = "", **data):
    client = Client(headers={"authorization": f"Bearer {token_of(user)}"})
    address = f"/api/v1/dossiers/{dossier.code}/"
    return (
        client.post(f"{address}actions/{name}/", data, content_type="application/json") if name else client.get(address)
    )


def question_to_sct(dossier: Dossier) -> dict[str, object]:
    """What a program sends to ask the department of industry."""
    agency = Agency.objects.get(key="sct").code
    limit = {"limit_amount": 3, "limit_unit": "working_day"}
    return {"version": dossier.version, "agency": agency, "question": QUESTION} | limit


def test_an_officer_asks_sees_and_takes_the_question_back(people):
    dossier = examined(people)
    sent = question_to_sct(dossier)
    assert call(people.bao, dossier, "consult", **sent | {"agency": "H37.99"}).status_code == 422
    assert call(people.bao, dossier, "consult", **sent).status_code == 200
    (shown,) = call(people.bao, dossier).json()["opinions"]
    assert (shown["agency"]["code"], shown["outcome"], shown["question"]) == (sent["agency"], "", QUESTION)
    back = {"version": dossier.version + 1, "consultation": shown["id"], "reason": "Đã đủ căn cứ"}
    assert call(people.cuong, dossier, "recall_consultation", **back).status_code == 200
    assert Consultation.objects.get().outcome == "recalled"


def test_the_agency_that_is_asked_sees_no_dossier_through_the_api(people):
    dossier = examined(people)
    call(people.bao, dossier, "consult", **question_to_sct(dossier))
    assert call(people.giang, dossier).status_code == 404
    assert call(people.giang, dossier, "forward", version=dossier.version + 1).status_code == 404


def test_nobody_signs_over_an_open_opinion_unawares_through_the_api_either(people):
    dossier = examined(people)
    call(people.bao, dossier, "consult", **question_to_sct(dossier))
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    version = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier.version
    refused = call(people.dung, dossier, "sign_result", version=version)
    assert refused.status_code == 422 and "without_opinions" in refused.json()["errors"]
    assert call(people.dung, dossier, "sign_result", version=version, without_opinions=True).status_code == 200
    assert Dossier.objects.get(pk=dossier.pk).result_state == "signed"
