"""The chain of events: whole after every journey, and a changed, missing or foreign event is found."""

import json

import pgtrigger
import pytest
from django.db import transaction

from dossiers import chain
from dossiers.models import Dossier, DossierEvent, DossierText
from dossiers.services import intake, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"


@pytest.fixture
def dossier():
    people = cast.make_cast()
    found = cast.filed(people.hai, FREE, answers(FREE))
    intake.receive(found.pk, user=people.giang, at=cast.MONDAY)
    routing.claim(found.pk, user=people.giang, at=cast.MONDAY)
    results.draft(found.pk, user=people.giang, decision=Decision("granted", "Được."), at=cast.MONDAY)
    routing.forward(found.pk, user=people.giang, at=cast.MONDAY)
    routing.send_back(found.pk, user=people.giang, reason="Trần Văn Hải khai thiếu, xem lại", at=cast.MONDAY)
    return Dossier.objects.get(pk=found.pk)


def broken(dossier: Dossier) -> int | None:
    events = DossierEvent.objects.filter(dossier=dossier).order_by("seq")
    return chain.first_broken(events, head_seq=dossier.head_seq, head_hash=dossier.head_hash)


def test_the_chain_is_whole_after_a_journey(dossier):
    assert dossier.head_seq >= 6
    assert broken(dossier) is None


@pytest.mark.parametrize(
    "change",
    [
        {"name": "receive_at_counter"},
        {"to_state": "resolved"},
        {"actor_role": "leader"},
        {"data": {"outcome": "rejected"}},
        {"at": cast.MONDAY.replace(hour=1)},
        {"agency_code": "H37.99"},
    ],
)
def test_a_changed_event_is_found(dossier, change):
    with pgtrigger.ignore(), transaction.atomic():
        DossierEvent.objects.filter(dossier=dossier, seq=3).update(**change)
    assert broken(dossier) == 3


def test_a_removed_event_is_found(dossier):
    for seq in (dossier.head_seq, 2):
        with transaction.atomic():
            with pgtrigger.ignore():
                DossierEvent.objects.filter(dossier=dossier, seq=seq).delete()
            assert broken(dossier) == seq
            transaction.set_rollback(True)


def test_a_rewritten_end_without_the_key_is_found(dossier, settings):
    event = DossierEvent.objects.get(dossier=dossier, seq=dossier.head_seq)
    settings.CHAIN_KEYS = {key: "another secret" for key in settings.CHAIN_KEYS}
    forged = chain.event_hash(event)
    assert forged != event.hash


def test_a_changed_reason_no_longer_has_the_digest_of_its_event(dossier):
    text = DossierText.objects.get(dossier=dossier, purpose="reason")
    event = DossierEvent.objects.get(dossier=dossier, seq=text.seq)
    assert event.data["reason_sha256"] == chain.digest(text.text)
    assert event.data["reason_sha256"] != chain.digest(text.text + " ")


def test_events_hold_no_personal_data(dossier):
    told = json.dumps(list(DossierEvent.objects.filter(dossier=dossier).values("name", "data")), ensure_ascii=False)
    for secret in ("Hải", "020085000121", "987654321", "Hoa Hồi"):
        assert secret not in told
