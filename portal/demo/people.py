"""The cast of the demo: the accounts of the README, more officers and citizens. Every name is invented."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from accounts.models import Organisation, Representation, User
from accounts.services import Details, open_account, pins
from agencies.models import Agency, Role
from agencies.services import appoint
from common.text import sort_key

PASSWORD = "motcua-demo"  # noqa: S105 - the published password of the demonstration, in demo mode only
PIN = "246810"  # the published signing PIN, likewise
SINCE = date(2025, 7, 1)
OPENED = datetime(2026, 1, 5, 2, tzinfo=UTC)
WARD = "05977"  # phường Đông Kinh
COMMUNE = "05983"  # phường Lương Văn Tri: one person holds all posts there
DESKS = ("sct", "svhttdl", "cat", f"xa-{WARD}")  # agencies where the five journeys of the README end
ALL_POSTS = (Role.RECEPTION, Role.CASHIER, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK)
TITLES = {
    Role.RECEPTION: ("Công chức Bộ phận Một cửa", "One-stop officer"),
    Role.CASHIER: ("Thủ quỹ", "Cashier"),
    Role.SPECIALIST: ("Chuyên viên", "Case officer"),
    Role.HEAD: ("Trưởng phòng", "Head of division"),
    Role.LEADER: ("Phó Giám đốc", "Deputy director"),
    Role.CLERK: ("Văn thư", "Clerk"),
}
LEADER_OF_COMMUNE = ("Chủ tịch Ủy ban nhân dân phường", "Chair of the People's Committee")

# username, name, roles, agencies
OFFICERS = (
    ("reception", "Nông Thị Hạnh", (Role.RECEPTION,), DESKS),
    ("specialist", "Vi Văn Bảo", (Role.SPECIALIST,), DESKS),
    ("head", "Hoàng Mạnh Cường", (Role.HEAD,), DESKS),
    ("leader", "Lương Thùy Dung", (Role.LEADER,), DESKS),
    ("clerk", "Đàm Thị Én", (Role.CLERK,), DESKS),
    ("cashier", "Mông Thị Phương", (Role.CASHIER,), DESKS),
    ("reception2", "Bế Trường Giang", (Role.RECEPTION,), ("stc", "snnmt")),
    ("commune", "Triệu Trung Kiên", ALL_POSTS, (f"xa-{COMMUNE}",)),
    ("catalogue", "Lộc Thị Lan", (Role.CATALOGUE,), ("vp",)),
    ("catalogue2", "Hoàng Thị Minh", (Role.CATALOGUE,), ("vp",)),  # an override needs two people
    ("department", "Chu Đức Minh", (Role.DEPARTMENT,), ("sct",)),
    ("department2", "Phùng Thị Nga", (Role.DEPARTMENT,), ("svhttdl",)),
    ("department3", "Hứa Văn Oanh", (Role.DEPARTMENT,), ("snnmt",)),
    ("auditor", "Dương Quốc Phong", (Role.AUDITOR,), ("tt",)),
    ("admin", "Quản trị hệ thống", (Role.OPERATOR,), ("vp",)),
    # colleagues without a published account
    ("nv.thanh", "Nguyễn Tiến Thành", (Role.SPECIALIST, Role.CLERK), ("stc", "snnmt")),
    ("nv.trang", "Lê Thu Trang", (Role.HEAD,), ("stc", "snnmt")),
    ("nv.khoi", "Phạm Minh Khôi", (Role.LEADER,), ("stc", "snnmt")),
    ("nv.hien", "Lưu Thu Hiền", (Role.RECEPTION, Role.SPECIALIST, Role.HEAD, Role.CLERK), ("bhxh",)),
    ("nv.nam", "Đặng Hoài Nam", (Role.LEADER,), ("bhxh",)),
    ("nv.tuyet", "Ma Ánh Tuyết", (Role.LEADER,), (f"xa-{COMMUNE}",)),
)
# username, full name, identity number, sex, phone, commune, line
CITIZENS = (
    ("citizen", "Lý Thị Mai", "020190001417", "female", "+84912345615", WARD, "Số 12, đường Ngô Quyền"),
    ("citizen2", "Hoàng Thị Thu", "020188002236", "female", "+84977123482", COMMUNE, "Số 45, đường Trần Đăng Ninh"),
    ("business", "Trần Quốc Hưng", "001082004519", "male", "+84903456781", WARD, "Số 7, đường Lê Lợi"),
)
MORE = (
    ("Vy Thị Bích", "female"), ("Nông Văn Chiến", "male"), ("Hoàng Văn Đạt", "male"), ("Lương Thị Giang", "female"),
    ("Đinh Thị Hòa", "female"), ("Lã Văn Khánh", "male"), ("Bàn Thị Liên", "female"), ("Lành Văn Long", "male"),
    ("Chu Thị Ngọc", "female"), ("Tô Minh Quân", "male"), ("Hà Thị Sen", "female"), ("Vi Thế Tùng", "male"),
    ("Dương Thị Uyên", "female"), ("Mã Văn Vinh", "male"), ("Phan Thị Xuân", "female"), ("Ngô Bảo Yến", "female"),
)  # fmt: skip


@dataclass
class Cast:
    """Who files and who handles: `at(agency key, role)` gives an officer."""

    citizens: list[User] = field(default_factory=list)
    business: User | None = None
    organisation: Organisation | None = None
    posts: dict[tuple[str, str], User] = field(default_factory=dict)

    def at(self, agency_key: str, role: str) -> User:
        """The first officer with that role in that agency."""
        return self.posts[agency_key, role]


def load() -> Cast:
    """Open every account once; running it again gives the same people."""
    cast = Cast()
    for row in OFFICERS:
        _officer(cast, *row)
    cast.citizens = list(_citizens())
    cast.business = cast.citizens.pop(2)
    cast.organisation = _organisation(cast.business)
    return cast


def _officer(cast: Cast, username: str, name: str, roles: tuple[str, ...], agencies: tuple[str, ...]) -> None:
    user = User.objects.filter(username=username).first()
    if user is None:
        staff = {"is_staff": True, "is_superuser": True} if username == "admin" else {}
        user = User.objects.create_user(username, PASSWORD, kind=User.Kind.OFFICER, full_name=name, **staff)
    for agency in Agency.objects.filter(key__in=agencies):
        for role in roles:
            is_chair = role == Role.LEADER and agency.level == Agency.Level.COMMUNE
            vi, en = LEADER_OF_COMMUNE if is_chair else TITLES.get(Role(role), ("", ""))
            appoint(user, agency, role, actor=None, since=SINCE, title_vi=vi, title_en=en)
            cast.posts.setdefault((agency.key, role), user)
    if {Role.LEADER, Role.HEAD} & set(roles) and not pins.has_pin(user):
        pins.give_pin(user, pin=PIN, at=timezone.now())


def _citizens() -> Iterator[User]:
    for username, name, number, sex, phone, commune, line in CITIZENS:
        address = {"province": "20", "commune": commune, "line": line}
        yield _citizen(
            username, Details(name, number, date(1988, 4, 12), sex, address, f"{username}@example.vn"), phone
        )
    for index, (name, sex) in enumerate(MORE):
        address = {
            "province": "20",
            "commune": WARD if index % 3 else COMMUNE,
            "line": f"Số {10 + index}, đường Bà Triệu",
        }
        number = f"0200{80 + index:02d}{300100 + 77 * index:06d}"
        born = date(1980, 1, 15) + timedelta(days=200 * index)
        yield _citizen(
            f"dan.{index + 1:02d}",
            Details(name, number, born, sex, address, f"dan{index + 1:02d}@example.vn"),
            f"+8491700{1000 + index}",
        )


def _citizen(username: str, details: Details, phone: str) -> User:
    user = User.objects.filter(username=username).first()
    return user or open_account(details, password=PASSWORD, at=OPENED, phone=phone, username=username)


def _organisation(user: User) -> Organisation:
    organisation, _created = Organisation.objects.get_or_create(
        tax_code="0100109106",
        defaults={
            "name": "Công ty Cổ phần Hồng Phát",
            "sort_key": sort_key("Công ty Cổ phần Hồng Phát"),
            "province_code": "01",
            "commune_code": "00004",
            "address_line": "12 phố Quán Thánh",
            "representative": user.full_name,
            "phone": "+84903456781",
            "email": "lienhe@hongphat.example.vn",
            "verified_at": timezone.now(),
        },
    )
    Representation.objects.get_or_create(
        user=user, organisation=organisation, valid_to=None, defaults={"valid_from": SINCE}
    )
    return organisation
