"""Opinions of other agencies: who may ask and answer, the limit of each, and what silence means."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from agencies.models import Agency, Role, calendar_of
from agencies.services import appoint
from common import outbox
from dossiers import clock
from dossiers.chain import first_broken
from dossiers.clock import Limit
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Alarm, Arrival, ClockEntry, Consultation, Dossier, DossierEvent, Outage
from dossiers.services import clockwork, endings, results, routing, supplements
from dossiers.services.consulting import answer_consultation, recall_consultation
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from dossiers.services.watching import watch
from notifications.models import Message
from tests import cast
from tests.dossiers.consulting_cast import (
    AT,
    LAW,
    QUESTION,
    SECOND,
    SILENT_STEP,
    ask,
    examined,
    silence_is_agreement,
    vn,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(people) -> Dossier:
    return examined(people)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def told(kind: str) -> set[str]:
    while outbox.drain():
        pass
    return set(Message.objects.filter(kind=kind, channel="site").values_list("recipient__username", flat=True))


def event(dossier: Dossier, name: str) -> DossierEvent:
    return DossierEvent.objects.filter(dossier=dossier, name=name).latest("seq")


# ── asking ──
def test_asking_never_moves_the_due_date_of_the_dossier(people, dossier):
    before = (dossier.due_at, dossier.original_due_at, dossier.queue_at)
    asked = ask(people, dossier)
    now = fresh(dossier)
    assert (now.due_at, now.original_due_at, now.queue_at) == before
    answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25))
    now = fresh(dossier)
    assert (now.due_at, now.original_due_at, now.queue_at) == before
    handling = clockwork.ledger(dossier)
    assert clock.derive_track(handling, "handling", calendar_of(dossier.calendar_id)).due_at == dossier.due_at


def test_each_question_has_its_own_limit_by_dates_or_by_hours(people, dossier):
    """Three working days from Monday 23/11, the 24th off: Friday the 27th at closing time. Eight hours: Wednesday 09:30."""
    by_days = ask(people, dossier)
    by_hours = ask(people, dossier, "stc", limit=Limit(8, "hour"))
    assert by_days.due_at == vn(27, 17)
    assert by_hours.due_at == vn(25, 9, 30)
    starts = ClockEntry.objects.filter(dossier=dossier, track="consultation", kind="start").order_by("seq")
    assert [(row.limit_amount, row.limit_unit, row.data["consultation"]) for row in starts] == [
        (3, "working_day", by_days.pk), (8, "hour", by_hours.pk),
    ]  # fmt: skip


def test_several_agencies_may_be_asked_at_once_but_each_only_once(people, dossier):
    ask(people, dossier)
    ask(people, dossier, "stc")
    assert fresh(dossier).open_opinions == 2
    with pytest.raises(Invalid) as refused, transaction.atomic():
        ask(people, dossier)
    assert set(refused.value.errors) == {"agency"}


def test_the_agency_that_handles_the_dossier_is_not_asked(people, dossier):
    with pytest.raises(Invalid), transaction.atomic():
        ask(people, dossier, "svhttdl")


def test_an_agency_that_was_abolished_is_not_asked(people, dossier):
    Agency.objects.filter(key="stc").update(valid_to=cast.SINCE)
    with pytest.raises(Invalid), transaction.atomic():
        ask(people, dossier, "stc")


@pytest.mark.parametrize("limit", [Limit(61, "working_day"), Limit(81, "hour"), Limit(1, "month")])
def test_a_limit_beyond_measure_is_refused(people, dossier, limit):
    with pytest.raises(Invalid) as refused, transaction.atomic():
        ask(people, dossier, limit=limit)
    assert set(refused.value.errors) == {"limit_amount"}


def test_only_who_has_the_dossier_asks(people, dossier):
    for user in (people.cuong, people.giang, people.hanh):
        with pytest.raises(Denied), transaction.atomic():
            ask(people, dossier, user=user)
    assert not Consultation.objects.exists()


def test_no_opinion_is_asked_once_the_result_is_signed(people, dossier):
    Dossier.objects.filter(pk=dossier.pk).update(result_state="signed")
    with pytest.raises(Conflict), transaction.atomic():
        ask(people, dossier)


def test_the_history_holds_ids_and_codes_and_no_text(people, dossier):
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome="disagree", answer="Trái quy hoạch", at=vn(25))
    for name in ("consult", "answer_consultation"):
        data = event(dossier, name).data
        assert data["consultation"] == asked.pk
        assert QUESTION not in str(data) and "quy hoạch" not in str(data)
    now, events = fresh(dossier), DossierEvent.objects.filter(dossier=dossier).order_by("seq")
    assert first_broken(events, head_seq=now.head_seq, head_hash=now.head_hash) is None


# ── answering ──
@pytest.mark.parametrize("outcome", ["agree", "disagree", "no_opinion"])
def test_an_officer_of_the_agency_that_was_asked_answers(people, dossier, outcome):
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome=outcome, answer="Căn cứ quy hoạch.", at=vn(25))
    asked.refresh_from_db()
    given = event(dossier, "answer_consultation")
    assert (asked.outcome, asked.answer, asked.ended_by) == (outcome, "Căn cứ quy hoạch.", people.giang)
    assert (asked.ended_at, asked.ended_seq) == (vn(25), given.seq)
    assert (given.actor_role, given.agency_code) == ("consulted", asked.agency.code)
    assert fresh(dossier).open_opinions == 0
    stop = ClockEntry.objects.get(dossier=dossier, track="consultation", kind="stop")
    assert (stop.data["consultation"], stop.reason_code) == (asked.pk, outcome)
    assert Arrival.objects.get(dossier=dossier).kind == Arrival.Kind.OPINION


def test_no_officer_of_another_agency_answers(people, dossier):
    asked = ask(people, dossier)
    for user in (people.bao, people.cuong, people.dung, people.kien, people.hanh, people.mai):
        with pytest.raises(Denied), transaction.atomic():
            answer_consultation(asked, user=user, outcome="agree", at=vn(25))


def test_reception_and_clerk_give_no_opinion(people, dossier):
    asked = ask(people, dossier)
    for role in (Role.RECEPTION, Role.CLERK, Role.CASHIER):
        somebody = cast.officer(f"nguoi-{role}", "Hứa Văn Nam")
        appoint(somebody, asked.agency, role, actor=None, since=cast.SINCE)
        with pytest.raises(Denied), transaction.atomic():
            answer_consultation(asked, user=somebody, outcome="agree", at=vn(25))


def test_who_asks_never_answers_though_they_hold_a_post_there(people, dossier):
    asked = ask(people, dossier)
    appoint(people.bao, asked.agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    del people.bao._standing
    with pytest.raises(Denied), transaction.atomic():
        answer_consultation(asked, user=people.bao, outcome="agree", at=vn(25))


def test_who_does_not_agree_says_why(people, dossier):
    asked = ask(people, dossier)
    with pytest.raises(Invalid) as refused, transaction.atomic():
        answer_consultation(asked, user=people.giang, outcome="disagree", at=vn(25))
    assert set(refused.value.errors) == {"answer"}
    for outcome in ("", "silent", "ended", "recalled"):
        with pytest.raises(Invalid), transaction.atomic():
            answer_consultation(asked, user=people.giang, outcome=outcome, answer="x", at=vn(25))


def test_the_second_answer_is_a_conflict(people, dossier):
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25))
    with pytest.raises(Conflict), transaction.atomic():
        answer_consultation(asked, user=people.giang, outcome="disagree", answer="Không", at=vn(25))
    assert Consultation.objects.get().outcome == "agree"


def test_an_agency_answers_while_the_citizen_is_waited_for(people, dossier):
    asked = ask(people, dossier)
    paper = dossier.papers.order_by("pk").first()
    supplements.draft(dossier.pk, user=people.bao, missing=[Missing("paper", paper.key, "Mờ")], message="", at=AT)
    supplements.approve(dossier.pk, user=people.dung, at=AT)
    supplements.request(dossier.pk, user=people.hanh, at=AT)
    assert fresh(dossier).state == "supplement"
    answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25))
    assert (fresh(dossier).state, fresh(dossier).open_opinions) == ("supplement", 0)


def test_an_answer_after_the_limit_still_counts_while_nobody_went_on_without(people, dossier):
    asked = ask(people, dossier)
    watch(asked.due_at + SECOND)
    answer_consultation(asked, user=people.giang, outcome="agree", at=asked.due_at + timedelta(days=3))
    assert Consultation.objects.get().outcome == "agree"


def test_the_agency_that_was_asked_can_do_nothing_else_on_the_dossier(people, dossier):
    ask(people, dossier)
    assert not Dossier.objects.visible_to(people.giang).filter(pk=dossier.pk).exists()
    for act in (
        lambda: routing.claim(dossier.pk, user=people.giang, at=AT),
        lambda: routing.forward(dossier.pk, user=people.giang, at=AT),
        lambda: results.draft(dossier.pk, user=people.giang, decision=Decision("granted", "Đủ."), at=AT),
        lambda: endings.stop(dossier.pk, user=people.giang, reason="Dừng", at=AT),
        lambda: recall_consultation(
            dossier.pk, user=people.giang, consultation=Consultation.objects.get().public_id, reason="x", at=AT
        ),
    ):
        with pytest.raises(Denied), transaction.atomic():
            act()


# ── who is told ──
def test_the_head_of_the_agency_is_told_and_then_who_asked(people, dossier):
    asked = ask(people, dossier)
    assert told("dossier.opinion_asked") == {"giang"}
    answer_consultation(asked, user=people.giang, outcome="agree", answer="Bí mật nội bộ", at=vn(25))
    assert told("dossier.opinion_given") == {"bao"}
    sent = " ".join(Message.objects.filter(kind__startswith="dossier.opinion").values_list("body", flat=True))
    assert QUESTION not in sent and "Bí mật" not in sent


def test_the_applicant_is_told_nothing_of_it(people, dossier):
    while outbox.drain():
        pass
    before = Message.objects.filter(recipient=people.mai).count()
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25))
    while outbox.drain():
        pass
    assert Message.objects.filter(recipient=people.mai).count() == before


# ── silence ──
def test_silence_is_no_agreement_unless_the_route_says_so(people, dossier):
    asked = ask(people, dossier)
    watch(asked.due_at)
    assert not Alarm.objects.filter(ladder="opinion").exists()
    for _sweep in range(2):
        watch(asked.due_at + SECOND)
    asked.refresh_from_db()
    assert asked.is_open and fresh(dossier).open_opinions == 1
    alarm = Alarm.objects.get(ladder="opinion")
    assert (alarm.rung, alarm.seq, alarm.due_at) == ("breached", asked.seq, asked.due_at)
    assert told("dossier.opinion_breached") == {"bao", "cuong"}


def test_silence_is_agreement_where_the_law_of_the_route_says_so(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    assert (asked.silence_is_agreement, asked.legal_basis) == (True, LAW)
    watch(asked.due_at)
    assert Consultation.objects.get().is_open
    for _sweep in range(2):
        watch(asked.due_at + SECOND)
    asked.refresh_from_db()
    assert (asked.outcome, asked.ended_by) == ("silent", None)
    assert fresh(dossier).open_opinions == 0
    assert DossierEvent.objects.filter(dossier=dossier, name="count_silence").count() == 1
    assert not Alarm.objects.filter(ladder="opinion").exists()
    assert told("dossier.opinion_by_silence") == {"bao"}
    with pytest.raises(Conflict), transaction.atomic():
        answer_consultation(asked, user=people.giang, outcome="disagree", answer="Quá muộn", at=vn(30))


@pytest.mark.parametrize("hit", ["everybody", "the agency asked", "another agency"])
def test_silence_is_no_answer_where_an_outage_fell_into_the_limit(people, dossier, monkeypatch, hit):
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    outage = Outage.objects.create(
        began_at=asked.asked_at + timedelta(hours=2), ended_at=asked.asked_at + timedelta(hours=4), reason_vi="Đứt cáp",
        source="Thông báo 9", recorded_by=people.bao,
    )  # fmt: skip
    outage.agencies.set(
        {"everybody": [], "the agency asked": [asked.agency], "another agency": [asked.asked_from]}[hit]
    )
    watch(asked.due_at + SECOND)
    asked.refresh_from_db()
    alarms = Alarm.objects.filter(dossier=dossier, ladder="opinion").count()
    assert (asked.is_open, alarms) == ((False, 0) if hit == "another agency" else (True, 1))


def test_an_answer_in_time_leaves_nothing_to_silence(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    answer_consultation(asked, user=people.giang, outcome="disagree", answer="Trái quy hoạch", at=asked.due_at)
    watch(asked.due_at + SECOND)
    assert Consultation.objects.get().outcome == "disagree"


def test_silence_binds_only_after_the_whole_limit_of_the_law(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    for limit in (Limit(2, "working_day"), Limit(1, "hour")):
        with pytest.raises(Invalid) as refused, transaction.atomic():
            ask(people, dossier, step_no=SILENT_STEP, limit=limit)
        assert set(refused.value.errors) == {"limit_amount"}
    assert ask(people, dossier, step_no=SILENT_STEP, limit=Limit(4, "working_day")).silence_is_agreement


def test_an_officer_cannot_make_silence_agreement_where_the_route_does_not(people, dossier):
    assert not ask(people, dossier).silence_is_agreement
    with pytest.raises(Invalid) as refused, transaction.atomic():
        ask(people, dossier, "stc", step_no=SILENT_STEP)
    assert set(refused.value.errors) == {"step_no"}


# ── going on without ──
def test_going_on_without_an_opinion_needs_a_reason_and_is_told_to_the_agency(people, dossier):
    asked = ask(people, dossier)
    with pytest.raises(Invalid), transaction.atomic():
        recall_consultation(dossier.pk, user=people.cuong, consultation=asked.public_id, reason=" ", at=vn(30))
    asked = Consultation.objects.get()
    recall_consultation(dossier.pk, user=people.cuong, consultation=asked.public_id, reason="Đã đủ", at=vn(30))
    asked.refresh_from_db()
    assert (asked.outcome, asked.ended_by) == ("recalled", people.cuong)
    assert told("dossier.opinion_recalled") == {"giang"}
    watch(vn(30) + timedelta(days=9))
    assert not Alarm.objects.filter(ladder="opinion").exists()


def test_a_question_whose_limit_passed_is_asked_again_in_one_act(people, dossier):
    first = ask(people, dossier)
    at = first.due_at + SECOND
    second = ask(people, dossier, at=at)
    first.refresh_from_db()
    assert first.outcome == "recalled" and second.is_open
    assert fresh(dossier).open_opinions == 1
    kinds = ClockEntry.objects.filter(dossier=dossier, track="consultation").order_by("seq", "position")
    assert list(kinds.values_list("kind", flat=True)) == ["start", "stop", "start"]


# ── deciding ──
def at_the_leader(people, dossier) -> Dossier:
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    return routing.forward(dossier.pk, user=people.cuong, at=AT).dossier


def test_nobody_signs_over_an_open_opinion_unawares(people, dossier):
    asked = ask(people, dossier)
    now = at_the_leader(people, dossier)
    with pytest.raises(Invalid) as refused, transaction.atomic():
        results.sign(dossier.pk, user=people.dung, version=now.version, at=AT)
    assert set(refused.value.errors) == {"without_opinions"}
    assert asked.agency.name_vi in str(refused.value)
    results.sign(dossier.pk, user=people.dung, version=now.version, at=AT, without_opinions=True)
    asked.refresh_from_db()
    assert (asked.outcome, fresh(dossier).open_opinions) == ("ended", 0)
    with pytest.raises(Conflict), transaction.atomic():
        answer_consultation(asked, user=people.giang, outcome="disagree", answer="Không", at=AT)


def test_an_answered_opinion_does_not_hold_up_the_signature(people, dossier):
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome="agree", at=AT)
    now = at_the_leader(people, dossier)
    assert results.sign(dossier.pk, user=people.dung, version=now.version, at=AT)


def test_a_dossier_that_ends_otherwise_waits_for_no_opinion(people, dossier):
    asked = ask(people, dossier)
    endings.stop(dossier.pk, user=people.dung, reason="Theo Điều 20", at=vn(25))
    asked.refresh_from_db()
    assert (asked.outcome, asked.ended_at) == ("ended", vn(25))
    watch(asked.due_at + SECOND)
    assert not Alarm.objects.filter(ladder="opinion").exists()


# ── what befalls many at once ──
def test_a_calendar_corrected_afterwards_gives_the_agency_its_time(people, dossier):
    """Wednesday 25/11 becomes a day off: three working days from Monday end on Monday the 30th instead of the 27th."""
    from dossiers.services.corrections import calendar
    from tests.dossiers.test_corrected_calendar import publish

    asked = ask(people, dossier)
    revision = publish(people, "closed", date(2026, 11, 25))
    assert calendar.apply_one(dossier.pk, revision, by=None, at=vn(24)).what in {"moved", "pinned"}
    asked.refresh_from_db()
    assert asked.due_at == vn(30, 17)


def test_a_question_follows_the_agency_into_its_successor(people, dossier):
    from agencies.services.reorganising import Reorganisation, Share
    from dossiers.services.corrections import reorganisation

    asked = ask(people, dossier)
    new = Agency.objects.get(key="stc")
    plan = Reorganisation(date(2026, 12, 1), "Nghị quyết 1", (Share(asked.agency, new, ()),))
    list(reorganisation.apply(plan, by=None, at=vn(1, month=12)))
    asked.refresh_from_db()
    assert asked.agency == new
    with transaction.atomic(), pytest.raises(Denied):
        answer_consultation(asked, user=people.giang, outcome="agree", at=vn(1, month=12))
