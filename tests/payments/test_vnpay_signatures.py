"""VNPay's hashes, held to three published strings, and what may be put into a pay address."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from payments.gateways.base import Money, NoticeRefused, Start
from payments.gateways.vnpay import (
    QUERY_ASKED,
    VnpayConfig,
    VnpayGateway,
    hash_line,
    is_signed,
    notice_answer,
    order_info,
    secure_hash,
)
from payments.gateways.vnpay_codes import NOTICE_ANSWERS, RESPONSES, STATUSES, sentence

SECRET = "SECRETKEYSECRETKEYSECRETKEY12345"
PAY = (
    "vnp_Amount=5000000&vnp_Command=pay&vnp_CreateDate=20250701090000&vnp_CurrCode=VND&vnp_ExpireDate=20250701091500"
    "&vnp_IpAddr=127.0.0.1&vnp_Locale=vn&vnp_OrderInfo=Thanh+toan+ho+so+0001&vnp_OrderType=other"
    "&vnp_ReturnUrl=https%3A%2F%2Fportal.example%2Fpay%2Freturn&vnp_TmnCode=DEMOTMN1&vnp_TxnRef=H37.12-250701-0001.1"
    "&vnp_Version=2.1.0"
)
PAY_HASH = (
    "ef04f432eb4b6d310e3a5b5d04003f64d144f970ff87f0f474a5b48ca2e616c8"
    "eca264b4d0147cf1df647fed2d2a0a977de50a4e60f65bdfb3b347b804ad3fb1"
)
IPN = (
    "vnp_Amount=5000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14000001&vnp_CardType=ATM&vnp_OrderInfo=Thanh+toan+ho+so+0001"
    "&vnp_PayDate=20250701090231&vnp_ResponseCode=00&vnp_TmnCode=DEMOTMN1&vnp_TransactionNo=14000001"
    "&vnp_TransactionStatus=00&vnp_TxnRef=H37.12-250701-0001.1"
)
IPN_HASH = (
    "60d1fb13294244afcb4b831c9e04c499fae501615fea848c74dd3d71345555dc"
    "d0536f858c3cf6b77c699504645d22d38c2f8238a549d774f8caeb9bbf5591d7"
)
QUERYDR = "REQ0001|2.1.0|querydr|DEMOTMN1|H37.12-250701-0001.1|20250701090000|20250701093000|127.0.0.1|Truy van 0001"
QUERYDR_HASH = (
    "5e0c0c7b8f4b170ffbbfa3e08f167ed2a7da945adea7a4c973b194bfaedaedae"
    "c2cec93e122fa9db13c1d7138c7b4fd98cb64bc6ff46699331086ae7a32b8c0e"
)
GATEWAY = VnpayGateway(VnpayConfig("https://pay.example/vpcpay.html", "https://pay.example/api", "DEMOTMN1", (SECRET,)))
START = Start(
    reference="A1",
    amount=50_000,
    order_info="Phí hồ sơ đất đai (lần 1)",
    return_url="https://portal.example/payments/vnpay/return/",
    ip="127.0.0.1",
    created_at=datetime(2025, 7, 1, 2, 0, tzinfo=UTC),
    expires_at=datetime(2025, 7, 1, 2, 15, tzinfo=UTC),
)


@pytest.mark.parametrize(("line", "expected"), [(PAY, PAY_HASH), (IPN, IPN_HASH), (QUERYDR, QUERYDR_HASH)])
def test_hashes_agree_with_the_published_vectors(line: str, expected: str) -> None:
    assert secure_hash(line, SECRET) == expected


def test_the_line_to_hash_is_built_from_unsorted_fields_without_the_empty_ones() -> None:
    fields = {name: values[0] for name, values in parse_qs(PAY).items()}
    shuffled = dict(reversed(fields.items())) | {"vnp_BankCode": "", "vnp_SecureHash": "x", "vnp_SecureHashType": "y"}
    assert hash_line(shuffled) == PAY


def test_the_question_is_hashed_in_the_order_of_the_specification() -> None:
    values = dict(zip(QUERY_ASKED, QUERYDR.split("|"), strict=True))
    assert values["Command"] == "querydr"
    assert values["TransactionDate"] == "20250701090000"
    assert values["OrderInfo"] == "Truy van 0001"


def test_a_published_notice_is_believed() -> None:
    notice = GATEWAY.verify_notice(f"{IPN}&vnp_SecureHash={IPN_HASH}")
    assert (notice.reference, notice.amount, notice.money) == ("H37.12-250701-0001.1", 50_000, Money.PAID)
    assert notice.paid_at == datetime(2025, 7, 1, 2, 2, 31, tzinfo=UTC)
    assert notice.raw.endswith(IPN_HASH)


def test_the_hash_may_be_written_in_capitals() -> None:
    assert GATEWAY.verify_notice(f"{IPN}&vnp_SecureHash={IPN_HASH.upper()}").money == Money.PAID


def test_old_and_new_secrets_are_both_good_while_keys_are_exchanged_and_a_dropped_one_is_not() -> None:
    def gateway(*secrets: str) -> VnpayGateway:
        return VnpayGateway(VnpayConfig("https://pay.example/", "https://pay.example/api", "DEMOTMN1", secrets))

    signed = f"{IPN}&vnp_SecureHash={IPN_HASH}"
    assert gateway("new", SECRET).verify_notice(signed).money == Money.PAID
    with pytest.raises(NoticeRefused, match="checksum"):
        gateway("new").verify_notice(signed)
    query = urlsplit(gateway("new", SECRET).start(START).url).query
    line, _, given = query.rpartition("&vnp_SecureHash=")
    assert given == secure_hash(line, "new")


def test_a_notice_of_another_merchant_is_refused() -> None:
    line = IPN.replace("DEMOTMN1", "OTHERTMN")
    with pytest.raises(NoticeRefused, match="merchant"):
        GATEWAY.verify_notice(f"{line}&vnp_SecureHash={secure_hash(line, SECRET)}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("vnp_Amount=5000000", "vnp_Amount=5000050"),  # not a whole đồng
        ("vnp_Amount=5000000", "vnp_Amount=-5000000"),
        ("vnp_Amount=5000000", "vnp_Amount=5e6"),
        ("&vnp_TransactionStatus=00", ""),
        ("&vnp_ResponseCode=00", ""),
    ],
)
def test_a_signed_notice_that_cannot_be_read_is_refused(old: str, new: str) -> None:
    line = IPN.replace(old, new)
    with pytest.raises(NoticeRefused, match="format"):
        GATEWAY.verify_notice(f"{line}&vnp_SecureHash={secure_hash(line, SECRET)}")


@pytest.mark.parametrize(
    ("code", "status", "money"),
    [
        ("00", "00", Money.PAID),
        ("00", "02", Money.DISPUTED),  # a contradiction
        ("24", "00", Money.DISPUTED),
        ("24", "02", Money.FAILED),
        ("51", "02", Money.FAILED),
        ("07", "07", Money.DISPUTED),
        ("07", "02", Money.DISPUTED),
        ("00", "01", Money.PENDING),
        ("00", "04", Money.DISPUTED),
    ],
)
def test_money_is_paid_only_when_code_and_status_both_say_so(code: str, status: str, money: Money) -> None:
    line = IPN.replace("ResponseCode=00", f"ResponseCode={code}").replace("Status=00", f"Status={status}")
    assert GATEWAY.verify_notice(f"{line}&vnp_SecureHash={secure_hash(line, SECRET)}").money == money


def test_a_pay_address_carries_a_hundredfold_amount_local_times_and_unaccented_text() -> None:
    address = GATEWAY.start(START)
    fields = {name: values[0] for name, values in parse_qs(urlsplit(address.url).query).items()}
    assert fields["vnp_Amount"] == "5000000"
    assert (fields["vnp_CreateDate"], fields["vnp_ExpireDate"]) == ("20250701090000", "20250701091500")
    assert fields["vnp_OrderInfo"] == "Phi ho so dat dai lan 1"
    assert fields["vnp_Locale"] == "vn"
    line, _, given = urlsplit(address.url).query.rpartition("&vnp_SecureHash=")
    assert is_signed(line, given, [SECRET])


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "H37.12-250701-0001"},
        {"reference": ""},
        {"amount": 0},
        {"amount": -1},
        {"return_url": "https://portal.example/~x"},
        {"return_url": "https://portal.example/*"},
        {"return_url": "https://portal.example/" + "x" * 255},
        {"order_info": "(((  )))"},
        {"created_at": datetime(2025, 7, 1, 9, 0)},
    ],
)
def test_values_that_vnpay_would_read_differently_are_not_sent(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        GATEWAY.start(replace(START, **change))
    assert GATEWAY.start(START).url  # the untouched one goes


def test_order_text_is_cut_to_what_vnpay_takes() -> None:
    assert order_info("Đường Nguyễn Ái Quốc; số 5 * ~ \n") == "Duong Nguyen Ai Quoc so 5"
    assert len(order_info("hồ sơ " * 100)) <= 255


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for words in (*RESPONSES.values(), *STATUSES.values()):
        assert words["vi"].strip()
        assert words["en"].strip()
    assert sentence("unheard of") == RESPONSES["99"]


def test_answers_to_notices_are_those_of_the_specification() -> None:
    assert set(NOTICE_ANSWERS) == {"00", "01", "02", "04", "97", "99"}
    assert notice_answer("00") == {"RspCode": "00", "Message": "Confirm Success"}
