"""The apology (form 04): drafted two working days before the due date, alarmed one day before, never turns late into on time."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from agencies.calendar import legal_date
from agencies.models import calendar_of
from common import outbox
from dossiers import clock
from dossiers.models import Alarm, ApologyDraft, Dossier
from dossiers.services import clockwork, endings, fees, intake
from dossiers.services.watching import watch
from notifications.models import Message
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY


@pytest.fixture
def dossier(people) -> Dossier:
    found = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=AT, order="test")
    return intake.receive(found.pk, user=people.hanh, at=AT).dossier


def morning(dossier, days: int) -> datetime:
    """08:00 of the working date so many before the due date."""
    day = calendar_of(dossier.calendar_id).add_working_days(legal_date(dossier.due_at), -days)
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def rungs(dossier) -> list[str]:
    return list(Alarm.objects.filter(dossier=dossier, ladder="apology").order_by("pk").values_list("rung", flat=True))


def told(kind: str) -> set[str]:
    while outbox.drain():
        pass
    return set(Message.objects.filter(kind=kind, channel="site").values_list("recipient__username", flat=True))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def test_the_draft_lies_before_the_leader_two_working_days_before_the_due_date(dossier):
    watch(morning(dossier, 3) + timedelta(hours=8))
    assert not ApologyDraft.objects.exists()
    watch(morning(dossier, 2))
    draft = ApologyDraft.objects.get(dossier=dossier)
    assert "Hồ sơ đang ở bước" in draft.reason
    assert legal_date(draft.appointment_at) > legal_date(dossier.due_at)
    assert calendar_of(dossier.calendar_id).is_working(legal_date(draft.appointment_at))
    assert rungs(dossier) == ["warned"] and told("dossier.apology_warned") == {"dung"}


def test_an_alarm_when_it_is_unsent_one_working_day_before(dossier):
    for days in (2, 1, 1):
        watch(morning(dossier, days))
    assert rungs(dossier) == ["warned", "escalated"]
    assert told("dossier.apology_escalated") == {"dung", "cuong"}


def test_nothing_is_asked_any_more_once_it_is_sent(people, dossier):
    watch(morning(dossier, 2))
    draft = ApologyDraft.objects.get(dossier=dossier)
    endings.reappoint(
        dossier.pk, user=people.dung, on=draft.appointment_at, reason="Chờ xác minh", at=morning(dossier, 2)
    )
    watch(morning(dossier, 1))
    watch(dossier.due_at + timedelta(days=1))
    assert rungs(dossier) == ["warned"]


def test_a_late_dossier_without_an_apology_is_noted(dossier):
    watch(dossier.due_at + timedelta(seconds=1))
    assert rungs(dossier) == ["breached"]


def test_a_dossier_answered_the_same_day_gets_no_draft(people):
    """Accepted on the day of its draft or later, there never was a day to apologise on."""
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=AT, order="test")
    received = intake.receive(dossier.pk, user=people.hanh, at=AT).dossier
    Dossier.objects.filter(pk=received.pk).update(due_at=datetime(2026, 11, 25, 10, tzinfo=UTC))
    watch(AT + timedelta(hours=1))
    assert not ApologyDraft.objects.exists() and rungs(received) == []


def test_a_moved_due_date_gets_its_own_draft(people, dossier):
    watch(morning(dossier, 2))
    later = calendar_of(dossier.calendar_id).closing(date(2026, 12, 31))
    Dossier.objects.filter(pk=dossier.pk).update(due_at=later)
    moved = Dossier.objects.get(pk=dossier.pk)
    watch(morning(moved, 2))
    assert ApologyDraft.objects.get(dossier=dossier).due_at == later
    assert rungs(dossier) == ["warned", "warned"]


def test_the_leader_reads_changes_and_sends_it(people, dossier):
    now = morning(dossier, 2)
    watch(now)
    with time_machine.travel(now, tick=False):
        client = client_of(people.dung)
        page = client.get("/can-bo/nhom/xin-loi/").content.decode()
        address = f"/can-bo/ho-so/{dossier.code}/viec/xin-loi-hen-lai/"
        assert address in page and "Đề xuất hẹn" in page
        form = client.get(address).content.decode()
        draft = ApologyDraft.objects.get(dossier=dossier)
        assert "Hồ sơ đang ở bước" in form and f"{legal_date(draft.appointment_at):%d/%m/%Y}" in form
        version = Dossier.objects.get(pk=dossier.pk).version
        sent = {"version": version, "on": f"{legal_date(draft.appointment_at):%d/%m/%Y}", "sure": "1"}
        unchanged = client.post(address, sent | {"reason": draft.reason})
        assert unchanged.status_code == 422 and "nêu rõ vì sao hồ sơ chậm" in unchanged.content.decode()
        done = client.post(address, sent | {"reason": "Chờ kết quả kiểm tra thực địa ngày 02/12."})
        assert done.status_code == 302
        assert address not in client.get("/can-bo/nhom/xin-loi/").content.decode()
    found = Dossier.objects.get(pk=dossier.pk)
    assert (found.appointment_at, found.due_at) == (draft.appointment_at, dossier.due_at)


def test_an_apology_never_turns_late_into_on_time(people, dossier):
    on = dossier.due_at + timedelta(days=7)
    endings.reappoint(dossier.pk, user=people.dung, on=on, reason="Chờ xác minh", at=morning(dossier, 1))
    after = dossier.due_at + timedelta(days=1)
    state = clock.derive_track(clockwork.ledger(dossier), "handling", calendar_of(dossier.calendar_id))
    assert clock.legal_timeliness(state, after) == "late"
    assert clock.is_late(state, after)


def test_the_list_of_late_dossiers_without_an_apology_and_its_file(people, dossier):
    excused = cast.filed(people.hai, TENNIS, answers(TENNIS))
    fees.settle(excused.pk, at=AT, order="2")
    excused = intake.receive(excused.pk, user=people.hanh, at=AT).dossier
    on = calendar_of(excused.calendar_id).closing(date(2026, 12, 31))
    endings.reappoint(excused.pk, user=people.dung, on=on, reason="Chờ xác minh", at=morning(excused, 1))
    with time_machine.travel(dossier.due_at + timedelta(days=1), tick=False):
        client = client_of(people.cuong)
        page = client.get("/can-bo/nhom/tre-hen/").content.decode()
        assert dossier.code in page and excused.code not in page
        answer = client.get("/can-bo/nhom/tre-hen.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [dossier.code]
    assert "Mai" not in answer.content.decode() and int(rows[1][4]) == 1
    from audit.models import Access

    assert Access.objects.filter(action="late.exported", actor=people.cuong).count() == 1


def test_officers_who_lead_nobody_find_no_such_pages(people):
    for path in ("", "chia/", "canh-bao/", "xin-loi/", "tre-hen/", "tre-hen.csv"):
        assert client_of(people.bao).get(f"/can-bo/nhom/{path}").status_code == 404
        assert client_of(people.cuong).get(f"/can-bo/nhom/{path}").status_code == 200


def test_a_dossier_that_has_ended_needs_no_apology(people, dossier):
    endings.stop(dossier.pk, user=people.dung, reason="Căn cứ pháp luật", at=AT + timedelta(hours=1))
    watch(dossier.due_at - timedelta(hours=1))
    assert rungs(dossier) == []
