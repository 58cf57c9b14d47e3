"""Judgements the source leaves open, each in one place."""

from typing import Any

# Section titles → (key, English).
SECTIONS = {
    "Thương nhân": ("trader", "Trader"),
    "Chương trình": ("programme", "Programme"),
    "Hàng hóa, dịch vụ": ("goods", "Goods and services"),
    "Cơ sở": ("facility", "Premises"),
    "Hoạt động": ("activity", "Activity"),
    "Điều kiện": ("conditions", "Conditions"),
    "Nhận kết quả": ("copies", "Number of copies"),
    "Người nộp hồ sơ": ("applicant", "Person filing"),
    "Nội dung yêu cầu": ("request", "What you ask for"),
    "Hẹn giờ": ("appointment", "Appointment"),
    "Giấy phép lái xe": ("licence", "Driving licence"),
    "Người được cấp Phiếu": ("subject", "Person the certificate is about"),
    "Thân nhân": ("family", "Family"),
    "Quá trình": ("history", "Residence and work"),
    "Phí": ("fee", "Fee"),
    "Hình thức đăng ký": ("kind", "Kind of registration"),
    "Tên hộ kinh doanh": ("name", "Name of the household business"),
    "Địa chỉ": ("address", "Address"),
    "Ngành nghề kinh doanh": ("lines", "Business lines"),
    "Thông tin về vốn": ("capital", "Capital"),
    "Chủ hộ kinh doanh": ("owner", "Owner"),
    "Thông tin về thuế": ("tax", "Tax"),
    "Chủ đầu tư": ("investor", "Owner of the works"),
    "Thửa đất": ("plot", "Land plot"),
    "Công trình": ("works", "Works"),
    "Thiết kế": ("design", "Design"),
    "Người được thay đổi, cải chính": ("subject", "Person whose data change"),
    "Việc hộ tịch đã đăng ký": ("register", "Civil status event registered"),
    "Đề nghị": ("request", "What you ask for"),
    "Chủ văn bằng": ("holder", "Holder of the diploma"),
    "Văn bằng": ("diploma", "Diploma"),
    "Người được xác nhận": ("subject", "Person the certificate is about"),
    "Nội dung": ("content", "Content"),
    "Trẻ em": ("child", "Child"),
    "Cha, mẹ": ("parents", "Parents"),
    "Công ty": ("company", "Company"),
    "Vốn": ("capital", "Capital"),
    "Chủ sở hữu": ("owner", "Owner"),
    "Đại diện": ("representative", "Representation"),
    "Thuế": ("tax", "Tax"),
}
SECTION_TITLES = {"Nhận kết quả": "Số bản sao"}
DROPPED = {"commitment", "result_method", "post_address"}  # asked by the filing itself, for every procedure
LOCKED = {"account.full_name", "account.national_id", "account.dob"}

COMMUNE_ONLY = {"birth_place", "register_place", "child_home_town"}  # the commune is what counts there

# Values of the choices that the source gives as bare texts in table columns.
COLUMN_VALUES = {
    "Văn bằng, chứng chỉ": "diploma",
    "Giấy tờ hộ tịch": "civil_status",
    "Giấy chứng nhận quyền sử dụng đất": "land",
    "Đăng ký doanh nghiệp": "enterprise",
    "Giấy tờ khác": "other",
    "Họ": "family_name",
    "Chữ đệm": "middle_name",
    "Tên": "given_name",
    "Ngày sinh": "dob",
    "Giới tính": "sex",
    "Nơi sinh": "birth_place",
    "Quê quán": "home_town",
    "Dân tộc": "ethnicity",
    "Thông tin về cha": "father",
    "Thông tin về mẹ": "mother",
}
COLUMN_OPTIONS = {
    "main": (("yes", "Có"), ("no", "Không")),
    "role": (("instructor", "Hướng dẫn"), ("rescue", "Cứu hộ"), ("medical", "Y tế")),
}
SLOTS = ("07:30–09:30", "09:30–11:30", "13:30–15:00", "15:00–17:00")  # within the opening hours

# procedure → uploaded file → index of the legal paper in the source (None: not in the law's list).
FILES: dict[str, dict[str, int | None]] = {
    "promotion-notification": {"notice_file": 0, "rules_file": 1},
    "sports-business-certificate-tennis": {"application": 0, "summary": 1, "certificates": 2},
    "certified-true-copy": {"authorisation_file": None, "legalisation": None, "scan": None},
    "driving-licence-exchange": {"portrait": None, "health_certificate": 1, "passport": 2},
    "criminal-record-certificate": {"authorisation_file": 3, "exemption_proof": 4, "id_copy": 2},
    "household-business-registration": {"authorisation_file": 3, "family_authorisation": 1, "owner_id_copy": None},
    "housing-construction-permit": {
        "authorisation_file": None,
        "application": 0,
        "land_papers": 1,
        "drawings": 2,
        "safety_commitment": 3,
    },
    "civil-status-correction": {"authorisation_file": 4, "evidence": 1, "original_act": None},
    "food-safety-certificate-agri": {"authorisation_file": None, "application": 0, "description": 1},
    "diploma-copy-from-master-register": {"authorisation_file": None, "relation_proof": 2, "old_scan": None},
    "civil-status-extract-copy": {"authorisation_file": 2},
    "marital-status-confirmation": {"authorisation_file": None, "previous": 1},
    "birth-registration": {
        "authorisation_file": 4,
        "birth_paper": 1,
        "witness": None,
        "abandoned_minutes": 2,
        "surrogacy_paper": 3,
    },
    "llc-one-member-registration": {"authorisation_file": None, "request": 0, "charter": 1},
}
AUTHORISED = {"field": "applicant_role", "equals": "authorised"}
# (procedure, index of the paper that no file field names) → its key and what else is said about it.
PAPERS: dict[tuple[str, int], dict[str, Any]] = {
    ("certified-true-copy", 0): {"key": "originals"},
    ("driving-licence-exchange", 0): {"key": "request_form", "is_eform": True},
    ("driving-licence-exchange", 3): {
        "key": "sanction_decision",
        "show_if": {"field": "violations", "equals": "yes"},
    },
    ("criminal-record-certificate", 0): {"key": "request_form", "is_eform": True},
    ("criminal-record-certificate", 1): {"key": "request_form_authorised", "is_eform": True, "show_if": AUTHORISED},
    ("household-business-registration", 0): {"key": "request_form", "is_eform": True},
    ("household-business-registration", 2): {
        "key": "authoriser_id_copy",
        "show_if": {"field": "owner_kind", "equals": "family"},
    },
    ("housing-construction-permit", 4): {
        "key": "designer_capacity",
        "show_if": {
            "any": [
                {"field": "works_type", "equals": "other_works"},
                {"field": "floors", "gte": 7},
                {"field": "total_floor_area", "gte": 250},
            ]
        },
    },
    ("civil-status-correction", 0): {"key": "request_form", "is_eform": True},
    ("civil-status-correction", 2): {"key": "identity_paper"},
    ("civil-status-correction", 3): {"key": "residence_paper", "national_database": "Cơ sở dữ liệu quốc gia về dân cư"},
    ("diploma-copy-from-master-register", 0): {"key": "request_form", "is_eform": True},
    ("diploma-copy-from-master-register", 1): {"key": "identity_paper"},
    ("diploma-copy-from-master-register", 3): {"key": "postal_copies", "channels": ["post"]},
    ("civil-status-extract-copy", 0): {"key": "request_form", "is_eform": True},
    ("civil-status-extract-copy", 1): {"key": "identity_paper"},
    ("marital-status-confirmation", 0): {"key": "request_form", "is_eform": True},
    ("marital-status-confirmation", 2): {
        "key": "divorce_or_death_paper",
        "show_if": {"field": "status", "in": ["divorced", "widowed"]},
        "national_database": "Cơ sở dữ liệu hộ tịch điện tử",
    },
    ("birth-registration", 0): {"key": "request_form", "is_eform": True},
    ("llc-one-member-registration", 2): {
        "key": "owner_legal_papers",
        "show_if": {"field": "owner_type", "equals": "organisation"},
    },
    ("llc-one-member-registration", 3): {"key": "investment_certificate"},
}
# What a file field's legal paper says further.
PAPER_NOTES: dict[tuple[str, str], dict[str, Any]] = {
    # The source marks the copy optional online: an account with level-2 identification stands for it.
    ("criminal-record-certificate", "id_copy"): {
        "required": False,
        "condition": "Không cần nếu bạn đăng nhập bằng định danh mức 2",
        "national_database": "Cơ sở dữ liệu quốc gia về dân cư",
    },
    ("birth-registration", "birth_paper"): {"national_database": "Dữ liệu điện tử có ký số của cơ sở y tế"},
    ("housing-construction-permit", "land_papers"): {"national_database": "Cơ sở dữ liệu quốc gia về đất đai"},
}

DECIDED_AT_ONCE = {"certified-true-copy", "civil-status-extract-copy", "diploma-copy-from-master-register"}
PAID_AFTER = {"housing-construction-permit"}  # collected with the permit (lệ phí thu sau)

ROLES = {
    "reception": "reception",
    "specialist": "specialist",
    "section_head": "head",
    "inspection": "specialist",
    "leader": "leader",
    "clerk": "clerk",
    "registrar": "specialist",
    "other_agency": "consultation",
}
# Default routes: role, share of the limit in percent, action.
DEFAULT_ROUTE = {
    "province": (
        ("reception", 10, "Kiểm tra, tiếp nhận, số hóa hồ sơ; cấp Giấy tiếp nhận và hẹn trả kết quả"),
        ("specialist", 50, "Thẩm định hồ sơ, dự thảo kết quả"),
        ("head", 12, "Kiểm tra, ký nháy"),
        ("leader", 13, "Ký duyệt (ký số)"),
        ("clerk", 5, "Cấp số, đóng dấu (ký số cơ quan), chuyển kết quả"),
        ("reception", 10, "Xác nhận kết quả, thông báo và trả kết quả"),
    ),
    "commune": (
        ("reception", 10, "Kiểm tra, tiếp nhận, số hóa hồ sơ; cấp Giấy tiếp nhận và hẹn trả kết quả"),
        ("specialist", 60, "Thẩm định hồ sơ, dự thảo kết quả"),
        ("leader", 15, "Ký duyệt (ký số)"),
        ("clerk", 5, "Cấp số, đóng dấu (ký số cơ quan), chuyển kết quả"),
        ("reception", 10, "Xác nhận kết quả, thông báo và trả kết quả"),
    ),
}
ROLE_TITLES = {
    "reception": "Cán bộ tiếp nhận và trả kết quả",
    "specialist": "Chuyên viên thụ lý",
    "head": "Lãnh đạo phòng chuyên môn",
    "leader": "Lãnh đạo cơ quan",
    "clerk": "Văn thư",
}

# The source's reason for "partial"/"info" → visits: kind, what the citizen reads.
VISITS: dict[str, tuple[tuple[str, str], ...]] = {
    "The original must be shown in person; online covers the form, the appointment and the fee.": (
        ("show_original", "xuất trình bản chính để đối chiếu"),
        ("collect", "nhận bản sao giấy có dấu"),
    ),
    "Site inspection, stamped drawings and comparison of land papers.": (
        ("site_check", "kiểm tra thực địa"),
        ("collect", "nhận bản vẽ có đóng dấu"),
    ),
    "The applicant shows papers and signs the register on collection.": (
        ("show_original", "xuất trình giấy tờ"),
        ("sign_in_person", "ký vào Sổ hộ tịch"),
    ),
    "On-site appraisal with signed minutes.": (("site_check", "thẩm định tại cơ sở, ký biên bản"),),
    "Both spouses sign the register in person.": (("sign_in_person", "hai bên nam, nữ cùng ký vào Sổ hộ tịch"),),
    "The person signs before the officer.": (("sign_in_person", "ký trước mặt công chức"),),
    "The parties sign before the officer.": (("sign_in_person", "các bên ký trước mặt công chức"),),
    "The original certificate must be handed in.": (("hand_in_original", "nộp bản gốc Giấy chứng nhận"),),
    "The candidate sits the driving test in person.": (("test", "dự sát hạch lái xe"),),
    "The original diploma is compared.": (("show_original", "đối chiếu bản chính văn bằng"),),
    "On-site check.": (("site_check", "kiểm tra tại cơ sở"),),
    "On-site appraisal.": (("site_check", "thẩm định tại cơ sở"),),
    "The original permit is handed in.": (("hand_in_original", "nộp bản chính giấy phép đã cấp"),),
    "Site check and stamped drawings.": (
        ("site_check", "kiểm tra thực địa"),
        ("collect", "nhận bản vẽ có đóng dấu"),
    ),
    "Stamped drawings.": (("collect", "nhận bản vẽ có đóng dấu"),),
    "A test is taken.": (("test", "dự sát hạch"),),
    "The original certificate is handed in.": (("hand_in_original", "nộp bản gốc Giấy chứng nhận"),),
    "Public notice of the loss first.": (("public_notice", "niêm yết công khai việc mất Giấy chứng nhận"),),
    "Field check, public display, tax.": (
        ("site_check", "kiểm tra thực địa"),
        ("public_notice", "niêm yết công khai"),
    ),
    "Appraisal council and site survey.": (("site_check", "hội đồng thẩm định khảo sát thực địa"),),
    "The council sees the person.": (("appear", "người được xác định gặp Hội đồng"),),
    "Settled by a yearly survey and village meetings; the portal lists only direct and postal channels.": (
        ("appear", "rà soát hằng năm và họp thôn, tổ dân phố"),
    ),
    "The original certificate is handed back.": (("hand_in_original", "nộp lại bản gốc Giấy chứng nhận"),),
    "Investigation and dialogue in person; information only.": (("appear", "đối thoại trực tiếp"),),
}

# Fees that depend on something the source's short records do not ask: a choice is added to the simple form.
FEE_CHOICES: dict[str, tuple[str, str, tuple[tuple[str, str, tuple[int, ...]], ...]]] = {
    "driving-licence-grant": (
        "licence_group",
        "Nhóm hạng giấy phép",
        (("motorcycle", "Hạng A1, A, B1", (0, 1)), ("car", "Ô tô (hạng B trở lên)", (2, 3, 4, 5))),
    ),
    "sports-club-certificate": (
        "sport_group",
        "Nhóm môn thể thao",
        (
            ("martial", "Võ, quyền anh, bắn súng thể thao", (0,)),
            ("indoor", "Lân sư rồng, cầu lông, bóng bàn", (1,)),
            ("general", "Bóng đá, quần vợt, bơi, lặn, thể hình, khiêu vũ thể thao và môn khác", (2,)),
            ("motor", "Mô tô nước trên biển, dù lượn, diều bay có động cơ", (3,)),
        ),
    ),
    "food-service-safety-certificate": (
        "meals",
        "Số suất ăn một lần phục vụ",
        (("under_200", "Dưới 200 suất", (0,)), ("from_200", "Từ 200 suất trở lên", (1,))),
    ),
}
# People whom law or the source exempts: the answers cannot show it unless `answered` names a choice.
EXEMPT_KEYS = {
    "Trẻ em": "child",
    "Người cao tuổi": "elderly",
    "Người khuyết tật": "disabled",
    "Người thuộc hộ nghèo": "poor_household",
    "Người cư trú tại xã đặc biệt khó khăn, xã biên giới": "hardship_commune",
    "Người thuộc gia đình có công với cách mạng": "merit_family",
}
OTHER_EXEMPT = "special_case"
# Procedures without a national code, in the order of their provincial codes L.000001, L.000002, …; only append.
LOCAL_CODES = (
    "promotion-notification",
    "lucky-draw-promotion-registration",
    "food-safety-industry-trade",
    "sports-club-certificate",
    "electronic-game-point",
    "aggregated-news-site-licence",
    "foreign-worker-permit",
    "food-service-safety-certificate",
    "pharmacy-practice-certificate",
)
# The agency of a procedure the source leaves open: registers kept by several bodies.
AGENCIES = {
    "copy-from-master-register": "stp",
    "diploma-copy-from-master-register": "sgddt",
    "civil-status-extract-copy": "stp",
}
