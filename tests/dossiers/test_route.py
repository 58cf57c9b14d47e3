"""The route through a department and through a commune: each step by its post, the drafter never signs."""

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Role
from dossiers import chain
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier, DossierEvent, Result, StepRun
from dossiers.services import endings, fees, intake, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
MARITAL = "marital-status-confirmation"
YES = Decision("granted", "Đủ điều kiện.")
AT = cast.MONDAY


def paid(user, key) -> Dossier:
    dossier = cast.filed(user, key, answers(key, AT.date()))
    if dossier.state == "payment":
        fees.settle(dossier.pk, at=AT, order="test")
    return Dossier.objects.get(pk=dossier.pk)


def walk(dossier, *, reception, specialist, head, leader, clerk) -> Dossier:
    """From the counter to the issued result, each step by its own person."""
    intake.receive(dossier.pk, user=reception, at=AT)
    results.draft(dossier.pk, user=specialist, decision=YES, at=AT)
    now = routing.forward(dossier.pk, user=specialist, at=AT).dossier
    while now.step_role in {Role.SPECIALIST, Role.HEAD}:
        now = routing.forward(dossier.pk, user=specialist if now.step_role == Role.SPECIALIST else head, at=AT).dossier
    now = results.sign(dossier.pk, user=leader, version=now.version, at=AT).dossier
    if now.step_role == Role.CLERK:
        now = results.issue(dossier.pk, user=clerk, at=AT).dossier
    return now


def officers(people) -> dict:
    return {
        "reception": people.hanh, "specialist": people.bao, "head": people.cuong, "leader": people.dung, "clerk": people.en
    }  # fmt: skip


@pytest.mark.parametrize("key", [TENNIS, MARITAL], ids=["department", "commune"])
def test_a_dossier_goes_all_the_way(people, key):
    dossier = walk(paid(people.mai, key), **officers(people))
    assert (dossier.state, dossier.outcome, dossier.step_role) == ("resolved", "granted", Role.RECEPTION)
    result = results.current(dossier)
    assert (result.drafted_by, result.signed_by, result.issued_by) == (people.bao, people.dung, people.en)
    assert result.number.endswith(dossier.deciding_agency.code)
    assert not StepRun.objects.filter(dossier=dossier, ended_at=None).exists()
    events = DossierEvent.objects.filter(dossier=dossier).order_by("seq")
    assert chain.first_broken(events, head_seq=dossier.head_seq, head_hash=dossier.head_hash) is None
    Dossier.objects.filter(pk=dossier.pk).update(delivery="counter")
    assert (
        endings.return_at_counter(dossier.pk, user=people.hanh, receiver="Lý Thị Mai", at=AT).dossier.state
        == "returned"
    )


def test_steps_follow_the_plan_and_are_closed_by_who_did_them(people):
    dossier = walk(paid(people.mai, TENNIS), **officers(people))
    runs = StepRun.objects.filter(dossier=dossier).order_by("pk")
    assert [run.role for run in runs] == ["specialist", "head", "leader", "clerk"]
    assert [run.ended_by for run in runs] == [people.bao, people.cuong, people.dung, people.en]
    assert all(run.due_at > run.started_at for run in runs)


def test_no_officer_of_another_agency_can_take_a_step(people):
    dossier = paid(people.mai, TENNIS)
    giang = people.giang  # holds every post, at industry and trade
    acts = [
        lambda: intake.claim_intake(dossier.pk, user=giang, at=AT),
        lambda: intake.receive(dossier.pk, user=giang, at=AT),
        lambda: intake.refuse_intake(dossier.pk, user=giang, reason="x", at=AT),
        lambda: intake.mark_paper(dossier.pk, user=giang, key=dossier.papers.first().key, verdict="valid", at=AT),
        lambda: routing.claim(dossier.pk, user=giang, at=AT),
        lambda: routing.assign(dossier.pk, user=giang, assignee=giang, at=AT),
        lambda: results.draft(dossier.pk, user=giang, decision=YES, at=AT),
        lambda: endings.stop(dossier.pk, user=giang, reason="x", at=AT),
    ]
    for act in acts:
        with pytest.raises(Denied), transaction.atomic():
            act()
    assert Dossier.objects.get(pk=dossier.pk).state == "new"


def test_a_post_acts_only_at_its_own_step(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    for user in (people.cuong, people.dung, people.en):
        with pytest.raises(Denied), transaction.atomic():
            routing.forward(dossier.pk, user=user, at=AT)
    version = Dossier.objects.get(pk=dossier.pk).version
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    with pytest.raises(Denied), transaction.atomic():
        results.sign(dossier.pk, user=people.dung, version=version + 1, at=AT)  # still at the specialist's step


def test_who_drafted_never_signs_even_when_one_person_holds_every_post(people):
    kien = people.kien  # all posts of the commune Lương Văn Tri
    told = answers(MARITAL, AT.date()) | {"applicant_address": {"province": "20", "commune": "05983", "line": "Số 1"}}
    dossier = cast.draft(people.mai, MARITAL, told)
    from dossiers.services import filing

    filing.choose_agency(dossier.pk, user=people.mai, commune_code="05983", at=AT)
    filing.submit(dossier.pk, user=people.mai, undertaking=True, at=AT)
    cast.clean_files(dossier)
    if Dossier.objects.get(pk=dossier.pk).state == "payment":
        fees.settle(dossier.pk, at=AT, order="test")
    intake.receive(dossier.pk, user=kien, at=AT)
    results.draft(dossier.pk, user=kien, decision=YES, at=AT)
    row = Dossier.objects.get(pk=dossier.pk)
    assert row.handling_agency.key == "xa-05983"
    step = next(step for step in results.terms_of(row).steps if step.role == Role.LEADER)
    Dossier.objects.filter(pk=row.pk).update(
        step_no=step.no, step_role=Role.LEADER
    )  # the commune has no head to forward to
    with pytest.raises(Denied, match="dự thảo"), transaction.atomic():
        results.sign(row.pk, user=kien, version=row.version, at=AT)


def test_the_database_itself_refuses_a_result_drafted_and_signed_by_one_person(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    with pytest.raises(IntegrityError, match="drafter_never_signs"), transaction.atomic():
        Result.objects.filter(dossier=dossier).update(signed_by=people.bao)


def test_a_dossier_leaves_the_specialist_only_with_a_draft(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    with pytest.raises(Invalid), transaction.atomic():
        routing.forward(dossier.pk, user=people.bao, at=AT)


def test_sending_back_voids_the_signature_and_names_the_reason(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=AT)
    back = routing.send_back(dossier.pk, user=people.en, reason="Sai tên cơ sở", step_no=2, at=AT).dossier
    assert (back.result_state, back.step_role) == ("drafted", "specialist")
    with pytest.raises(Denied), transaction.atomic():
        results.issue(dossier.pk, user=people.en, at=AT)


def test_the_leader_does_not_issue_where_the_route_has_a_clerk(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=AT)
    with pytest.raises(Denied), transaction.atomic():
        results.issue(dossier.pk, user=people.dung, at=AT)
    assert results.issue(dossier.pk, user=people.en, at=AT).dossier.state == "resolved"


def test_a_negative_answer_is_resolved_not_refused(people):
    dossier = paid(people.mai, TENNIS)
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    with pytest.raises(Invalid), transaction.atomic():
        results.draft(dossier.pk, user=people.bao, decision=Decision("rejected", " "), at=AT)
    no = Decision("rejected", "Không đủ diện tích theo Nghị định 36/2019/NĐ-CP.")
    results.draft(dossier.pk, user=people.bao, decision=no, at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=AT)
    done = results.issue(dossier.pk, user=people.en, at=AT)
    assert (done.dossier.state, done.dossier.outcome, done.event.name) == ("resolved", "rejected", "reject")


def test_a_result_is_corrected_before_it_is_handed_over_and_the_old_one_is_revoked(people):
    dossier = walk(paid(people.mai, TENNIS), **officers(people))
    again = results.reopen(dossier.pk, user=people.dung, reason="Sai số giấy tờ", at=AT).dossier
    assert (again.state, again.result_state, again.step_role) == ("processing", "", "specialist")
    assert results.current(again) is None
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    assert sorted(Result.objects.filter(dossier=dossier).values_list("revision", flat=True)) == [1, 2]


def test_what_a_citizen_is_still_writing_cannot_be_received_at_the_counter(people):
    draft = cast.draft(people.mai, TENNIS, answers(TENNIS, AT.date()))
    with pytest.raises(Conflict), transaction.atomic():
        intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True, at=AT)
    assert Dossier.objects.get(pk=draft.pk).is_draft
