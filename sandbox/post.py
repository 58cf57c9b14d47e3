"""Public post: takes orders, moves parcels, pushes tracking events."""

import hmac
import json
import sqlite3
import threading
import time
import uuid
from html import escape
from typing import Any

from sandbox import html, signing
from sandbox.books import Row
from sandbox.courier import Kind, Parcel
from sandbox.web import Request, Response, answers_as, as_json, route, see_other
from sandbox.world import World, local_now, now_text

NAMES = {
    "booked": "Đã đăng ký",
    "accepted": "Chấp nhận gửi",
    "in_transit": "Đang vận chuyển",
    "at_office": "Đến bưu cục phát",
    "out_for_delivery": "Giao bưu tá đi phát",
    "delivery_failed": "Phát không thành công",
    "redelivery": "Phát lại",
    "delivered": "Phát thành công",
    "returning": "Chuyển hoàn",
    "returned": "Hoàn thành công",
}
NEXT = {
    "booked": ["accepted"],
    "accepted": ["in_transit"],
    "in_transit": ["at_office"],
    "at_office": ["out_for_delivery"],
    "out_for_delivery": ["delivered", "delivery_failed"],
    "delivery_failed": ["redelivery", "returning"],
    "redelivery": ["delivered", "delivery_failed"],
    "returning": ["returned"],
    "delivered": [],
    "returned": [],
}
RANKS = {"booked": 0, "accepted": 10, "in_transit": 20, "at_office": 30, "out_for_delivery": 40, "delivery_failed": 50}
RANKS |= {"redelivery": 60, "returning": 800, "delivered": 900, "returned": 910}
PER_ATTEMPT = 20  # a second failure is 70, a second redelivery 80: later always ranks higher


def rank(status: str, attempt: int) -> int:
    """The place of a state in the parcel's life; grows with each attempt to deliver."""
    repeated = PER_ATTEMPT * (attempt - 1) if status in {"delivery_failed", "redelivery"} else 0
    return RANKS[status] + repeated


def check_digit(serial: str) -> int:
    """The check digit of an S10 item code."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def _refused(code: str, message: str, status: int = 200) -> Response:
    return as_json({"Status": code, "Message": message}, status)


def _is_customer(world: World, request: Request, customer_code: str) -> bool:
    right = signing.access_token(customer_code, world.config.postal_secret)
    return hmac.compare_digest(right.encode(), request.headers.get("access_token", "").encode())


@route("POST", "/post/api/orders/?")
@answers_as("post.order")
def order(world: World, request: Request) -> Response:
    """Book a parcel; the same OrderNumber again gets the same item code."""
    sent = request.sent()
    if not _is_customer(world, request, str(sent.get("CustomerCode", ""))):
        return _refused("401", "access_token không hợp lệ", 401)
    wrong = _missing(sent)
    if wrong or request.fault == "refuse":
        return _refused("102", f"Thiếu hoặc sai trường: {wrong}" if wrong else "Từ chối nhận gửi")
    try:
        parcel = _booked(world, sent)
    except ValueError:
        return _refused("103", "OrderNumber đã dùng cho bưu gửi khác")
    return as_json({"Status": "100", "Message": "Thành công", "ItemCode": parcel["item_code"]})


def _missing(sent: dict[str, object]) -> str:
    receiver, sender = sent.get("Receiver"), sent.get("Sender")
    if not isinstance(receiver, dict) or not isinstance(sender, dict):
        return "Receiver, Sender"
    wrong = [f"Receiver.{name}" for name in ("Name", "Address", "Tel", "Province") if not receiver.get(name)]
    wrong += [f"Sender.{name}" for name in ("Name", "Address", "Tel") if not sender.get(name)]
    number, cod = sent.get("OrderNumber"), sent.get("CODAmount", 0)
    if not isinstance(number, str) or not 1 <= len(number) <= 64:
        wrong.append("OrderNumber")
    if not isinstance(cod, int) or cod < 0:
        wrong.append("CODAmount")
    return ", ".join(wrong)


def _booked(world: World, sent: dict[str, object]) -> Row:
    """The parcel of an order, new or known; raises ValueError when the number was used for another receiver."""
    reference, receiver = str(sent["OrderNumber"]), json.dumps(sent["Receiver"], ensure_ascii=False, sort_keys=True)
    with world.books.transaction():
        known = _find(world, reference)
        if known is None:
            _insert(world, sent, reference, receiver)
            return _find(world, reference) or {}
        world.books.write("UPDATE parcels SET requests = requests + 1 WHERE id = ?", known["id"])
    if known["receiver"] != receiver:
        raise ValueError(reference)
    return known


def _insert(world: World, sent: dict[str, object], reference: str, receiver: str) -> None:
    number = world.books.insert(
        "parcels",
        reference=reference,
        item_code="",
        customer_code=sent["CustomerCode"],
        receiver=receiver,
        cod_amount=sent.get("CODAmount", 0),
        description=str(sent.get("Description", "")),
        sender=json.dumps(sent["Sender"], ensure_ascii=False),
        status="booked",
        rank=0,
        moved=time.time(),
        at=now_text(),
    )
    serial = f"{(world.books.base + number) % 10**8:08d}"
    world.books.write("UPDATE parcels SET item_code = ? WHERE id = ?", f"RL{serial}{check_digit(serial)}VN", number)


def _find(world: World, reference: str) -> Row | None:
    return world.books.one("SELECT * FROM parcels WHERE reference = ? OR item_code = ?", reference, reference)


@route("GET", r"/post/api/orders/([^/]+)/?")
@answers_as("post.order")
def fetch(world: World, request: Request) -> Response:
    """State and events of a parcel by our reference or by item code."""
    parcel = _find(world, request.args[0])
    if parcel is None or not _is_customer(world, request, parcel["customer_code"]):
        return _refused("104", "Không tìm thấy bưu gửi", 404)
    facts = {
        "Status": "100",
        "Message": "Thành công",
        "OrderNumber": parcel["reference"],
        "ItemCode": parcel["item_code"],
    }
    return as_json(facts | {"State": parcel["status"], "Rank": parcel["rank"], "Events": _events(world, parcel)})


def _events(world: World, parcel: Row) -> list[Row]:
    names = "event_id, item_code, reference, status, rank, at, office, note, receiver"
    return world.books.rows(f"SELECT {names} FROM parcel_events WHERE reference = ? ORDER BY id", parcel["reference"])


def advance(world: World, parcel: Row, wish: dict[str, object]) -> Row:
    """Move a parcel on and tell the portal; raises ValueError when it cannot go there."""
    allowed = NEXT[parcel["status"]]
    status = str(wish.get("to") or (allowed[0] if allowed else ""))
    if status not in allowed:
        raise ValueError(f"from {parcel['status']} a parcel goes to: {', '.join(allowed) or 'nowhere'}")
    attempt = parcel["attempt"] + (status == "delivery_failed" and parcel["status"] == "redelivery")
    event = {
        "event_id": uuid.uuid4().hex,
        "item_code": parcel["item_code"],
        "reference": parcel["reference"],
        "status": status,
        "rank": rank(status, attempt),
        "at": local_now().isoformat(timespec="seconds"),
        "office": str(wish.get("office") or "Bưu cục trung tâm"),
        "note": str(wish.get("note") or ""),
        "receiver": str(wish.get("receiver") or "") if status == "delivered" else "",
    }
    _move(world, parcel, event, attempt)
    return event


def _move(world: World, parcel: Row, event: Row, attempt: int) -> None:
    with world.books.transaction():
        now = world.books.one("SELECT status FROM parcels WHERE id = ?", parcel["id"])
        if now is None or now["status"] != parcel["status"]:
            raise ValueError("the parcel moved meanwhile")
        world.books.write(
            "UPDATE parcels SET status = ?, rank = ?, attempt = ?, moved = ? WHERE id = ?",
            *(event["status"], event["rank"], attempt, time.time(), parcel["id"]),
        )
        world.books.insert("parcel_events", **event)
    world.courier.queue("post.event", parcel["reference"], event)


@route("POST", r"/post/parcels/([^/]+)/advance/?")
def move(world: World, request: Request) -> Response:
    """{to, note, office, receiver}: JSON for tests, a form for people; without `to` the usual next step."""
    is_form = "json" not in request.headers.get("content-type", "")
    parcel = _find(world, request.args[0])
    if parcel is None:
        return as_json({"error": "not found"}, 404)
    try:
        event = advance(world, parcel, request.sent())
    except ValueError as error:
        return as_json({"error": str(error)}, 409)
    return see_other("/post/") if is_form and request.body else as_json(event)


@route("GET", "/post/?")
def show(world: World, request: Request) -> Response:
    """The page where a person moves parcels."""
    rows = world.books.rows("SELECT * FROM parcels ORDER BY id DESC LIMIT 100")
    return html.page(
        "Bưu chính công ích", "".join(_card(row) for row in rows) or '<p class="card">Chưa có bưu gửi nào.</p>'
    )


def _card(row: Row) -> str:
    receiver = json.loads(row["receiver"])
    pairs = [
        ("Mã đơn", row["reference"]),
        ("Người nhận", str(receiver.get("Name", ""))),
        ("Địa chỉ", str(receiver.get("Address", ""))),
        ("Thu hộ", html.money(row["cod_amount"])),
        ("Trạng thái", NAMES[row["status"]]),
    ]
    buttons = "".join(f'<button name="to" value="{name}">{NAMES[name]}</button>' for name in NEXT[row["status"]])
    form = f'<form class="row" method="post" action="/post/parcels/{row["item_code"]}/advance">{buttons}</form>'
    return f'<article class="card"><h2>{escape(row["item_code"])}</h2>{html.facts(pairs)}{form}</article>'


def events(world: World) -> Kind:
    """How tracking events travel: a signed POST until the portal answers 2xx."""

    def make(payload: dict[str, Any], fault: str) -> Parcel:
        body = json.dumps(payload, ensure_ascii=False).encode()
        secret = world.config.postal_secret if fault != "bad_signature" else "another secret"
        headers = {"Content-Type": "application/json"} | signing.headers(body, secret)
        return Parcel("POST", f"{world.portal_url}/postal/events/", headers, body)

    return Kind(make, lambda status, text: 200 <= status < 300)


def start(world: World) -> None:
    """Move every parcel on by itself each `auto_post_seconds`, when that is set."""
    seconds = world.config.auto_post_seconds
    if seconds > 0:
        threading.Thread(target=_auto, args=(world, seconds), name="post", daemon=True).start()


def _auto(world: World, seconds: float) -> None:
    while True:
        time.sleep(min(seconds, 1))
        due = "SELECT * FROM parcels WHERE status NOT IN ('delivered', 'returned') AND moved <= ?"
        for parcel in world.books.rows(due, time.time() - seconds):
            try:
                advance(world, parcel, {"receiver": json.loads(parcel["receiver"]).get("Name", "")})
            except (ValueError, sqlite3.Error):
                continue
