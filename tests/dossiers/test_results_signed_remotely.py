"""Results signed by a key at a remote service: one authorisation for a whole list, every refusal in words."""

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import override

from documents.signing import SigningUnavailable, sentence, verify_pdf
from dossiers.models import Dossier, Result, ResultBatch
from dossiers.services import batches, routing
from tests import cast
from tests.dossiers.results_cast import PIN, client_of, give_pin, run_worker, several, shown, states, ticked
from tests.sandbox_process import outside_world, sandbox, signing_service  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
SIGNING = "/can-bo/ky/"


@pytest.fixture
def people(signing_service):  # noqa: F811
    found = cast.make_cast()
    give_pin(found.dung)
    return found


def authorised(people, dossiers):
    lines = [shown(dossier, people.dung) for dossier in dossiers]
    return batches.authorise(people.dung, pin=PIN, chosen=lines, at=timezone.now())


def drafted(dossiers) -> int:
    return Dossier.objects.filter(pk__in=[one.pk for one in dossiers], result_state="drafted").count()


def test_a_list_is_signed_under_one_authorisation_and_sealed_by_another_key(people, signing_service):  # noqa: F811
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    run_worker()
    assert states(batch) == ["done"] * 4
    (opened,) = signing_service.book("csc")["authorisations"]
    assert (opened["signatures"], opened["used"]) == (4, 4)
    clerk = client_of(people.en)
    lines = [f"{one.pk}:{one.version}:" for one in Dossier.objects.filter(pk=dossiers[0].pk)]
    clerk.post("/can-bo/phat-hanh/", {"chon": lines})
    with default_storage.open(Result.objects.get(dossier=dossiers[0]).file.storage_name) as stored:
        found = verify_pdf(stored.read())
    assert found.genuine and len(found.signatures) == 2


def test_what_changed_meanwhile_is_left_out_of_the_authorisation(people, signing_service):  # noqa: F811
    dossiers = several(people, 3)
    batch = authorised(people, dossiers)
    routing.send_back(dossiers[1].pk, user=people.dung, reason="Thiếu địa chỉ")
    run_worker()
    assert states(batch) == ["done", "failed", "done"]
    (opened,) = signing_service.book("csc")["authorisations"]
    assert opened["signatures"] == 2


def test_a_refused_pin_ends_the_whole_list_after_one_try(people, signing_service):  # noqa: F811
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    signing_service.script("csc.authorize", "wrong_pin", times=0)
    run_worker()
    assert states(batch) == ["failed"] * 4
    assert drafted(dossiers) == 4
    tries = [call for call in signing_service.book("csc")["calls"] if call["method"] == "credentials/authorize"]
    assert len(tries) == 1
    assert "khóa" in batch.items.first().why


def test_while_the_service_is_away_the_list_waits_and_then_goes_on(people, signing_service):  # noqa: F811
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    signing_service.script("csc.sign", "down")
    run_worker()
    batch.refresh_from_db()
    assert batch.is_waiting and states(batch) == ["waiting"] * 4
    assert drafted(dossiers) == 4
    run_worker()
    assert states(batch) == ["done"] * 4
    assert len({result.number for result in Result.objects.all()}) == 4


def test_an_authorisation_that_ran_out_is_asked_for_again(people, signing_service):  # noqa: F811
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    signing_service.script("csc.sign", "expired")
    run_worker()
    run_worker()
    assert states(batch) == ["done"] * 4
    assert len(signing_service.book("csc")["authorisations"]) == 2


def test_one_wrong_signature_fails_its_own_dossier_only(people, signing_service):  # noqa: F811
    dossiers = several(people, 4)
    batch = authorised(people, dossiers)
    signing_service.script("csc.sign", "one_bad_signature")
    run_worker()
    assert states(batch) == ["failed", "done", "done", "done"]
    assert drafted(dossiers) == 1


@pytest.mark.parametrize(
    ("mode", "code"),
    [("revoked", "certificate_revoked"), ("disabled", "key_disabled"), ("down", "service_unclear")],
)
def test_a_key_that_may_not_sign_is_told_before_the_pin_is_used(people, signing_service, mode, code):  # noqa: F811
    (dossier,) = several(people, 1)
    signing_service.script("csc.info", mode)
    answer = client_of(people.dung).post(SIGNING, {"chon": ticked([dossier], people.dung), "pin": PIN})
    assert answer.status_code == 503
    with override("vi"):
        assert sentence(SigningUnavailable(code)) in answer.content.decode()
    assert not ResultBatch.objects.exists()
    assert drafted([dossier]) == 1


def test_one_dossier_on_its_own_page_says_why_it_is_not_signed(people, signing_service):  # noqa: F811
    (dossier,) = several(people, 1)
    signing_service.script("csc.authorize", "wrong_pin")
    url = f"/can-bo/ho-so/{dossier.code}/viec/ky/"
    answer = client_of(people.dung).post(url, {"version": dossier.version})
    assert answer.status_code == 503
    assert "PIN" in answer.content.decode()
    assert drafted([dossier]) == 1
    assert client_of(people.dung).post(url, {"version": dossier.version}).status_code == 302
