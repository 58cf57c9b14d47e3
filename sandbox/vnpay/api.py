"""The merchant's questions: querydr and refund, JSON with piped hashes."""

import re
import time
import uuid
from collections.abc import Mapping

from sandbox import signing
from sandbox.books import Row
from sandbox.vnpay import ledger
from sandbox.web import Request, Response, answers_as, as_json, route
from sandbox.world import World, local_now

ASKED = {
    "querydr": [
        "RequestId",
        "Version",
        "Command",
        "TmnCode",
        "TxnRef",
        "TransactionDate",
        "CreateDate",
        "IpAddr",
        "OrderInfo",
    ],
    "refund": [
        "RequestId",
        "Version",
        "Command",
        "TmnCode",
        "TransactionType",
        "TxnRef",
        "Amount",
        "TransactionNo",
        "TransactionDate",
        "CreateBy",
        "CreateDate",
        "IpAddr",
        "OrderInfo",
    ],
}
ANSWERED = [
    "ResponseId",
    "Command",
    "ResponseCode",
    "Message",
    "TmnCode",
    "TxnRef",
    "Amount",
    "BankCode",
    "PayDate",
    "TransactionNo",
    "TransactionType",
    "TransactionStatus",
    "OrderInfo",
]
EXTRA = {"querydr": ["PromotionCode", "PromotionAmount"], "refund": []}
MESSAGES = {
    "00": "Success",
    "02": "Invalid TmnCode",
    "03": "Invalid data format",
    "91": "Transaction not found",
    "94": "Duplicate request",
    "95": "Original transaction was not successful",
    "97": "Invalid checksum",
    "99": "Unknown error",
}
OPTIONAL = {"TransactionNo"}


@route("POST", "/vnpay/merchant_webapi/api/transaction")
def transaction(world: World, request: Request) -> Response:
    """One address for both commands, as in reality."""
    command = request.sent().get("vnp_Command")
    if command == "refund":
        return refund(world, request)
    return query(world, request)


@answers_as("vnpay.query")
def query(world: World, request: Request) -> Response:
    """querydr: what became of a transaction."""
    asked, code = _checked(world, request, "querydr")
    order = ledger.find(world, asked["TxnRef"]) if not code else None
    if not code and (order is None or order["create_date"] != asked["TransactionDate"]):
        code, order = "91", None
    facts = _facts(order, "01") if order else {}
    if request.fault == "wrong_amount" and order:
        facts["Amount"] = str(order["amount"] + 100_000)
    return _answer(world, asked, code or "00", facts, request.fault)


@answers_as("vnpay.refund")
def refund(world: World, request: Request) -> Response:
    """Give money back: all of it (02) or a part (03); never more than was paid."""
    asked, code = _checked(world, request, "refund")
    if request.fault == "refuse":
        code = "99"
    if code:
        return _answer(world, asked, code, {}, request.fault)
    with world.books.transaction():
        order = ledger.find(world, asked["TxnRef"])
        code = _refund_refusal(order, asked)
        facts = _refund(world, order, asked) if order and not code else {}
    return _answer(world, asked, code or "00", facts, request.fault)


def _refund_refusal(order: Row | None, asked: Mapping[str, str]) -> str:
    amount = asked["Amount"]
    if order is None or order["create_date"] != asked["TransactionDate"]:
        return "91"
    if order["transaction_status"] != ledger.PAID:
        return "95"
    if not re.fullmatch(r"[1-9]\d{0,13}", amount) or asked["TransactionType"] not in {"02", "03"}:
        return "03"
    left = order["amount"] - order["refunded"]
    if left == 0:
        return "94"
    is_whole = int(amount) == order["amount"]
    if int(amount) > left or is_whole != (asked["TransactionType"] == "02"):
        return "03"
    return ""


def _refund(world: World, order: Row, asked: Mapping[str, str]) -> dict[str, str]:
    amount = int(asked["Amount"])
    world.books.write("UPDATE transactions SET refunded = refunded + ? WHERE id = ?", amount, order["id"])
    facts = {"request_id": asked["RequestId"], "txn_ref": order["txn_ref"], "kind": asked["TransactionType"]}
    stamp = local_now().strftime(ledger.STAMP)
    who = {"amount": amount, "create_by": asked["CreateBy"], "at": stamp}
    number = world.books.insert("refunds", **facts, **who, transaction_no=order["transaction_no"])
    refunded = _facts(order, asked["TransactionType"]) | {"Amount": str(amount), "PayDate": stamp}
    return refunded | {"TransactionNo": str(world.books.base + number), "TransactionStatus": "05"}


def _checked(world: World, request: Request, command: str) -> tuple[dict[str, str], str]:
    """The fields asked (without vnp_) and the code of what is wrong with them, "" when nothing."""
    sent = {str(name): str(value) for name, value in request.sent().items()}
    asked = {name: sent.get(f"vnp_{name}", "") for name in ASKED[command]}
    line = "|".join(asked[name] for name in ASKED[command])
    if sent.get("vnp_SecureHash", "").lower() != signing.vnpay_hash(line, world.config.vnpay_secret):
        return asked, "97"
    if asked["TmnCode"] != world.config.tmn_code:
        return asked, "02"
    if asked["Command"] != command or any(not value for name, value in asked.items() if name not in OPTIONAL):
        return asked, "03"
    return asked, _seen_before(world, asked["RequestId"], command)


def _seen_before(world: World, request_id: str, command: str) -> str:
    with world.books.transaction():
        if world.books.one("SELECT 1 FROM merchant_requests WHERE request_id = ?", request_id):
            return "94"
        world.books.insert("merchant_requests", request_id=request_id, command=command, at=time.time())
    return ""


def _facts(order: Row, kind: str) -> dict[str, str]:
    return {
        "Amount": str(order["amount"]),
        "BankCode": order["bank_code"],
        "PayDate": order["pay_date"],
        "TransactionNo": order["transaction_no"],
        "TransactionType": kind,
        "TransactionStatus": order["transaction_status"],
        "OrderInfo": order["order_info"],
    }


def _answer(world: World, asked: Mapping[str, str], code: str, facts: Mapping[str, str], fault: str) -> Response:
    command = asked["Command"] if asked["Command"] in ASKED else "querydr"
    head = {"ResponseId": uuid.uuid4().hex, "Command": command, "ResponseCode": code, "Message": MESSAGES[code]}
    values = {**head, "TmnCode": world.config.tmn_code, "TxnRef": asked["TxnRef"], **facts}
    line = "|".join(values.get(name, "") for name in ANSWERED + EXTRA[command])
    secret = world.config.vnpay_secret if fault != "bad_signature" else "another secret"
    answer = {f"vnp_{name}": value for name, value in values.items()}
    return as_json(answer | {"vnp_SecureHash": signing.vnpay_hash(line, secret)})
