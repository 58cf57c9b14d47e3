"""The SMS carrier: takes messages over HTTP, counts segments, sends delivery receipts."""

import json
import re
import uuid
from typing import Any

from sandbox import signing
from sandbox.courier import Kind, Parcel
from sandbox.web import Request, Response, answers_as, as_json, route
from sandbox.world import World, now_text

PHONE = re.compile(r"84[35789]\d{8}")
SENDER = re.compile(r"[A-Za-z0-9 ._-]{1,11}")
KINDS = {"care", "otp"}
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWO = set("\f^{}\\[~]|€")


def segments(text: str) -> tuple[str, int]:
    """Encoding (GSM-7 or UCS-2) and number of segments that the carrier bills."""
    if all(letter in GSM or letter in GSM_TWO for letter in text):
        return "GSM-7", _count([2 if letter in GSM_TWO else 1 for letter in text], 160, 153)
    return "UCS-2", _count([2 if ord(letter) > 0xFFFF else 1 for letter in text], 70, 67)


def _count(sizes: list[int], single: int, part: int) -> int:
    """A letter that takes two places is never cut in half."""
    if sum(sizes) <= single:
        return 1
    parts, room = 0, 0
    for size in sizes:
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return parts


@route("POST", "/sms/v1/messages")
@answers_as("sms.send")
def take(world: World, request: Request) -> Response:
    """Accept one message; the same reference again gets the same answer and is not sent again."""
    signature, timestamp = request.headers.get("x-signature", ""), request.headers.get("x-timestamp", "")
    if not signing.is_signed(request.body, timestamp, signature, world.config.sms_secret):
        return as_json({"error": "bad_signature"}, 401)
    sent = request.sent()
    message = {name: str(sent.get(name, "")) for name in ("reference", "to", "from", "text", "type")}
    wrong = _wrong(message)
    if wrong or request.fault == "refuse":
        return as_json({"error": wrong or "refused_by_network"}, 422)
    known = _known(world, message["reference"])
    if known is None:
        known = _accept(world, message, request.fault)
    elif (known["recipient"], known["text"]) != (message["to"], message["text"]):
        return as_json({"error": "reference_used"}, 409)
    return as_json({"message_id": known["message_id"], "status": "accepted", "segments": known["segments"]})


def _wrong(message: dict[str, str]) -> str:
    checks = {
        "bad_reference": 1 <= len(message["reference"]) <= 64,
        "bad_number": PHONE.fullmatch(message["to"]),
        "bad_sender": SENDER.fullmatch(message["from"]),
        "bad_text": message["text"].strip() and segments(message["text"])[1] <= 6,
        "bad_type": message["type"] in KINDS,
    }
    return next((name for name, is_right in checks.items() if not is_right), "")


def _known(world: World, reference: str) -> dict[str, Any] | None:
    with world.books.transaction():
        world.books.write("UPDATE inbox SET requests = requests + 1 WHERE channel = 'sms' AND reference = ?", reference)
        return world.books.one("SELECT * FROM inbox WHERE channel = 'sms' AND reference = ?", reference)


def _accept(world: World, message: dict[str, str], fault: str) -> dict[str, Any]:
    encoding, count = segments(message["text"])
    lost = fault == "drop"
    with world.books.transaction():
        number = world.books.insert(
            "inbox",
            channel="sms",
            message_id=uuid.uuid4().hex,
            reference=message["reference"],
            subject="",
            sender=message["from"],
            recipient=message["to"],
            text=message["text"],
            kind=message["type"],
            segments=count,
            encoding=encoding,
            status="lost" if lost else "sent",
            at=now_text(),
        )
    row = world.books.one("SELECT * FROM inbox WHERE id = ?", number) or {}
    if not lost:
        wait = world.config.receipt_seconds
        _queue_receipt(world, row, "sent", wait / 2)
        _queue_receipt(world, row, "delivered", wait)
    return row


def _queue_receipt(world: World, row: dict[str, Any], status: str, after: float) -> None:
    fields = {"message_id": row["message_id"], "reference": row["reference"], "status": status, "error": ""}
    world.courier.queue("sms.receipt", row["reference"], fields | {"at": now_text()}, after)


def receipts(world: World) -> Kind:
    """How receipts travel: a signed POST until the portal answers 2xx."""

    def make(payload: dict[str, Any], fault: str) -> Parcel:
        fields = payload | ({"status": "failed", "error": "absent_subscriber"} if fault == "refuse" else {})
        body = json.dumps(fields).encode()
        secret = world.config.sms_secret if fault != "bad_signature" else "another secret"
        headers = {"Content-Type": "application/json"} | signing.headers(body, secret)
        world.books.write("UPDATE inbox SET status = ? WHERE reference = ?", fields["status"], fields["reference"])
        return Parcel("POST", f"{world.portal_url}/notifications/receipts/", headers, body)

    return Kind(make, lambda status, text: 200 <= status < 300)
