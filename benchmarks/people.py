"""Who files and who handles in the bench."""

from datetime import UTC, date, datetime

from accounts.models import User
from accounts.services import Details, open_account
from agencies.models import Agency, Role
from agencies.services import appoint

SINCE = date(2026, 1, 1)
OPENED = datetime(2026, 1, 5, 2, tzinfo=UTC)
CITIZENS = 20
ROLES = (Role.RECEPTION, Role.SPECIALIST, Role.HEAD)


def officers(agency: Agency) -> list[User]:
    """One who receives, one who examines, one who heads the division."""
    found = []
    for role in ROLES:
        user, is_new = User.objects.get_or_create(
            username=f"bench-{role}", defaults={"full_name": f"Cán bộ {role}", "kind": "officer", "is_active": True}
        )
        if is_new:
            appoint(user, agency, role, actor=None, since=SINCE)
        found.append(user)
    return found


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
