"""Agencies merged or split: open dossiers keep code and due date, people keep their posts, papers keep their names."""

import json
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from agencies.models import Agency, Post, Succession
from agencies.services.reorganising import Reorganisation, Share, read_plan, succeed
from audit.models import Access
from dossiers.errors import Denied
from dossiers.models import Dossier, DossierEvent, StepRun
from dossiers.proof import broken_chains
from dossiers.services import endings, intake, paper_contexts, performing, routing
from dossiers.services.corrections import reorganisation
from procedures.models import Procedure
from procedures.services.succeeding import follow
from tests import cast
from tests.dossiers.test_races import Meeting, both, meet_after, without_locks
from tests.histories import is_path
from tests.procedures.answers import answers

FREE = "promotion-notification"
ON = date(2026, 2, 2)
AT = cast.MONDAY
LATER = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
NEW = {
    "key": "sctdl", "code": "H37.90", "name_vi": "Sở Công Thương và Du lịch", "name_en": "Department of Industry and Tourism",
    "one_stop_vi": "Bộ phận Một cửa", "one_stop_en": "One-stop unit", "kind": "department", "level": "province",
}  # fmt: skip


@pytest.fixture
def people(db):
    return cast.make_cast()


def code(key: str) -> str:
    return Agency.objects.get(key=key).code


def merge(**more) -> dict:
    return {"on": ON.isoformat(), "source": "Nghị quyết 5", "agencies": [NEW],
            "merge": [{"from": [code("sct")], "into": "H37.90"}], **more}  # fmt: skip


def carried_out(document: dict, people, *, dossiers: bool = True) -> Reorganisation:
    plan = read_plan(document)
    succeed(plan, actor=people.giang)
    follow(plan, actor=people.giang, on=ON)
    if dossiers:
        list(reorganisation.apply(plan, by=people.giang, at=AT))
    return plan


def filed(people, **more) -> Dossier:
    return cast.filed(people.hai, FREE, answers(FREE), **more)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_a_dry_run_lists_every_dossier_and_writes_nothing(people, tmp_path):
    dossier, file, out = filed(people), tmp_path / "plan.json", StringIO()
    file.write_text(json.dumps(merge()), encoding="utf-8")
    call_command("reorganise_agencies", str(file), stdout=out)
    assert dossier.code in out.getvalue()
    assert "Nothing was written" in out.getvalue()
    assert not Agency.objects.filter(key="sctdl").exists()
    assert not Succession.objects.exists()
    assert fresh(dossier).version == dossier.version


def test_an_open_dossier_goes_to_the_successor_with_the_same_code_and_the_same_dates(people):
    dossier = intake.receive(filed(people).pk, user=people.giang, at=AT).dossier
    old = Agency.objects.get(key="sct")
    carried_out(merge(), people)
    row, new = fresh(dossier), Agency.objects.get(key="sctdl")
    assert (row.receiving_agency, row.handling_agency, row.deciding_agency) == (new, new, new)
    same = ("code", "state", "due_at", "original_due_at", "intake_due_at", "calendar_id", "queue_at")
    assert [getattr(row, name) for name in same] == [getattr(dossier, name) for name in same]
    event = DossierEvent.objects.get(dossier=row, name="move_to_successor")
    assert (event.actor_id, event.data["was"]["deciding"], event.data["now"]["deciding"]) == (None, old.pk, new.pk)
    assert Access.objects.filter(action="dossier.moved", subject_id=row.pk, actor=people.giang).exists()
    assert Agency.objects.get(key="sct").valid_to == ON
    assert not list(broken_chains())


def test_the_open_step_and_whoever_holds_the_dossier_follow(people):
    dossier = intake.receive(filed(people).pk, user=people.giang, at=AT).dossier
    routing.claim(dossier.pk, user=people.giang, at=AT)
    run = StepRun.objects.get(dossier=dossier, ended_at=None)
    carried_out(merge(), people)
    new, moved = Agency.objects.get(key="sctdl"), StepRun.objects.get(dossier=dossier, ended_at=None)
    assert (moved.pk, moved.agency, moved.due_at, moved.assignee) == (run.pk, new, run.due_at, people.giang)
    assert fresh(dossier).assignee == people.giang


def test_posts_follow_and_the_rights_of_the_old_agency_end(people):
    old_posts = Post.objects.filter(user=people.giang, valid_to=None).count()
    carried_out(merge(), people)
    held = Post.objects.filter(user=people.giang).valid_on(ON)
    assert held.count() == old_posts
    assert {post.agency.key for post in held} == {"sctdl"}
    dossier = filed(people)
    assert intake.receive(dossier.pk, user=people.giang, at=AT).dossier.state in {"received", "processing"}


def test_an_officer_of_the_old_agency_may_act_on_what_moved_and_a_stranger_may_not(people):
    dossier = filed(people)
    carried_out(merge(), people)
    with pytest.raises(Denied):
        intake.receive(dossier.pk, user=people.hanh, at=AT)
    assert intake.receive(dossier.pk, user=people.giang, at=AT).dossier.code == dossier.code


def test_new_dossiers_are_filed_with_the_successor_under_its_code(people):
    carried_out(merge(), people)
    assert Procedure.objects.get(key=FREE).owner.key == "sctdl"
    assert filed(people).code.startswith("H37.90-")


def test_a_draft_begun_before_is_filed_with_the_successor(people):
    from dossiers.services import filing

    draft = cast.draft(people.hai, FREE, answers(FREE))
    carried_out(merge(), people)
    filing.submit(draft.pk, user=people.hai, undertaking=True, at=AT)
    assert fresh(draft).deciding_agency.key == "sctdl"


def test_carrying_it_out_again_changes_nothing(people):
    dossier = filed(people)
    plan = carried_out(merge(), people)
    version, posts = fresh(dossier).version, Post.objects.count()
    assert succeed(plan, actor=people.giang) == follow(plan, actor=people.giang, on=ON) == 0
    assert list(reorganisation.apply(plan, by=people.giang, at=AT)) == []
    assert (fresh(dossier).version, Post.objects.count(), Succession.objects.count()) == (version, posts, 1)


def test_an_interrupted_run_is_taken_up_where_it_stopped(people):
    dossiers = [filed(people), filed(people)]
    plan = carried_out(merge(), people, dossiers=False)
    next(iter(reorganisation.apply(plan, by=people.giang, at=AT)))
    assert [fresh(one).deciding_agency.key for one in dossiers] == ["sctdl", "sct"]
    assert [move.code for move in reorganisation.apply(plan, by=people.giang, at=AT)] == [dossiers[1].code]


def test_a_paper_of_an_act_before_the_move_bears_the_name_of_then_however_late_it_is_made(people):
    dossier = intake.receive(filed(people).pk, user=people.giang, at=AT).dossier
    event = DossierEvent.objects.get(dossier=dossier, name="receive")
    carried_out(merge(), people)
    then = reorganisation.at_the_time(fresh(dossier), event.seq)
    assert paper_contexts.heading(then.deciding_agency)["agency_name"] == Agency.objects.get(key="sct").name_vi
    move = DossierEvent.objects.get(dossier=dossier, name="move_to_successor")
    now = reorganisation.at_the_time(fresh(dossier), move.seq)
    assert paper_contexts.heading(now.deciding_agency)["agency_name"] == NEW["name_vi"]


def test_finished_dossiers_stay_where_they_were_finished(people):
    dossier = filed(people)
    intake.refuse_intake(dossier.pk, user=people.giang, reason="Sai cơ quan", at=AT)
    carried_out(merge(), people)
    assert fresh(dossier).deciding_agency.key == "sct"


@pytest.mark.parametrize("rule", [{"procedure": "code"}, {"field": "key"}])
def test_a_split_goes_by_procedure_or_by_field(people, rule):
    procedure = Procedure.objects.select_related("field").get(key=FREE)
    wanted = {"procedure": procedure.code} if "procedure" in rule else {"field": procedure.field.key}
    document = {
        "on": ON.isoformat(), "source": "Nghị quyết 6", "agencies": [NEW],
        "split": [{"from": code("sct"), "into": code("svhttdl"), "rules": [{**wanted, "into": "H37.90"}]}],
    }  # fmt: skip
    dossier = filed(people)
    carried_out(document, people)
    assert fresh(dossier).deciding_agency.key == Procedure.objects.get(key=FREE).owner.key == "sctdl"
    others = Procedure.objects.filter(owner__key="sct")
    assert not others.exists()


def test_a_split_by_commune_looks_at_where_the_applicant_lives(people):
    document = {
        "on": ON.isoformat(), "source": "Nghị quyết 6", "agencies": [NEW],
        "split": [{"from": code("sct"), "into": code("sct"), "rules": [{"commune": "05977", "into": "H37.90"}]}],
    }  # fmt: skip
    dossier = filed(people)
    carried_out(document, people)
    assert fresh(dossier).deciding_agency.key == "sctdl"
    assert Agency.objects.get(key="sct").valid_to is None  # it stays, with less work
    assert Procedure.objects.get(key=FREE).owner.key == "sct"


def test_who_has_no_such_post_at_the_successor_lets_go_of_the_dossier(people):
    dossier = intake.receive(filed(people).pk, user=people.giang, at=AT).dossier
    routing.claim(dossier.pk, user=people.giang, at=AT)
    part = {"from": code("sct"), "into": "H37.90", "posts": {"giang": code("svhttdl")}}
    carried_out({**merge(), "merge": [], "split": [part]}, people)
    assert fresh(dossier).assignee is None
    assert StepRun.objects.get(dossier=dossier, ended_at=None).assignee is None


def test_people_of_a_merged_commune_are_served_by_the_one_it_went_into(people):
    old, new = Agency.objects.get(key="xa-05977"), Agency.objects.get(key="xa-05983")
    carried_out({"on": ON.isoformat(), "source": "NQ", "merge": [{"from": [old.code], "into": new.code}]}, people)
    assert Agency.objects.valid_on(ON).of_commune("05977").get() == new


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "soon"},
        {"source": " "},
        {"merge": []},
        {"merge": [{"from": ["H99"], "into": "H37.90"}]},
        {"merge": [{"from": ["H37.12", "H37.12"], "into": "H37.90"}]},
        {"agencies": [{"key": "x"}]},
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(people, wrong):
    with pytest.raises(ValidationError):
        read_plan(merge() | wrong)


def test_nothing_is_carried_out_before_the_day(people, tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(merge(on="2099-01-01")), encoding="utf-8")
    with pytest.raises(CommandError, match="01/01/2099"):
        call_command("reorganise_agencies", str(file), apply=True)
    assert not Agency.objects.filter(key="sctdl").exists()


# ── somebody acts on the dossier at the very moment ──
def race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    dossier = filed(people)
    share = Share(Agency.objects.get(key="sct"), Agency.objects.get(key="svhttdl"))
    plan = Reorganisation(
        ON, "Nghị quyết 5", (share,)
    )  # the tables of agencies stay as they are: other tests read them
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(
        lambda: endings.withdraw(dossier.pk, user=people.hai, at=AT),
        lambda: reorganisation.apply_one(dossier.pk, plan, by=people.giang, at=AT),
    )
    return fresh(dossier), found


def nothing_is_lost(dossier: Dossier, found: list[str]) -> bool:
    return found == ["done", "done"] and dossier.state == "withdrawn" and is_path(dossier.pk)


@pytest.mark.django_db(transaction=True)
def test_an_act_at_the_moment_of_the_move_is_not_lost(people, monkeypatch):
    assert connection.vendor == "postgresql"
    assert nothing_is_lost(*race(people, monkeypatch))


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_lock_one_of_them_is_lost(people, monkeypatch):
    without_locks(monkeypatch)
    assert not nothing_is_lost(*race(people, monkeypatch))
