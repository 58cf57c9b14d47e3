"""VNPay's own book: what was opened, what was paid, what was told to the merchant."""

import json
from datetime import datetime
from typing import Any

from sandbox import signing
from sandbox.books import Row
from sandbox.courier import Kind, Parcel
from sandbox.world import VIETNAM, World, local_now

PAID, OPEN, FAILED, SUSPECTED = "00", "01", "02", "07"
STAMP = "%Y%m%d%H%M%S"
FINAL_ANSWERS = {"00", "02"}  # the merchant has it: no more notices


def find(world: World, txn_ref: str) -> Row | None:
    """The transaction of a merchant reference."""
    return world.books.one("SELECT * FROM transactions WHERE txn_ref = ?", txn_ref)


def open_order(world: World, fields: dict[str, str]) -> Row | None:
    """Book a pay request once; None when the reference was used for another order or is already decided."""
    facts: Row = {
        "txn_ref": fields["vnp_TxnRef"],
        "amount": int(fields["vnp_Amount"]),
        "order_info": fields["vnp_OrderInfo"],
        "create_date": fields["vnp_CreateDate"],
        "expire_date": fields["vnp_ExpireDate"],
        "return_url": fields["vnp_ReturnUrl"],
        "locale": fields["vnp_Locale"],
        "bank_code": fields.get("vnp_BankCode") or "NCB",
    }
    with world.books.transaction():
        known = find(world, facts["txn_ref"])
        if known is None:
            world.books.insert("transactions", **facts)
            return find(world, facts["txn_ref"])
    same = all(known[name] == facts[name] for name in ("amount", "order_info", "create_date"))
    return known if same and known["transaction_status"] == OPEN else None


def is_expired(order: Row) -> bool:
    """True after vnp_ExpireDate (a time of Viet Nam)."""
    return local_now() > datetime.strptime(order["expire_date"], STAMP).replace(tzinfo=VIETNAM)


def settle(world: World, txn_ref: str, code: str) -> tuple[Row, int]:
    """Book the payer's choice once, queue the notice; returns the transaction and the notice's number (0: none)."""
    with world.books.transaction():
        order = find(world, txn_ref)
        if order is None:
            raise LookupError(txn_ref)
        if order["transaction_status"] != OPEN:
            return order, 0
        code = "11" if is_expired(order) else code
        _book(world, order, code)
    booked = find(world, txn_ref) or order
    return booked, world.courier.queue("vnpay.ipn", txn_ref, {"fields": notice_fields(world, booked)})


def _book(world: World, order: Row, code: str) -> None:
    status = {"00": PAID, "07": SUSPECTED}.get(code, FAILED)
    took_money = status != FAILED
    number = str(world.books.base + order["id"]) if took_money else "0"
    world.books.write(
        "UPDATE transactions SET response_code=?, transaction_status=?, transaction_no=?, bank_tran_no=?, card_type=?,"
        " pay_date=? WHERE id=?",
        *(code, status, number, f"VNP{number}" if took_money else "", "ATM", local_now().strftime(STAMP), order["id"]),
    )


def notice_fields(world: World, order: Row) -> dict[str, str]:
    """The fields that both the notice and the way back to the merchant carry, without the hash."""
    return {
        "vnp_Amount": str(order["amount"]),
        "vnp_BankCode": order["bank_code"],
        "vnp_BankTranNo": order["bank_tran_no"],
        "vnp_CardType": order["card_type"],
        "vnp_OrderInfo": order["order_info"],
        "vnp_PayDate": order["pay_date"],
        "vnp_ResponseCode": order["response_code"],
        "vnp_TmnCode": world.config.tmn_code,
        "vnp_TransactionNo": order["transaction_no"],
        "vnp_TransactionStatus": order["transaction_status"],
        "vnp_TxnRef": order["txn_ref"],
    }


def return_address(world: World, order: Row) -> str:
    """Where the browser goes after the choice."""
    query = signing.vnpay_query(notice_fields(world, order), world.config.vnpay_secret)
    return f"{order['return_url']}{'&' if '?' in order['return_url'] else '?'}{query}"


def notices(world: World) -> Kind:
    """How notices travel: a signed GET until the merchant answers 00 or 02."""

    def make(payload: dict[str, Any], fault: str) -> Parcel:
        fields = dict(payload["fields"])
        if fault == "wrong_amount":
            fields["vnp_Amount"] = str(int(fields["vnp_Amount"]) + 100_000)
        secret = world.config.vnpay_secret if fault != "bad_signature" else "another secret"
        return Parcel("GET", f"{world.portal_url}/payments/vnpay/ipn/?{signing.vnpay_query(fields, secret)}", {})

    return Kind(make, lambda status, text: status == 200 and _answer_code(text) in FINAL_ANSWERS)


def _answer_code(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return ""
    return str(found.get("RspCode", "")) if isinstance(found, dict) else ""
