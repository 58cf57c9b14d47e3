"""A worker dies while it sends: notices reach the person once all the same, codes at most once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common import jobs
from common.models import Job
from notifications import services
from notifications.models import Message
from notifications.services import Text, queue, send_code
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+84912345678"


class Killed(BaseException):
    """What `kill -9` is to the code that runs: nothing after it happens."""


def code() -> Message:
    return send_code(phone=PHONE, code="123456", purpose="register", language="vi", key="code:1")


def notice() -> Message:
    text = Text("", "Ho so da duoc tiep nhan")
    return queue(key="notice:1", channel="sms", kind="dossier.received", destination=PHONE, text=text)


def die(*args: object, **values: object) -> None:
    raise Killed


def run_and_die(monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Run the job, killed at `where`; the lease then ends by itself."""
    with monkeypatch.context() as patch:
        patch.setattr(services, where, die)
        with pytest.raises(Killed):
            jobs.run_due()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def taken(sandbox: Sandbox) -> list[int]:
    """How often the carrier was asked to send each message it took."""
    return [row["requests"] for row in sandbox.book("sms")["messages"]]


def test_notice_of_a_worker_killed_after_the_carrier_took_it_is_handed_over_again_and_sent_once(
    outside_world, monkeypatch
):
    message = notice()
    run_and_die(monkeypatch, "_store")
    assert taken(outside_world) == [1]
    jobs.run_due()
    assert taken(outside_world) == [2]
    message.refresh_from_db()
    assert message.state == "sent"


def test_code_of_a_worker_killed_after_the_carrier_took_it_is_not_sent_again(outside_world, monkeypatch):
    message = code()
    run_and_die(monkeypatch, "_store")
    jobs.run_due()
    assert taken(outside_world) == [1]
    message.refresh_from_db()
    assert (message.state, message.body) == ("unclear", "")
    assert Job.objects.get().state == "done"


def test_code_of_a_worker_killed_before_it_began_is_sent_by_the_next_one(outside_world):
    message = code()
    jobs.lease()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    jobs.run_due()
    assert taken(outside_world) == [1]
    message.refresh_from_db()
    assert (message.state, message.body) == ("sent", "")


def test_code_whose_answer_was_lost_is_final(outside_world):
    outside_world.script("sms.send", "lost_answer")
    message = code()
    for _ in range(3):
        jobs.run_due()
        Job.objects.filter(state="ready").update(due_at=timezone.now())
    assert taken(outside_world) == [1]
    message.refresh_from_db()
    assert message.state == "unclear"


def test_receipt_that_was_faster_than_the_answer_stands(outside_world, monkeypatch):
    message = code()
    through = services._through_carrier

    def with_a_quick_receipt(row: Message) -> tuple[str, int]:
        answer = through(row)
        Message.objects.filter(pk=row.pk).update(state="delivered")
        return answer

    monkeypatch.setattr(services, "_through_carrier", with_a_quick_receipt)
    jobs.run_due()
    message.refresh_from_db()
    assert message.state == "delivered"
