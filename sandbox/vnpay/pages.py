"""The bank page a payer sees, and the choice the payer makes."""

import re
from datetime import datetime
from html import escape
from urllib.parse import parse_qsl, urlsplit

from sandbox import html, signing
from sandbox.books import Row
from sandbox.vnpay import ledger
from sandbox.web import Request, Response, answers_as, as_json, route, see_other
from sandbox.world import World

RULES = {
    "vnp_Version": r"2\.1\.0",
    "vnp_Command": r"pay",
    "vnp_TmnCode": r"[A-Z0-9]{8}",
    "vnp_Amount": r"[1-9]\d{2,13}",
    "vnp_CurrCode": r"VND",
    "vnp_TxnRef": r"[A-Za-z0-9._-]{1,100}",
    "vnp_OrderInfo": r"[A-Za-z0-9 .,:_/-]{1,255}",
    "vnp_OrderType": r"\w{1,100}",
    "vnp_Locale": r"vn|en",
    "vnp_ReturnUrl": r"https?://[^\s*~]{1,246}",
    "vnp_IpAddr": r"[0-9a-fA-F.:]{7,45}",
    "vnp_CreateDate": r"\d{14}",
    "vnp_ExpireDate": r"\d{14}",
}
CODE = re.compile(r"00|07|09|1[0-3]|24|51|65|75|79|99")
TEXTS = {
    "vn": {
        "title": "Cổng thanh toán VNPAY",
        "merchant": "Đơn vị nhận tiền",
        "amount": "Số tiền",
        "info": "Nội dung",
        "ref": "Mã giao dịch",
        "expire": "Hạn thanh toán",
        "00": "Thanh toán {money}",
        "13": "Thử nhập sai mã OTP",
        "51": "Thử tài khoản không đủ số dư",
        "24": "Hủy thanh toán",
        "refused": "Không mở được giao dịch",
    },
    "en": {
        "title": "VNPAY payment gateway",
        "merchant": "Paid to",
        "amount": "Amount",
        "info": "For",
        "ref": "Reference",
        "expire": "Pay before",
        "00": "Pay {money}",
        "13": "Try a wrong OTP",
        "51": "Try an account with too little money",
        "24": "Cancel the payment",
        "refused": "The transaction cannot be opened",
    },
}
REASONS = {
    "70": "Sai chữ ký (mã 70).",
    "03": "Dữ liệu không đúng định dạng (mã 03): {detail}.",
    "72": "Không tìm thấy website của đơn vị (mã 72).",
    "01": "Giao dịch đã tồn tại (mã 01).",
    "15": "Giao dịch đã quá thời gian chờ thanh toán (mã 15).",
}


def checked(world: World, query: str) -> tuple[dict[str, str], str, str]:
    """The fields of a pay request, and what is wrong with it: code ("" when nothing) and detail."""
    pairs = parse_qsl(query, keep_blank_values=True)
    fields = dict(pairs)
    given = fields.pop("vnp_SecureHash", "").lower()
    fields.pop("vnp_SecureHashType", None)
    right = signing.vnpay_query(fields, world.config.vnpay_secret).rpartition("=")[2]
    if given != right or len(pairs) != len({name for name, _ in pairs}):
        return fields, "70", ""
    wrong = [name for name, rule in RULES.items() if not re.fullmatch(rule, fields.get(name, ""))]
    if wrong or not _are_dates(fields["vnp_CreateDate"], fields["vnp_ExpireDate"]):
        return fields, "03", ", ".join(wrong or ["vnp_CreateDate"])
    return fields, "" if fields["vnp_TmnCode"] == world.config.tmn_code else "72", ""


def _are_dates(*texts: str) -> bool:
    try:
        return all(datetime.strptime(text, ledger.STAMP) for text in texts)  # noqa: DTZ007
    except ValueError:
        return False


def opened(world: World, query: str) -> tuple[Row | None, str, str]:
    """Check a pay request and book it; returns the order, or the code and detail of the refusal."""
    fields, code, detail = checked(world, query)
    if code:
        return None, code, detail
    order = ledger.open_order(world, fields)
    if order is None:
        return None, "01", ""
    return (None, "15", "") if ledger.is_expired(order) else (order, "", "")


@route("GET", "/vnpay/paymentv2/vpcpay.html")
@answers_as("vnpay.pay")
def show(world: World, request: Request) -> Response:
    """The bank page, or why it does not open."""
    order, code, detail = opened(world, request.query)
    if order is None:
        text = escape(REASONS[code].format(detail=detail))
        return html.page(TEXTS["vn"]["refused"], f'<p class="card">{text}</p>', status=400, head="<b>VNPAY</b>")
    words = TEXTS[order["locale"]]
    expire = datetime.strptime(order["expire_date"], ledger.STAMP).strftime("%H:%M %d/%m/%Y")  # noqa: DTZ007
    pairs = [
        (words["merchant"], world.config.tmn_code),
        (words["amount"], html.money(order["amount"] // 100)),
        (words["info"], order["order_info"]),
        (words["ref"], order["txn_ref"]),
        (words["expire"], expire),
    ]
    form = f'<form method="post" action="/vnpay/paymentv2/choose">{_buttons(order, words)}</form>'
    content = f'<div class="card">{html.facts(pairs)}</div>{form}'
    language = "en" if order["locale"] == "en" else "vi"
    return html.page(words["title"], content, language=language, head="<b>VNPAY</b>")


def _buttons(order: Row, words: dict[str, str]) -> str:
    hidden = f'<input type="hidden" name="txn_ref" value="{escape(order["txn_ref"])}">'
    buttons = [
        f'<button name="code" value="{code}"{" class=main" if code == "00" else ""}>'
        f"{words[code].format(money=html.money(order['amount'] // 100))}</button>"
        for code in ("00", "13", "51", "24")
    ]
    return hidden + "".join(buttons)


@route("POST", "/vnpay/paymentv2/choose")
def choose(world: World, request: Request) -> Response:
    """Book the payer's choice, send the notice, send the browser back to the merchant."""
    sent = request.sent()
    code = str(sent.get("code", ""))
    if not CODE.fullmatch(code):
        return html.page(TEXTS["vn"]["refused"], "<p class=card>Mã không hợp lệ.</p>", status=400)
    try:
        order, number = ledger.settle(world, str(sent.get("txn_ref", "")), code)
    except LookupError:
        return html.page(TEXTS["vn"]["refused"], "<p class=card>Không tìm thấy giao dịch.</p>", status=404)
    if number:
        world.courier.wait(number, 2)  # the real page stays for a moment too; the notice usually comes first
    return see_other(ledger.return_address(world, order))


@route("POST", "/vnpay/pay-now")
def pay_now(world: World, request: Request) -> Response:
    """For tests: {txn_ref or url (the whole pay address), code} pays without a browser; answers where it would go."""
    sent = request.sent()
    txn_ref, code = str(sent.get("txn_ref", "")), str(sent.get("code", "00"))
    if sent.get("url"):
        order, refusal, detail = opened(world, urlsplit(str(sent["url"])).query)
        if order is None:
            return as_json({"error": refusal, "detail": detail}, 400)
        txn_ref = order["txn_ref"]
    if not CODE.fullmatch(code):
        return as_json({"error": "code"}, 400)
    try:
        order, number = ledger.settle(world, txn_ref, code)
    except LookupError:
        return as_json({"error": "not found"}, 404)
    if number:
        world.courier.wait(number, 2)
    facts = {name: order[name] for name in ("txn_ref", "transaction_no", "response_code", "transaction_status")}
    return as_json(facts | {"return_url": ledger.return_address(world, order)})
