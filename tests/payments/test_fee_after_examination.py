"""A fee that is asked for after examination: the clock waits, money resumes it, a stop cancels it."""

import pytest
from django.utils import timezone

from common.models import Job
from dossiers.models import Dossier
from dossiers.services import fees, intake
from payments.models import PaymentOrder
from payments.panels import fee_panel
from tests import cast
from tests.payments.fees_cast import Paying, drain, notice, tell
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
KEY = "housing-construction-permit"


@pytest.fixture
def asked(db) -> Paying:
    """A building permit of Trần Văn Hải, examined, whose fee is asked for."""
    people = cast.make_cast()
    dossier = cast.filed(people.hai, KEY, answers(KEY), at=timezone.now())
    assert dossier.fee_state == "later"
    intake.claim_intake(dossier.pk, user=people.hanh)
    received = intake.receive(dossier.pk, user=people.hanh).dossier
    officer = next(user for user in people.officers.values() if user.pk == _holder(people, received))
    fees.request_fee(dossier.pk, user=officer)
    return Paying(people, Dossier.objects.get(pk=dossier.pk))


def _holder(people: cast.Cast, dossier: Dossier) -> int:
    names = {"specialist": "bao", "head": "cuong", "leader": "dung", "clerk": "en"}
    return people.officers[names[dossier.step_role]].pk


def test_quoted_fee_is_shown_before_it_is_asked_for(db):
    people = cast.make_cast()
    dossier = cast.filed(people.hai, KEY, answers(KEY), at=timezone.now())
    panel = fee_panel(dossier, people.hai)
    assert [line["amount"] for line in panel["later"]] == [panel["total"]]
    drain()
    assert not PaymentOrder.objects.exists()


def test_news_makes_the_order_and_the_leader_alone_ends_the_waiting(asked):
    drain()
    order = PaymentOrder.objects.get()
    assert (order.purpose, order.state, order.amount) == ("after", "open", fees.amount_due(asked.dossier))
    assert not Job.objects.filter(kind="payment.expire").exists()


def test_money_resumes_the_handling(asked):
    assert tell(notice(asked.start())) == "00"
    assert (asked.fresh().state, asked.dossier.fee_state) == ("processing", "paid")
    assert asked.balance() == asked.taken() == PaymentOrder.objects.get().amount


def test_money_after_the_dossier_was_withdrawn_is_owed_back(asked):
    from dossiers.services import endings

    attempt = asked.start()
    endings.withdraw(asked.dossier.pk, user=asked.user, reason="Không xây nữa")
    endings.agree_withdrawal(asked.dossier.pk, user=asked.people.cuong)
    drain()
    assert PaymentOrder.objects.get().state == "cancelled"
    assert tell(notice(attempt)) == "00"
    assert asked.fresh().state == "withdrawn"
    assert [task[:2] for task in asked.tasks()] == [("late", "open")]
    assert asked.balance() == 0
