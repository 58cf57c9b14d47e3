"""Two papers at once get two numbers; two who list one dossier at once make one list; each with its negative control."""

import pytest

from common.models import Job
from dossiers.models import Dossier, HandOver, HandOverItem, IssuedPaper
from dossiers.services import codes, fees, hand_overs, intake, issuing
from tests import cast
from tests.dossiers.test_races import Meeting, both, meet_after
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "sports-business-certificate-tennis"
AT = cast.MONDAY
READ_THEN_WRITE = """
WITH seen AS MATERIALIZED (SELECT coalesce(max(last), 0) + 1 AS last FROM dossiers_codesequence WHERE scope = %s AND period = %s),
slept AS MATERIALIZED (SELECT last, pg_sleep(1) FROM seen)
INSERT INTO dossiers_codesequence (scope, period, last) SELECT %s, %s, last FROM slept
ON CONFLICT (scope, period) DO UPDATE SET last = EXCLUDED.last RETURNING last
"""


def received(people) -> Dossier:
    dossier = cast.filed(people.mai, KEY, answers(KEY), at=AT)
    fees.settle(dossier.pk, order="1", at=AT)
    return intake.receive(dossier.pk, user=people.hanh, at=AT).dossier


def receipts(people, number: int) -> list[IssuedPaper]:
    found = []
    for _n in range(number):
        dossier = received(people)
        event = dossier.events.select_related("actor").filter(name="receive").get()
        paper = issuing.note(dossier, event, "receipt")
        assert paper is not None
        found.append(paper)
    return found


def number_race(people, monkeypatch) -> tuple[list[str], list[int | None]]:
    papers = receipts(people, 2)
    meet_after(monkeypatch, codes, "next_paper_serial", Meeting("both are about to take a number"))
    found = both(*(lambda paper=paper: issuing.numbered(paper) for paper in papers))
    return found, sorted(IssuedPaper.objects.values_list("serial", flat=True), key=str)


def test_two_papers_numbered_at_once_get_two_numbers_without_a_gap(people, monkeypatch):
    assert number_race(people, monkeypatch) == (["done", "done"], [1, 2])


def test_negative_control_without_the_row_lock_both_take_the_same_number(people, monkeypatch):
    def unlocked(scope: str, period: str) -> int:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(READ_THEN_WRITE, [scope, period, scope, period])
            return int(cursor.fetchone()[0])

    monkeypatch.setattr(codes, "next_number", unlocked)
    found, serials = number_race(people, monkeypatch)
    assert found == ["crash: IntegrityError", "done"]  # only the unique number of the database stops the second
    assert serials != [1, 2]


def test_one_paper_numbered_twice_at_once_has_one_number(people, monkeypatch):
    (paper,) = receipts(people, 1)
    found = both(lambda: issuing.numbered(paper), lambda: issuing.numbered(paper))
    assert found == ["done", "done"]
    assert list(IssuedPaper.objects.values_list("serial", flat=True)) == [1]


def test_two_who_print_one_paper_at_once_get_the_same_bytes(people, monkeypatch):
    (paper,) = receipts(people, 1)
    files: list[int] = []
    meet_after(monkeypatch, issuing, "render_pdf", Meeting("both are about to draw"))
    works = [lambda: files.append(issuing.printed(paper).pk)] * 2
    assert both(*works) == ["done", "done"]
    assert len(set(files)) == 1


def list_race(people, monkeypatch) -> tuple[list[str], int]:
    dossier = received(people)
    from agencies.models import Agency, Role
    from agencies.services import appoint

    second = cast.officer("hanh2", "Nông Văn Hai")
    appoint(second, Agency.objects.get(key="svhttdl"), Role.RECEPTION, actor=None, since=cast.SINCE)
    event = dossier.events.get(name="start_processing")
    group = f"{dossier.receiving_agency_id}-{dossier.handling_agency_id}"
    meet_after(monkeypatch, hand_overs, "_written", Meeting("both have ticked the same dossier"))

    def work(user) -> None:
        hand_overs.make(user=user, direction="department", day=AT.date(), group=group, events=[event.pk], at=AT)

    return both(lambda: work(people.hanh), lambda: work(second)), HandOver.objects.count()


def test_two_who_list_one_dossier_at_once_make_one_list(people, monkeypatch):
    assert list_race(people, monkeypatch) == (["Invalid", "done"], 1)
    assert HandOver.objects.get().serial == 1
    assert Job.objects.filter(kind="dossier.book").count() == 0


def test_negative_control_without_the_rule_of_the_database_the_dossier_stands_on_two_lists(people, monkeypatch):
    from django.db import connection

    listed_once = next(one for one in HandOverItem._meta.constraints if one.name == "listed_once")
    with connection.schema_editor() as editor:
        editor.remove_constraint(HandOverItem, listed_once)
    try:
        assert list_race(people, monkeypatch) == (["done", "done"], 2)
    finally:
        HandOverItem.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(HandOverItem, listed_once)
