"""An agency that decides in its own software asks for a supplement: the dossier follows, by the ordinary edges of the chart."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from agencies.models import Agency
from common import outbox
from dossiers import terms
from dossiers.clock import derive_track
from dossiers.errors import Conflict, Invalid
from dossiers.models import Dossier, DossierEvent, IssuedPaper, StepRun
from dossiers.services import clockwork, elsewhere, supplements, uploads
from dossiers.services.elsewhere import Report
from notifications.models import Message
from tests import cast
from tests.dossiers.results_cast import client_of
from tests.dossiers.test_decided_elsewhere import FILES, acts, confirm, received, renew, report, today, workbook

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = "Bổ sung giấy tờ chứng minh chỗ ở hợp pháp."


@pytest.fixture
def people():
    found = cast.make_cast()
    code = Agency.objects.get(key="svhttdl").code
    call_command("own_software", code, "Phần mềm ngành", "--by", "hanh")
    yield found
    call_command("own_software", code, "")


@pytest.fixture
def asked(people) -> Dossier:
    """Received three days ago; the other agency asks for a supplement, told today."""
    dossier = received(people)
    report(people, dossier, "supplement", note=ASKED)
    return dossier


def handling(dossier: Dossier):
    entries = clockwork.ledger(dossier)
    return derive_track(entries, "handling", clockwork.calendar_for(dossier, "handling", entries))


# ── asking ──
def test_the_dossier_waits_for_the_citizen_and_the_time_limit_with_it(people, asked):
    assert asked.state == "supplement"
    assert acts(asked)[-1] == "request_supplement_elsewhere"
    assert handling(asked).state == "paused"
    request = asked.supplements.get()
    assert (request.state, request.message, request.before_acceptance) == ("sent", ASKED, False)
    assert request.answer_by == asked.answer_by
    assert asked.answer_by > timezone.now()
    assert asked.supplements_after_acceptance == 1


def test_the_citizen_is_told_reads_what_is_asked_and_gets_form_02(people, asked):

    while outbox.drain():
        pass
    told = Message.objects.filter(kind="dossier.supplement_requested", channel="site", recipient=people.mai)
    assert ASKED in told.get().body
    event = DossierEvent.objects.get(dossier=asked, name="request_supplement_elsewhere")
    assert IssuedPaper.objects.filter(dossier=asked, seq=event.seq, kind="supplement").exists()
    page = client_of(people.mai).get(f"/ho-so/{asked.code}/bo-sung/").content.decode()
    assert ASKED in page
    assert "Sở Văn hóa, Thể thao và Du lịch" in page


def test_every_paper_may_be_sent_again_where_none_is_named(people, asked):
    keys = supplements.asked_papers(asked.supplements.get())
    assert keys == {paper.key for paper in terms.terms_of(asked).content.papers if paper.is_uploaded}
    key = sorted(keys)[0]
    uploads.add(asked.pk, user=people.mai, key=key, uploads=[cast.upload("moi.pdf")])
    supplements.send(asked.pk, user=people.mai)
    renew(asked)
    assert asked.supplement_sent_at is not None
    assert asked.supplements.get().state == "answered"


def test_a_second_request_after_acceptance_is_noted_and_stops_no_clock(people, asked):
    report(people, asked, "processing")
    report(people, asked, "supplement", note="Còn thiếu bản vẽ.")
    assert asked.state == "processing"
    assert acts(asked)[-1] == "note_elsewhere"
    assert handling(asked).state == "running"
    assert asked.elsewhere_note == "Còn thiếu bản vẽ."


@pytest.mark.parametrize(("asked_on", "state"), [(-3, "supplement"), (0, "processing")])
def test_after_the_agencys_own_time_to_ask_it_is_noted_only(people, monkeypatch, asked_on, state):
    """The day on which it asked counts, not the day on which the counter hears of it."""
    dossier = received(people)
    until = dossier.accepted_at + timedelta(days=1)
    monkeypatch.setattr(supplements, "ask_until", lambda dossier: until)
    report(people, dossier, "supplement", on=today(asked_on), note=ASKED)
    assert dossier.state == state


def test_while_the_citizen_has_not_answered_the_same_is_not_asked_twice(people, asked):
    with pytest.raises(Invalid) as refused:
        report(people, asked, "supplement", note="Thêm bản vẽ nữa.")
    assert list(refused.value.errors) == ["status"]
    assert asked.supplements.count() == 1


# ── going on ──
def test_it_goes_on_from_the_moment_the_citizen_sent_it(people, asked):
    sent = timezone.now()
    supplements.send(asked.pk, user=people.mai, at=sent)
    report(people, asked, "processing")
    assert asked.state == "processing"
    assert acts(asked)[-1] == "resume_elsewhere"
    assert asked.supplements.get().state == "confirmed"
    wait = handling(asked).waits[-1]
    assert wait.completed_at == sent
    assert asked.due_at == handling(asked).due_at
    assert StepRun.objects.filter(dossier=asked, ended_at=None).count() == 1


def test_what_was_given_to_the_other_agency_itself_counts_from_the_day_it_reports(people, asked):
    report(people, asked, "processing")
    assert asked.state == "processing"
    supplement = derive_track(clockwork.ledger(asked), "supplement", clockwork.calendar_of(asked.calendar_id))
    assert supplement.state == "stopped"
    wait = handling(asked).waits[-1]
    assert wait.requested_at <= wait.completed_at <= timezone.now()
    assert asked.answer_by is None


def test_what_is_not_complete_opens_the_same_request_again(people, asked):
    supplements.send(asked.pk, user=people.mai)
    report(people, asked, "supplement", note="Bản vẽ chưa có dấu.")
    assert (asked.state, acts(asked)[-1]) == ("supplement", "return_supplement")
    assert asked.supplement_sent_at is None
    request = asked.supplements.get()
    assert (request.state, request.answer_by) == ("sent", asked.answer_by)
    assert asked.supplements_after_acceptance == 1


@pytest.mark.parametrize("status", ["granted", "rejected"])
def test_a_decision_without_another_report_ends_the_wait_first(people, asked, status):
    report(people, asked, status, note="Theo Quyết định số 12.")
    assert acts(asked)[-2:] == ["resume_elsewhere", f"{'resolve' if status == 'granted' else 'reject'}_elsewhere"]
    assert (asked.state, handling(asked).state) == ("resolved", "stopped")


@pytest.mark.parametrize("knows", [False, True])
def test_a_report_on_what_the_citizen_has_changed_meanwhile_is_a_conflict(people, asked, knows):
    """The citizen sends while the counter types; negative control: who has seen it may go on."""
    seen = asked.version
    supplements.send(asked.pk, user=people.mai)
    told = Report("CA-26-000123", "processing", today(), "")
    version = Dossier.objects.get(pk=asked.pk).version if knows else seen
    if knows:
        elsewhere.report(asked.pk, user=people.hanh, report=told, version=version)
    else:
        with pytest.raises(Conflict):
            elsewhere.report(asked.pk, user=people.hanh, report=told, version=version)
    assert Dossier.objects.get(pk=asked.pk).state == ("processing" if knows else "supplement")


def test_what_fails_half_way_leaves_nothing_behind(people, asked, monkeypatch):
    before = (asked.version, acts(asked))

    def broken(*_args, **_values):
        raise Invalid({"": "nothing doing"})

    monkeypatch.setattr("dossiers.services.awaiting.every_part_is_in", broken)
    with pytest.raises(Invalid):
        report(people, asked, "granted")
    renew(asked)
    assert (asked.version, acts(asked)) == before


# ── screens ──
def test_the_counter_types_it_while_the_citizen_is_waited_for(people, asked):
    officer = client_of(people.hanh)
    url = f"/can-bo/ho-so/{asked.code}/viec/tin-noi-khac-bo-sung/"
    assert "tin-noi-khac-bo-sung" in officer.get(f"/can-bo/ho-so/{asked.code}/").content.decode()
    sent = {"version": asked.version, "code": "CA-26-000123", "status": "processing", "on": f"{today():%d/%m/%Y}"}
    answer = officer.post(url, {**sent, "sure": "1"})
    assert answer.status_code == 302
    renew(asked)
    assert asked.state == "processing"


def test_what_the_applicant_will_read_is_shown_before_it_is_sent(people):
    dossier = received(people)
    report(people, dossier)
    url = f"/can-bo/ho-so/{dossier.code}/viec/tin-noi-khac/"
    sent = {
        "version": dossier.version, "code": "CA-26-000123", "status": "supplement", "on": f"{today():%d/%m/%Y}",
        "note": ASKED,
    }  # fmt: skip
    page = client_of(people.hanh).post(url, sent).content.decode()
    assert page.count(ASKED) > 1, "in the field, and in the letter"
    renew(dossier)
    assert dossier.state == "processing"


def test_a_file_says_of_each_row_where_it_leads(people, asked):
    other, third = received(people), received(people)
    day = f"{today():%d/%m/%Y}"
    rows = [
        (asked.code, "CA-26-000123", "Đang giải quyết", day, ""),
        (other.code, "CA-2", "Yêu cầu bổ sung", day, ASKED),
        (third.code, "CA-3", "Đã giải quyết", day, ""),
    ]
    officer = client_of(people.hanh)
    page = officer.post(FILES, {"file": workbook(*rows)})
    effects = [elsewhere.EFFECTS[name] for name in ("goes_on", "asked", "decided")]
    assert [line.effect for line in page.context["lines"]] == [str(words) for words in effects]
    assert str(effects[1]) in page.content.decode()
    done = confirm(officer, page)
    assert [line.outcome for line in done.context["lines"]] == ["done", "done", "done"]
    states = [Dossier.objects.get(pk=one.pk).state for one in (asked, other, third)]
    assert states == ["processing", "supplement", "resolved"]
