"""The whole talk with VNPay: pay page, notice, way back, querydr and refund, with everything that goes wrong."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from common import gateways
from common.gateways import GatewayError
from payments.gateways.base import Money, NoticeRefused, Query, Refund, RefundState, Start
from payments.gateways.vnpay import VnpayConfig, VnpayGateway
from tests.sandbox_process import PortalEar, Sandbox, secret, wait_until


@pytest.fixture
def gateway(sandbox: Sandbox) -> VnpayGateway:
    return VnpayGateway(
        VnpayConfig(
            pay_url=f"{sandbox.url}/vnpay/paymentv2/vpcpay.html",
            api_url=f"{sandbox.url}/vnpay/merchant_webapi/api/transaction",
            tmn_code="DEMOTMN1",
            secrets=(secret("VNPAY_SECRETS"),),
        )
    )


def an_attempt(ear: PortalEar, amount: int = 200_000) -> Start:
    now = datetime.now(UTC)
    return Start(
        reference=uuid.uuid4().hex,
        amount=amount,
        order_info="Nộp phí hồ sơ",
        return_url=f"{ear.url}/payments/vnpay/return/",
        ip="127.0.0.1",
        created_at=now,
        expires_at=now + timedelta(minutes=15),
    )


def a_query(start: Start) -> Query:
    return Query(start.reference, uuid.uuid4().hex, start.created_at, datetime.now(UTC))


def a_refund(start: Start, amount: int) -> Refund:
    return Refund(
        reference=start.reference,
        request_id=uuid.uuid4().hex,
        amount=amount,
        paid=start.amount,
        provider_ref="",
        created_at=start.created_at,
        at=datetime.now(UTC),
        asked_by="cashier",
        reason="Rút hồ sơ",
    )


def test_a_payer_pays_on_the_page_and_the_notice_and_the_way_back_say_the_same(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    page = sandbox.http.get(gateway.start(start).url)
    assert page.status_code == 200
    assert "200.000 đ" in page.text
    assert "<script" not in page.text
    chosen = sandbox.http.post("/vnpay/paymentv2/choose", data={"txn_ref": start.reference, "code": "00"})
    assert chosen.status_code == 303
    heard = portal_ear.wait(1)[0]
    assert (heard.method, heard.path) == ("GET", "/payments/vnpay/ipn/")
    notice, back = gateway.verify_notice(heard.query), gateway.verify_notice(urlsplit(chosen.headers["location"]).query)
    assert notice == back
    assert (notice.reference, notice.amount, notice.money) == (start.reference, 200_000, Money.PAID)
    booked = sandbox.book("vnpay")["transactions"]
    assert [(row["txn_ref"], row["amount"], row["transaction_status"]) for row in booked] == [
        (start.reference, 20_000_000, "00")
    ]


@pytest.mark.parametrize("code", ["24", "51", "13"])
def test_a_failed_or_cancelled_payment_is_told_too(
    code: str, sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    sandbox.pay(gateway.start(start).url, code)
    notice = gateway.verify_notice(portal_ear.wait(1)[0].query)
    assert (notice.money, notice.code) == (Money.FAILED, code)
    outcome = gateway.query(a_query(start))
    assert (outcome.money, outcome.amount) == (Money.FAILED, 200_000)


def test_a_notice_comes_again_until_it_is_confirmed_and_then_no_more(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    portal_ear.answers = [(500, ""), (200, '{"RspCode": "99"}'), (200, '{"RspCode": "02"}')]
    sandbox.pay(gateway.start(an_attempt(portal_ear)).url)
    portal_ear.wait(3)
    wait_until(lambda: sandbox.book("vnpay")["notices"][0]["state"] == "done", "the notice to be done")
    assert len({heard.query for heard in portal_ear.heard}) == 1
    assert len(portal_ear.heard) == 3


def test_a_choice_made_twice_is_booked_and_told_once(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    sandbox.http.get(gateway.start(start).url)
    first = sandbox.http.post("/vnpay/pay-now", json={"txn_ref": start.reference}).json()
    second = sandbox.http.post("/vnpay/pay-now", json={"txn_ref": start.reference, "code": "24"}).json()
    assert first["return_url"] == second["return_url"]
    assert len(sandbox.book("vnpay")["notices"]) == 1


def test_the_pay_page_refuses_what_the_real_one_refuses(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    def status(address: str) -> int:
        return sandbox.http.get(address).status_code

    start = an_attempt(portal_ear)
    good = gateway.start(start).url
    other = VnpayConfig(gateway._config.pay_url, gateway._config.api_url, "OTHERTMN", gateway._config.secrets)
    past = replace(start, expires_at=start.created_at - timedelta(minutes=1), reference="past")
    assert status(good.replace("vnp_Amount=20000000", "vnp_Amount=100")) == 400
    assert status(VnpayGateway(other).start(start).url) == 400
    assert status(gateway.start(past).url) == 400
    assert status(good) == 200
    assert status(gateway.start(replace(start, amount=1_000)).url) == 400  # the same reference for another sum
    sandbox.pay(good)
    assert status(good) == 400  # already decided


@pytest.mark.parametrize("mode", ["duplicate", "lost_answer"])
def test_a_notice_may_come_twice(mode: str, sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway) -> None:
    sandbox.script("vnpay.ipn", mode)
    sandbox.pay(gateway.start(an_attempt(portal_ear)).url)
    first, second = portal_ear.wait(2)
    assert first.query == second.query


def test_a_notice_may_be_lost_and_the_question_still_finds_the_money(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    sandbox.script("vnpay.ipn", "drop")
    start = an_attempt(portal_ear)
    sandbox.pay(gateway.start(start).url)
    wait_until(lambda: sandbox.book("vnpay")["notices"][0]["state"] == "dropped", "the notice to be dropped")
    assert portal_ear.heard == []
    outcome = gateway.query(a_query(start))
    assert (outcome.money, outcome.amount) == (Money.PAID, 200_000)
    assert outcome.provider_ref == sandbox.book("vnpay")["transactions"][0]["transaction_no"]


def test_a_notice_may_lie_about_the_sum_or_be_badly_signed(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    portal_ear.answers = [(200, '{"RspCode": "04"}'), (200, '{"RspCode": "97"}'), (200, '{"RspCode": "00"}')]
    sandbox.script("vnpay.ipn", "wrong_amount")
    sandbox.script("vnpay.ipn", "bad_signature")
    sandbox.pay(gateway.start(an_attempt(portal_ear)).url)
    wrong, forged, right = portal_ear.wait(3)
    assert gateway.verify_notice(wrong.query).amount == 201_000
    with pytest.raises(NoticeRefused, match="checksum"):
        gateway.verify_notice(forged.query)
    assert gateway.verify_notice(right.query).amount == 200_000


def test_notices_may_come_in_the_other_order(sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway) -> None:
    sandbox.script("vnpay.ipn", "out_of_order", seconds=30)
    first, second = an_attempt(portal_ear), an_attempt(portal_ear)
    for start in (first, second):
        sandbox.pay(gateway.start(start).url)
    heard = [gateway.verify_notice(each.query).reference for each in portal_ear.wait(2)]
    assert heard == [second.reference, first.reference]


def test_an_unknown_an_open_and_a_paid_attempt_are_told_apart(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    assert gateway.query(a_query(start)).money == Money.NOT_FOUND
    sandbox.http.get(gateway.start(start).url)
    assert gateway.query(a_query(start)).money == Money.PENDING
    sandbox.pay(gateway.start(start).url)
    assert gateway.query(a_query(start)).money == Money.PAID


def test_the_same_question_twice_is_refused_for_now(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    query = a_query(an_attempt(portal_ear))
    gateway.query(query)
    with pytest.raises(GatewayError) as refused:
        gateway.query(query)
    assert (refused.value.code, refused.value.permanent) == ("vnpay_94", False)


def test_a_question_with_a_wrong_key_is_our_mistake_and_can_be_asked_again(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    config = gateway._config
    stranger = VnpayGateway(VnpayConfig(config.pay_url, config.api_url, config.tmn_code, ("wrong", *config.secrets)))
    with pytest.raises(GatewayError) as refused:
        stranger.query(a_query(an_attempt(portal_ear)))
    assert (refused.value.code, refused.value.permanent) == ("vnpay_97", False)


@pytest.mark.parametrize(
    ("mode", "code", "is_unclear"),
    [
        ("down", "unclear", True),
        ("lost_answer", "unclear", True),
        ("error_500", "http_500", True),
        ("bad_signature", "bad_signature", False),
    ],
)
def test_a_question_that_goes_wrong_is_an_error_that_may_pass(
    mode: str, code: str, is_unclear: bool, sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    sandbox.pay(gateway.start(start).url)
    sandbox.script("vnpay.query", mode)
    with pytest.raises(GatewayError) as failed:
        gateway.query(a_query(start))
    assert (failed.value.code, failed.value.permanent, failed.value.is_unclear) == (code, False, is_unclear)
    assert gateway.query(a_query(start)).money == Money.PAID


def test_a_slow_vendor_is_not_waited_for(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = httpx.Client(timeout=0.2, trust_env=False)
    monkeypatch.setattr(gateways, "client", lambda: hasty)
    sandbox.script("vnpay.query", "slow", seconds=1)
    with pytest.raises(GatewayError) as failed:
        gateway.query(a_query(an_attempt(portal_ear)))
    assert failed.value.is_unclear


def test_money_goes_back_whole_or_in_parts_but_never_more_than_was_paid(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    assert gateway.refund(a_refund(start, 200_000)).state == RefundState.REFUSED  # nobody paid yet
    sandbox.pay(gateway.start(start).url)
    part = gateway.refund(a_refund(start, 50_000))
    assert (part.state, part.amount) == (RefundState.ACCEPTED, 50_000)
    with pytest.raises(GatewayError) as refused:
        gateway.refund(a_refund(start, 160_000))
    assert refused.value.permanent
    assert gateway.refund(a_refund(start, 150_000)).state == RefundState.ACCEPTED
    assert sum(row["amount"] for row in sandbox.book("vnpay")["refunds"]) == 20_000_000
    with pytest.raises(ValueError):
        gateway.refund(a_refund(start, 200_001))


def test_a_refund_whose_answer_was_lost_is_not_done_twice(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: VnpayGateway
) -> None:
    start = an_attempt(portal_ear)
    sandbox.pay(gateway.start(start).url)
    sandbox.script("vnpay.refund", "lost_answer")
    refund = a_refund(start, 200_000)
    with pytest.raises(GatewayError) as failed:
        gateway.refund(refund)
    assert failed.value.is_unclear
    assert gateway.refund(refund).state == RefundState.ALREADY_ASKED
    assert len(sandbox.book("vnpay")["refunds"]) == 1
