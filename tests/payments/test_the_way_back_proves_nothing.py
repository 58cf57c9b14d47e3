"""The browser's return from the gateway shows, asks and never settles by what it carries (C6)."""

from itertools import product

import pytest

from payments.models import PaymentNotice
from tests import cast
from tests.payments.fees_cast import fields_of, notice, signed, snapshot, tell

RETURN = "/payments/vnpay/return/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def silent(monkeypatch):
    """The gateway cannot be asked."""
    from common.gateways import GatewayError
    from payments.services import asking

    def away(*args):
        raise GatewayError("unreachable", permanent=False)

    monkeypatch.setattr(asking, "_ask", away)


def combinations(attempt):
    """Success, failure, other amounts and references; properly signed, badly signed, unsigned, with extra words."""
    for code, amount, key, extra in product(
        ("00", "24", "07"), (attempt.amount, 1), (None, "another key"), ("", "&success=1", "&vnp_TransactionStatus=00")
    ):
        yield signed(fields_of(attempt, code=code, amount=amount), secret=key) + extra
    yield from ("", "success=1", "vnp_ResponseCode=00", f"vnp_TxnRef={attempt.txn_ref}&vnp_ResponseCode=00", "%00=%ff")


@pytest.mark.parametrize("who", ["owner", "stranger", "nobody"])
def test_no_combination_of_parameters_changes_anything(due, client, silent, who):
    attempt = due.start()
    if who != "nobody":
        client.force_login(due.user if who == "owner" else due.people.mai)
    before = snapshot()
    for query in combinations(attempt):
        answer = client.get(f"{RETURN}?{query}", follow=True)
        assert answer.status_code == 200, query
    assert snapshot() == before
    assert not PaymentNotice.objects.exists()


def test_negative_control_the_same_fields_at_the_notice_address_do_settle(due, client, silent):
    raw = notice(due.start())
    client.get(f"{RETURN}?{raw}")
    assert due.fresh().fee_state == "pending"
    client.get(f"/payments/vnpay/ipn/?{raw}")
    assert due.fresh().fee_state == "paid"


def test_owner_is_led_to_the_pay_page_which_says_it_is_checking(due, client, silent):
    client.force_login(due.user)
    answer = client.get(f"{RETURN}?{notice(due.start())}", follow=True)
    assert answer.redirect_chain == [(f"{due.url}?ve=1", 302)]
    assert 'http-equiv="refresh"' in answer.content.decode()


def test_owner_sees_paid_when_the_notice_came_first(due, client):
    client.force_login(due.user)
    raw = notice(due.start())
    tell(raw)
    page = client.get(f"{RETURN}?{raw}", follow=True).content.decode()
    assert 'http-equiv="refresh"' not in page
    assert "200.000" in page


def test_payer_without_a_session_sees_a_page_that_says_where_to_look_and_no_fact(due, client):
    answer = client.get(f"{RETURN}?{notice(due.start())}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert due.url in page
    assert "200.000" not in page and due.user.full_name not in page


def test_after_signing_in_the_page_is_the_pay_page(due, client):
    due.start()
    address = f"{due.url}?ve=1"
    answer = client.get(address)
    assert answer.status_code == 302 and "dang-nhap" in answer["Location"]
    client.post(answer["Location"], {"username": due.user.username, "password": cast.PASSWORD})
    assert client.get(due.url).status_code in {200, 302}


def test_nobody_is_sent_to_a_foreign_address(due, client):
    client.force_login(due.user)
    for bait in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        answer = client.get(f"{RETURN}?{notice(due.start())}", {"next": bait})
        assert "evil" not in answer.get("Location", "")
