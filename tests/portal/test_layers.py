"""Twelve rooms, one direction: calls go down, foreign keys point down, news goes up through one table."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField, Model
from importlinter.api import read_configuration

from tests.portal.house import FLOORS, HEIGHT, ROOMS, ROOT, calls, may_use, modules, name_of, room_of, tree

# The table of design.md §2: these names mean the same thing in every room.
SHARED = {
    "__init__", "admin", "api", "apps", "forms", "gateways", "management", "migrations", "models", "notices", "querysets",
    "services", "tasks", "templatetags", "urls", "views", "workflow",
}  # fmt: skip
# Names a room needs beyond the table. A new name is a decision: does it really not belong into one of the files above?
OWN = {
    "accounts": {"backends", "citizen_card", "clients", "hashers", "middleware", "requests"},
    "agencies": {"calendar", "calendar_seed", "data", "names", "panels", "standing"},
    "audit": set(),
    "common": {
        "addresses", "cache", "context", "crypto", "data", "fields", "formats", "health", "identifiers", "jobs", "keeping",
        "limits", "lookups", "middleware", "money", "nudge", "outbox", "panels", "percent", "postgres", "prepared", "provinces",
        "redis_lines", "states", "text", "threads", "tokens", "units", "wording", "writing",
    },
    "documents": {"barcodes", "checks", "kinds", "names", "pdf_process", "quotas", "refusals", "render", "signing"},
    "dossiers": {
        "chain", "clock", "data", "errors", "notices_desk", "notices_opinions", "notices_parts", "offers",
        "panels", "previews", "proof",
        "querysets_consultations", "querysets_lists", "querysets_results", "queues", "register",
               "terms", "time_left", "urls_admin", "urls_officer",
    },
    "notifications": {"callbacks", "sms_text"},
    "payments": {"callbacks", "errors", "panels", "receipts", "summary"},
    "portal": {
        "backup", "celery", "checks", "demo", "env", "logs", "measures", "observing", "panels", "reactions", "secrets",
        "settings", "sharing", "sheet", "wsgi",
    },
    "postal": {"callbacks", "panels", "tracking"},
    "procedures": {
        "blockers", "classification", "content", "conversion", "data", "differences", "editing", "eforms", "faults",
        "fees", "finding", "forms_catalogue", "forms_criteria", "forms_reviews", "forms_transfers", "grid", "joint_time",
        "listing",
        "national", "presenting", "querysets_reviews", "slips", "transfers", "urls_admin",
    },
    "reports": {
        "charts", "data", "exports", "facts", "headlines", "measures", "page", "rates", "reading", "wording",
    },
}  # fmt: skip
VIEWS = {"admin", "callbacks", "citizen", "officer"}  # the permission boundary is a file name
NAMELESS = re.compile(r"^(utils?|helpers?|core|misc|lib|shared|base_utils)$")
DOTTED = re.compile(rf"^({'|'.join(ROOMS)})(\.[A-Za-z_]+)+$")
SIGNALS = re.compile(r"\b(?:pre|post)_(?:save|delete|init|migrate)\b|\bm2m_changed\b|django\.dispatch|\bSignal\(")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, room) of every import of one of our rooms, also inside functions and for the type checker."""
    for node in ast.walk(tree(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        for name in names:
            room = name.split(".", 1)[0]
            if room in HEIGHT:
                yield node.lineno, room


def test_the_contract_of_the_linter_is_kept():
    # In a process of its own: the linter switches every logger off that it did not make.
    command = (Path(sys.executable).with_name("lint-imports"), "--config", ROOT / "pyproject.toml", "--no-cache")
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_contract_names_the_same_floors_as_these_tests():
    (contract,) = read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    assert contract["type"] == "layers"
    assert [set(re.split(r"\s*\|\s*", layer)) for layer in contract["layers"]] == [set(floor) for floor in FLOORS]
    assert not contract.get("ignore_imports")


def test_no_room_imports_a_room_above_or_beside_it():
    """As the linter, but imports inside functions and under TYPE_CHECKING are read by ourselves, too."""
    wrong = [
        f"{name_of(path)}:{line} imports {room}"
        for path in modules()
        for line, room in imports(path)
        if not may_use(room_of(path), room)
    ]
    assert not wrong


def test_nobody_imports_the_portal():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        for line, room in imports(path)
        if room == "portal" and room_of(path) != "portal"
    ]
    assert not wrong


def test_no_room_reaches_another_by_a_written_path():
    """A dotted path in a text goes around every linter; only the portal (and a room for itself) writes such paths."""
    wrong = [
        f"{name_of(path)}:{node.lineno} writes {node.value}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.match(node.value)
        if _is_module(*node.value.split(".")[:2]) and not may_use(room_of(path), node.value.split(".")[0])
    ]
    assert not wrong


def _is_module(room: str, name: str) -> bool:
    return (ROOT / room / f"{name}.py").is_file() or (ROOT / room / name / "__init__.py").is_file()


def foreign_keys() -> Iterator[tuple[type[Model], str, type[Model]]]:
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if isinstance(field, ForeignKey | ManyToManyField):
                    yield model, field.name, field.related_model  # type: ignore[misc]


def test_every_foreign_key_points_down():
    """The linter does not see them: a foreign key upward would make a lower room need an upper one's table."""
    rows = list(foreign_keys())
    assert len(rows) > 50
    wrong = [
        f"{model._meta.label}.{name} → {target._meta.label}"
        for model, name, target in rows
        if target._meta.app_label in HEIGHT
        and target._meta.label != settings.AUTH_USER_MODEL
        and not may_use(model._meta.app_label, target._meta.app_label)
    ]
    assert not wrong


def test_rooms_below_people_point_to_accounts_only_by_the_user_model():
    lower = {room for room in ROOMS if HEIGHT[room] < HEIGHT["accounts"]}
    wrong = [
        f"{model._meta.label}.{name} → {target._meta.label}"
        for model, name, target in foreign_keys()
        if model._meta.app_label in lower
        and target._meta.app_label == "accounts"
        and target._meta.label != settings.AUTH_USER_MODEL
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("one", "other"),
    [(one, other) for floor in FLOORS if len(floor) > 1 for one in sorted(floor) for other in sorted(floor - {one})],
)
def test_rooms_of_one_floor_do_not_know_each_other(one, other):
    keys = [
        name
        for model, name, target in foreign_keys()
        if (model._meta.app_label, target._meta.app_label) == (one, other)
    ]
    named = [
        name_of(path) for path in modules() if room_of(path) == one and any(room == other for _, room in imports(path))
    ]
    assert not keys
    assert not named


def test_nothing_hangs_on_signals():
    """News goes through the outbox; a signal would be a second, invisible way (Django's own request signals included)."""
    wrong = [name_of(path) for path in modules() if SIGNALS.search(path.read_text(encoding="utf-8"))]
    assert not wrong


def test_no_file_has_a_name_that_says_nothing():
    more = [path for place in ("sandbox", "scripts", "tests") for path in (ROOT / place).rglob("*.py")]
    parts = {part.removesuffix(".py"): path for path in [*modules(), *more] for part in path.relative_to(ROOT).parts}
    assert not {part: name_of(path) for part, path in parts.items() if NAMELESS.match(part)}


@pytest.mark.parametrize("room", ROOMS)
def test_the_same_file_name_means_the_same_in_every_room(room):
    names = {
        path.stem
        for path in (ROOT / room).iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name[0] not in "_.")
    }
    unknown = names - SHARED - OWN[room]
    assert not unknown, "decide: does it belong into a file of the table of design.md §2, or into OWN of this test?"


@pytest.mark.parametrize("room", ROOMS)
def test_pages_are_sorted_by_who_sees_them(room):
    folder = ROOT / room / "views"
    if room == "portal" or not folder.is_dir():
        return
    names = {path.stem for path in folder.iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    assert names <= VIEWS


def test_transitions_are_called_by_perform_alone():
    """Nobody calls `dossier.receive(…)`: the lock, the guard, the event and the news would be missing."""
    from dossiers.workflow import acts

    names = set(acts())
    wrong = [
        f"{name_of(path)}:{call.lineno} calls {ast.unparse(call.func)}"
        for path in modules()
        for call in calls(tree(path))
        if isinstance(call.func, ast.Attribute) and call.func.attr in names and _is_dossier(call.func.value)
    ]
    assert not wrong


def _is_dossier(owner: ast.expr) -> bool:
    return ast.unparse(owner).rsplit(".", 1)[-1] == "dossier"


def test_forms_do_not_save():
    """Forms turn input into clean values; services write."""
    words = re.compile(r"\.(?:save|create|update_or_create|bulk_create|delete)\(")
    files = [path for path in modules() if path.stem == "forms" or "forms" in path.relative_to(ROOT).parts[:-1]]
    wrong = [name_of(path) for path in files if words.search(path.read_text(encoding="utf-8"))]
    assert files
    assert not wrong


def test_lower_rooms_never_look_at_the_names_of_upper_tables():
    """Raw SQL is the one place where a lower room could read an upper room's table unseen."""
    tables = {
        model._meta.db_table: room
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }
    wrong = []
    for path in modules():
        text = path.read_text(encoding="utf-8")
        for table, room in tables.items():
            if not may_use(room_of(path), room) and re.search(rf"\b{table}\b", text):
                wrong.append(f"{name_of(path)} names the table {table}")
    assert not wrong
