"""Contexts of every paper, with invented people, as the dossiers room builds them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
CODE = "H37.12-261113-0007"
COMMON: dict[str, Any] = {
    "agency_parent": "Ủy ban nhân dân tỉnh Lạng Sơn",
    "agency_name": "Trung tâm Phục vụ hành chính công",
    "number": "261113-0007/TNHS",
    "place": "Lạng Sơn",
    "date": date(2026, 11, 13),
    "dossier_code": CODE,
    "content": "Cấp Giấy chứng nhận đủ điều kiện kinh doanh hoạt động thể thao đối với môn Quần vợt (1.000501)",
    "lookup_url": "https://dichvucong.langson.example/tra-cuu/",
    "lookup_site": "dichvucong.langson.example",
    "receiving_unit": "Trung tâm Phục vụ hành chính công tỉnh",
    "contact": {"name": "bà Lê Thị Phương", "phone": "0205 000 000"},
    "received_at": datetime(2026, 11, 13, 14, 20, tzinfo=LOCAL),
    "due_at": datetime(2026, 11, 25, 17, 0, tzinfo=LOCAL),
    "recipients": ["Như trên", "Sở Văn hóa, Thể thao và Du lịch", "Lưu: VT, hồ sơ"],
    "signer": {"role": ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"], "name": "Nguyễn Đình Thắng"},
    "addressee": "Hộ kinh doanh Sân quần vợt Kỳ Lừa",
    "verify_url": "https://dichvucong.langson.example/xac-thuc/",
    "verify_code": "R7XM-20QK-55TA",
    "applicant": {
        "name": "Ông Trần Văn Hải",
        "channel": "nộp trực tuyến",
        "address": "Số 15, đường Trần Đăng Ninh, phường Tam Thanh, tỉnh Lạng Sơn",
        "phone": "0912 000 482",
        "email": "hai.tran@thu.example",
        "identity": "Căn cước số 020 0•• ••• 417",
    },
}
PAPERS = [
    {"name": "Đơn đề nghị cấp Giấy chứng nhận đủ điều kiện (Mẫu số 02), bản điện tử có ký số", "originals": 1},
    {"name": "Bản tóm tắt tình hình chuẩn bị các điều kiện kinh doanh (Mẫu số 03)", "originals": 1},
    {"name": "Bản sao văn bằng, chứng chỉ của nhân viên chuyên môn", "certified": 1},
]


def papers(number: int) -> list[dict[str, Any]]:
    """As many papers as asked, the names of real length."""
    return [PAPERS[index % 3] | {"copies": index} for index in range(number)]


def form(title: str, label: str = "") -> dict[str, str]:
    return {"title": title, "label": label}


def form01(number_of_papers: int = 3) -> dict[str, Any]:
    return COMMON | {
        "form": form("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Mẫu số 01"),
        "secret": "7K4M-92QX",
        "hotline": "0205 000 000",
        "owner": {"name": "Hộ kinh doanh Sân quần vợt Kỳ Lừa", "address": ""},
        "papers": papers(number_of_papers),
        "sets": 1,
        "time_limit": "07 ngày làm việc",
        "result_way": "Trực tuyến và qua dịch vụ bưu chính công ích",
        "fee": "200.000 đồng (Hai trăm nghìn đồng), nộp trực tuyến",
        "clock_words": "7 ngày làm việc, tính từ 16/11; bỏ qua 14–15/11, 21–22/11 và ngày nghỉ 24/11; hẹn trả 25/11.",
        "book": "03/2026",
        "book_entry": "0412",
        "submitter": {"name": "Trần Văn Hải", "note": "Đã xác thực điện tử"},
        "receiver": {"name": "Lê Thị Phương", "note": ""},
    }


def form02() -> dict[str, Any]:
    return COMMON | {
        "form": form("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "Mẫu số 02"),
        "number": "0007/HDHS",
        "items": [
            {
                "name": "Bản sao chứng chỉ của nhân viên cứu hộ",
                "certified": 1,
                "note": "Bản đã nộp hết hạn ngày 01/10/2026.",
            },
            {
                "name": "Bản tóm tắt tình hình chuẩn bị các điều kiện kinh doanh",
                "originals": 1,
                "note": "Ghi diện tích mặt sân.",
            },
        ],
        "reason": "Điều 5 Nghị định số 36/2019/NĐ-CP yêu cầu chứng chỉ còn hiệu lực và diện tích từng sân.",
        "reply_by": date(2026, 12, 5),
        "signer": {"role": "Người hướng dẫn", "name": "Lê Thị Phương", "note": ""},
    }


def form03() -> dict[str, Any]:
    return COMMON | {
        "form": form("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "Mẫu số 03"),
        "number": "0008/TCHS",
        "reasons": [
            "Cơ sở đặt tại phường Kỳ Lừa đã được cấp giấy chứng nhận cùng loại ngày 02/02/2026, còn hiệu lực.",
            "Hồ sơ đề nghị nội dung thuộc thẩm quyền của Ủy ban nhân dân phường, không thuộc thẩm quyền của Sở.",
        ],
        "legal_basis": "Điều 17 Nghị định số 118/2025/NĐ-CP.",
        "fee_words": "Phí 200.000 đồng đã nộp được hoàn lại vào tài khoản đã thanh toán trong 5 ngày làm việc.",
        "submitter": {"name": "Trần Văn Hải", "note": "Đã xác thực điện tử"},
        "receiver": {"name": "Lê Thị Phương", "note": ""},
    }


def form04() -> dict[str, Any]:
    return COMMON | {
        "form": form("Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", "Mẫu số 04"),
        "number": "0112/XL-TTPVHCC",
        "reason": "đoàn kiểm tra thực tế cơ sở phải lùi lịch vì mưa lớn ngày 20/11/2026.",
        "new_due_at": datetime(2026, 12, 1, 17, 0, tzinfo=LOCAL),
    }


def form05() -> dict[str, Any]:
    return COMMON | {
        "form": form("Thông báo dừng giải quyết hồ sơ", "Mẫu số 05"),
        "number": "0009/TBD-TTPVHCC",
        "stage": "Chờ bổ sung giấy tờ",
        "reason": "quá 30 ngày kể từ ngày yêu cầu, Ông/Bà chưa bổ sung giấy tờ còn thiếu.",
        "legal_basis": "Điều 19 Nghị định số 118/2025/NĐ-CP.",
        "fee_words": "phí thẩm định đã nộp không hoàn lại, vì việc thẩm định đã thực hiện.",
    }


def certificate() -> dict[str, Any]:
    return COMMON | {
        "form": form("Giấy chứng nhận đủ điều kiện kinh doanh hoạt động thể thao"),
        "agency_name": "Sở Văn hóa, Thể thao và Du lịch",
        "number": "45/GCN-SVHTTDL",
        "date": date(2027, 1, 5),
        "authority": "Giám đốc Sở Văn hóa, Thể thao và Du lịch",
        "bases": [
            "Luật Thể dục, thể thao ngày 29 tháng 11 năm 2006",
            "Nghị định số 36/2019/NĐ-CP ngày 29 tháng 4 năm 2019",
        ],
        "facts": [
            {"label": "Tên cơ sở", "value": "Hộ kinh doanh Sân quần vợt Kỳ Lừa"},
            {"label": "Chủ cơ sở", "value": "Trần Văn Hải"},
            {"label": "Địa điểm", "value": "Số 15, đường Trần Đăng Ninh, phường Tam Thanh, tỉnh Lạng Sơn"},
            {"label": "Hoạt động", "value": "Kinh doanh môn Quần vợt, 02 sân"},
        ],
        "statement": "Chứng nhận cơ sở sau đây đủ điều kiện kinh doanh hoạt động thể thao:",
        "valid_from": date(2027, 1, 5),
        "valid_to": None,
        "recipients": ["Chủ cơ sở", "Lưu: VT, QLTDTT"],
    }


def rejection() -> dict[str, Any]:
    return COMMON | {
        "form": form("Thông báo"),
        "about": "Về việc không cấp Giấy chứng nhận đủ điều kiện kinh doanh hoạt động thể thao",
        "agency_name": "Sở Văn hóa, Thể thao và Du lịch",
        "number": "1207/TB-SVHTTDL",
        "bases": ["Nghị định số 36/2019/NĐ-CP ngày 29 tháng 4 năm 2019"],
        "reasons": [
            "Mặt sân số 2 dài 22 m, chưa đạt chiều dài tối thiểu 34,77 m theo Điều 3 Thông tư quy định về môn Quần vợt.",
            "Cơ sở chưa có nhân viên cứu hộ có chứng chỉ còn hiệu lực.",
        ],
        "advice": "Sau khi khắc phục, Ông/Bà có thể nộp hồ sơ mới bất cứ lúc nào; giấy tờ đã nộp được dùng lại.",
        "appeal": "Nếu không đồng ý, Ông/Bà có quyền khiếu nại đến Giám đốc Sở trong 90 ngày kể từ ngày nhận được thông báo này.",
    }


ALL = {
    "form01": form01,
    "form02": form02,
    "form03": form03,
    "form04": form04,
    "form05": form05,
    "result_certificate": certificate,
    "result_rejection": rejection,
}

# ── lists, slips and extreme dossiers ──
LONG_NAME = (
    "Công ty Trách nhiệm hữu hạn Một thành viên Đầu tư Xây dựng, Thương mại, Dịch vụ và Xuất nhập khẩu Nông lâm sản "
    "Nguyễn Phước Ưỡng Ỷ Ậm Ẵm Ễnh"
)
LONG_WORD = "Ẵỵ" * 45  # nobody is called so; a word without a space must break rather than leave the page


def slip() -> dict[str, Any]:
    return form01()


def control_slip(hand_overs: int = 4, number_of_papers: int = 3) -> dict[str, Any]:
    return COMMON | {
        "form": form("Phiếu kiểm soát quá trình giải quyết hồ sơ", "Mẫu số 06"),
        "number": "",
        "time_limit": "07 ngày làm việc",
        "papers": papers(number_of_papers),
        "sets": 1,
        "blocks": [block(number) for number in range(hand_overs)],
    }


def block(number: int) -> dict[str, Any]:
    is_back = number % 4 == 2
    return {
        "giver": {"unit": "Trung tâm Phục vụ hành chính công tỉnh", "step": "Tiếp nhận", "person": "Lê Thị Phương"},
        "receiver": {"unit": "Sở Văn hóa, Thể thao và Du lịch", "step": "Thẩm định hồ sơ", "person": "Vi Văn Bảo"},
        "at": datetime(2026, 11, 13 + number % 10, 14, 20, tzinfo=LOCAL),
        "kept": "" if number == 0 else ("Trước hạn", "Đúng hạn", "Quá hạn")[number % 3],
        "note": "Trả lại: bản vẽ mặt bằng chưa ghi diện tích từng sân, đề nghị bổ sung." if is_back else "",
    }


def acknowledgement() -> dict[str, Any]:
    return COMMON | {
        "form": form("Giấy xác nhận đã nhận kết quả giải quyết thủ tục hành chính"),
        "number": "",
        "procedure": COMMON["content"],
        "result_title": "Giấy chứng nhận đủ điều kiện kinh doanh hoạt động thể thao",
        "result_number": "118/2026/GCN-H37.12",
        "result_date": date(2026, 11, 24),
        "abstract": "Đủ điều kiện kinh doanh hoạt động thể thao đối với môn Quần vợt.",
        "giver": {"name": "Lê Thị Phương", "note": ""},
        "receiver": {"name": "Trần Văn Hải", "phone": "0912 000 482", "note": ""},
        "returned_at": datetime(2026, 11, 25, 9, 5, tzinfo=LOCAL),
    }


def joint_receipt(number: int = 4) -> dict[str, Any]:
    return COMMON | {
        "form": form("Giấy biên nhận nhiều hồ sơ"),
        "number": "",
        "rows": [
            {
                "code": f"H37.12-261113-{index:04d}",
                "content": COMMON["content"],
                "sets": 1,
                "due_at": COMMON["due_at"],
                "fee": "200.000 đ" if index % 2 else "",
                "secret": "7K4M92QX",
            }
            for index in range(1, number + 1)
        ],
        "submitter": {"name": "Trần Văn Hải", "note": ""},
        "receiver": {"name": "Lê Thị Phương", "note": ""},
    }


def hand_over(number: int = 6, *, is_to_department: bool = False, is_confirmed: bool = False) -> dict[str, Any]:
    rows = [
        {
            "code": f"H37.12-261113-{index:04d}",
            "procedure": COMMON["content"],
            "result_number": f"{index}/2026/GCN-H37.12",
            "owner": LONG_NAME if index % 5 == 3 else "Trần Văn Hải",
            "address": COMMON["applicant"]["address"],
            "fee": "200.000 đ (đã nộp)" if index % 2 else "",
            "by_post": index % 3 == 0,
            "at": COMMON["received_at"],
            "difference": "Thiếu một bản sao" if is_confirmed and index == 2 else "",
        }
        for index in range(1, number + 1)
    ]
    return COMMON | {
        "form": form("Danh sách bàn giao hồ sơ" if is_to_department else "Danh sách bàn giao kết quả giải quyết hồ sơ"),
        "number": "0012/BGHS-H37.12" if is_to_department else "0012/BGKQ-H37.12",
        "giver": "Sở Văn hóa, Thể thao và Du lịch",
        "receiver": "Trung tâm Phục vụ hành chính công tỉnh",
        "day": date(2026, 11, 13),
        "is_to_department": is_to_department,
        "rows": rows,
        "totals": {"dossiers": number, "fees": number // 2, "by_post": number // 3},
        "given_by": "Vi Văn Bảo",
        "taken_by": "Lê Thị Phương" if is_confirmed else "",
        "confirmed_at": COMMON["due_at"] if is_confirmed else None,
        "differences": 1 if is_confirmed else 0,
    }


def book(number: int = 12) -> dict[str, Any]:
    return COMMON | {
        "form": form("Sổ theo dõi hồ sơ", "Mẫu số 07"),
        "number": "",
        "first_day": date(2026, 11, 1),
        "last_day": date(2026, 11, 30),
        "volume": 1,
        "volumes": 2,
        "rows": [
            {
                "no": index,
                "entry": f"Số {index:04d}",
                "code": f"H37.12-261113-{index:04d}",
                "content": COMMON["content"],
                "sets": 1,
                "owner": LONG_NAME if index % 5 == 3 else "Trần Văn Hải",
                "address": COMMON["applicant"]["address"],
                "phone": "0912 000 482",
                "received_at": COMMON["received_at"],
                "due_at": COMMON["due_at"],
                "returned_at": COMMON["due_at"] if index % 2 else None,
                "giver": "Lê Thị Phương" if index % 2 else "",
                "receiver": "Trần Văn Hải" if index % 2 else "",
                "note": "Công dân rút hồ sơ" if index == 4 else "",
            }
            for index in range(1, number + 1)
        ],
    }


def extreme01(number: int = 20) -> dict[str, Any]:
    """Form 01 with many papers, a name of three lines and a word without a space."""
    applicant = COMMON["applicant"] | {"name": LONG_NAME, "address": f"{LONG_NAME}, {COMMON['applicant']['address']}"}
    named = [
        paper | {"name": f"{paper['name']} {LONG_NAME}"} if at == 7 else paper
        for at, paper in enumerate(papers(number))
    ]
    named[3] = named[3] | {"name": LONG_WORD}
    return form01(number) | {"applicant": applicant, "papers": named, "submitter": {"name": LONG_NAME, "note": ""}}


LISTS = {
    "control_slip": control_slip,
    "acknowledgement": acknowledgement,
    "joint_receipt": joint_receipt,
    "hand_over": hand_over,
    "book": book,
}
