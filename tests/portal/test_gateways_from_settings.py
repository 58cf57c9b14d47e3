"""Every gateway made from the settings reaches the outside world with the installation's own keys."""

import uuid
from datetime import UTC, datetime, timedelta

from notifications.gateways import receipts, sms_http, smtp
from notifications.gateways.base import Delivery, MailOut, SmsOut
from payments.gateways import vnpay
from payments.gateways.base import Money, Query, Start
from postal.gateways import public_post
from postal.gateways.base import Address, ParcelOrder
from tests.sandbox_process import PortalEar, Sandbox


def test_money_messages_and_parcels_go_out_and_their_news_is_believed(
    outside_world: Sandbox, portal_ear: PortalEar
) -> None:
    now, reference = datetime.now(UTC), uuid.uuid4().hex
    gateway = vnpay.from_settings()
    start = Start(reference, 8_000, "Lệ phí", f"{portal_ear.url}/", "127.0.0.1", now, now + timedelta(minutes=15))
    outside_world.pay(gateway.start(start).url)
    assert gateway.verify_notice(portal_ear.wait(1)[0].query).money == Money.PAID
    assert gateway.query(Query(reference, uuid.uuid4().hex, now, now)).amount == 8_000

    sms_http.from_settings().send(SmsOut(reference, "84912345678", "Ho so da nhan"))
    heard = portal_ear.wait(2)[1]
    headers = (heard.headers["x-timestamp"], heard.headers["x-signature"])
    assert receipts.verify(heard.body, *headers, at=datetime.now(UTC)).delivery == Delivery.SENT

    smtp.from_settings().send(MailOut(reference, "a@example.com", "Hồ sơ", "Đã nhận"))
    assert [row["channel"] for row in outside_world.inbox()] == ["email", "sms"]

    post, person = public_post.from_settings(), Address("Nông Thị Hoa", "0912345678", "Thôn Nà Làng", "Lạng Sơn")
    outside_world.advance(post.book(ParcelOrder(reference, "H37.12-261121-0001", person, person)).item_code)
    heard = next(each for each in portal_ear.wait(4) if each.path == "/postal/events/")
    event = post.verify_event(
        heard.body, heard.headers["x-timestamp"], heard.headers["x-signature"], at=datetime.now(UTC)
    )
    assert (event.reference, event.status) == (reference, "accepted")
