"""VNPay 2.1.0: the signed pay address, notices, querydr and refund.

Rules that others rely on: a notice is believed only when every byte of it is what VNPay signed; the browser's return
carries the same fields but never changes anything; amounts travel times 100 and are whole VND on our side.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote_plus
from zoneinfo import ZoneInfo

from django.conf import settings

from common.gateways import UNCLEAR, GatewayError, call
from notifications.sms_text import unaccent
from payments.gateways import vnpay_codes as codes
from payments.gateways.base import (
    Money,
    Notice,
    NoticeRefused,
    Outcome,
    PayAddress,
    Query,
    Refund,
    RefundOutcome,
    RefundState,
    Start,
)

VERSION = "2.1.0"
STAMP = "%Y%m%d%H%M%S"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
HASH_NAMES = ("vnp_SecureHash", "vnp_SecureHashType")
HASH_TYPES = {"", "HMACSHA512", "HmacSHA512", "SHA512"}
MAX_NOTICE = 4096  # characters
REFERENCE = re.compile(r"[A-Za-z0-9]{1,100}")
QUERY_ASKED = (
    "RequestId",
    "Version",
    "Command",
    "TmnCode",
    "TxnRef",
    "TransactionDate",
    "CreateDate",
    "IpAddr",
    "OrderInfo",
)
REFUND_ASKED = (
    *("RequestId", "Version", "Command", "TmnCode", "TransactionType", "TxnRef", "Amount", "TransactionNo"),
    *("TransactionDate", "CreateBy", "CreateDate", "IpAddr", "OrderInfo"),
)
REFUND_ANSWERED = (
    *("ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate"),
    *("TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo"),
)
QUERY_ANSWERED = (*REFUND_ANSWERED, "PromotionCode", "PromotionAmount")


@dataclass(frozen=True, slots=True)
class VnpayConfig:
    """Addresses and keys; the first secret signs, all of them verify while keys are exchanged."""

    pay_url: str
    api_url: str
    tmn_code: str
    secrets: tuple[str, ...]


def from_settings() -> "VnpayGateway":
    """The gateway that the settings describe."""
    secrets = tuple(secret.strip() for secret in settings.VNPAY_SECRETS if secret.strip())
    return VnpayGateway(VnpayConfig(settings.VNPAY_PAY_URL, settings.VNPAY_API_URL, settings.VNPAY_TMN_CODE, secrets))


def hash_line(fields: Mapping[str, str]) -> str:
    """What VNPay hashes: empty values dropped, names sorted by byte, form encoding."""
    names = sorted(name for name, value in fields.items() if value and name not in HASH_NAMES)
    return "&".join(f"{quote_plus(name)}={quote_plus(fields[name])}" for name in names)


def secure_hash(line: str, secret: str) -> str:
    """HMAC-SHA512, lower hex."""
    return hmac.new(secret.encode(), line.encode(), hashlib.sha512).hexdigest()


def is_signed(line: str, given: str, secrets: Iterable[str]) -> bool:
    """True when one of `secrets` made the hash `given` (any case); constant time, every secret tried."""
    sent = given.lower().encode("utf-8", "replace")
    return any([hmac.compare_digest(secure_hash(line, secret).encode(), sent) for secret in secrets])


def order_info(text: str) -> str:
    """Plain text as VNPay wants it: no marks, no special characters, at most 255."""
    plain = re.sub(r"[^A-Za-z0-9 .,:/-]+", " ", unaccent(text))
    return " ".join(plain.split())[:255]


def notice_answer(code: str) -> dict[str, str]:
    """The JSON body that answers a notice; `code` is one of vnpay_codes.NOTICE_ANSWERS."""
    return {"RspCode": code, "Message": codes.NOTICE_ANSWERS[code]}


class VnpayGateway:
    """One merchant account at VNPay."""

    name = "vnpay"

    def __init__(self, config: VnpayConfig) -> None:
        self._config = config

    # ── the pay page ──

    def start(self, start: Start) -> PayAddress:
        """The signed address of the pay page; raises ValueError when a value cannot be sent."""
        fields = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": self._config.tmn_code,
            "vnp_Amount": str(start.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": start.reference,
            "vnp_OrderInfo": order_info(start.order_info),
            "vnp_OrderType": "other",
            "vnp_Locale": "en" if start.language == "en" else "vn",
            "vnp_ReturnUrl": start.return_url,
            "vnp_IpAddr": start.ip,
            "vnp_CreateDate": stamp(start.created_at),
            "vnp_ExpireDate": stamp(start.expires_at),
            "vnp_BankCode": start.bank_code,
        }
        _refuse_unsendable(start, fields)
        line = hash_line(fields)
        signed = f"{line}&vnp_SecureHash={secure_hash(line, self._config.secrets[0])}"
        return PayAddress(f"{self._config.pay_url}?{signed}", start.expires_at)

    # ── notices ──

    def verify_notice(self, query: str) -> Notice:
        """The notice (or return) in the raw query string, as it stood in the request line; raises NoticeRefused.

        Names may not repeat, and everything but the hash must stand exactly as VNPay writes it: sorted, form-encoded,
        nothing empty, nothing added. So no two different strings can mean the same notice.
        """
        fields = _fields(query)
        parts = query.split("&")
        hashes = [f"{name}={fields[name]}" for name in HASH_NAMES if name in fields]
        line = "&".join(part for part in parts if part not in hashes)
        if line != hash_line(fields) or fields.get("vnp_SecureHashType", "") not in HASH_TYPES:
            raise NoticeRefused("altered")
        if not is_signed(line, fields.get("vnp_SecureHash", ""), self._config.secrets):
            raise NoticeRefused("checksum")
        if fields.get("vnp_TmnCode") != self._config.tmn_code:
            raise NoticeRefused("merchant")
        return _notice(fields, query)

    # ── questions ──

    def query(self, query: Query) -> Outcome:
        """querydr; raises GatewayError: "bad_signature" when the answer is not VNPay's, else VNPay's refusal."""
        values = {
            "RequestId": query.request_id,
            "Version": VERSION,
            "Command": "querydr",
            "TmnCode": self._config.tmn_code,
            "TxnRef": query.reference,
            "TransactionDate": stamp(query.created_at),
            "CreateDate": stamp(query.at),
            "IpAddr": query.ip,
            "OrderInfo": f"Truy van {query.reference}",
        }
        answer, raw = self._ask(values, QUERY_ASKED, QUERY_ANSWERED)
        code = answer["ResponseCode"]
        if code == codes.NOT_FOUND:
            return Outcome(query.reference, Money.NOT_FOUND, code=code, raw=raw)
        if code != codes.PAID:
            raise _refusal(code)
        return _outcome(answer, raw)

    def refund(self, refund: Refund) -> RefundOutcome:
        """Give money back; raises GatewayError when VNPay could not take the request, ValueError for a bad amount."""
        if not 0 < refund.amount <= refund.paid:
            raise ValueError("A refund is more than nothing and not more than was paid.")
        values = {
            "RequestId": refund.request_id,
            "Version": VERSION,
            "Command": "refund",
            "TmnCode": self._config.tmn_code,
            "TransactionType": "02" if refund.amount == refund.paid else "03",
            "TxnRef": refund.reference,
            "Amount": str(refund.amount * 100),
            "TransactionNo": refund.provider_ref or "0",
            "TransactionDate": stamp(refund.created_at),
            "CreateBy": order_info(refund.asked_by),
            "CreateDate": stamp(refund.at),
            "IpAddr": refund.ip,
            "OrderInfo": order_info(refund.reason),
        }
        answer, raw = self._ask(values, REFUND_ASKED, REFUND_ANSWERED)
        return _refund_outcome(answer, raw)

    def _ask(self, values: dict[str, str], asked: Sequence[str], answered: Sequence[str]) -> tuple[dict[str, str], str]:
        """Send one signed question; the proven answer without its vnp_, and its text."""
        line = "|".join(values[name] for name in asked)
        message = {f"vnp_{name}": value for name, value in values.items()}
        message["vnp_SecureHash"] = secure_hash(line, self._config.secrets[0])
        body = json.dumps(message).encode()
        answer = call("POST", self._config.api_url, content=body, headers={"Content-Type": "application/json"})
        if not answer.is_ok:
            raise answer.refusal()
        return self._proven(answer.json(), values, answered), answer.body.decode("utf-8", "replace")

    def _proven(self, sent: Mapping[str, Any], values: Mapping[str, str], answered: Sequence[str]) -> dict[str, str]:
        """The answer's fields; raises GatewayError when it is not signed, or is not about what was asked."""
        found = {name: _text(sent.get(f"vnp_{name}")) for name in answered}
        given = _text(sent.get("vnp_SecureHash"))
        if not given and found["ResponseCode"] == codes.WRONG_CHECKSUM:
            raise _refusal(found["ResponseCode"])  # who cannot read our signature may not sign the answer either
        if not is_signed("|".join(found[name] for name in answered), given, self._config.secrets):
            raise GatewayError("bad_signature", permanent=False)
        if (found["TmnCode"], found["Command"]) != (values["TmnCode"], values["Command"]):
            raise GatewayError("bad_signature", permanent=False)
        if found["ResponseCode"] == codes.PAID and found["TxnRef"] != values["TxnRef"]:
            raise GatewayError("bad_signature", permanent=False)
        return found


def stamp(at: datetime) -> str:
    """yyyyMMddHHmmss in Viet Nam; raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("A time without a zone cannot be sent.")
    return at.astimezone(VIETNAM).strftime(STAMP)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, STAMP).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _refuse_unsendable(start: Start, fields: Mapping[str, str]) -> None:
    if not REFERENCE.fullmatch(start.reference):
        raise ValueError("The reference holds letters and digits only, at most 100.")
    if start.amount <= 0:
        raise ValueError("There is nothing to pay.")
    if len(start.return_url) > 255 or not fields["vnp_OrderInfo"]:
        raise ValueError("The return address is too long or the order has no text.")
    # Encoders of different languages disagree on these two, so their hashes would too.
    if any("*" in value or "~" in value for value in fields.values()):
        raise ValueError("VNPay values may hold neither * nor ~.")


def _fields(query: str) -> dict[str, str]:
    if len(query) > MAX_NOTICE or not query.isascii():
        raise NoticeRefused("format")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=50)
    except ValueError:
        raise NoticeRefused("format") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NoticeRefused("duplicate_parameter")
    return fields


def _notice(fields: Mapping[str, str], raw: str) -> Notice:
    amount, reference = fields.get("vnp_Amount", ""), fields.get("vnp_TxnRef", "")
    code, status = fields.get("vnp_ResponseCode", ""), fields.get("vnp_TransactionStatus", "")
    if not re.fullmatch(r"[0-9]{1,15}", amount) or int(amount) % 100 or not reference or not code or not status:
        raise NoticeRefused("format")
    return Notice(
        reference=reference,
        money=codes.money(code, status),
        amount=int(amount) // 100,
        provider_ref=fields.get("vnp_TransactionNo", ""),
        bank_ref=fields.get("vnp_BankTranNo", ""),
        bank_code=fields.get("vnp_BankCode", ""),
        card_type=fields.get("vnp_CardType", ""),
        code=code,
        status=status,
        paid_at=_moment(fields.get("vnp_PayDate", "")),
        raw=raw,
    )


def _amount(answer: Mapping[str, str]) -> int:
    """Whole VND; raises GatewayError when it is none (a sum that we cannot read is never booked)."""
    if not re.fullmatch(r"[0-9]{1,15}", answer["Amount"]) or int(answer["Amount"]) % 100:
        raise GatewayError(UNCLEAR, permanent=False)
    return int(answer["Amount"]) // 100


def _outcome(answer: Mapping[str, str], raw: str) -> Outcome:
    """querydr's ResponseCode only says that the question was answered; the money is in the transaction status."""
    status = answer["TransactionStatus"]
    money = {"00": Money.PAID, "01": Money.PENDING, "02": Money.FAILED}.get(status, Money.DISPUTED)
    return Outcome(
        reference=answer["TxnRef"],
        money=money,
        amount=_amount(answer),
        provider_ref=answer["TransactionNo"],
        bank_code=answer["BankCode"],
        code=answer["ResponseCode"],
        status=status,
        paid_at=_moment(answer["PayDate"]),
        raw=raw,
    )


def _refund_outcome(answer: Mapping[str, str], raw: str) -> RefundOutcome:
    code, status = answer["ResponseCode"], answer["TransactionStatus"]
    if code == codes.DUPLICATE_REQUEST:
        return RefundOutcome(RefundState.ALREADY_ASKED, code, raw=raw)
    if code in {codes.NOT_FOUND, codes.NOT_REFUNDABLE} or (code == codes.PAID and status == "09"):
        return RefundOutcome(RefundState.REFUSED, code, raw=raw)
    if code != codes.PAID:
        raise _refusal(code)
    state = RefundState.DONE if status == codes.PAID else RefundState.ACCEPTED
    return RefundOutcome(state, code, _amount(answer), answer["TransactionNo"], raw)


def _refusal(code: str) -> GatewayError:
    """02, 03 and 97 are mistakes of ours that a person mends; 94 and 99 may pass by themselves. None is the payer's."""
    return GatewayError(f"vnpay_{code}" if re.fullmatch(r"[0-9]{2}", code) else UNCLEAR, permanent=code == "03")
