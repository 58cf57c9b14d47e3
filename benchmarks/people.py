"""Who files and who handles in the bench."""

from datetime import UTC, date, datetime

from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.services import Details, open_account
from agencies.models import Agency, Role
from agencies.services import appoint

SINCE = date(2026, 1, 1)
OPENED = datetime(2026, 1, 5, 2, tzinfo=UTC)
CITIZENS = 20
TOKEN = "a" * 32
ROLES = (Role.RECEPTION, Role.SPECIALIST, Role.HEAD)


def officers(agency: Agency) -> list[User]:
    """One who receives, one who examines, one who heads the division."""
    return [_officer(agency, role) for role in ROLES]


def of_the_largest(agency: Agency) -> User:
    """One who receives at the agency with the longest queue."""
    return _officer(agency, Role.RECEPTION, name="bench-largest")


def catalogue_admin() -> User:
    """One who controls procedures for the whole province."""
    return _officer(Agency.objects.filter(level="province").order_by("pk")[0], Role.CATALOGUE)


def _officer(agency: Agency, role: str, name: str = "") -> User:
    user, is_new = User.objects.get_or_create(
        username=name or f"bench-{role}", defaults={"full_name": f"Cán bộ {role}", "kind": "officer", "is_active": True}
    )
    if is_new:
        appoint(user, agency, role, actor=None, since=SINCE)
    return user


def cookies(user: User) -> str:
    """A session of that person as a header's value, with the cookie that goes with the form token TOKEN."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"


def citizens() -> list[User]:
    """Twenty citizens with complete profiles."""
    return [_citizen(number) for number in range(CITIZENS)]


def _citizen(number: int) -> User:
    phone = f"+84913{number:06d}"
    found = User.objects.filter(full_name=f"Công Dân Số {number}").first()
    if found:
        return found
    details = Details(
        full_name=f"Công Dân Số {number}", national_id=f"0201900{number:05d}", birth_date=date(1990, 5, 1), sex="female",
        address={"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}, email=f"c{number}@example.vn",
    )  # fmt: skip
    return open_account(details, password=f"khong ai doan duoc {number}", phone=phone, at=OPENED)
