"""One dossier through the services alone: filed, received, examined, signed, issued, returned."""

import pytest

from dossiers import chain
from dossiers.models import Dossier, DossierEvent
from dossiers.services import fees, intake, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"


def test_sports_certificate_is_paid_received_examined_signed_numbered_and_issued():
    people = cast.make_cast()
    dossier = cast.filed(people.hai, TENNIS, answers(TENNIS))
    assert (dossier.state, dossier.fee_state) == ("payment", "due")
    assert dossier.code.startswith("H37.12-261123-")
    assert fees.amount_due(dossier) == 200_000
    assert fees.settle(dossier.pk, at=cast.MONDAY, order="test")
    intake.claim_intake(dossier.pk, user=people.hanh, at=cast.MONDAY)
    received = intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY).dossier
    assert (received.state, received.step_role) == ("processing", "specialist")
    assert received.due_at.date().isoformat() == "2026-12-03"  # 7 working days after 23/11; 24/11 is a day off
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=cast.MONDAY)
    at_head = routing.forward(dossier.pk, user=people.bao, at=cast.MONDAY).dossier
    assert at_head.step_role == "head"
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=cast.MONDAY).dossier
    assert at_leader.step_role == "leader"
    signed = results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=cast.MONDAY).dossier
    assert (signed.state, signed.step_role) == ("processing", "clerk")
    done = results.issue(dossier.pk, user=people.en, at=cast.MONDAY).dossier
    assert (done.state, done.outcome) == ("resolved", "granted")
    events = DossierEvent.objects.filter(dossier=dossier).order_by("seq")
    head = Dossier.objects.get(pk=dossier.pk)
    assert chain.first_broken(events, head_seq=head.head_seq, head_hash=head.head_hash) is None
