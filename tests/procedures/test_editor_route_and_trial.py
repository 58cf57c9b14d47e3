"""The route and its dry run, a dossier on trial, export and import: none of them leaves anything behind."""

import itertools
import json
from datetime import UTC, datetime

import pytest
from django.apps import apps

from procedures.content import parse
from procedures.differences import differences
from procedures.editing import planning
from procedures.services import drafting
from tests.procedures import catalogue
from tests.procedures.answers import answers
from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = pytest.mark.django_db
HOUSE = "housing-construction-permit"


@pytest.fixture
def editor() -> Editor:
    user = catalogue_officer()
    return Editor(user, new_draft(user))


@pytest.fixture
def house() -> Editor:
    from django.utils import timezone

    from tests import cast

    user = catalogue_officer()
    return Editor(user, drafting.open_draft(cast.procedure(HOUSE), actor=user, at=timezone.now()))


def everything() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_app_config("dossiers").get_models()}


# ── route ──
def test_a_step_is_added_moved_and_saved(editor):
    data = editor.filled("quy-trinh/") | {"steps-rows": 7, "steps-6-role": "consultation", "steps-6-hours": "7,5",
                                         "steps-6-agency": "other", "steps-6-title_vi": "Lấy ý kiến"}  # fmt: skip
    redrawn = editor.post("quy-trinh/", {**data, "_rows": "steps:up:6"})
    row = redrawn.context["groups"][0].forms[5]
    assert (row["title_vi"].value(), row["hours"].value()) == ("Lấy ý kiến", "7,5")
    assert len(editor.content.route.steps) == 6
    moved = {
        form.add_prefix(b.name): b.value() for form in redrawn.context["groups"][0].forms for b in form if b.value()
    }
    assert editor.post("quy-trinh/", {**data, **moved}).status_code == 302
    steps = editor.content.route.steps
    assert [step.no for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert (steps[5].role, steps[5].hours, steps[5].agency, steps[5].title.vi) == (
        "consultation",
        7.5,
        "other",
        "Lấy ý kiến",
    )


def test_silence_is_agreement_only_of_a_consulted_agency_by_a_named_law(editor):
    data = editor.filled("quy-trinh/") | {
        "steps-rows": 7, "steps-6-role": "consultation", "steps-6-hours": "24", "steps-6-agency": "other",
        "steps-6-title_vi": "Lấy ý kiến", "steps-6-silence_is_agreement": "on",
    }  # fmt: skip
    law = {"steps-6-legal_basis": "Điều 12 khoản 3"}
    assert editor.post("quy-trinh/", data).status_code == 422
    assert (
        editor.post("quy-trinh/", data | law | {"steps-6-role": "head", "steps-6-agency": "deciding"}).status_code
        == 422
    )
    assert editor.post("quy-trinh/", data | law | {"steps-6-hours": "0"}).status_code == 422
    assert editor.post("quy-trinh/", data | law).status_code == 302
    step = editor.content.route.steps[6]
    assert (step.silence_is_agreement, step.legal_basis) == (True, "Điều 12 khoản 3")


def test_a_step_of_another_agency_says_of_which(editor):
    data = editor.filled("quy-trinh/") | {
        "steps-rows": 7, "steps-6-role": "head", "steps-6-hours": "4", "steps-6-agency": "other",
        "steps-6-title_vi": "Văn phòng thẩm tra",
    }  # fmt: skip
    assert editor.post("quy-trinh/", data).status_code == 422
    assert editor.post("quy-trinh/", data | {"steps-6-agency_key": "vp"}).status_code == 302
    assert editor.content.route.steps[6].agency_key == "vp"
    back = editor.filled("quy-trinh/") | {"steps-6-agency": "deciding"}
    assert editor.post("quy-trinh/", back).status_code == 302
    assert editor.content.route.steps[6].agency_key == ""


def test_the_route_signed_by_the_chair_names_office_and_committee(editor):
    editor.press("mau-san/", "quy-trinh chair")
    steps = editor.content.route.steps
    assert [step.agency_key for step in steps if step.agency == "other"] == ["vp", "vp", "ubnd", "vp"]


def test_ready_made_routes_replace_the_steps(editor):
    editor.press("mau-san/", "quy-trinh at_once")
    route = editor.content.route
    assert route.decide_at_once
    assert [step.role for step in route.steps] == ["reception", "specialist", "leader", "clerk"]


def test_a_route_without_steps_is_refused(editor):
    answer = editor.post("quy-trinh/", {"signing_role": "leader", "steps-rows": "0"})
    assert answer.status_code == 422
    assert len(editor.content.route.steps) == 6


def test_the_dry_run_follows_the_working_calendar_and_writes_nothing(editor):
    before = everything()
    context = editor.get("quy-trinh/").context
    plan = context["plan"]
    assert [row.due for row in plan] == sorted(row.due for row in plan)
    assert all(row.starts == earlier.due for earlier, row in itertools.pairwise(plan))
    assert everything() == before


def test_eight_route_hours_are_one_working_day(editor):
    from procedures.views.admin.editor.routing import newest_calendar

    calendar = newest_calendar()
    monday = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 07:30 in Viet Nam
    plan = planning.dry_run(editor.content, calendar, monday, {})
    assert sum(row.step.hours for row in plan) == 32
    assert plan[-1].due == calendar.closing(datetime(2026, 11, 27).date())  # the 24th is a day off in Lạng Sơn
    limit = editor.content.cases[0].terms[0].limit
    assert planning.legal_hours(limit, monday, calendar) is None


def test_a_route_longer_than_the_law_is_said(editor):
    editor.save("truong-hop/all/", online_amount="1", counter_amount="30")
    assert [row["is_over"] for row in editor.get("quy-trinh/").context["limits"]] == [True, False]


# ── trial ──
def posted(given: dict) -> dict:
    data: dict = {"_channel": "online"}
    for key, value in given.items():
        if isinstance(value, dict):
            data |= {f"{key}-{part}": text for part, text in value.items()}
        else:
            data[key] = value
    return data


def test_a_trial_shows_what_would_follow_and_leaves_no_dossier(house):
    before = everything()
    answer = house.post("nop-thu/", posted(answers(HOUSE)))
    assert answer.status_code == 200, answer.context["faults"]
    assert answer.context["is_right"]
    assert answer.context["summary"]
    assert answer.context["papers"]
    assert answer.context["quote"].total > 0
    assert everything() == before


def test_a_wrong_trial_names_the_question(house):
    answer = house.post("nop-thu/", posted(answers(HOUSE)) | {"floors": "rất nhiều"})
    assert answer.status_code == 422
    assert [target for target, _words in answer.context["faults"]] == ["f-floors"]


# ── export and import ──
def test_what_is_exported_changes_nothing_when_it_is_imported(house):
    exported = house.get("tai-ve/toan-bo.json").content.decode()
    answer = house.post("nhap-tep/", {"text": exported})
    assert (answer.status_code, answer.context["parts"]) == (200, [])


def test_an_import_first_shows_what_changes_and_writes_only_then(house):
    data = json.loads(house.get("tai-ve/bieu-mau.json").content)
    data["eform"]["sections"][0]["title"]["vi"] = "Người nộp"
    text = json.dumps(data, ensure_ascii=False)
    shown = house.post("nhap-tep/", {"text": text})
    (part,) = shown.context["parts"]
    assert [(change.before, change.after) for change in part.changes] == [("Người nộp hồ sơ", "Người nộp")]
    assert house.content.eform.sections[0].title.vi == "Người nộp hồ sơ"
    assert house.post("nhap-tep/", {"text": text, "confirm": "1"}).status_code == 302
    assert house.content.eform.sections[0].title.vi == "Người nộp"


def test_an_import_names_the_field_that_is_wrong(house):
    data = json.loads(house.get("tai-ve/bieu-mau.json").content)
    data["eform"]["sections"][0]["fields"][0]["type"] = "picture"
    data["eform"]["sections"][1]["fields"][0]["max_length"] = -3
    answer = house.post("nhap-tep/", {"text": json.dumps(data)})
    assert answer.status_code == 422
    words = [words for _target, words in answer.context["faults"]]
    assert any(found.startswith("eform → sections → 0 → fields → 0") for found in words)
    assert any("sections → 1" in found and "max_length" in found for found in words)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "nul", '{"eform": {"sections": []}}', "[" * 100_000, '{"a": NaN}', "\x00"]
)
def test_hostile_files_are_refused_with_a_sentence(house, text):
    before = house.content
    answer = house.post("nhap-tep/", {"text": text, "confirm": "1"})
    assert answer.status_code == 422
    assert answer.context["faults"]
    assert house.content == before


def test_an_import_over_somebody_elses_change_shows_the_new_difference(house):
    text = house.get("tai-ve/toan-bo.json").content.decode()
    opened = house.version.revision
    house.save("thong-tin/", purpose_vi="Mục đích mới")
    answer = house.post("nhap-tep/", {"text": text, "confirm": "1"}, revision=opened)
    assert answer.status_code == 409
    changes = [change for part in answer.context["parts"] for change in part.changes]
    assert "Mục đích mới" in [change.before for change in changes]
    assert house.content.purpose.vi == "Mục đích mới"


def test_every_real_procedure_survives_the_pages_of_the_editor():
    """What stands in the inputs, saved as it is, says the same as before."""
    from procedures.content import dump
    from procedures.editing import cases, facts, fees, papers, questions, routes, sources
    from procedures.views.admin.editor.saving import Page

    changed: list = []
    for key in catalogue.entries():
        document = dump(catalogue.content(key))
        parts = [
            facts.Facts(document),
            facts.Description(document),
            facts.ResultAndVisits(document),
            routes.Route(document),
            sources.Sources(document),
        ]
        parts += [cases.Case(document, (case["key"],)) for case in document["cases"]]
        parts += [papers.Paper(document, (paper["key"],)) for paper in document["papers"]]
        parts += [fees.Fee(document, (fee["code"],)) for fee in document["fees"]]
        sections = (document.get("eform") or {}).get("sections", [])
        parts += [questions.Question(document, (f["key"],)) for section in sections for f in section["fields"]]
        for part in parts:
            after = dump(parse(_saved(document, part, Page(part))))
            if after != document:
                parts = differences(parse(document), parse(after))
                said = [change.sentence for one in parts for change in one.changes]
                changed.append((key, type(part).__name__, part.place, said[:3]))
    assert not changed


def _saved(document: dict, part, page) -> dict:
    import copy

    from django.http import QueryDict

    from procedures.views.admin.editor.saving import Page

    data = QueryDict(mutable=True)
    for group in page.groups:
        data[f"{group.rows.name}-rows"] = str(len(group.forms))
    for form in page.forms():
        for bound in form:
            value = bound.value()
            if isinstance(value, list):
                data.setlist(bound.html_name, value)
            elif value is not None and value is not False and value != "":
                data[bound.html_name] = "on" if value is True else value
    sent = Page(part, data)
    assert sent.is_valid(), (part.place, [form.errors for form in sent.forms() if form.errors])
    fresh = copy.deepcopy(document)
    part.put(fresh, sent.form.cleaned_data, sent.values())
    return fresh
