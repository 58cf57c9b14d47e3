"""VNPay's codes in words. Sentences are data ({vi, en}): what happened, is money gone, what to do."""

from typing import Final

from payments.gateways.base import Money

Sentence = dict[str, str]

PAID: Final = "00"
SUSPECTED: Final = "07"
EXPIRED: Final = "11"
CANCELLED: Final = "24"

# Our answers to a notice (RspCode). VNPay stops on 00 and 02 and tries the others again.
CONFIRMED: Final = "00"
ORDER_NOT_FOUND: Final = "01"
ALREADY_CONFIRMED: Final = "02"
WRONG_AMOUNT: Final = "04"
WRONG_CHECKSUM: Final = "97"
UNKNOWN_ERROR: Final = "99"
NOTICE_ANSWERS: Final[dict[str, str]] = {
    CONFIRMED: "Confirm Success",
    ORDER_NOT_FOUND: "Order not found",
    ALREADY_CONFIRMED: "Order already confirmed",
    WRONG_AMOUNT: "Invalid amount",
    WRONG_CHECKSUM: "Invalid signature",
    UNKNOWN_ERROR: "Unknown error",
}

# vnp_ResponseCode of querydr and refund.
NOT_FOUND: Final = "91"
DUPLICATE_REQUEST: Final = "94"
NOT_REFUNDABLE: Final = "95"

_NOT_TAKEN_VI = "Chưa nộp được phí. Tài khoản của bạn chưa bị trừ tiền."
_NOT_TAKEN_EN = "The fee is not paid. No money was taken from your account."


def _not_taken(vi: str, en: str) -> Sentence:
    return {"vi": f"{_NOT_TAKEN_VI} {vi}", "en": f"{_NOT_TAKEN_EN} {en}"}


_TRY_LATER = _not_taken("Bạn thử lại sau ít phút.", "Try again in a few minutes.")
_WRONG_OTP = _not_taken(
    "Mã OTP không đúng. Bạn nộp lại và nhập mã mới.", "The OTP was wrong. Pay again with a new code."
)
_PASSWORD = _not_taken(
    "Mật khẩu thanh toán bị nhập sai quá số lần cho phép. Bạn liên hệ ngân hàng hoặc nộp bằng cách khác.",
    "The payment password was wrong too often. Ask your bank, or pay another way.",
)
_MAINTENANCE = _not_taken(
    "Ngân hàng đang bảo trì. Bạn thử lại sau hoặc chọn ngân hàng khác.",
    "The bank is under maintenance. Try later or choose another bank.",
)

# vnp_ResponseCode of a notice, as the payer reads it.
RESPONSES: Final[dict[str, Sentence]] = {
    PAID: {"vi": "Đã nộp phí thành công.", "en": "The fee is paid."},
    "01": _TRY_LATER,
    "02": _TRY_LATER,
    "03": _TRY_LATER,
    "04": _TRY_LATER,
    "05": _PASSWORD,
    "06": _WRONG_OTP,
    SUSPECTED: {
        "vi": "Tiền đã bị trừ nhưng ngân hàng còn kiểm tra giao dịch. Bạn không nộp lại; chúng tôi báo khi có kết quả.",
        "en": "Money was taken but the bank is still checking. Do not pay again; we will tell you the result.",
    },
    "08": _MAINTENANCE,
    "09": _not_taken(
        "Thẻ hoặc tài khoản chưa đăng ký Internet Banking. Bạn đăng ký với ngân hàng hoặc nộp bằng cách khác.",
        "The card or account has no internet banking. Register with your bank, or pay another way.",
    ),
    "10": _not_taken(
        "Thông tin thẻ hoặc tài khoản bị nhập sai quá 3 lần. Bạn kiểm tra lại rồi nộp lần nữa.",
        "Card or account details were wrong more than 3 times. Check them and pay again.",
    ),
    EXPIRED: _not_taken("Đã quá thời gian thanh toán. Bạn nộp lại.", "The time to pay ran out. Pay again."),
    "12": _not_taken(
        "Thẻ hoặc tài khoản bị khóa. Bạn liên hệ ngân hàng hoặc nộp bằng cách khác.",
        "The card or account is locked. Ask your bank, or pay another way.",
    ),
    "13": _WRONG_OTP,
    CANCELLED: _not_taken("Bạn đã hủy thanh toán.", "You cancelled the payment."),
    "51": _not_taken(
        "Tài khoản không đủ số dư. Bạn nạp thêm tiền hoặc nộp bằng tài khoản khác.",
        "The account does not hold enough money. Top it up or use another account.",
    ),
    "65": _not_taken(
        "Tài khoản đã vượt hạn mức giao dịch trong ngày. Bạn nộp bằng tài khoản khác hoặc đợi sang ngày mai.",
        "The account is over its daily limit. Use another account, or wait until tomorrow.",
    ),
    "75": _MAINTENANCE,
    "79": _PASSWORD,
    "99": {
        "vi": "Chưa xác nhận được khoản nộp. Bạn xem lại sau ít phút; nếu tài khoản đã bị trừ tiền thì không nộp lại.",
        "en": "The payment is not confirmed. Look again in a few minutes; if money was taken, do not pay again.",
    },
}

# vnp_TransactionStatus, as officers read it.
STATUSES: Final[dict[str, Sentence]] = {
    "00": {"vi": "Thanh toán thành công", "en": "Paid"},
    "01": {"vi": "Giao dịch chưa hoàn tất", "en": "Not complete"},
    "02": {"vi": "Giao dịch bị lỗi", "en": "Failed"},
    "04": {"vi": "Giao dịch đảo: ngân hàng đã trừ tiền, VNPAY chưa ghi nhận", "en": "Reversed: debited, not booked"},
    "05": {"vi": "VNPAY đang xử lý hoàn tiền", "en": "Refund in process"},
    "06": {"vi": "VNPAY đã gửi yêu cầu hoàn tiền sang ngân hàng", "en": "Refund sent to the bank"},
    "07": {"vi": "Giao dịch bị nghi ngờ gian lận", "en": "Suspected fraud"},
    "09": {"vi": "Hoàn tiền bị từ chối", "en": "Refund refused"},
}


def sentence(code: str) -> Sentence:
    """The payer's sentence for a response code; an unknown code reads like 99."""
    return RESPONSES.get(code, RESPONSES["99"])


def money(code: str, status: str) -> Money:
    """Paid only when response code and transaction status both say so; a contradiction goes to a person."""
    if status == "01":
        return Money.PENDING
    if code == PAID and status == PAID:
        return Money.PAID
    if status == "02" and code not in {PAID, SUSPECTED}:
        return Money.FAILED
    return Money.DISPUTED
