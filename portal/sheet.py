"""Samples for the sheet of components: every component in every state, with invented people and dossiers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms

Sample = dict[str, Any]
DUE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """A day of the small calendar, as the clock gives it."""

    date: date
    number: int | None = None
    kind: str = "plain"
    name: str = ""


@dataclass(frozen=True)
class Left:
    """The time left, as the clock gives it."""

    level: str
    words: str
    fraction: float
    due_words: str


class SampleForm(forms.Form):
    """One field of every kind."""

    plot = forms.CharField(label="Thửa đất số", max_length=10)
    area = forms.DecimalField(label="Diện tích thửa đất", help_text="Lấy số ở mục “Diện tích” của Giấy chứng nhận")
    ward = forms.ChoiceField(
        label="Xã, phường nơi xây dựng",
        choices=[("", "Chọn xã, phường"), ("1", "Phường Đông Kinh"), ("2", "Phường Kỳ Lừa"), ("3", "Xã Đồng Đăng")],
    )
    born = forms.DateField(label="Ngày sinh", help_text="Ví dụ: 25/11/1990", required=False)
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    delivery = forms.ChoiceField(
        label="Nhận kết quả ở đâu?",
        choices=[("online", "Bản điện tử"), ("post", "Qua bưu chính công ích"), ("counter", "Tại Bộ phận Một cửa")],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label="Loại giấy tờ", choices=[("a", "Bản chính"), ("b", "Bản sao")], widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput)
    scan = forms.FileField(label="Tệp đính kèm", required=False)
    agreed = forms.BooleanField(label="Tôi cam đoan thông tin đã khai là đúng sự thật")


def weeks() -> list[list[Cell]]:
    """9 to 29 November 2026: accepted on the 13th, seven working days, the 24th off, due on the 25th."""
    counted = {16: 1, 17: 2, 18: 3, 19: 4, 20: 5, 23: 6}
    cells = []
    for day in range(9, 30):
        at = date(2026, 11, day)
        if day in counted:
            cells.append(Cell(at, counted[day], "counted"))
        elif day == 13:
            cells.append(Cell(at, kind="accepted"))
        elif day == 25:
            cells.append(Cell(at, 7, "due"))
        elif day in {14, 15, 21, 22, 24}:
            cells.append(Cell(at, kind="off", name="Ngày Văn hóa Việt Nam" if day == 24 else ""))
        else:
            cells.append(Cell(at))
    return [cells[0:7], cells[7:14], cells[14:21]]


def context() -> Sample:
    """Everything the sheet draws."""
    bad = SampleForm({"plot": "147", "area": "khoảng 96", "ward": "", "delivery": "post"})
    return {
        "sample": SampleForm(initial={"plot": "147", "delivery": "post"}),
        "bad": bad,
        "states": list(range(11)),
        "left": TIME_LEFT,
        "clock": {"due_date": DUE.date(), "full": SENTENCE, "cells": weeks()},
        "timeline": TIMELINE,
        "steps": STEPS,
        "summary": SUMMARY,
        "groups": GROUPS,
        "tabs": TABS,
        "papers": PAPERS,
        "fees": FEES,
        "known": KNOWN,
        "crumbs": [{"label": "Trang chủ", "url": "/"}, {"label": "Bảng thành phần"}],
        "side": SIDE,
        "kept": [{"label": "Lý do", "value": "Thiếu chữ ký"}],
        "events": [{"at": DUE, "text": "Người dân sửa diện tích thửa đất"}],
    }


SENTENCE = (
    "7 ngày làm việc, tính từ 16/11 (ngày tiếp nhận 13/11 không tính); bỏ qua 14–15/11, 21–22/11 và ngày nghỉ 24/11; "
    "hẹn trả 25/11."
)
TIME_LEFT = [
    Left("ok", "Còn 5 ngày làm việc", 0.4, "hẹn 02/12"),
    Left("soon", "Còn 35 phút", 0.93, "trả lời trước 09:55"),
    Left("late", "Trễ 1 ngày làm việc", 1.4, "hẹn 23/11, 17:00"),
    Left("wait", "Chờ bổ sung 4 ngày", 0.4, ""),
    Left("done", "Đã xong", 1, ""),
]
TIMELINE = [
    {"when": "Hôm nay 25/11, 07:48", "title": "Bưu tá đang giao kết quả", "text": "Bưu cục Kỳ Lừa", "is_now": True},
    {"at": DUE, "title": "Đã gửi kết quả qua bưu chính", "url": "#", "url_label": "EE473124829VN"},
    {"at": DUE, "title": "Đã tiếp nhận, hẹn trả 25/11/2026", "text": "Trung tâm Phục vụ hành chính công tỉnh"},
]
STEPS = [
    {"label": "Đã nộp", "note": "13/11", "state": "done"},
    {"label": "Tiếp nhận", "note": "13/11", "state": "done"},
    {"label": "Giải quyết", "note": "xong 23/11", "state": "done"},
    {"label": "Trả kết quả", "note": "đang giao", "state": "now"},
]
SUMMARY = [
    {"key": "Chủ đầu tư", "value": "Lý Thị Mai"},
    {"key": "Thửa đất, tờ bản đồ", "value": "Thửa 147, tờ 32", "url": "#"},
    {"key": "Ghi chú", "value": "", "url": "#"},
]
GROUPS = [
    {
        "title": "Khai thông tin",
        "tasks": [
            {"label": "Khai thửa đất", "url": "#", "hint": "Có 2 chỗ cần sửa", "status": "error"},
            {"label": "Khai công trình và thiết kế", "url": "#", "status": "done"},
            {"label": "Gửi giấy tờ", "url": "#", "hint": "1 trong 4 giấy tờ đã nhận", "status": "todo"},
            {"label": "Kiểm tra lại và nộp hồ sơ", "hint": "Làm được khi các phần trên đã xong", "status": "blocked"},
        ],
    }
]
TABS = [
    {"label": "Tất cả đang mở", "url": "#", "count": 25, "is_current": True},
    {"label": "Sắp quá hạn", "url": "#", "count": 4, "tone": "warn"},
    {"label": "Quá hạn", "url": "#", "count": 3, "tone": "bad"},
    {"label": "Đã trả", "url": "#"},
]
PAPERS = [
    {
        "key": "don", "number": 1, "title": "Đơn đề nghị cấp giấy phép xây dựng", "tone": "ok", "words": "Đã nhận",
        "icon": "check",
        "files": [
            {
                "public_id": "a1", "name": "don-de-nghi-cap-gpxd.pdf", "size": 412_000, "url": "#", "state": "ok",
                "words": "Tạo từ thông tin bạn đã khai, chờ bạn ký khi nộp",
            }
        ],
    },
    {
        "key": "dat", "number": 2, "title": "Giấy tờ chứng minh quyền sử dụng đất", "tone": "bad",
        "words": "Cần chụp lại", "icon": "alert", "why": "Chụp đủ 4 trang Giấy chứng nhận.",
        "files": [
            {
                "public_id": "b1", "name": "Trang 3.jpg", "size": 1_800_000, "url": "#", "state": "bad",
                "words": "Ảnh quá tối, không đọc được chữ. Chụp lại ở chỗ sáng, không bật đèn flash.",
            },
            {
                "public_id": "b2", "name": "Trang 4.jpg", "size": 2_100_000, "url": "#", "state": "busy",
                "words": "Đã gửi xong, đang kiểm tra tệp",
            },
        ],
    },
    {"key": "camket", "number": 3, "title": "Bản cam kết", "words": "Chưa có", "why": "Vì có công trình liền kề."},
]  # fmt: skip
FEES = [
    {"label": "Phí thẩm định, cơ sở đến 200 m²", "amount": 200_000},
    {"label": "Cước bưu chính trả kết quả", "amount": 30_000},
]
KNOWN = [
    {"label": "Chủ đầu tư", "value": "Lý Thị Mai"},
    {"label": "Số định danh", "value": "020 1•• ••• 417", "is_number": True},
]
SIDE = [
    {
        "title": "Việc của tôi",
        "entries": [
            {"label": "Hàng đợi", "url": "#", "icon": "inbox", "count": 25, "is_current": True},
            {"label": "Quá hạn", "url": "#", "icon": "late", "count": 3, "is_late": True},
        ],
    },
    {"title": "Bộ phận Một cửa", "entries": [{"label": "Nhận tại quầy", "url": "#", "icon": "doc2", "count": None}]},
]
