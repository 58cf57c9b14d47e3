"""Loose ends between the rooms: news nobody publishes, paths that lead nowhere, jobs without a worker, empty slots."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.utils.module_loading import import_string

from common import jobs, outbox, panels
from common.outbox import News
from dossiers.notices import news_told
from dossiers.workflow import acts
from portal.celery import app
from portal.panels import PANELS
from portal.reactions import REACTIONS
from tests.portal.house import ROOT, called, calls, modules, name_of, room_of, templates, tree

PATHS = sorted({path for paths in REACTIONS.values() for path in paths})
SLOT = re.compile(r"{%\s*panel\s+([\"'])(?P<slot>[\w.]+)\1")
ANY_SLOT = re.compile(r"{%\s*panel\s+(\S+)")
NEWS = re.compile(r"^[a-z]+\.[a-z_]+$")
NOT_BUILT = {
    # A slot a later room will fill: the page names it already (design.md §2, "panels").
    "procedure.start",
    "dossier.messages",
}


def published() -> dict[str, str]:
    """Every name of news and where it is published; names come from `publish("…")` and from the flow chart."""
    found = {act.news: "the flow chart" for act in acts().values()}
    for path in modules():
        for call in calls(tree(path)):
            if called(call) == "publish" and call.args:
                found |= dict.fromkeys(_texts(call.args[0], path), name_of(path))
    return {name: place for name, place in found.items() if NEWS.match(name)}


def _texts(node: ast.expr, path: Path) -> list[str]:
    """The texts an argument may stand for: a literal, both arms of a condition, a constant of the module."""
    if isinstance(node, ast.Name):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        value = getattr(module, node.id, "")
        if isinstance(value, str) and value:
            return [value]
        local = [
            n.value for n in ast.walk(tree(path)) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == node.id
        ]
        return [text for found in local if not isinstance(found, ast.Name) for text in _texts(found, path)]
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]


@pytest.mark.parametrize("path", PATHS)
def test_every_reaction_is_a_function_of_one_piece_of_news(path):
    function = import_string(path)
    parameters = list(inspect.signature(function).parameters.values())
    assert len(parameters) == 1
    assert parameters[0].annotation in {News, "News"}


def test_the_portal_registered_exactly_its_table():
    assert outbox.registered() == {name: tuple(paths) for name, paths in REACTIONS.items()}
    assert panels.registered() == PANELS


def test_somebody_publishes_every_news_somebody_waits_for():
    assert not set(REACTIONS) - set(published())
    assert not news_told() - set(published())


def test_no_reaction_is_listed_twice_for_one_news():
    assert not {name: paths for name, paths in REACTIONS.items() if len(set(paths)) != len(paths)}


def test_every_name_of_news_says_its_room_and_what_happened():
    known = {"dossier", "account", "payments", "postal", "document", "documents", "procedure", "message"}
    wrong = {name: place for name, place in published().items() if name.split(".")[0] not in known}
    assert not wrong


def test_every_news_of_the_flow_chart_that_the_applicant_reads_has_words():
    """An act with a paper or a reason for the applicant that told nobody would be a silent dossier."""
    spoken = {
        act.news for act in acts().values() if act.form in {"receipt", "supplement", "refusal", "apology", "stop"}
    }
    assert spoken
    assert not spoken - news_told()


def test_news_is_published_with_ids_and_codes_only():
    """`data=` of news never takes a name, a phone or a text: the row outlives the erasure of the person."""
    personal = re.compile(r"full_name|national_id|phone|email|address|\btext\b|answers|password|digits")
    wrong = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        for call in calls(tree(path))
        if called(call) in {"publish", "enqueue"}
        for argument in call.keywords
        if argument.arg in {"data", "payload"} and personal.search(ast.unparse(argument.value))
    ]
    assert not wrong


def enqueued() -> dict[str, str]:
    """Kinds of jobs that code enqueues, and where."""
    found: dict[str, str] = {}
    for path in modules():
        for call in calls(tree(path)):
            if called(call) == "enqueue" and call.args and room_of(path) != "common":
                texts = _texts(call.args[0], path)
                found |= dict.fromkeys(texts or [f"? {ast.unparse(call.args[0])}"], f"{name_of(path)}:{call.lineno}")
    return found


def test_every_job_that_is_enqueued_has_a_worker():
    kinds = jobs.registered()
    found = enqueued()
    assert len(found) >= 8
    assert not {kind: place for kind, place in found.items() if kind not in kinds}


def test_no_kind_of_job_is_registered_that_nobody_enqueues():
    assert not set(jobs.registered()) - set(enqueued())


@pytest.mark.parametrize("kind", sorted(jobs.registered()))
def test_every_kind_of_job_leads_to_a_function_of_one_job(kind):
    entry = jobs.registered()[kind]
    for path in filter(None, (entry.handler, entry.on_dead)):
        assert len(inspect.signature(import_string(path)).parameters) == 1, path
    assert 10 <= entry.lease <= 600
    assert entry.attempts >= 3


def test_every_task_of_the_timetable_exists_and_every_regular_task_is_on_it():
    """A task that is neither on the timetable nor called from anywhere is work that never happens."""
    app.loader.import_default_modules()
    own = {name for name in app.tasks if not name.startswith("celery.")}
    timed = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert timed <= own
    texts = [path.read_text(encoding="utf-8") for path in modules() if path.stem != "tasks"]
    called_by_name = {name for name in own if any(name in text for text in texts)}
    assert not own - timed - called_by_name


@pytest.mark.parametrize("slot", sorted(PANELS))
def test_every_panel_has_its_provider_and_its_template(slot):
    for panel in PANELS[slot]:
        assert (
            list(inspect.signature(import_string(panel.provider)).parameters) == ["dossier", "user"]
            or len(inspect.signature(import_string(panel.provider)).parameters) == 2
        )
        get_template(panel.template)


def collected_slots() -> dict[str, str]:
    """Slots whose entries a view lays into its own page: `panels.collect("…", …)`."""
    return {
        call.args[0].value: name_of(path)
        for path in modules()
        for call in calls(tree(path))
        if called(call) == "collect" and call.args and isinstance(call.args[0], ast.Constant)
    }


def named_slots() -> dict[str, str]:
    return collected_slots() | {
        found["slot"]: name_of(path)
        for path in templates()
        for found in SLOT.finditer(path.read_text(encoding="utf-8"))
    }


def test_slots_are_named_in_plain_text():
    for path in templates():
        text = path.read_text(encoding="utf-8")
        assert len(ANY_SLOT.findall(text)) == len(SLOT.findall(text)), name_of(path)


def test_every_slot_a_page_names_is_filled_or_known_to_come():
    assert not {slot: page for slot, page in named_slots().items() if slot not in PANELS and slot not in NOT_BUILT}


def test_every_panel_stands_on_a_page():
    assert not set(PANELS) - set(named_slots())


def test_no_slot_is_called_to_come_that_is_there():
    assert not NOT_BUILT & set(PANELS)
    assert not NOT_BUILT - set(named_slots())
