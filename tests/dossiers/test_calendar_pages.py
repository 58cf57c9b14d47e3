"""The pages of the working calendar and of outages: preview in words, publication, recomputing, refusals."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import Agency, CalendarRevision, Role
from agencies.services import appoint
from audit.models import Access
from common import jobs
from dossiers.models import Dossier, Outage
from dossiers.services import intake
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
CALENDAR = "/quan-tri/lich-lam-viec/"
BACKEND = "accounts.backends.PhoneOrNameBackend"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def lan(people) -> Client:
    """She controls procedures for the province."""
    user = cast.officer("lan", "Lộc Thị Lan")
    appoint(user, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def working_day(after: int) -> date:
    """A working date some days from today."""
    calendar = CalendarRevision.objects.latest("number")
    from agencies.models import calendar_of

    return calendar_of(calendar.pk).add_working_days(timezone.localdate(), after)


def closed(day: date, **more: str) -> dict[str, str]:
    return {"kind": "closed", "day": day.isoformat(), "vi": "Bão số 13", "source": "Công điện 22", **more}


def publish(client: Client, sent: dict[str, str]) -> int:
    base = CalendarRevision.objects.latest("number").number
    answer = client.post(f"{CALENDAR}cong-bo/", sent | {"base": str(base)})
    assert answer.status_code == 302, answer.content.decode()
    return CalendarRevision.objects.latest("number").number


def test_a_change_is_shown_in_words_before_it_is_published(lan):
    day, before = working_day(20), CalendarRevision.objects.count()
    page = lan.post(f"{CALENDAR}xem-truoc/", closed(day)).content.decode()
    assert f"{day:%d/%m/%Y}: ngày nghỉ (Bão số 13)" in page
    assert CalendarRevision.objects.count() == before
    number = publish(lan, closed(day))
    revision = CalendarRevision.objects.get(number=number)
    assert revision.source == "Công điện 22"
    assert Access.objects.filter(action="calendar.published", subject_id=revision.pk).exists()
    assert f"{day:%d/%m/%Y}: ngày nghỉ (Bão số 13)" in lan.get(CALENDAR).content.decode()


def test_a_closure_of_one_agency_says_what_it_does_to_limits_in_days(lan):
    day = working_day(20)
    page = lan.post(f"{CALENDAR}xem-truoc/", closed(day, agency="sct")).content.decode()
    assert "thời hạn tính theo ngày vẫn tính ngày này" in page
    assert Agency.objects.get(key="sct").name_vi in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"source": ""}, ""),
        ({"vi": ""}, "Hãy ghi lý do"),
        ({"day": "31/02/2026"}, ""),
        ({"day": "2099-01-01"}, "ba năm"),
        ({"kind": "half_day", "hours": "bảy giờ"}, "07:30-11:30"),
        ({"kind": "half_day", "hours": "11:30-07:30"}, "nối tiếp"),
        ({"kind": "half_day", "hours": "07:00-17:30"}, "ít hơn"),
        ({"kind": "half_day"}, "giờ làm việc"),
        ({"kind": "swap"}, "làm việc bù"),
        ({"kind": "remove"}, "Chưa có mục"),
        ({"kind": "khac"}, ""),
        ({"agency": "khong-co"}, ""),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_what_was_typed_stays(lan, wrong, sentence):
    sent = closed(working_day(20)) | wrong
    answer = lan.post(f"{CALENDAR}xem-truoc/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "govuk-error-summary" in page
    assert sentence in page
    assert sent["source"] in page


def test_who_previewed_an_older_calendar_looks_again(lan):
    base = CalendarRevision.objects.latest("number").number
    publish(lan, closed(working_day(20)))
    answer = lan.post(f"{CALENDAR}cong-bo/", closed(working_day(21)) | {"base": str(base)})
    assert answer.status_code == 409
    assert "xem lại khác biệt" in answer.content.decode()


def test_the_page_lists_the_dates_that_move_and_the_worker_moves_them(lan, people):
    now = timezone.now() - timedelta(minutes=5)
    dossier = cast.filed(people.hai, FREE, answers(FREE, timezone.localdate(now)), at=now)
    row = intake.receive(dossier.pk, user=people.giang, at=now).dossier
    due = timezone.localdate(row.due_at)
    number = publish(lan, closed(due))
    page = lan.get(f"{CALENDAR}tinh-lai/").content.decode()
    assert dossier.code in page
    assert f"{due:%d/%m/%Y}: ngày nghỉ" in page
    assert lan.post(f"{CALENDAR}tinh-lai/", {"revision": number}).status_code == 302
    (job,) = jobs.lease(kinds=["calendar.recompute"])
    jobs.run(job)
    assert timezone.localdate(Dossier.objects.get(pk=row.pk).due_at) > due
    assert dossier.code not in lan.get(f"{CALENDAR}tinh-lai/").content.decode()


def test_a_shortening_needs_its_reason(lan):
    publish(lan, closed(working_day(20)))
    number = CalendarRevision.objects.latest("number").number
    answer = lan.post(f"{CALENDAR}tinh-lai/", {"revision": number, "may_shorten": "on"})
    assert answer.status_code in {200, 422}
    assert "Hãy ghi lý do" in answer.content.decode()


def test_an_outage_is_recorded_shown_and_given_back(lan, people):
    noon = datetime.combine(working_day(-1), datetime.min.time(), tzinfo=VIETNAM) + timedelta(hours=9)
    dossier = cast.filed(people.hai, FREE, answers(FREE, noon.date()), at=noon)
    sent = {
        "began_at": (noon + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "ended_at": (noon + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M"),
        "reason_vi": "Đứt cáp", "source": "Thông báo 9", "day_share": "50",
    }  # fmt: skip
    answer = lan.post("/quan-tri/su-co/", sent)
    assert answer.status_code == 302
    page = lan.get(answer.headers["Location"]).content.decode()
    assert dossier.code in page
    lan.post(answer.headers["Location"])
    (job,) = jobs.lease(kinds=["outage.shift"])
    jobs.run(job)
    before = dossier.intake_due_at
    assert Dossier.objects.get(pk=dossier.pk).intake_due_at > before
    assert re.search(r"1 hồ sơ đã lùi hạn", lan.get("/quan-tri/su-co/").content.decode())
    wrong = lan.post("/quan-tri/su-co/", sent | {"ended_at": sent["began_at"]})
    assert wrong.status_code == 422
    assert "phải sau thời điểm bắt đầu" in wrong.content.decode()
    assert Outage.objects.count() == 1


def test_for_others_the_pages_do_not_exist(people):
    client = Client()
    client.force_login(people.hanh, backend=BACKEND)
    for address in (CALENDAR, f"{CALENDAR}tinh-lai/", "/quan-tri/su-co/"):
        assert client.get(address).status_code == 404
