"""The tables of a file: one row per procedure, and tables of its time limits, fees, papers and steps, keyed by its code.

Names of tables and columns are part of the format: Vietnamese as people see them, English accepted when read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from common.text import fold

# Kinds of cells: text, whole, money, yes_no, day, channels, lines (one entry a line), or the name of a list in CHOICES.


@dataclass(frozen=True)
class Column:
    """One column. `path`: where its value stands in the thing a row describes; empty for what only names the row."""

    key: str
    vi: str
    en: str
    path: str = ""
    kind: str = "text"
    width: int = 18


@dataclass(frozen=True)
class Table:
    """One sheet of a workbook, or one CSV file."""

    key: str
    vi: str
    en: str
    columns: tuple[Column, ...]

    @cached_property
    def heads(self) -> dict[str, Column]:
        """Columns by every name they may have, folded."""
        names: dict[str, Column] = {}
        for column in self.columns:
            names |= {fold(name): column for name in (column.vi, column.en, column.key)}
        return names

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Columns by key."""
        return {column.key: column for column in self.columns}


CODE = Column("code", "Mã thủ tục", "Procedure code", width=14)

PROCEDURES = Table("procedures", "Thủ tục", "Procedures", (
    CODE,
    Column("name_vi", "Tên thủ tục", "Name", "name.vi", width=60),
    Column("name_en", "Tên thủ tục (tiếng Anh)", "Name in English", "name.en", width=40),
    Column("short_name_vi", "Tên ngắn", "Short name", "short_name.vi", width=36),
    Column("short_name_en", "Tên ngắn (tiếng Anh)", "Short name in English", "short_name.en", width=30),
    Column("field", "Lĩnh vực", "Field", width=24),
    Column("level", "Cấp thực hiện", "Level", kind="level", width=14),
    Column("audience", "Đối tượng", "Audience", kind="audience", width=16),
    Column("agency", "Mã cơ quan", "Agency key", width=12),
    Column("agency_name", "Cơ quan thực hiện", "Agency", width=36),
    Column("channels", "Kênh nộp", "Channels", kind="channels", width=26),
    Column("purpose_vi", "Mục đích", "Purpose", "purpose.vi", width=40),
    Column("purpose_en", "Mục đích (tiếng Anh)", "Purpose in English", "purpose.en", width=30),
    Column("applicants_vi", "Đối tượng thực hiện", "Applicants", "public.applicants|vi", "lines", 36),
    Column("applicants_en", "Đối tượng thực hiện (tiếng Anh)", "Applicants in English", "public.applicants|en", "lines", 30),
    Column("manner_vi", "Cách thức thực hiện", "Manner", "public.manner|vi", "lines", 36),
    Column("manner_en", "Cách thức thực hiện (tiếng Anh)", "Manner in English", "public.manner|en", "lines", 30),
    Column("conditions_vi", "Yêu cầu, điều kiện", "Conditions", "public.conditions|vi", "lines", 36),
    Column("conditions_en", "Yêu cầu, điều kiện (tiếng Anh)", "Conditions in English", "public.conditions|en", "lines", 30),
    Column("public_agency_vi", "Nơi giải quyết ghi cho người dân", "Deciding agency as told", "public.agency.vi", width=36),
    Column("public_agency_en", "Nơi giải quyết ghi cho người dân (tiếng Anh)", "Deciding agency as told in English",
           "public.agency.en", width=30),
    Column("sets", "Số bộ hồ sơ", "Sets of papers", "public.sets", "whole", 10),
    Column("decision", "Quyết định công bố", "Decision", "public.decision", width=20),
    Column("legal_basis", "Căn cứ pháp lý", "Legal basis", "public.legal_basis|number", "lines", 30),
    Column("result_vi", "Kết quả", "Result", "result.name.vi", width=36),
    Column("result_en", "Kết quả (tiếng Anh)", "Result in English", "result.name.en", width=30),
    Column("result_form", "Mẫu kết quả", "Form of the result", "result.form", width=18),
    Column("result_validity", "Thời hạn có giá trị", "Validity", "result.validity", width=18),
    Column("delivery", "Cách trả kết quả", "Delivery", "result.delivery", "channels", 26),
    Column("handled_online", "Giải quyết trực tuyến", "Handled online", "service.handled_online", "yes_no", 12),
    Column("info_only", "Chỉ cung cấp thông tin", "Information only", "service.info_only", "yes_no", 12),
    Column("published_class", "Mức đã công bố", "Published class", "service.published_class", "class", 14),
    Column("non_territorial", "Phi địa giới", "Non-territorial", "non_territorial", "yes_no", 12),
))  # fmt: skip

TERMS = Table("terms", "Thời hạn", "Time limits", (
    CODE,
    Column("case", "Mã trường hợp", "Case key", width=16),
    Column("case_vi", "Trường hợp", "Case", width=36),
    Column("case_en", "Trường hợp (tiếng Anh)", "Case in English", width=30),
    Column("channel", "Kênh", "Channel", kind="channel", width=14),
    Column("amount", "Thời gian", "Time", "limit.amount", "whole", 10),
    Column("unit", "Đơn vị", "Unit", "limit.unit", "unit", 16),
    Column("note_vi", "Thời hạn bằng chữ", "Time in words", "limit_note.vi", width=40),
    Column("note_en", "Thời hạn bằng chữ (tiếng Anh)", "Time in words in English", "limit_note.en", width=30),
    Column("counted_from", "Tính từ", "Counted from", "counted_from", width=24),
))  # fmt: skip

FEES = Table("fees", "Phí, lệ phí", "Fees", (
    CODE,
    Column("fee", "Mã khoản", "Fee code", width=14),
    Column("kind", "Loại", "Kind", "kind", "fee_kind", 12),
    Column("amount", "Số tiền (đồng)", "Amount", "rate.amount_vnd", "money", 16),
    Column("channels", "Kênh", "Channels", "rate.channels", "channels", 20),
    Column("valid_from", "Từ ngày", "From", "rate.valid_from", "day", 12),
    Column("valid_to", "Đến ngày", "Until", "rate.valid_to", "day", 12),
    Column("name_vi", "Tên khoản", "Name", "name.vi", width=40),
    Column("name_en", "Tên khoản (tiếng Anh)", "Name in English", "name.en", width=30),
    Column("unit_vi", "Đơn vị tính", "Per", "unit.vi", width=14),
    Column("unit_en", "Đơn vị tính (tiếng Anh)", "Per in English", "unit.en", width=14),
    Column("legal_source", "Căn cứ", "Legal source", "rate.legal_source", width=24),
    Column("payable_online", "Nộp trực tuyến", "Payable online", "payable_online", "yes_no", 12),
    Column("notes", "Ghi chú", "Notes", "notes", "plain_lines", 40),
    Column("rate", "Mức số", "Rate number", width=8),
))  # fmt: skip

PAPERS = Table("papers", "Giấy tờ", "Papers", (
    CODE,
    Column("paper", "Mã giấy tờ", "Paper key", width=14),
    Column("name_vi", "Tên giấy tờ", "Name", "name.vi", width=60),
    Column("name_en", "Tên giấy tờ (tiếng Anh)", "Name in English", "name.en", width=40),
    Column("originals", "Số bản chính", "Originals", "originals", "whole", 10),
    Column("copies", "Số bản sao", "Copies", "copies", "whole", 10),
    Column("required", "Bắt buộc", "Compulsory", "required", "yes_no", 10),
    Column("condition_vi", "Khi nào cần", "Needed when", "condition.vi", width=36),
    Column("condition_en", "Khi nào cần (tiếng Anh)", "Needed when in English", "condition.en", width=30),
    Column("form_code", "Mẫu số", "Form number", "form_code", width=20),
    Column("digital_copy", "Nhận bản điện tử", "Digital copy accepted", "digital_copy_accepted", "yes_no", 12),
    Column("present_only", "Chỉ xuất trình", "Only shown", "present_only", "yes_no", 12),
    Column("max_mb", "Tệp tối đa (MB)", "Most MB", "max_mb", "whole", 10),
    Column("database_vi", "Có trong cơ sở dữ liệu", "Already in database", "national_database.vi", width=30),
    Column("database_en", "Có trong cơ sở dữ liệu (tiếng Anh)", "Already in database in English", "national_database.en",
           width=30),
))  # fmt: skip

STEPS = Table("steps", "Các bước", "Steps", (
    CODE,
    Column("number", "Bước", "Step", width=8),
    Column("title_vi", "Tên bước", "Title", "title.vi", width=40),
    Column("title_en", "Tên bước (tiếng Anh)", "Title in English", "title.en", width=30),
    Column("text_vi", "Nội dung", "Text", "text.vi", width=60),
    Column("text_en", "Nội dung (tiếng Anh)", "Text in English", "text.en", width=40),
))  # fmt: skip

TABLES: tuple[Table, ...] = (PROCEDURES, TERMS, FEES, PAPERS, STEPS)
BY_KEY: Mapping[str, Table] = {table.key: table for table in TABLES}
INSTRUCTIONS = "Hướng dẫn"
CLEAR = "(xóa)"  # in a cell: empties what stands there; an empty cell leaves it
NEW = "MOI-"  # codes MOI-1, MOI-2 … tie the rows of a procedure that has no code yet

# value, the word written, other words read; compared folded.
CHOICES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "level": (("province", "Cấp tỉnh", "tỉnh"), ("commune", "Cấp xã", "xã")),
    "audience": (
        ("citizen", "Công dân", "người dân", "cá nhân"),
        ("business", "Doanh nghiệp", "tổ chức", "hộ kinh doanh"),
        ("both", "Mọi đối tượng", "cả hai", "công dân và doanh nghiệp"),
    ),
    "channel": (
        ("online", "Trực tuyến"),
        ("counter", "Trực tiếp", "tại quầy", "direct"),
        ("post", "Bưu chính", "qua bưu chính", "dịch vụ bưu chính", "postal"),
    ),
    "unit": (
        ("working_day", "ngày làm việc", "working day", "working days"),
        ("calendar_day", "ngày", "day", "days", "ngày liên tục"),
        ("month", "tháng", "months"),
        ("hour", "giờ làm việc", "giờ", "hours"),
        ("same_day", "trong ngày", "same day", "trong ngày làm việc"),
    ),
    "fee_kind": (("phi", "Phí", "fee"), ("le_phi", "Lệ phí", "charge"), ("none", "Miễn phí", "không thu", "free")),
    "class": (
        ("full", "Toàn trình", "full-process"),
        ("partial", "Một phần"),
        ("info", "Cung cấp thông tin", "thông tin"),
    ),
    "yes_no": (("yes", "có", "x", "true", "1"), ("no", "không", "false", "0")),
}  # fmt: skip
