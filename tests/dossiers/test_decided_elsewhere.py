"""Received here, decided in another agency's software: its code and status are typed or imported, never past the chart."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from agencies.models import Agency
from audit.models import Access
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier, DossierEvent, StepRun
from dossiers.services import elsewhere, endings, intake
from dossiers.services.elsewhere import Report
from tests import cast
from tests.dossiers.results_cast import client_of
from tests.portal.world import paid

pytestmark = pytest.mark.django_db(transaction=True)
FILES = "/can-bo/noi-khac/"
HEADS = ("Mã hồ sơ", "Mã tại cơ quan giải quyết", "Trạng thái", "Ngày", "Ghi chú")


@pytest.fixture
def people():
    found = cast.make_cast()
    code = Agency.objects.get(key="svhttdl").code
    call_command("own_software", code, "Phần mềm ngành", "--by", "hanh")
    yield found
    call_command("own_software", code, "")


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def received(people, days: int = 3) -> Dossier:
    """Received some days ago at the counter of the department."""
    dossier = paid(people, people.mai)
    intake.receive(dossier.pk, user=people.hanh, at=timezone.now() - timedelta(days=days))
    return Dossier.objects.get(pk=dossier.pk)


def report(people, dossier, status="processing", on=None, note="", code="CA-26-000123"):
    version = Dossier.objects.get(pk=dossier.pk).version
    told = Report(code, status, on or today(), note)
    done = elsewhere.report(dossier.pk, user=people.hanh, report=told, version=version)
    renew(dossier)
    return done


def renew(dossier) -> None:
    """The row as it is now (a state is protected from refresh_from_db)."""
    dossier.__dict__.update(Dossier.objects.get(pk=dossier.pk).__dict__)


def acts(dossier) -> list[str]:
    return list(DossierEvent.objects.filter(dossier=dossier).order_by("seq").values_list("name", flat=True))


def workbook(*rows, heads=HEADS) -> io.BytesIO:
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    stream.name = "bao-cao.xlsx"
    return stream


def csv(*rows) -> io.BytesIO:
    stream = io.BytesIO("\n".join(";".join(map(str, row)) for row in (HEADS, *rows)).encode())
    stream.name = "bao-cao.csv"
    return stream


def confirm(client: Client, page) -> object:
    return client.post(FILES, {"rows": page.context["rows"]})


# ── one dossier ──
def test_a_report_follows_the_hand_over_and_the_citizen_reads_code_and_status(people):
    dossier = received(people)
    report(people, dossier, note="Đang chờ Bộ Công an xác minh.")
    assert dossier.state == "processing"
    assert acts(dossier)[-3:] == ["receive", "start_processing", "note_elsewhere"]
    page = client_of(people.mai).get(f"/ho-so/{dossier.code}/").content.decode()
    for words in ("CA-26-000123", "Đang giải quyết", "Đang chờ Bộ Công an xác minh."):
        assert words in page, words


@pytest.mark.parametrize(("status", "outcome"), [("granted", "granted"), ("rejected", "rejected")])
def test_a_decision_counts_from_the_day_it_was_made_not_from_the_day_it_was_told(people, status, outcome):
    dossier = received(people, days=6)
    due = dossier.due_at
    Dossier.objects.filter(pk=dossier.pk).update(due_at=timezone.now() - timedelta(days=1))
    report(people, dossier, status, on=today(-2), note="Theo Quyết định số 12.")
    assert (dossier.state, dossier.outcome) == ("resolved", outcome)
    assert timezone.localdate(dossier.finished_at) == today(-2)
    assert dossier.finished_at < dossier.due_at, "told late, decided in time"
    assert due is not None
    stop = dossier.clock_entries.filter(track="handling", kind="stop").get()
    assert stop.at == dossier.finished_at
    assert not StepRun.objects.filter(dossier=dossier, ended_at=None).exists()


def test_the_result_is_handed_over_at_the_counter_never_as_a_file_that_is_not_there(people):
    dossier = received(people)
    report(people, dossier, "granted")
    assert dossier.delivery in {"counter", "post"}
    assert not dossier.results.exists()
    if dossier.delivery == "counter":
        endings.return_at_counter(dossier.pk, user=people.hanh, version=dossier.version, receiver="Lý Thị Mai")
        renew(dossier)
        assert dossier.state == "returned"


def test_the_same_report_twice_changes_nothing(people):
    dossier = received(people)
    report(people, dossier)
    before = (dossier.version, acts(dossier))
    assert report(people, dossier) is None
    assert (dossier.version, acts(dossier)) == before


@pytest.mark.parametrize(
    ("status", "on", "note", "field"),
    [
        ("processing", 1, "", "on"),
        ("processing", -30, "", "on"),
        ("rejected", 0, " ", "note"),
        ("supplement", 0, "", "note"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(people, status, on, note, field):
    dossier = received(people)
    with pytest.raises(Invalid) as found:
        report(people, dossier, status, on=today(on), note=note)
    assert list(found.value.errors) == [field]
    assert Dossier.objects.get(pk=dossier.pk).elsewhere_on is None


def test_an_older_report_does_not_overwrite_a_newer_one(people):
    dossier = received(people)
    report(people, dossier, on=today())
    with pytest.raises(Invalid, match="mới hơn"):
        report(people, dossier, on=today(-1))


def test_nothing_is_reported_of_a_dossier_that_is_new_decided_or_handled_here(people):
    fresh = paid(people, people.mai)
    with pytest.raises(Invalid):
        report(people, fresh)
    dossier = received(people)
    report(people, dossier, "granted")
    with pytest.raises(Invalid):
        report(people, dossier, "processing", note="x")
    call_command("own_software", Agency.objects.get(key="svhttdl").code, "")
    with pytest.raises(Invalid):
        report(people, received(people))


def test_only_the_counter_that_received_reports(people):
    dossier = received(people)
    told = Report("X1", "processing", today())
    for user in (people.bao, people.dung, people.giang):
        with pytest.raises((Denied, Conflict)):
            elsewhere.report(dossier.pk, user=user, report=told, version=dossier.version)
    assert Dossier.objects.get(pk=dossier.pk).elsewhere_code == ""


def test_a_colleague_who_was_faster_is_a_conflict(people):
    dossier = received(people)
    old = dossier.version
    report(people, dossier)
    with pytest.raises(Conflict):
        elsewhere.report(dossier.pk, user=people.hanh, report=Report("X2", "processing", today(), "khác"), version=old)


def test_the_counter_types_it_on_the_page_of_the_dossier(people):
    dossier = received(people)
    report(people, dossier)
    officer = client_of(people.hanh)
    page = officer.get(f"/can-bo/ho-so/{dossier.code}/").content.decode()
    assert "tin-noi-khac" in page and "Phần mềm ngành" in page
    url = f"/can-bo/ho-so/{dossier.code}/viec/tin-noi-khac/"
    assert "CA-26-000123" in officer.get(url).content.decode()
    sent = {"version": dossier.version, "code": "CA-26-000123", "status": "granted", "on": f"{today():%d/%m/%Y}"}
    assert officer.post(url, {**sent, "on": "31/02/2026"}).status_code == 422
    letter = officer.post(url, sent)
    assert "CA-26-000123" in letter.content.decode(), "what the applicant will read is shown first"
    assert officer.post(url, {**sent, "sure": "1"}).status_code == 302
    renew(dossier)
    assert dossier.state == "resolved"


def test_the_act_is_not_offered_where_the_agency_decides_here(people):
    call_command("own_software", Agency.objects.get(key="svhttdl").code, "")
    dossier = received(people)
    assert "tin-noi-khac" not in client_of(people.hanh).get(f"/can-bo/ho-so/{dossier.code}/").content.decode()


def test_the_foreign_code_finds_the_dossier(people):
    dossier = received(people)
    report(people, dossier)
    answer = client_of(people.hanh).post("/can-bo/tim/", {"q": "CA-26-000123"}, follow=True)
    assert dossier.code in answer.content.decode()


def test_saying_it_of_an_agency_is_written_down(people):
    assert Access.objects.filter(action="agency.own_software", actor=people.hanh).count() == 1


# ── a file ──
@pytest.mark.parametrize("make", [workbook, csv])
def test_a_file_is_shown_before_anything_is_written_and_then_written(people, make):
    first, second = received(people), received(people)
    report(people, first)
    rows = [
        (first.code, "CA-26-000123", "Đã giải quyết", f"{today():%d/%m/%Y}", ""),
        (second.code.lower(), "CA-26-000124", "đang giải quyết", f"{today():%d/%m/%Y}", "Chờ xác minh"),
    ]
    officer = client_of(people.hanh)
    page = officer.post(FILES, {"file": make(*rows)})
    assert page.status_code == 200 and page.context["new"] == 2
    assert Dossier.objects.get(pk=first.pk).state == "processing", "nothing is written yet"
    done = confirm(officer, page)
    assert done.status_code == 200
    assert [line.outcome for line in done.context["lines"]] == ["done", "done"]
    assert Dossier.objects.get(pk=first.pk).state == "resolved"
    assert Dossier.objects.get(pk=second.pk).elsewhere_note == "Chờ xác minh"


def test_the_same_file_twice_changes_nothing(people):
    dossier = received(people)
    row = (dossier.code, "CA-1", "Đang giải quyết", datetime.combine(today(), datetime.min.time()), "")
    officer = client_of(people.hanh)
    confirm(officer, officer.post(FILES, {"file": workbook(row)}))
    before = acts(dossier)
    again = officer.post(FILES, {"file": workbook(row)})
    assert (again.context["new"], again.context["same"], again.context["wrong"]) == (0, 1, 0)
    confirm(officer, again)
    assert acts(dossier) == before


def test_every_wrong_cell_is_named_with_what_to_do_and_the_good_rows_go_on(people):
    good, other = received(people), received(people)
    day = f"{today():%d/%m/%Y}"
    rows = [
        (good.code, "CA-1", "Đang giải quyết", day, ""),
        (other.code, "", "Xong", "hôm qua", ""),
        ("H99.99-260101-0001", "CA-3", "Đã giải quyết", day, ""),
        (good.code, "CA-1", "Đã giải quyết", day, ""),
        (other.code, "CA-5", "Từ chối giải quyết", day, ""),
        (other.code, "=1+1", "Đang giải quyết", day, ""),
    ]
    page = client_of(people.hanh).post(FILES, {"file": workbook(*rows)})
    said = {line.number: " ".join(line.problems) for line in page.context["lines"]}
    assert said[2] == ""
    assert all(cell in said[3] for cell in ("B3", "C3", "D3"))
    assert "A4" in said[4] and "A5" in said[5] and "E6" in said[6] and "B7" in said[7]
    assert page.context["new"] == 1
    assert all(words in page.content.decode() for words in ("Ô B3", "27/11/2026"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.xlsx", b"PK not a workbook"),
        ("x.csv", b"\xff\xfe\x00broken\xd8"),
        ("x.csv", "Tên;Tuổi\nA;3".encode()),
        ("x.csv", ";".join(HEADS).encode()),
        ("x.csv", b""),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(people, name, data):
    stream = io.BytesIO(data)
    stream.name = name
    answer = client_of(people.hanh).post(FILES, {"file": stream})
    assert answer.status_code == 422
    assert "govuk-error-message" in answer.content.decode()


def test_a_row_of_another_counter_is_unknown_and_what_was_shown_cannot_be_changed(people):
    dossier = received(people)
    row = (dossier.code, "CA-1", "Đang giải quyết", f"{today():%d/%m/%Y}", "")
    page = client_of(people.giang).post(FILES, {"file": workbook(row)})
    assert page.context["new"] == 0 and page.context["wrong"] == 1
    assert client_of(people.hanh).post(FILES, {"rows": "made:up:rows"}).status_code == 422
    assert Dossier.objects.get(pk=dossier.pk).elsewhere_code == ""


def test_a_dossier_that_changed_between_looking_and_writing_is_left_alone(people):
    dossier, other = received(people), received(people)
    day = f"{today():%d/%m/%Y}"
    officer = client_of(people.hanh)
    rows = [(one.code, "CA-9", "Đã giải quyết", day, "") for one in (dossier, other)]
    page = officer.post(FILES, {"file": workbook(*rows)})
    report(people, dossier)
    done = confirm(officer, page)
    assert [line.outcome for line in done.context["lines"]] == ["failed", "done"]
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"


def test_without_a_post_at_a_counter_the_page_does_not_exist(people):
    assert client_of(people.bao).get(FILES).status_code == 404
    assert client_of(people.mai).get(FILES).status_code == 404
