"""Parts of an inter-agency procedure in the catalogue: what a document may say, what publishing and the editor do."""

import copy
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from pydantic import ValidationError as DocumentError

from procedures.content import digest, dump, parse
from procedures.services import publish, save_draft
from tests import cast
from tests.dossiers.consulting_cast import TENNIS, vn
from tests.dossiers.joint_cast import PARTS, joint_document

pytestmark = pytest.mark.django_db


def refused(**route: object) -> str:
    with pytest.raises(DocumentError) as fault:
        parse(joint_document(**route))  # type: ignore[arg-type]
    return str(fault.value)


def test_a_route_with_parts_survives_the_round_trip_and_one_without_keeps_its_digest():
    document = joint_document()
    assert dump(parse(document)) == dump(parse(dump(parse(document))))
    plain = dump(parse(joint_document(())))
    assert "children" not in plain["route"] and "children_open_at" not in plain["route"]
    assert digest(plain) == cast.procedure(TENNIS).current_version.sha256


def test_parts_wait_only_for_parts_there_are_and_never_in_a_circle():
    assert "unknown parts: nothing" in refused(parts=(PARTS[0] | {"after": ["nothing"]},))
    circle = (PARTS[0] | {"after": ["second"]}, PARTS[2])
    assert "wait for each other" in refused(parts=circle)
    assert "same key" in refused(parts=(PARTS[0], PARTS[0]))


def test_the_waiting_step_comes_after_the_opening_one_and_both_are_there():
    assert "comes before" in refused(children_open_at=5, children_wait_at=2)
    assert "no step 40" in refused(children_wait_at=40)


def test_parts_take_only_what_the_dossier_is_asked():
    assert "takes what is not asked: height" in refused(parts=(PARTS[0] | {"answers": ["height"]},))


def test_what_is_decided_at_once_has_no_parts():
    assert "decided at once" in refused(decide_at_once=True)


def test_a_procedure_with_parts_has_a_limit_of_its_own():
    document = copy.deepcopy(joint_document())
    document["cases"][0]["terms"][0].pop("limit")
    with pytest.raises(DocumentError, match="time limit of its own"):
        parse(document)


def test_publishing_refuses_a_part_whose_procedure_the_catalogue_does_not_have():
    document = joint_document()
    document["route"]["children"][0]["procedure"] = "9.999999"
    version = save_draft(cast.procedure(TENNIS), document)
    with pytest.raises(ValidationError) as fault:
        publish(version, actor=None, effective_from=date(2026, 11, 20), at=vn(20))
    assert "9.999999" in str(fault.value) and "Phần công thương" in str(fault.value)


PART = {
    "children-rows": 2, "children-0-key": "cu-tru", "children-0-procedure": "1.001193", "children-0-title_vi": "Cư trú",
    "children-0-agency": "other", "children-0-agency_key": "cat", "children-1-key": "the", "children-1-procedure": "1.001193",
    "children-1-title_vi": "Thẻ", "children-1-agency": "other", "children-1-agency_key": "bhxh", "children-1-after": "cu-tru",
}  # fmt: skip


def test_the_editor_adds_parts_and_keeps_them_with_their_conditions_through_an_edit():
    from django.utils import timezone

    from procedures.services import drafting
    from tests.procedures.editor_cast import Editor, catalogue_officer

    user = catalogue_officer()
    editor = Editor(user, drafting.open_draft(cast.procedure(TENNIS), actor=user, at=timezone.now()))
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/") | PART).status_code == 302
    first, second = editor.content.route.children
    assert (first.key, first.agency_key, second.after) == ("cu-tru", "cat", ("cu-tru",))
    condition = {"field": "sport", "equals": "x"}

    def put_condition(document):
        document["route"]["children"][0]["show_if"] = condition

    version = editor.version
    drafting.change(version.pk, actor=user, revision=version.revision, edit=put_condition, at=timezone.now())
    before = editor.content.route.children
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/")).status_code == 302
    assert editor.content.route.children == before and before[0].show_if is not None
    page = editor.get("quy-trinh/").content.decode()
    assert "là “x”" in page, "the condition is drawn in words"
    for wrong in ({"children-1-after": "khong-co"}, {"children-0-after": "the"}, {"children-1-key": "cu-tru"}):
        assert editor.post("quy-trinh/", editor.filled("quy-trinh/") | wrong).status_code == 422


def test_the_condition_of_a_part_is_chosen_in_the_editor_and_taken_away_again():
    from django.utils import timezone

    from procedures.services import drafting
    from tests.procedures.editor_cast import Editor, catalogue_officer

    user = catalogue_officer()
    editor = Editor(user, drafting.open_draft(cast.procedure(TENNIS), actor=user, at=timezone.now()))
    chosen = {"children-0-answer": "sport|equals|tennis"}
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/") | PART | chosen).status_code == 302
    first, second = editor.content.route.children
    assert (first.show_if.field, first.show_if.equals, second.show_if) == ("sport", "tennis", None)
    assert "là “Quần vợt”" in editor.get("quy-trinh/").content.decode()
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/") | {"children-0-answer": ""}).status_code == 302
    assert editor.content.route.children[0].show_if is None
    area = {"children-0-answer": "floor_area_m2|gte|", "children-0-number": "rộng"}
    answer = editor.post("quy-trinh/", editor.filled("quy-trinh/") | area)
    assert answer.status_code == 422 and "rộng" in answer.content.decode()


def test_a_condition_of_several_comparisons_is_read_in_words_and_stays():
    from django.utils import timezone

    from procedures.services import drafting
    from tests.procedures.editor_cast import Editor, catalogue_officer

    user = catalogue_officer()
    editor = Editor(user, drafting.open_draft(cast.procedure(TENNIS), actor=user, at=timezone.now()))
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/") | PART).status_code == 302
    both = {"all": [{"field": "sport", "equals": "tennis"}, {"field": "floor_area_m2", "gte": 200.0}]}

    def put_condition(document):
        document["route"]["children"][1]["show_if"] = both

    assert len(editor.content.route.children) == 2
    version = editor.version
    drafting.change(version.pk, actor=user, revision=version.revision, edit=put_condition, at=timezone.now())
    page = editor.get("quy-trinh/").content.decode()
    assert "“Quần vợt” và “" in page
    before = editor.content.route.children
    assert editor.post("quy-trinh/", editor.filled("quy-trinh/")).status_code == 302
    assert editor.content.route.children == before
