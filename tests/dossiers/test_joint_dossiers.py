"""Inter-agency dossiers: parts are planned, opened in their order, counted when they end, and waited for."""

from datetime import timedelta

import pytest
from django.db import transaction

from dossiers.chain import first_broken
from dossiers.errors import Conflict, Invalid
from dossiers.models import Arrival, Branch, Dossier, DossierEvent, DossierText, PaperFile
from dossiers.services import actor_of, available, endings, intake, joint, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.dossiers.consulting_cast import AT, TENNIS, examined, vn
from tests.dossiers.joint_cast import accepted, branch, filed, finish, fresh, loan, make_joint, work
from tests.histories import is_path

pytestmark = pytest.mark.django_db
YES = Decision("granted", "Đủ điều kiện.")


@pytest.fixture
def parent(people) -> Dossier:
    make_joint()
    return accepted(people)


def states(parent: Dossier) -> dict[str, str]:
    return dict(Branch.objects.filter(parent=parent).values_list("key", "state"))


# ── opening ──
def test_parts_side_by_side_open_with_the_acceptance_and_a_later_one_waits_for_its_turn(parent):
    assert states(parent) == {"industry": "open", "finance": "open", "second": "waiting"}
    assert fresh(parent).open_children == 3
    assert Dossier.objects.filter(parent=parent).count() == 2


def test_each_part_has_code_version_clock_and_route_of_its_own_agency(parent):
    row = branch(parent, "industry")
    child = row.child
    assert child.code.startswith("H37.07-")
    assert child.procedure.key == "promotion-notification" and child.procedure_version == row.procedure_version
    assert child.state == "processing" and child.handling_agency.key == child.receiving_agency.key == "sct"
    assert child.accepted_at == AT and child.due_at and child.due_at != fresh(parent).due_at
    assert is_path(child.pk)


def test_the_history_of_a_part_is_a_chain_of_its_own_that_begins_with_its_opening(parent):
    child = branch(parent, "finance").child
    events = DossierEvent.objects.filter(dossier=child).order_by("seq")
    assert [event.name for event in events] == ["open_part", "start_processing"]
    assert events[0].data["parent"] == parent.code
    now = fresh(child)
    assert first_broken(events, head_seq=now.head_seq, head_hash=now.head_hash) is None


def test_the_worker_may_run_twice_and_opens_each_part_once(parent):
    joint.settle(parent.pk, at=AT)
    joint.settle(parent.pk, at=AT)
    assert Dossier.objects.filter(parent=parent).count() == 2


def test_a_procedure_without_parts_opens_none(people):
    ordinary = examined(people)
    work()
    assert ordinary.open_children == 0 and not Branch.objects.exists()


def test_a_part_is_planned_only_when_the_answers_say_so(people):
    never = {"field": "sport", "equals": "khong-bao-gio"}
    from tests.dossiers.joint_cast import PARTS, joint_document

    fields = [field["key"] for section in joint_document()["eform"]["sections"] for field in section["fields"]]
    never["field"] = next(key for key in fields)
    make_joint((PARTS[0] | {"show_if": never}, PARTS[1], PARTS[2]))
    parent = accepted(people)
    # what waited for the part that is left out begins at once
    assert states(parent) == {"finance": "open", "second": "open"}


def test_papers_are_shared_and_never_stored_twice(people):
    make_joint()
    parent = accepted(people)
    own = set(PaperFile.objects.filter(paper__dossier=parent).values_list("file", flat=True))
    for row in Branch.objects.filter(parent=parent, child__isnull=False):
        shared = PaperFile.objects.filter(paper__dossier=row.child)
        assert set(shared.values_list("file", flat=True)) <= own
        assert all(one.taken_from.paper.dossier_id == parent.pk for one in shared)


def test_the_agency_of_a_part_gets_the_applicant_and_only_the_answers_its_own_form_asks(parent):
    from procedures.services import content_of

    child = branch(parent, "finance").child
    assert child.party.full_name == parent.party.full_name
    asked = {field.key for field in content_of(child.procedure_version_id).eform.fields()}
    assert set(child.answers.get().answers) <= asked


def test_parts_may_open_at_a_later_step_of_the_route(people):
    make_joint(children_open_at=4)
    parent = accepted(people)
    assert set(states(parent).values()) == {"waiting"} and fresh(parent).open_children == 3
    results.draft(parent.pk, user=people.bao, decision=YES, at=AT)
    routing.forward(parent.pk, user=people.bao, at=AT)
    work()
    assert states(parent)["industry"] == "open"


# ── ending ──
def test_a_part_that_ends_well_hands_its_result_in_and_lets_the_next_begin(people, parent):
    finish(branch(parent, "industry"), people.giang, vn(25))
    work()
    assert states(parent) == {"industry": "granted", "finance": "open", "second": "open"}
    assert branch(parent, "industry").child.state == "returned"
    assert fresh(parent).open_children == 2
    second = branch(parent, "second").child
    assert second.accepted_at == vn(25)
    told = DossierEvent.objects.get(dossier=parent, name="note_part").data
    assert (told["part"], told["outcome"], told["opened"]) == ("industry", "granted", [second.code])
    assert is_path(parent.pk) and is_path(second.pk)


def test_when_the_last_part_ends_the_dossier_is_released_and_its_list_says_so(people, parent):
    officer = loan()
    finish(branch(parent, "industry"), people.giang, vn(25))
    finish(branch(parent, "finance"), officer, vn(25))
    work()
    finish(branch(parent, "second"), people.giang, vn(26))
    work()
    assert fresh(parent).open_children == 0
    assert Arrival.objects.filter(dossier=parent, kind="part").count() == 3


def test_a_refused_part_lets_no_later_one_begin_and_the_dossier_waits_for_a_decision(people, parent):
    finish(branch(parent, "industry"), people.giang, vn(25), outcome="rejected")
    work()
    assert states(parent) == {"industry": "rejected", "finance": "open", "second": "waiting"}
    assert fresh(parent).open_children == 2
    routing_reason = "Phần công thương bị từ chối; giải quyết phần còn lại"
    joint.go_on_without(parent.pk, user=people.bao, reason=routing_reason, at=vn(25))
    assert states(parent) == {"industry": "rejected", "finance": "open", "second": "dropped"}
    assert fresh(parent).open_children == 0


def test_a_part_that_was_stopped_counts_as_ended_badly(people, parent):
    child = branch(parent, "industry").child
    routing.claim(child.pk, user=people.giang, at=vn(24))
    endings.stop(child.pk, user=people.giang, reason="Theo căn cứ pháp luật", at=vn(25))
    work()
    assert states(parent)["industry"] == "stopped" and states(parent)["second"] == "waiting"


def test_the_end_of_a_part_that_nobody_counted_is_found_by_the_sweep(people, parent):
    finish(branch(parent, "industry"), people.giang, vn(25))
    assert joint.sweep(at=vn(26)) == 1
    assert states(parent)["industry"] == "granted" and fresh(parent).open_children == 2
    assert joint.sweep(at=vn(26)) == 0


def test_a_part_that_nobody_opened_is_opened_by_the_sweep(people):
    make_joint()
    parent = filed(people)
    intake.receive(parent.pk, user=people.hanh, at=AT)  # and the worker never comes
    assert states(parent) == dict.fromkeys(("industry", "finance", "second"), "waiting")
    assert joint.sweep(at=AT + timedelta(minutes=9)) == 0
    assert joint.sweep(at=AT + timedelta(minutes=11)) == 1
    assert states(parent) == {"industry": "open", "finance": "open", "second": "waiting"}
    assert joint.sweep(at=AT + timedelta(minutes=12)) == 0


# ── waiting ──
def at_the_leader(people, parent) -> Dossier:
    results.draft(parent.pk, user=people.bao, decision=YES, at=AT)
    routing.forward(parent.pk, user=people.bao, at=AT)
    return routing.forward(parent.pk, user=people.cuong, at=AT).dossier


def test_steps_before_the_waiting_one_go_on_and_there_nobody_signs_over_an_open_part(people, parent):
    at_leader = at_the_leader(people, parent)
    with pytest.raises(Invalid) as refused, transaction.atomic():
        results.sign(parent.pk, user=people.dung, version=at_leader.version, at=vn(25))
    assert "Sở Công Thương" in str(refused.value.errors) and "3" in str(refused.value.errors)


def test_the_route_names_an_earlier_step_that_waits(people):
    make_joint(children_wait_at=2)
    parent = accepted(people)
    results.draft(parent.pk, user=people.bao, decision=YES, at=AT)
    with pytest.raises(Invalid), transaction.atomic():
        routing.forward(parent.pk, user=people.bao, at=AT)
    assert "forward" in available(fresh(parent), actor_of(people.bao))  # refused with a sentence, not with a 409


def test_going_on_without_needs_a_reason_that_the_history_keeps(people, parent):
    with pytest.raises(Invalid), transaction.atomic():
        joint.go_on_without(parent.pk, user=people.bao, reason=" ", at=vn(25))
    done = joint.go_on_without(parent.pk, user=people.bao, reason="Đủ hồ sơ", at=vn(25))
    assert done.event.data["parts"] == ["industry", "finance", "second"]
    assert DossierText.objects.get(dossier=parent, seq=done.event.seq).text == "Đủ hồ sơ"
    assert states(parent) == {"industry": "open", "finance": "open", "second": "waiting"}


def test_only_who_has_the_dossier_goes_on_without_the_parts(people, parent):
    from dossiers.errors import Denied

    for user in (people.cuong, people.giang, people.hanh):
        with pytest.raises(Denied), transaction.atomic():
            joint.go_on_without(parent.pk, user=user, reason="Không chờ", at=vn(25))


def test_what_goes_on_elsewhere_still_reaches_the_dossier_that_did_not_wait(people, parent):
    joint.go_on_without(parent.pk, user=people.bao, reason="Đủ hồ sơ", at=vn(25))
    finish(branch(parent, "industry"), people.giang, vn(26))
    work()
    assert states(parent)["industry"] == "granted" and states(parent)["second"] == "open"
    assert fresh(parent).open_children == 0


def test_nothing_is_issued_over_an_open_part_whatever_the_step(people, parent):
    Dossier.objects.filter(pk=parent.pk).update(result_state="signed", outcome="granted", step_role="clerk", step_no=9)
    from dossiers.services import perform

    with pytest.raises(Conflict), transaction.atomic():
        perform(parent.pk, "resolve", actor=actor_of(people.en), at=vn(25))


# ── withdrawing ──
def test_withdrawing_the_whole_ends_the_open_parts_in_the_same_act(people, parent):
    endings.withdraw(parent.pk, user=people.mai, reason="Đổi ý", at=vn(25))
    endings.agree_withdrawal(parent.pk, user=people.cuong, at=vn(25))
    assert states(parent) == {"industry": "withdrawn", "finance": "withdrawn", "second": "dropped"}
    assert set(Dossier.objects.filter(parent=parent).values_list("state", flat=True)) == {"withdrawn"}
    assert fresh(parent).open_children == 0
    work()
    assert not DossierEvent.objects.filter(dossier=parent, name="note_part").exists()
    assert all(is_path(pk) for pk in Dossier.objects.filter(parent=parent).values_list("pk", flat=True))


def test_stopping_the_whole_stops_the_open_parts_and_keeps_what_is_signed(people, parent):
    Dossier.objects.filter(pk=branch(parent, "finance").child_id).update(result_state="signed")
    at_leader = at_the_leader(people, parent)
    endings.stop(at_leader.pk, user=people.dung, reason="Theo căn cứ pháp luật", at=vn(25))
    assert states(parent) == {"industry": "stopped", "finance": "open", "second": "dropped"}


def test_a_part_cannot_be_withdrawn_by_itself(people, parent):
    child = branch(parent, "industry").child
    assert "ask_withdrawal" not in available(child, actor_of(people.mai, child))
    with pytest.raises(Conflict), transaction.atomic():
        endings.withdraw(child.pk, user=people.mai, at=vn(25))


# ── the promise ──
def test_what_the_parts_really_take_moves_nothing_of_the_citizens_due_date(people, parent):
    before = (fresh(parent).due_at, fresh(parent).original_due_at)
    finish(branch(parent, "industry"), people.giang, AT + timedelta(hours=1))
    work()
    finish(branch(parent, "second"), people.giang, vn(22, month=12))
    work()
    assert (fresh(parent).due_at, fresh(parent).original_due_at) == before


def test_a_part_whose_procedure_is_in_force_no_more_stops_the_acceptance_with_a_clear_sentence(people):
    make_joint()
    waiting = filed(people)
    from datetime import date

    from procedures.services import retire

    retire(cast.procedure("sports-club-certificate").current_version, effective_to=date(2026, 11, 21))
    from dossiers.services import intake

    with pytest.raises(Invalid) as refused, transaction.atomic():
        intake.receive(waiting.pk, user=people.hanh, at=AT)
    assert "Phần tài chính" in str(refused.value.errors)
    assert not Branch.objects.exists() and TENNIS
