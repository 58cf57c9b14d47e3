"""Realistic answers for the fourteen procedures with a complete form; invented people, real communes of Lạng Sơn.

`answers(key, on=…)` gives fresh, valid answers for a filing on that day; `case(key)` the case they describe.
`with_changes(key, field=value)` lays changes over them; a value of None removes the answer.
"""

import copy
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from agencies.calendar import Calendar
from agencies.calendar_seed import seed_content

Answers = dict[str, Any]
ON = date(2026, 11, 25)  # a Wednesday

DONG_KINH = {"province": "20", "commune": "05977", "line": "Số 12, đường Ngô Quyền, khối 6"}
LUONG_VAN_TRI = {"province": "20", "commune": "05983", "line": "Số 45, đường Trần Đăng Ninh"}

APPLICANT: Answers = {
    "applicant_full_name": "Lý Thị Mai",
    "applicant_national_id": "020190001417",
    "applicant_dob": "1990-04-12",
    "applicant_phone": "0912345615",
    "applicant_email": "mai.ly@example.vn",
    "applicant_address": DONG_KINH,
    "applicant_role": "owner",
}


@lru_cache(maxsize=1)
def _calendar() -> Calendar:
    return Calendar.from_content(seed_content())


def _working_day_after(on: date, number: int) -> str:
    return _calendar().add_working_days(on, number).isoformat()


def promotion_notification(on: date) -> Answers:
    start = date.fromisoformat(_working_day_after(on, 6))
    return {
        "trader_name": "Công ty TNHH Thương mại Hoa Hồi Xứ Lạng",
        "tax_code": "4900123456",
        "head_office": LUONG_VAN_TRI,
        "trader_phone": "02053812345",
        "trader_email": "lienhe@hoahoi.example.vn",
        "contact_person": "Nông Văn Thành",
        "contact_phone": "0987654321",
        "programme_name": "Mừng năm mới, giảm giá tinh dầu hồi",
        "form_of_promotion": ["gift", "discount"],
        "start_date": start.isoformat(),
        "end_date": (start + timedelta(days=30)).isoformat(),
        "area": ["05977", "05983"],
        "promoted_goods": [
            {"name": "Tinh dầu hồi 50 ml", "brand": "Hoa Hồi", "quantity": 2000},
            {"name": "Hồi khô loại 1", "brand": "Hoa Hồi", "quantity": 500},
        ],
        "discount_percent": 20,
        "prizes": [{"name": "Túi thơm hoa hồi", "value": 35000, "count": 400}],
        "total_value": 64000000,
        "customers": "Mọi khách hàng mua tại hai cửa hàng của công ty trong thời gian khuyến mại",
        "partners": [{"name": "Hợp tác xã Hồi Văn Quan", "tax_code": "4900654321", "task": "Cung cấp nguyên liệu"}],
    }


def sports_business_certificate_tennis(on: date) -> Answers:
    return {
        "enterprise_name": "Hộ kinh doanh Sân quần vợt Phai Vệ",
        "tax_code": "020185003321",
        "registration_date": "2024-05-20",
        "head_office": DONG_KINH,
        "legal_rep": "Hoàng Văn Dũng",
        "legal_rep_id": "020085003321",
        "phone": "0905123456",
        "email": "phaive.tennis@example.vn",
        "sport": "tennis",
        "venue_address": DONG_KINH,
        "floor_area_m2": 180,
        "equipment": [
            {"item": "Sân cứng tiêu chuẩn", "quantity": 2, "note": "Mặt sân sơn mới năm 2026"},
            {"item": "Hệ thống đèn chiếu sáng", "quantity": 8},
        ],
        "has_instructor": "yes",
        "staff": [{"name": "Vi Văn Hùng", "role": "instructor", "certificate": "HLV-2023-0198"}],
    }


def certified_true_copy(on: date) -> Answers:
    return APPLICANT | {
        "documents": [
            {"type": "diploma", "number": "A1234567", "issuer": "Trường Đại học Nông Lâm", "pages": 1, "copies": 3},
            {"type": "land", "number": "CS 08163", "issuer": "UBND thành phố Lạng Sơn", "pages": 4, "copies": 2},
        ],
        "copy_kind": "paper",
        "foreign_document": "no",
        "appointment_office": "05977",
        "appointment_time": _working_day_after(on, 2),
        "appointment_slot": "s2",
    }


def driving_licence_exchange(on: date) -> Answers:
    rest = {key: value for key, value in APPLICANT.items() if key != "applicant_role"}
    return rest | {
        "nationality": "VN",
        "licence_no": "200123456789",
        "licence_class": ["B"],
        "issue_date": "2017-01-15",
        "expiry_date": "2027-01-15",
        "reason": "expiring",
        "violations": "no",
    }


def criminal_record_certificate(on: date) -> Answers:
    return APPLICANT | {
        "certificate_type": "1",
        "sex": "nu",
        "birth_place": {"province": "20", "commune": "06325", "line": ""},
        "nationality": "Việt Nam",
        "ethnicity": "Tày",
        "father_name": "Lý Văn Sơn",
        "mother_name": "Nông Thị Hạnh",
        "spouse_name": "Hoàng Văn Minh",
        "residence_history": [
            {"from": "2004-04-12", "to": "2008-08-31", "place": LUONG_VAN_TRI, "job": "Học sinh"},
            {"from": "2008-09-01", "to": "2026-11-01", "place": DONG_KINH, "job": "Kế toán, Công ty Hoa Hồi"},
        ],
        "show_bankruptcy_ban": "no",
        "purpose": "job",
        "fee_category": "normal",
        "copies": 2,
    }


def household_business_registration(on: date) -> Answers:
    return APPLICANT | {
        "owner_kind": "individual",
        "household_name": "Hộ kinh doanh Phở chua Mai Lý",
        "business_address": DONG_KINH,
        "business_lines": [
            {"code": "5610", "name": "Nhà hàng và các dịch vụ ăn uống phục vụ lưu động", "main": "yes"},
            {"code": "4722", "name": "Bán lẻ lương thực, thực phẩm", "main": "no"},
        ],
        "capital": 150000000,
        "owner_name": "Lý Thị Mai",
        "owner_id": "020190001417",
        "owner_sex": "nu",
        "owner_phone": "0912345615",
        "start_date": (on + timedelta(days=10)).isoformat(),
        "employees": 3,
        "tax_method": "declare",
    }


def housing_construction_permit(on: date) -> Answers:
    return APPLICANT | {
        "owner_name": "Lý Thị Mai",
        "owner_id": "020190001417",
        "plot_no": "147",
        "map_sheet": "32",
        "plot_area": 120.5,
        "plot_address": {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền, khối 6"},
        "land_certificate_no": "CS 08163",
        "works_type": "individual_house",
        "floors": 3,
        "basements": 0,
        "height": 11.4,
        "footprint": 78.5,
        "total_floor_area": 220,
        "setback": 1.2,
        "adjacent": "yes",
        "designer": "Công ty Cổ phần Tư vấn xây dựng Xứ Lạng",
        "duration_months": 10,
    }


def civil_status_correction(on: date) -> Answers:
    return APPLICANT | {
        "request_type": "correct",
        "relation": "self",
        "subject_name": "Lý Thị Mai",
        "subject_dob": "1990-04-12",
        "subject_id": "020190001417",
        "register_type": "birth",
        "register_no": "45/1990",
        "register_date": "1990-05-02",
        "register_place": {"province": "20", "commune": "06325", "line": ""},
        "changes": [{"item": "middle_name", "old": "Thi", "new": "Thị"}],
        "reason": "Giấy khai sinh ghi thiếu dấu chữ đệm so với các giấy tờ khác.",
        "copies": 2,
    }


def food_safety_certificate_agri(on: date) -> Answers:
    return APPLICANT | {
        "applicant_role": "legal_rep",
        "facility_name": "Cơ sở sơ chế na Chi Lăng",
        "facility_code": "4900987654",
        "facility_address": {"province": "20", "commune": "06463", "line": "Thôn Đồng Mỏ"},
        "facility_phone": "0356789012",
        "registration_kind": "new",
        "activity": ["process", "trade"],
        "products": [{"name": "Na sấy", "volume": 12000, "packing": "Túi 500 g hút chân không"}],
        "area_m2": 240,
        "workers": 9,
        "water_source": "tap",
        "quality_system": "none",
        "inspection_date": _working_day_after(on, 7),
    }


def diploma_copy_from_master_register(on: date) -> Answers:
    return APPLICANT | {
        "holder_name": "Lý Thị Mai",
        "holder_dob": "1990-04-12",
        "holder_sex": "nu",
        "holder_birth_place": "Xã Hữu Lũng, tỉnh Lạng Sơn",
        "holder_id": "020190001417",
        "relation": "self",
        "diploma_type": "thpt",
        "diploma_no": "B 0987654",
        "exam_year": 2008,
        "school": "Trường THPT Việt Bắc",
        "purpose": "Bổ sung hồ sơ tuyển dụng",
        "copies": 2,
    }


def civil_status_extract_copy(on: date) -> Answers:
    return APPLICANT | {
        "act": "birth",
        "document_kind": "birth_certificate",
        "subject_name": "Hoàng Gia Bảo",
        "subject_dob": "2019-07-03",
        "relation": "family",
        "register_place": {"province": "20", "commune": "05977", "line": ""},
        "copies": 3,
    }


def marital_status_confirmation(on: date) -> Answers:
    return APPLICANT | {
        "subject_name": "Lý Thị Mai",
        "subject_id": "020190001417",
        "sex": "nu",
        "ethnicity": "Tày",
        "period_from": "2008-04-12",
        "period_to": on.isoformat(),
        "status": "single",
        "purpose": "marriage",
        "intended_spouse": "Hoàng Văn Minh, sinh năm 1988, số định danh 020088007766",
        "previously_issued": "no",
    }


def birth_registration(on: date) -> Answers:
    return APPLICANT | {
        "child_name": "Hoàng Lý An Nhiên",
        "child_dob": (on - timedelta(days=20)).isoformat(),
        "child_sex": "nu",
        "child_ethnicity": "Tày",
        "child_birth_place": {"province": "20", "commune": "05977", "line": "Bệnh viện Đa khoa tỉnh Lạng Sơn"},
        "child_home_town": {"province": "20", "commune": "06325", "line": ""},
        "case": "normal",
        "birth_paper_no": "2026-004512",
        "mother_name": "Lý Thị Mai",
        "mother_id": "020190001417",
        "parents_married": "yes",
        "father_name": "Hoàng Văn Minh",
        "father_id": "020088007766",
        "copies": 1,
    }


def llc_one_member_registration(on: date) -> Answers:
    return APPLICANT | {
        "applicant_role": "legal_rep",
        "company_name_vi": "Công ty TNHH Một thành viên Hồi Quế Đông Bắc",
        "company_name_en": "Dong Bac Star Anise and Cinnamon Company Limited",
        "head_office": LUONG_VAN_TRI,
        "phone": "0912345615",
        "email": "hoique@example.vn",
        "business_lines": [{"code": "4632", "name": "Bán buôn thực phẩm", "main": "yes"}],
        "charter_capital": 1500000000,
        "owner_type": "individual",
        "owner_name": "Lý Thị Mai",
        "owner_id": "020190001417",
        "legal_reps": [{"name": "Lý Thị Mai", "national_id": "020190001417", "title": "Giám đốc"}],
        "beneficial_owner": "yes",
        "beneficial_owners": [{"name": "Lý Thị Mai", "national_id": "020190001417", "percent": 100}],
        "accounting": "independent",
        "fiscal_year": "01/01 – 31/12",
        "vat_method": "credit",
    }


BUILDERS: dict[str, Callable[[date], Answers]] = {
    "promotion-notification": promotion_notification,
    "sports-business-certificate-tennis": sports_business_certificate_tennis,
    "certified-true-copy": certified_true_copy,
    "driving-licence-exchange": driving_licence_exchange,
    "criminal-record-certificate": criminal_record_certificate,
    "household-business-registration": household_business_registration,
    "housing-construction-permit": housing_construction_permit,
    "civil-status-correction": civil_status_correction,
    "food-safety-certificate-agri": food_safety_certificate_agri,
    "diploma-copy-from-master-register": diploma_copy_from_master_register,
    "civil-status-extract-copy": civil_status_extract_copy,
    "marital-status-confirmation": marital_status_confirmation,
    "birth-registration": birth_registration,
    "llc-one-member-registration": llc_one_member_registration,
}
CASES = {"housing-construction-permit": "individual_house"}
KEYS = tuple(BUILDERS)


def answers(key: str, on: date = ON) -> Answers:
    """Fresh valid answers of a procedure for a filing on that day."""
    return copy.deepcopy(BUILDERS[key](on))


def case(key: str) -> str:
    """The case those answers describe."""
    return CASES.get(key, "standard")


def with_changes(key: str, on: date = ON, **changes: Any) -> Answers:
    """Valid answers with changes laid over; None removes."""
    changed = answers(key, on) | changes
    return {name: value for name, value in changed.items() if value is not None}


def generic(on: date = ON, audience: str = "citizen") -> Answers:
    """Answers of the portal's simple form, for the procedures whose own form is not entered yet."""
    rest = {key: value for key, value in APPLICANT.items() if key != "applicant_role"}
    found = rest | {"request_details": "Đề nghị cơ quan xem xét, giải quyết theo giấy tờ gửi kèm."}
    if audience != "citizen":
        found |= {"organisation_name": "Công ty TNHH Hoa Hồi Xứ Lạng", "organisation_tax_code": "4900123456"}
    return found
