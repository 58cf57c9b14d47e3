"""The talk with the post: orders booked once, events proven, parcels followed to the end."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from common.gateways import GatewayError, SignatureRefused, signed_headers
from postal.gateways.base import Address, EventUnreadable, ParcelOrder, TrackingEvent
from postal.gateways.public_post import PostConfig, PublicPost, standing_token
from postal.tracking import is_s10
from tests.sandbox_process import Heard, PortalEar, Sandbox, secret

SENDER = Address("Trung tâm Phục vụ hành chính công", "02053812345", "Số 1 đường Hùng Vương", "Lạng Sơn")
RECEIVER = Address("Nông Thị Hoa", "0912345678", "Thôn Nà Làng", "Lạng Sơn")


@pytest.fixture
def gateway(sandbox: Sandbox) -> PublicPost:
    key = secret("POSTAL_SECRETS")
    return PublicPost(PostConfig(f"{sandbox.url}/post/api", "MOTCUA-LS", standing_token("MOTCUA-LS", key), (key,)))


def an_order(**change: object) -> ParcelOrder:
    fields = {
        "reference": uuid.uuid4().hex,
        "dossier_code": "H37.12-261121-0001",
        "sender": SENDER,
        "receiver": RECEIVER,
    }
    return ParcelOrder(**(fields | change))


def proven(gateway: PublicPost, heard: Heard) -> TrackingEvent:
    headers = heard.headers
    return gateway.verify_event(heard.body, headers["x-timestamp"], headers["x-signature"], at=datetime.now(UTC))


def test_a_parcel_is_booked_under_a_right_tracking_number(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    order = an_order(cod_amount=31_000)
    booked = gateway.book(order)
    assert is_s10(booked.item_code)
    (parcel,) = sandbox.book("post")["parcels"]
    assert (parcel["reference"], parcel["cod_amount"]) == (order.reference, 31_000)
    assert json.loads(parcel["receiver"])["Name"] == "Nông Thị Hoa"
    assert "H37.12-261121-0001" in parcel["description"]


def test_an_order_whose_answer_was_lost_is_not_booked_twice(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    order = an_order()
    sandbox.script("post.order", "lost_answer")
    with pytest.raises(GatewayError) as failed:
        gateway.book(order)
    assert failed.value.is_unclear
    booked = gateway.book(order)
    (parcel,) = sandbox.book("post")["parcels"]
    assert (parcel["item_code"], parcel["requests"]) == (booked.item_code, 2)


@pytest.mark.parametrize(
    ("mode", "code", "permanent"),
    [("down", "unclear", False), ("error_500", "http_500", False), ("refuse", "post_102", True)],
)
def test_a_post_in_trouble_books_nothing(
    mode: str, code: str, permanent: bool, sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    sandbox.script("post.order", mode)
    with pytest.raises(GatewayError) as failed:
        gateway.book(an_order())
    assert (failed.value.code, failed.value.permanent) == (code, permanent)
    assert sandbox.book("post")["parcels"] == []


def test_an_order_without_an_address_is_refused_for_good(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    with pytest.raises(GatewayError) as refused:
        gateway.book(an_order(receiver=Address("Nông Thị Hoa", "0912345678", "", "Lạng Sơn")))
    assert (refused.value.code, refused.value.permanent) == ("post_102", True)


def test_the_same_reference_for_another_receiver_is_refused_for_good(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    order = an_order()
    gateway.book(order)
    with pytest.raises(GatewayError) as refused:
        gateway.book(an_order(reference=order.reference, receiver=SENDER))
    assert (refused.value.code, refused.value.permanent) == ("post_103", True)


def test_a_stranger_s_token_books_and_reads_nothing(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    order = an_order()
    gateway.book(order)
    stranger = PublicPost(PostConfig(f"{sandbox.url}/post/api", "MOTCUA-LS", "guess", ("guess",)))
    with pytest.raises(GatewayError) as refused:
        stranger.book(an_order())
    assert (refused.value.code, refused.value.permanent) == ("http_401", False)
    assert stranger.fetch(order.reference) is None
    assert len(sandbox.book("post")["parcels"]) == 1


def test_a_parcel_is_followed_from_acceptance_to_its_receiver(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    order = an_order()
    item_code = gateway.book(order).item_code
    steps = ["accepted", "in_transit", "at_office", "out_for_delivery", "delivery_failed", "redelivery"]
    for status in steps:
        sandbox.advance(item_code, to=status)
    sandbox.advance(item_code, to="delivery_failed", note="Không có người nhận")
    sandbox.advance(item_code, to="redelivery")
    sandbox.advance(item_code, to="delivered", receiver="Nông Văn Nam (con)")
    events = [proven(gateway, heard) for heard in portal_ear.wait(9)]
    assert [event.status for event in events] == [*steps, "delivery_failed", "redelivery", "delivered"]
    assert [event.rank for event in events] == sorted({event.rank for event in events})
    assert {(event.reference, event.item_code) for event in events} == {(order.reference, item_code)}
    assert events[-1].receiver == "Nông Văn Nam (con)"
    track = gateway.fetch(order.reference)
    assert track is not None
    assert (track.status, track.rank) == ("delivered", events[-1].rank)
    assert list(track.events) == events


def test_a_parcel_nobody_takes_comes_back(sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost) -> None:
    order = an_order()
    item_code = gateway.book(order).item_code
    for status in (
        "accepted",
        "in_transit",
        "at_office",
        "out_for_delivery",
        "delivery_failed",
        "returning",
        "returned",
    ):
        sandbox.advance(item_code, to=status)
    assert proven(gateway, portal_ear.wait(7)[-1]).status == "returned"
    assert sandbox.http.post(f"/post/parcels/{item_code}/advance", json={}).status_code == 409


def test_a_parcel_cannot_jump(sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost) -> None:
    item_code = gateway.book(an_order()).item_code
    assert sandbox.http.post(f"/post/parcels/{item_code}/advance", json={"to": "delivered"}).status_code == 409
    assert sandbox.advance(item_code)["status"] == "accepted"


def test_an_unknown_parcel_is_unknown(sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost) -> None:
    assert gateway.fetch("nobody") is None
    assert gateway.fetch("../../books/post.json") is None


def test_events_may_come_twice_or_overtake_each_other_or_be_forged(
    sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost
) -> None:
    item_code = gateway.book(an_order()).item_code
    sandbox.script("post.event", "out_of_order", seconds=30)
    sandbox.advance(item_code, to="accepted")
    sandbox.script("post.event", "duplicate")
    sandbox.advance(item_code, to="in_transit")
    events = [proven(gateway, heard) for heard in portal_ear.wait(3)]
    assert [event.status for event in events] == ["in_transit", "in_transit", "accepted"]
    assert events[0].event_id == events[1].event_id
    sandbox.script("post.event", "bad_signature")
    sandbox.advance(item_code, to="at_office")
    with pytest.raises(SignatureRefused):
        proven(gateway, portal_ear.wait(4)[-1])


def test_events_come_again_until_they_are_heard(sandbox: Sandbox, portal_ear: PortalEar, gateway: PublicPost) -> None:
    portal_ear.answers = [(500, ""), (404, ""), (200, "")]
    sandbox.advance(gateway.book(an_order()).item_code)
    events = [proven(gateway, heard) for heard in portal_ear.wait(3)]
    assert len({event.event_id for event in events}) == 1


EVENT = {
    "event_id": "e1",
    "item_code": "RL473124829VN",
    "reference": "p1",
    "status": "accepted",
    "rank": 10,
    "at": "2026-11-21T10:00:00+07:00",
    "office": "Bưu cục trung tâm",
    "note": "",
    "receiver": "",
}
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
OWN = PublicPost(PostConfig("http://127.0.0.1:9", "MOTCUA-LS", "t", ("new", "old")))


def told(event: object, *, key: str = "new", at: datetime = NOW) -> TrackingEvent:
    body = json.dumps(event).encode()
    headers = signed_headers(body, key, at=at)
    return OWN.verify_event(body, headers["X-Timestamp"], headers["X-Signature"], at=NOW)


def test_an_event_of_either_key_is_believed() -> None:
    """The negative control of the refusals below."""
    assert told(EVENT).status == told(EVENT, key="old").status == "accepted"


def test_old_and_forged_events_are_refused() -> None:
    for change in ({"key": "stolen"}, {"at": NOW - timedelta(seconds=301)}, {"at": NOW + timedelta(seconds=301)}):
        with pytest.raises(SignatureRefused):
            told(EVENT, **change)


@pytest.mark.parametrize(
    "event",
    [
        [],
        None,
        {},
        EVENT | {"status": "teleported"},
        EVENT | {"rank": 900},
        EVENT | {"rank": "10"},
        EVENT | {"rank": True},
        EVENT | {"rank": 10.0},
        EVENT | {"at": "2026-11-21T10:00:00"},
        EVENT | {"at": "yesterday"},
        EVENT | {"event_id": ""},
        EVENT | {"event_id": 7},
        EVENT | {"reference": "x" * 101},
    ],
)
def test_an_event_that_makes_no_sense_is_refused_and_never_an_error(event: object) -> None:
    with pytest.raises(EventUnreadable):
        told(event)


def test_nothing_personal_is_shown_when_an_order_is_printed() -> None:
    assert "Hoa" not in repr(an_order())
    assert "0912345678" not in repr(an_order())
