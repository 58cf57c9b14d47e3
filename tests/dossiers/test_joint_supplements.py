"""A supplement of the whole, once confirmed, reaches the parts that are open: by their plan, once, and seen by their officers."""

from typing import Any

import pytest

from dossiers.errors import Conflict
from dossiers.models import Dossier, DossierEvent, Paper, PaperFile
from dossiers.services import filing, joint, routing, supplements, uploads
from dossiers.services.joint import passing_on
from dossiers.services.supplements import Missing
from tests import cast
from tests.dossiers.consulting_cast import vn
from tests.dossiers.joint_cast import PARTS, accepted, as_if_joint, branch, finish, fresh, make_joint, work
from tests.dossiers.results_cast import client_of
from tests.dossiers.test_races import Meeting, both, meet_behind, without_locks
from tests.histories import is_path

FOOD = {
    "key": "food",
    "title": {"vi": "Phần thực phẩm"},
    "procedure": "food-safety-certificate-agri",
    "agency_key": "stc",
}
NEW_PLACE = "12 Hùng Vương, phường Lương Văn Tri"


@pytest.fixture
def parent(people) -> Dossier:
    """Industry takes answers of the whole (head office, tax code), food takes its application."""
    make_joint((PARTS[0], FOOD))
    return accepted(people)


def ask(people, parent: Dossier) -> Dossier:
    """The whole is to be completed: head office and application."""
    missing = [Missing("field", "head_office", "Ghi chưa đủ"), Missing("paper", "application", "Ảnh mờ")]
    supplements.draft(parent.pk, user=people.bao, missing=missing, message="", at=vn(25))
    supplements.approve(parent.pk, user=people.dung, at=vn(25))
    return supplements.request(parent.pk, user=people.hanh, at=vn(25)).dossier


def send(people, parent: Dossier) -> None:
    filing.save_answers(parent.pk, user=people.mai, answers={"head_office": NEW_PLACE}, at=vn(26))
    uploads.add(parent.pk, user=people.mai, key="application", uploads=[cast.upload("don-moi.pdf")], at=vn(26))
    supplements.send(parent.pk, user=people.mai, at=vn(26))


def supplement(people, parent: Dossier) -> None:
    """Asked for, sent, confirmed; the worker has done what it does."""
    ask(people, parent)
    send(people, parent)
    supplements.confirm(parent.pk, user=people.hanh, at=vn(26, 10))
    work()


def answers_of(child: Dossier) -> dict[str, Any]:
    child = fresh(child)
    return dict(child.answers.get(revision=child.answers_revision).answers)


def passed(child: Dossier) -> list[DossierEvent]:
    return list(DossierEvent.objects.filter(dossier=child, name="update_part").order_by("seq"))


@pytest.mark.django_db
class TestOnePart:
    """With the parts of `parent`."""

    def test_changed_answers_reach_the_part_whose_form_asks_them(self, people, parent):
        child = branch(parent, "industry").child
        before = answers_of(child)
        supplement(people, parent)
        assert answers_of(child) == before | {"head_office": NEW_PLACE}
        event = passed(child)[0]
        assert (event.data["parent"], event.data["answers_revision"]) == (parent.code, 2)
        assert is_path(child.pk)

    def test_a_new_paper_takes_the_place_of_the_one_the_part_got(self, people, parent):
        child = branch(parent, "food").child
        old = PaperFile.objects.get(paper__dossier=child, paper__key="application")
        Paper.objects.filter(pk=old.paper_id).update(verdict="valid")
        supplement(people, parent)
        live = PaperFile.objects.get(paper__dossier=child, paper__key="application", removed_at=None)
        assert live.file.original_name == "don-moi.pdf"
        assert live.taken_from.paper.dossier_id == parent.pk
        assert live.paper.verdict == "unseen", "what was looked at was another file"
        old.refresh_from_db()
        assert old.removed_at is not None

    def test_a_part_gets_nothing_that_its_plan_does_not_give_it(self, people, parent):
        supplement(people, parent)
        food, industry = branch(parent, "food").child, branch(parent, "industry").child
        assert "head_office" not in answers_of(food)
        assert not industry.papers.filter(key="application").exists()
        assert [event.data["part"] for event in passed(food) + passed(industry)] == ["food", "industry"]

    def test_nothing_goes_over_before_the_counter_has_confirmed_it(self, people, parent):
        child = branch(parent, "industry").child
        ask(people, parent)
        send(people, parent)
        joint.settle(parent.pk, at=vn(26))
        assert passed(child) == []
        assert answers_of(child).get("head_office") != NEW_PLACE

    def test_it_goes_over_once_however_often_the_worker_runs(self, people, parent):
        supplement(people, parent)
        for _ in range(2):
            joint.settle(parent.pk, at=vn(27))
        assert [len(passed(branch(parent, key).child)) for key in ("industry", "food")] == [1, 1]

    def test_a_part_that_has_ended_stays_as_it_was_decided(self, people, parent):
        row = branch(parent, "industry")
        finish(row, people.giang, vn(25))
        work()
        before = answers_of(row.child)
        supplement(people, parent)
        assert (passed(row.child), answers_of(row.child)) == ([], before)

    def test_a_part_nobody_waits_for_any_more_gets_it_too(self, people, parent):
        joint.go_on_without(parent.pk, user=people.bao, reason="Không cần chờ", at=vn(24))
        supplement(people, parent)
        assert len(passed(branch(parent, "industry").child)) == 1

    def test_what_the_applicant_is_typing_for_the_part_itself_is_not_lost(self, people, parent):
        child = branch(parent, "industry").child
        missing = [Missing("field", "tax_code", "Sai số")]
        routing.claim(child.pk, user=people.giang, at=vn(24))
        supplements.draft(child.pk, user=people.giang, missing=missing, message="", at=vn(24))
        supplements.approve(child.pk, user=people.giang, at=vn(24))
        supplements.request(child.pk, user=people.giang, at=vn(24))
        filing.save_answers(child.pk, user=people.mai, answers={"tax_code": "4900123456"}, at=vn(25))
        supplement(people, parent)
        assert answers_of(child)["tax_code"] != "4900123456", "not sent yet"
        supplements.send(child.pk, user=people.mai, at=vn(27))
        assert answers_of(child) | {"tax_code": "4900123456", "head_office": NEW_PLACE} == answers_of(child)

    def test_the_officer_of_the_part_sees_what_changed_and_where_it_came_from(self, people, parent):
        child = branch(parent, "industry").child
        officer = client_of(people.giang)
        address = f"/can-bo/ho-so/{child.code}/"
        assert officer.get(address).status_code == 200  # looked at before
        supplement(people, parent)
        page = officer.get(address).content.decode()
        assert "mc-changed" in page and NEW_PLACE in page
        history = officer.get(f"{address}?phan=lich-su").content.decode()
        assert str(passing_on.PASSED) not in history
        assert parent.code in history

    def test_an_officer_who_had_the_page_of_the_part_open_meets_a_conflict(self, people, parent):
        child = branch(parent, "industry").child
        seen = fresh(child).version
        supplement(people, parent)
        with pytest.raises(Conflict):
            routing.claim(child.pk, user=people.giang, version=seen, at=vn(27))


# ── two workers at once ──
def passing_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    """The same news told twice: both have compared what the part has with the whole."""
    as_if_joint(monkeypatch)
    parent = accepted(people)
    ask(people, parent)
    send(people, parent)
    supplements.confirm(parent.pk, user=people.hanh, at=vn(26, 10))
    meet_behind(monkeypatch, passing_on, "_changed_answers", Meeting("both have compared"))
    found = both(*(lambda: joint.settle(parent.pk, at=vn(26, 11)) for _ in range(2)))
    return branch(parent, "industry").child, found


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_pass_it_on_once(people, monkeypatch):
    child, found = passing_race(people, monkeypatch)
    assert found == ["done", "done"]
    assert len(passed(child)) == 1 and is_path(child.pk)


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_both_pass_it_on(people, monkeypatch):
    without_locks(monkeypatch)
    child, found = passing_race(people, monkeypatch)
    assert not (found == ["done", "done"] and len(passed(child)) == 1)
