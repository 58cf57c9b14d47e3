"""The whole way with the real protocol: pay page, notice, return, querydr, and what goes wrong on it."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from common.models import Job
from payments import services
from payments.models import LedgerEntry, PaymentAttempt, PaymentNotice
from tests.payments.fees_cast import PREPAID_FEE, Paying, paying, run_jobs
from tests.sandbox_process import Sandbox, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(outside_world: Sandbox, live_server, settings) -> Paying:
    """A dossier that waits for its fee, in a portal that the gateway can call."""
    settings.PUBLIC_URL = live_server.url
    outside_world.point_at(live_server.url)
    return paying()


def booked(world: Sandbox) -> list[tuple[str, int]]:
    """What the gateway's own book says was paid: (reference, VND)."""
    rows = world.book("vnpay")["transactions"]
    return sorted((row["txn_ref"], row["amount"] // 100) for row in rows if row["transaction_status"] == "00")


def ours() -> list[tuple[str, int]]:
    """The same of our books."""
    return sorted(LedgerEntry.objects.filter(kind="payment").values_list("reference", "amount"))


def ask_again_later() -> None:
    """Run the attempt's reconciliation as if its time had come."""
    assert run_jobs("payment.reconcile", early=True) == 1


def test_citizen_pays_and_comes_back_to_a_paid_fee(due, outside_world, client):
    client.force_login(due.user)
    address = client.post(due.url)["Location"]
    went = outside_world.pay(address)
    back = urlsplit(went["return_url"])
    page = client.get(f"{back.path}?{back.query}", follow=True)
    assert "200.000" in page.content.decode()
    wait_until(lambda: due.fresh().fee_state == "paid", "the notice to pay the dossier")
    assert due.dossier.state == "new"
    assert booked(outside_world) == ours() == [(PaymentAttempt.objects.get().txn_ref, PREPAID_FEE)]


def test_policy_of_the_page_lets_the_form_go_to_the_gateway(due, outside_world, client):
    client.force_login(due.user)
    policy = client.get(due.url).headers["Content-Security-Policy"]
    target = urlsplit(client.post(due.url)["Location"])
    assert f"{target.scheme}://{target.netloc}" in policy.split("form-action")[1].split(";")[0]


def test_cancelled_payment_says_that_no_money_was_taken_and_offers_the_button_again(due, outside_world, client):
    client.force_login(due.user)
    went = outside_world.pay(client.post(due.url)["Location"], code="24")
    wait_until(lambda: PaymentAttempt.objects.get().state == "failed", "the notice of the failure")
    back = urlsplit(went["return_url"])
    page = client.get(f"{back.path}?{back.query}", follow=True).content.decode()
    assert "Chưa nộp được phí. Tài khoản của bạn chưa bị trừ tiền." in page
    assert f'action="{due.url}"' in page
    assert due.fresh().fee_state == "due"


def test_lost_notice_is_found_when_the_payer_comes_back(due, outside_world, client):
    outside_world.script("vnpay.ipn", "drop", times=0)
    client.force_login(due.user)
    went = outside_world.pay(client.post(due.url)["Location"])
    assert due.fresh().fee_state == "pending"
    back = urlsplit(went["return_url"])
    client.get(f"{back.path}?{back.query}", follow=True)
    assert due.fresh().fee_state == "paid"
    assert PaymentAttempt.objects.get().settled_by == "query"
    assert not PaymentNotice.objects.exists()
    assert booked(outside_world) == ours()


def test_lost_notice_is_found_by_the_job_when_the_payer_never_comes_back(due, outside_world):
    outside_world.script("vnpay.ipn", "drop", times=0)
    attempt = due.start()
    outside_world.pay(attempt.pay_url)
    job = Job.objects.get(kind="payment.reconcile")
    assert job.due_at == attempt.expires_at + timedelta(minutes=15)
    assert run_jobs("payment.reconcile", early=True) == 1
    assert due.fresh().fee_state == "paid"
    assert booked(outside_world) == ours()


def test_lost_notice_is_found_when_the_payer_presses_pay_again(due, outside_world, client):
    outside_world.script("vnpay.ipn", "drop", times=0)
    outside_world.pay(due.start().pay_url)
    client.force_login(due.user)
    assert client.post(due.url)["Location"] == due.url
    assert due.fresh().fee_state == "paid"
    assert PaymentAttempt.objects.count() == 1


def test_job_asks_again_and_again_while_the_gateway_is_down(due, outside_world):
    outside_world.script("vnpay.ipn", "drop", times=0)
    outside_world.script("vnpay.query", "error_500", times=2)
    attempt = due.start()
    outside_world.pay(attempt.pay_url)
    for _ in range(2):
        ask_again_later()
        assert due.fresh().fee_state == "pending"
        assert Job.objects.get(kind="payment.reconcile").state == "ready"
    ask_again_later()
    assert due.fresh().fee_state == "paid"


def test_answer_with_a_bad_signature_settles_nothing(due, outside_world):
    outside_world.script("vnpay.ipn", "drop", times=0)
    outside_world.script("vnpay.query", "bad_signature", times=1)
    attempt = due.start()
    outside_world.pay(attempt.pay_url)
    ask_again_later()
    assert due.fresh().fee_state == "pending"
    ask_again_later()
    assert due.fresh().fee_state == "paid"


def test_answer_with_another_amount_settles_nothing_and_calls_a_person(due, outside_world):
    outside_world.script("vnpay.ipn", "drop", times=0)
    outside_world.script("vnpay.query", "wrong_amount", times=1)
    attempt = due.start()
    outside_world.pay(attempt.pay_url)
    ask_again_later()
    assert due.fresh().fee_state == "pending"
    assert due.tasks() == [("wrong_amount", "to_check", PREPAID_FEE + 1_000)]
    ask_again_later()
    assert due.fresh().fee_state == "paid"
    assert due.tasks() == [("wrong_amount", "void", PREPAID_FEE + 1_000)]


def test_notice_with_a_wrong_amount_is_sent_again_and_then_pays(due, outside_world):
    outside_world.script("vnpay.ipn", "wrong_amount", times=1)
    outside_world.pay(due.start().pay_url)
    answers = wait_until(
        lambda: _answers(outside_world)[1:] and _answers(outside_world), "the second try of the notice"
    )
    assert ['"04"' in answers[0], '"00"' in answers[-1]] == [True, True]
    assert due.fresh().fee_state == "paid"
    assert booked(outside_world) == ours()


def _answers(world: Sandbox) -> list[str]:
    return [row["answer"] for row in world.book("vnpay")["sends"]]


def test_notice_whose_answer_was_lost_comes_twice_and_is_booked_once(due, outside_world):
    outside_world.script("vnpay.ipn", "lost_answer", times=2)
    outside_world.pay(due.start().pay_url)
    wait_until(lambda: len(outside_world.book("vnpay")["sends"]) == 3, "three tries")
    assert booked(outside_world) == ours()


def test_attempt_that_nobody_ever_opened_ends_and_frees_the_fee(due, outside_world):
    due.start()
    ask_again_later()
    assert PaymentAttempt.objects.get().state == "expired"
    assert due.fresh().fee_state == "due"


def test_attempt_left_on_the_bank_page_ends_and_frees_the_fee(due, outside_world):
    attempt = due.start()
    outside_world.http.get(attempt.pay_url)
    ask_again_later()
    assert PaymentAttempt.objects.get().state == "expired"
    assert due.fresh().fee_state == "due"


def test_attempt_whose_job_died_is_found_by_the_nightly_sweep(due, outside_world):
    outside_world.script("vnpay.ipn", "drop", times=0)
    attempt = due.start(timezone.now() - timedelta(hours=3))
    Job.objects.filter(kind="payment.reconcile").update(state="dead")
    assert run_jobs("payment.sweep", early=True) == 1
    assert run_jobs("payment.reconcile") == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.times_asked) == ("expired", 1)


def test_payer_is_not_asked_about_more_than_once_in_a_moment(due, outside_world):
    attempt, now = due.start(), timezone.now().replace(second=0, microsecond=0)
    for _ in range(5):
        services.query_now(attempt, at=now)
    assert PaymentAttempt.objects.get().times_asked == 1
