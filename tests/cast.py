"""The fixed cast of the tests: a few citizens, the officers of two agencies, and what they usually do.

Lý Thị Mai files; Trần Văn Hải is somebody else; Hồng Phát is a company. Hạnh receives, Bảo examines, Cường heads the
division, Dung signs, Én numbers at the department of culture and sports (H37.12) and at the ward Đông Kinh. Giang works
for another agency (industry and trade). Kiên holds all posts of the commune Bằng Mạc alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, Representation, User
from accounts.services import Details, open_account
from agencies.models import Agency, Role
from agencies.services import appoint
from common.text import sort_key
from dossiers.models import Dossier
from dossiers.services import filing, uploads
from procedures.models import Procedure

PASSWORD = "mot con vit xoe hai cai canh"
SINCE = date(2026, 1, 1)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 23/11/2026, 09:00 in Viet Nam
HOME = {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n169\n%%EOF\n"
)
OFFICERS = {
    "hanh": ("Nông Thị Hạnh", (Role.RECEPTION, Role.CASHIER)),
    "bao": ("Vi Văn Bảo", (Role.SPECIALIST,)),
    "cuong": ("Hoàng Mạnh Cường", (Role.HEAD,)),
    "dung": ("Lương Thùy Dung", (Role.LEADER,)),
    "en": ("Đàm Thị Én", (Role.CLERK,)),
}
AGENCIES = ("svhttdl", "xa-05977")
OTHERS = {
    "giang": ("Bế Trường Giang", "sct", (Role.RECEPTION, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK)),
    "kien": ("Triệu Trung Kiên", "xa-05983", (Role.RECEPTION, Role.SPECIALIST, Role.CLERK, Role.LEADER, Role.CASHIER)),
}


@dataclass(frozen=True)
class Cast:
    """Everybody, by first name."""

    mai: User
    hai: User
    company: Organisation
    officers: Mapping[str, User]

    def __getattr__(self, name: str) -> User:
        try:
            return self.officers[name]
        except KeyError:
            raise AttributeError(name) from None


def citizen(name: str, number: str, phone: str, *, sex: str = "female", home: Mapping[str, str] = HOME) -> User:
    """An account with a complete profile, living in the ward Đông Kinh unless said otherwise."""
    details = Details(
        full_name=name,
        national_id=number,
        birth_date=date(1990, 5, 1),
        sex=sex,
        address=dict(home),
        email=f"{number}@example.vn",
    )
    return open_account(details, password=PASSWORD, phone=phone, at=datetime(2026, 1, 5, 2, tzinfo=UTC))


def officer(username: str, name: str) -> User:
    """A civil servant's account without any post."""
    user = User.objects.create(username=username, full_name=name, kind="officer", is_active=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_cast() -> Cast:
    """Everybody with their posts."""
    mai = citizen("Lý Thị Mai", "020190000017", "+84912345678")
    hai = citizen("Trần Văn Hải", "020085000121", "+84987654321", sex="male")
    company = Organisation.objects.create(
        tax_code="0100109106", name="Công ty TNHH Hồng Phát", sort_key=sort_key("Hồng Phát"), province_code="01",
        commune_code="00004", address_line="12 phố Quán Thánh", representative="Trần Văn Hải",
    )  # fmt: skip
    Representation.objects.create(user=hai, organisation=company, valid_from=SINCE)
    officers = {}
    for username, (name, roles) in OFFICERS.items():
        officers[username] = officer(username, name)
        for agency in Agency.objects.filter(key__in=AGENCIES):
            for role in roles:
                appoint(officers[username], agency, role, actor=None, since=SINCE)
    for username, (name, agency_key, roles) in OTHERS.items():
        officers[username] = officer(username, name)
        for role in roles:
            appoint(officers[username], Agency.objects.get(key=agency_key), role, actor=None, since=SINCE)
    return Cast(mai, hai, company, officers)


def upload(name: str = "giay-to.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A small, valid PDF as a browser would send it."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def procedure(key: str) -> Procedure:
    """A real procedure of the catalogue by its key."""
    return Procedure.objects.select_related("current_version").get(key=key)


def draft(
    user: User, key: str, answers: Mapping[str, Any], *, organisation: Organisation | None = None, at: datetime = MONDAY
) -> Dossier:
    """A draft with answers and every compulsory paper, ready to be submitted."""
    dossier = filing.start(user=user, version=procedure(key).current_version, organisation=organisation, at=at)
    filing.save_answers(dossier.pk, user=user, answers=answers, at=at)
    for paper_key in filing.check(dossier, answers, at=at).papers:
        uploads.add(dossier.pk, user=user, key=paper_key, uploads=[upload()], at=at)
    return Dossier.objects.get(pk=dossier.pk)


def filed(user: User, key: str, answers: Mapping[str, Any], *, at: datetime = MONDAY, **more: Any) -> Dossier:
    """A submitted dossier, as it lies in the officers' queue (its files scanned and clean)."""
    dossier = draft(user, key, answers, at=at, **more)
    filing.submit(dossier.pk, user=user, undertaking=True, at=at)
    clean_files(dossier)
    return Dossier.objects.get(pk=dossier.pk)


def clean_files(dossier: Dossier) -> None:
    """What the scanner says of harmless files; tests of the scanner itself use the real one."""
    from documents.models import StoredFile

    StoredFile.objects.filter(pk__in=dossier.papers.values("files__file")).update(state="clean")
