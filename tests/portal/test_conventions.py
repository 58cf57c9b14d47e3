"""How we write, as far as a machine can hold it: sizes, docstrings, reading rules, logs, money, what a file may name."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.portal.house import ROOMS, ROOT, called, calls, modules, name_of, room_of, tracked, tree

SCRIPTS = str(ROOT / "scripts")
if SCRIPTS not in sys.path:
    sys.path.append(SCRIPTS)

# Whose rows belong to somebody: pages reach them only through a reading rule or a parent that came through one.
PROTECTED = {
    "Alarm", "Answers", "ApologyDraft", "BookVolume", "CashReceipt", "ClockEntry", "Confirmation", "Consultation",
    "DeliveryChoice", "Dossier",
    "DossierEvent",
    "DossierMessage", "DossierText", "FeeLine", "HandOver", "HandOverItem", "IssuedPaper", "LedgerEntry", "Message", "Note",
    "Paper", "PaperFile", "Parcel",
    "ParcelEvent", "Party", "PaymentAttempt", "PaymentOrder", "Person", "Rating", "RefundTask", "Representation",
    "Result", "ResultBatch", "StepRun", "StoredFile", "SupplementItem", "SupplementRequest", "TrackingBook", "Visit",
}  # fmt: skip
READING_RULES = {"visible_to", "visible_to_officer", "of_applicant", "prepared_at_counter_of", "asked_of", "none"}
# A parent that was read by rule; `verify_code`, `sha256` and `by_code` are followed by a proof.
OWNERS = re.compile(
    r"^(dossier|dossier__in|paper__dossier|paper__dossier__in|user|owner|order__dossier|subject_id|parcel__in)$"
)
KNOWN_READERS = {
    ("procedures/views/citizen/printed.py", "form_file"): "a blank form that a published version names",
    ("procedures/views/admin/editor/listing.py", "form_file"): "a blank form that the reader's own draft names",
    ("dossiers/views/citizen/files.py", "file"): "the dossier of the file is read by visible_to in the next line",
    ("dossiers/views/citizen/files.py", "_dossier_ids"): "ids only; the caller filters them by visible_to",
    (
        "dossiers/views/citizen/lookup.py",
        "dossier_of_secret",
    ): "the secret of form 01 or the phone is compared before anything is shown",
    (
        "dossiers/views/citizen/lookup.py",
        "_check_file",
    ): "whoever has the file has its digest; nothing personal is shown",
    (
        "dossiers/views/citizen/lookup.py",
        "verify_result",
    ): "the long code on the paper is the proof; nothing personal is shown",
    ("dossiers/views/citizen/start.py", "_first_page"): "the draft that this request just made",
    ("dossiers/views/officer/files.py", "file_or_404"): "narrowed to the files of a dossier read by rule",
    ("dossiers/views/officer/batches.py", "result_batch"): "only the list that this person ordered",
    ("payments/callbacks.py", "_attempt"): "the bank's signature is the proof; shown only if the dossier is visible",
}
PERSONAL = re.compile(
    r"\b(full_name|national_id|phone|email|address_line|address|birth_date|tax_code|password|digits|secret|answers|username|"
    r"original_name|destination|receiver|body)\b"
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home|Users|mnt)/[\w.]+")
STRANGE_WORDS = re.compile(
    r"\b("
    + "|".join(["chat" + "gpt", "clau" + "de", "anthro" + "pic", "copi" + "lot", "open" + "ai", "l" + "lm"])
    + r")\b",
    re.IGNORECASE,
)


# ── sizes and words ──
def test_modules_and_functions_are_short():
    import check_sizes

    files = [
        file for place in check_sizes.PLACES for file in (ROOT / place).rglob("*.py") if "migrations" not in file.parts
    ]
    assert len(files) > 200
    assert not [complaint for file in files for complaint in check_sizes.complaints(file)]


def test_every_room_and_the_sandbox_and_the_scripts_are_measured():
    import check_sizes

    assert set(check_sizes.PLACES) == {*ROOMS, "sandbox", "scripts"}


def test_every_module_says_what_it_is():
    silent = [name_of(path) for path in modules() if tree(path).body and not ast.get_docstring(tree(path))]
    assert not [name for name in silent if not name.endswith("apps.py")]


SPOKEN = (
    "services",
    "models",
    "workflow",
    "querysets",
    "gateways",
    "notices",
    "api",
    "tasks",
    "clock",
    "calendar",
    "content",
)


def test_public_functions_and_classes_say_what_they_mean():
    """What other rooms call: what, units, errors raised, article of law."""
    wrong = [f"{name_of(path)}:{node.lineno} {node.name}" for path in modules() for node in silent_ones(path)]
    assert not wrong


def silent_ones(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    if not set(parts) & set(SPOKEN):
        return
    for node in tree(path).body:
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ):
            yield node


def test_every_transition_says_what_it_does():
    from dossiers.workflow import Workflow, acts

    silent = [name for name in acts() if not (getattr(Workflow, name).__doc__ or "").strip()]
    assert not silent


# ── reading rules ──
def in_views() -> list[Path]:
    return [path for path in modules() if is_a_door(path.relative_to(ROOT).parts) or path.stem in {"callbacks", "api"}]


def is_a_door(parts: tuple[str, ...]) -> bool:
    """Pages and the API of a room; `common/api` is what the doors stand on."""
    return bool({"views", "api"} & set(parts)) and parts[0] != "common"


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def reads(function: ast.FunctionDef) -> Iterator[tuple[int, str, str, set[str]]]:
    """(line, model, first method, keywords) of each `Model.objects.method(…)` and get_object_or_404(Model, …)."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        keywords = {keyword.arg or "**" for keyword in call.keywords}
        found = re.fullmatch(r"(\w+)\.objects\.(\w+)", ast.unparse(call.func))
        if found:
            yield call.lineno, found[1], found[2], keywords
        elif (
            called(call) in {"get_object_or_404", "get_list_or_404"}
            and call.args
            and isinstance(call.args[0], ast.Name)
        ):
            yield call.lineno, call.args[0].id, called(call), keywords


def test_pages_reach_peoples_rows_through_reading_rules_only():
    """A view that forgets the filter shows everybody's dossiers; so there is no way to write one."""
    wrong = []
    for path in in_views():
        for function in functions(path):
            if (name_of(path), function.name) in KNOWN_READERS:
                continue
            for line, model, method, keywords in reads(function):
                if (
                    model in PROTECTED
                    and method not in READING_RULES
                    and not any(OWNERS.match(word) for word in keywords)
                ):
                    wrong.append(f"{name_of(path)}:{line} {model}.objects.{method}({', '.join(sorted(keywords))})")
    assert not wrong


def test_dossiers_are_never_read_by_a_page_without_a_rule():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in in_views()
        for function in functions(path)
        if (name_of(path), function.name) not in KNOWN_READERS
        for line, model, method, _ in reads(function)
        if model == "Dossier" and method not in READING_RULES
    ]
    assert not wrong


def test_the_list_of_known_readers_is_not_longer_than_needed():
    real = {(name_of(path), function.name) for path in in_views() for function in functions(path)}
    assert not set(KNOWN_READERS) - real


def test_pages_do_not_get_single_rows_of_people_by_number():
    wrong = [
        f"{name_of(path)}:{line}"
        for path in in_views()
        for function in functions(path)
        for line, model, method, keywords in reads(function)
        if model in PROTECTED and method == "get" and (name_of(path), function.name) not in KNOWN_READERS
    ]
    assert not wrong


def test_views_do_not_write():
    """Pages call services; what changes a row stands in services.py."""
    wrong = [
        f"{name_of(path)}:{call.lineno} {ast.unparse(call.func)}"
        for path in in_views()
        for call in calls(tree(path))
        if called(call) in {"create", "bulk_create", "update_or_create", "get_or_create", "save", "delete"}
        and not ast.unparse(call.func).startswith("request.user.save")  # the language somebody chose
    ]
    assert not wrong


# ── personal data ──
def test_logs_name_nobody():
    """ids and codes only: no name, phone, number, address, text of a person in a log line."""
    wrong = [
        f"{name_of(path)}:{call.lineno} {ast.unparse(argument)}"
        for path in modules()
        for call in calls(tree(path))
        if re.match(r"log(ger)?\.(debug|info|warning|error|exception|critical)$", ast.unparse(call.func))
        for argument in call.args[1:]
        if PERSONAL.search(ast.unparse(argument))
    ]
    assert not wrong


def test_log_lines_are_not_glued_together():
    """An f-string takes whatever is in the value into the line, line ends and all."""
    wrong = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        for call in calls(tree(path))
        if re.match(r"log(ger)?\.\w+$", ast.unparse(call.func))
        and call.args
        and not isinstance(call.args[0], ast.Constant)
    ]
    assert not wrong


def test_nothing_is_printed():
    allowed = {"portal/env.py"}  # one line on stderr before logging exists
    wrong = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        for call in calls(tree(path))
        if ast.unparse(call.func) == "print" and name_of(path) not in allowed
    ]
    assert not wrong


def test_tasks_take_ids_or_nothing():
    from portal.celery import app

    app.loader.import_default_modules()
    import inspect

    for name, task in app.tasks.items():
        if not name.startswith("celery."):
            names = set(inspect.signature(task.run).parameters)
            assert all(re.fullmatch(r"\w*_?(id|pk)", one) for one in names), name


# ── money and time ──
def test_amounts_are_whole_dong():
    """No float ever carries money, no column of an amount has decimals."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.get_fields():
                assert not isinstance(field, models.FloatField), f"{model.__name__}.{field.name}"
                if (
                    re.search(r"amount|_vnd$|price|balance", getattr(field, "attname", ""))
                    and field.name != "limit_amount"
                ):
                    assert isinstance(field, models.IntegerField | models.BigIntegerField), (
                        f"{model.__name__}.{field.name}"
                    )


def test_money_is_never_divided_into_fractions():
    places = [
        path
        for path in modules()
        if room_of(path) == "payments" or name_of(path) in {"procedures/fees.py", "common/money.py"}
    ]
    wrong = []
    for path in places:
        for node in ast.walk(tree(path)):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
            if is_divided or is_float or (isinstance(node, ast.Call) and called(node) == "float"):
                wrong.append(f"{name_of(path)}:{node.lineno} {ast.unparse(node)}")
    assert places
    assert not wrong


def test_the_clock_of_the_law_asks_nobody_for_the_time():
    """Pure functions of their arguments: legal time is an explicit `at=`."""
    folders = ("dossiers/clock/", "dossiers/workflow/", "agencies/calendar/")
    wrong = [
        f"{name_of(path)}:{call.lineno}"
        for path in modules()
        if name_of(path).startswith(folders)
        for call in calls(tree(path))
        if called(call) in {"now", "today", "utcnow", "time", "localdate"}
        and "datetime" not in ast.unparse(call.func).split(".")[:1]
        and ast.unparse(call.func)
        in {"timezone.now", "date.today", "datetime.now", "time.time", "timezone.localdate", "datetime.utcnow"}
    ]
    assert not wrong


def test_acts_of_services_name_who_acts():
    """Writing rules take their arguments by name and say who acts: user=, actor= or a system act."""
    wrong = []
    for path in modules():
        if "dossiers/services/" not in name_of(path):
            continue
        for node in tree(path).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and ast.unparse(node.returns or ast.Constant(None)) == "Done"
            ):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if len(node.args.args) > 2 or not names & {"user", "actor"}:
                    wrong.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert not wrong


# ── what a file may name ──
def test_no_file_names_a_package_registry():
    import check_addresses

    names = [name for name in check_addresses.tracked() if name not in check_addresses.ASIDE]
    assert len(names) > 300
    assert not [complaint for name in names for complaint in check_addresses.complaints(name)]


def texts() -> Iterator[tuple[str, str]]:
    for name in tracked():
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_place_of_one_machine():
    wrong = [
        f"{name}: {found[0]}"
        for name, text in texts()
        if name != "tests/portal/test_conventions.py"
        for found in MACHINE.finditer(text)
    ]
    assert not wrong


def test_no_file_talks_of_tools_that_wrote_it():
    wrong = [f"{name}: {found[0]}" for name, text in texts() for found in STRANGE_WORDS.finditer(text)]
    assert not wrong


def test_no_secret_is_part_of_the_repository():
    key = re.compile(r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{100,}")
    assert not [name for name, text in texts() if key.search(text)]
    assert not [
        name for name in tracked() if Path(name).suffix in {".pem", ".key", ".p12", ".pfx"} or Path(name).name == ".env"
    ]


def test_migrations_hold_no_reference_data():
    words = re.compile(r"\b(?:RunPython|bulk_create|INSERT INTO)\b", re.IGNORECASE)
    triggers = re.compile(r"pgtrigger\.compiler\.UpsertTriggerSql\(.*\)")  # what a trigger will write is no data
    files = [path for room in ROOMS for path in (ROOT / room / "migrations").glob("0*.py")]
    assert files
    assert not [name_of(path) for path in files if words.search(triggers.sub("", path.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("room", ROOMS)
def test_no_test_is_skipped_in_silence(room):
    """What cannot be installed fails at the end with the command to type; a skip would look like a success."""
    words = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)|@skip|unittest\.skip")
    files = (ROOT / "tests" / room).rglob("*.py")
    assert not [
        name_of(path)
        for path in files
        if words.search(path.read_text(encoding="utf-8")) and path.name != Path(__file__).name
    ]
