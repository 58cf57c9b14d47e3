"""No silent dossier: a filing nobody answers is warned of after 4 working hours, escalated after 6, told after 8."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, CalendarRevision, Role
from agencies.services import appoint, publish_calendar
from common import outbox
from dossiers.models import Alarm, Dossier
from dossiers.services import fees, intake, supplements
from dossiers.services.supplements import Missing
from dossiers.services.watching import watch
from notifications.models import Message
from tests import cast
from tests.dossiers.copies import copies
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"  # industry and trade, no fee
TENNIS = "sports-business-certificate-tennis"  # culture and sports, prepaid fee
MINUTE = timedelta(minutes=1)


def vn(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Viet Nam; the 24th is a day off, opening hours are 07:30-11:30 and 13:30-17:00."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


@pytest.fixture
def dossier(people) -> Dossier:
    """Filed on Monday the 23rd at 09:00."""
    return cast.filed(people.mai, FREE, answers(FREE))


def rungs(dossier) -> list[str]:
    return list(Alarm.objects.filter(dossier=dossier, ladder="intake").order_by("pk").values_list("rung", flat=True))


def tell() -> None:
    while outbox.drain():
        pass


def told(user, kind: str) -> list[Message]:
    return list(Message.objects.filter(recipient=user, kind=kind, channel="site").order_by("pk"))


@pytest.mark.parametrize(
    ("at", "reached"),
    [
        (vn(23, 14, 59), []),
        (vn(23, 15), ["warned"]),  # 2.5 h in the morning, 1.5 h in the afternoon
        (vn(23, 16, 59), ["warned"]),
        (vn(23, 17), ["warned", "escalated"]),
        (vn(24, 12), ["warned", "escalated"]),  # a day off: no working hour passes
        (vn(25, 9, 30), ["warned", "escalated"]),  # exactly 8 hours: still in time
        (vn(25, 9, 31), ["warned", "escalated", "breached"]),
    ],
)
def test_the_rungs_are_reached_after_4_6_and_8_working_hours(dossier, at, reached):
    watch(at)
    assert rungs(dossier) == reached


def test_hours_run_by_the_calendar_the_dossier_is_pinned_to(people, dossier):
    content = CalendarRevision.objects.order_by("-number").first().content
    publish_calendar(content | {"hours": [["07:30", "11:30"]]})
    short = cast.filed(people.mai, FREE, answers(FREE))
    watch(vn(23, 15))
    assert rungs(dossier) == ["warned"]
    assert rungs(short) == []  # 2.5 hours on Monday, none on the 24th
    watch(vn(25, 9))
    assert rungs(short) == ["warned"]


def test_each_rung_is_written_and_told_once_however_often_the_sweep_runs(people, dossier):
    for at in (vn(23, 15), vn(23, 15), vn(23, 15, 3), vn(23, 16)):
        watch(at)
        tell()
    assert rungs(dossier) == ["warned"]
    assert len(told(people.giang, "dossier.intake_warned")) == 1


def test_reception_is_warned_then_the_head_of_the_one_stop_then_the_citizen(people, dossier):
    head, second = cast.officer("tuyet", "Hà Thị Tuyết"), cast.officer("sang", "Chu Văn Sáng")
    sct = Agency.objects.get(key="sct")
    appoint(head, sct, Role.ONE_STOP_HEAD, actor=None, since=cast.SINCE)
    appoint(second, sct, Role.RECEPTION, actor=None, since=cast.SINCE)
    watch(vn(23, 15))
    tell()
    assert told(people.giang, "dossier.intake_warned") and told(second, "dossier.intake_warned")
    assert not told(head, "dossier.intake_warned")
    watch(vn(23, 17))
    tell()
    assert told(head, "dossier.intake_escalated") and not told(second, "dossier.intake_escalated")
    watch(vn(25, 9, 31))
    tell()
    (word,) = told(people.mai, "dossier.intake_breached")
    assert "09:30 25/11/2026" in word.body and dossier.code in word.body
    assert Message.objects.filter(kind="dossier.intake_breached", channel="sms", subject_id=dossier.pk).count() == 1


def test_without_a_head_of_the_one_stop_the_leader_is_told(people, dossier):
    watch(vn(23, 17))
    tell()
    assert told(people.giang, "dossier.intake_escalated")  # giang leads the agency


def test_whoever_holds_the_dossier_is_warned_alone(people, dossier):
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, Agency.objects.get(key="sct"), Role.RECEPTION, actor=None, since=cast.SINCE)
    intake.claim_intake(dossier.pk, user=second, at=cast.MONDAY)
    watch(vn(23, 15))
    tell()
    assert told(second, "dossier.intake_warned") and not told(people.giang, "dossier.intake_warned")


def test_an_answered_dossier_climbs_no_further(people, dossier):
    watch(vn(23, 15))
    intake.receive(dossier.pk, user=people.giang, at=vn(23, 15, 30))
    watch(vn(25, 12))
    assert rungs(dossier) == ["warned"]


def test_who_reads_the_news_after_the_answer_tells_nobody(people, dossier):
    watch(vn(25, 9, 31))
    intake.refuse_intake(dossier.pk, user=people.giang, reason="Sai thẩm quyền", at=vn(25, 9, 32))
    tell()
    assert rungs(dossier)[-1] == "breached"  # what happened stays recorded
    assert not Message.objects.filter(kind__startswith="dossier.intake_")


def test_the_hours_begin_when_the_prepaid_fee_is_paid(people):
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    watch(vn(25, 12))
    assert rungs(dossier) == []  # waits for the fee
    fees.settle(dossier.pk, at=vn(25, 13, 30), order="test")
    watch(vn(25, 16, 59))
    assert rungs(dossier) == []
    watch(vn(26, 8))  # 3.5 hours on Wednesday, half an hour on Thursday
    assert rungs(dossier) == ["warned"]


def test_a_dossier_filed_again_after_a_supplement_has_its_own_eight_hours(people, dossier):
    watch(vn(23, 15))
    paper = dossier.papers.first()
    missing = [Missing("paper", paper.key, "Ảnh tối")]
    supplements.request_at_intake(dossier.pk, user=people.giang, missing=missing, message="", at=vn(23, 15, 5))
    from dossiers.services import uploads

    uploads.add(dossier.pk, user=people.mai, key=paper.key, uploads=[cast.upload()], at=vn(25, 8))
    supplements.send(dossier.pk, user=people.mai, at=vn(25, 8, 30))
    watch(vn(25, 9))
    assert rungs(dossier) == ["warned"]
    watch(vn(25, 14, 30))
    assert rungs(dossier) == ["warned", "warned"]
    first, second = Alarm.objects.filter(dossier=dossier).order_by("pk")
    assert first.due_at == vn(25, 9, 30) < second.due_at


def test_a_sweep_after_a_long_pause_writes_every_rung_once(dossier):
    watch(vn(30, 9))
    assert rungs(dossier) == ["warned", "escalated", "breached"]


def test_a_sweep_that_dies_midway_tells_nothing_twice_and_nothing_is_lost(people, dossier, monkeypatch):
    from dossiers.services import watching

    copies(dossier, 2)
    monkeypatch.setattr(watching, "BATCH", 1)
    real, count = watching._publish, []

    def dies(alarm):
        count.append(alarm)
        if len(count) == 2:
            raise SystemExit("killed")
        real(alarm)

    monkeypatch.setattr(watching, "_publish", dies)
    with pytest.raises(SystemExit):
        watch(vn(23, 15))
    assert Alarm.objects.count() == 1  # the first was whole, the second left nothing behind
    monkeypatch.setattr(watching, "_publish", real)
    watch(vn(23, 15))
    tell()
    assert Alarm.objects.count() == 3
    assert len(told(people.giang, "dossier.intake_warned")) == 3


def test_the_figure_of_late_answers_is_kept_with_its_agency_and_what_was_due(dossier):
    watch(vn(25, 9, 31))
    breach = Alarm.objects.get(dossier=dossier, rung="breached")
    assert (breach.agency, breach.due_at, breach.at) == (dossier.receiving_agency, vn(25, 9, 30), vn(25, 9, 31))


def test_an_alarm_is_never_changed_or_deleted(dossier):
    from django.db import transaction
    from django.db.utils import DatabaseError

    watch(vn(23, 15))
    for change in (lambda: Alarm.objects.update(rung="breached"), lambda: Alarm.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_sweep_reads_by_index_and_never_walks_what_is_closed(dossier):
    """The statements do not grow with what is held, and the plan of each reads a partial index of what is open."""
    watch(vn(23, 15))
    with CaptureQueriesContext(connection) as captured:
        watch(vn(23, 15))
    reads = [query["sql"] for query in captured.captured_queries if "FOR NO KEY UPDATE" in query["sql"]]
    assert reads
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in reads:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert (
                "watch_intake" in plan
                or "watch_step" in plan
                or "watch_apology" in plan
                or "watch_consultation" in plan
            ), plan
