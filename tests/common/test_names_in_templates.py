"""Names in templates mean what Django says they mean; only the way to them is shorter."""

from collections import namedtuple
from typing import Any

import pytest
from django.template import Context, Engine, RequestContext, Variable, VariableDoesNotExist
from django.template.base import FilterExpression, Parser
from django.test import RequestFactory

from common import lookups

Pair = namedtuple("Pair", "first second")


class Thing:
    """Something with an attribute, a method, a property and faults."""

    name = "thing"
    nothing = None

    def greet(self) -> str:
        return "hello"

    def drop(self) -> str:
        raise AssertionError("called from a template")

    drop.alters_data = True  # type: ignore[attr-defined]

    @property
    def broken(self) -> str:
        raise AttributeError("inside")

    @property
    def silent(self) -> str:
        raise Silent

    @property
    def loud(self) -> str:
        raise RuntimeError("loud")


class Silent(Exception):
    silent_variable_failure = True


class Keyed:
    """Has keys of its own beside attributes."""

    second = "attribute"

    def __getitem__(self, key: str) -> str:
        return {"first": "key", "second": "key before attribute"}[key]


class Left:
    do_not_call_in_templates = True

    def __call__(self) -> str:
        raise AssertionError("called")


PAGE: dict[str, Any] = {
    "text": "Lạng Sơn", "none": None, "thing": Thing(), "keyed": Keyed(), "pair": Pair("a", "b"), "list": ["x", "y"],
    "dict": {"name": "value", "items": "shadowed", "thing": Thing(), "call": lambda: "called", "1": "one", 2: "two"},
    "kind": Thing, "left": Left(), "make": lambda: {"name": "made"}, "needs": lambda one: one, "empty": {}, "zero": 0,
}  # fmt: skip
NAMES = (
    "text", "none", "zero", "thing", "text.upper", "text.0", "text.absent", "none.name", "none.0", "thing.name", "thing.nothing",
    "thing.nothing.name", "thing.greet", "thing.greet.upper", "thing.drop", "thing.absent", "thing.broken", "thing.silent",
    "thing.loud", "thing.0", "keyed.first", "keyed.second", "keyed.third", "pair.first", "pair.1", "pair.9", "pair.absent",
    "list.1", "list.9", "list.absent", "list.copy", "dict.name", "dict.items", "dict.keys", "dict.absent", "dict.1", "dict.2",
    "dict.9", "dict.thing.name", "dict.call", "empty.values", "empty.name", "kind", "kind.name", "left", "make.name",
    "make.absent", "needs", "absent", "absent.name", "push", "dicts", "autoescape", "render_context",
)  # fmt: skip


def _told(way: Any, name: str, page: Any) -> tuple[str, Any]:
    try:
        found = way(Variable(name), page)
    except Exception as fault:
        return type(fault).__name__, str(fault)[:60] if isinstance(fault, VariableDoesNotExist) else ""
    return type(found).__name__, found if isinstance(found, str | int | None) else repr(found)[:40]


def _pages() -> dict[str, Any]:
    bound = Context(PAGE)
    bound.template = Engine().from_string("")
    asked = RequestContext(RequestFactory().get("/"), PAGE)
    asked.template = bound.template
    return {"page": bound, "request": asked, "mapping": PAGE}


@pytest.mark.parametrize("kind", ["page", "request", "mapping"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_for_what_django_finds(kind: str, name: str) -> None:
    page = _pages()[kind]
    assert _told(lookups.lookup, name, page) == _told(lookups.django_lookup, name, page)


@pytest.mark.parametrize("missing_is_none", [True, False])
@pytest.mark.parametrize("behind", ["", '|yesno:"1,,"', '|yesno:"yes,no"', "|upper", '|default:"–"'])
@pytest.mark.parametrize("name", NAMES)
def test_names_asked_together_stand_for_what_django_resolves(name: str, behind: str, missing_is_none: bool) -> None:
    """The tag `kept` asks for all its names at once: what several begin with is found once."""

    def by_django(page: Any) -> Any:
        return expression.resolve(page, ignore_failures=missing_is_none)

    def together(page: Any) -> Any:
        both = lookups.Names({"one": expression, "other": expression}, missing_is_none=missing_is_none).on(page)
        assert list(both) == ["one", "other"]
        assert repr(both["one"])[:40] == repr(both["other"])[:40]
        return both["one"]

    engine = Engine()
    expression = FilterExpression(name + behind, Parser("", builtins=engine.template_builtins))
    answers = []
    for way in (by_django, together):
        page = Context(PAGE)
        with page.bind_template(engine.from_string("")):
            try:
                found = way(page)
                answers.append((type(found).__name__, str(found)[:40]))
            except Exception as fault:
                answers.append((type(fault).__name__, ""))
    assert answers[0] == answers[1]


def test_what_several_names_begin_with_is_found_once() -> None:
    class Watched(dict[str, Any]):
        asked = 0

        def __contains__(self, name: object) -> bool:
            Watched.asked += name == "thing"
            return super().__contains__(name)

    engine = Engine()
    parser = Parser("", builtins=engine.template_builtins)
    names = {part: FilterExpression(f"thing.{part}", parser) for part in ("name", "nothing")}
    page = Context()
    page.dicts.append(Watched(PAGE))
    with page.bind_template(engine.from_string("")):
        assert lookups.Names(names).on(page) == {"name": "thing", "nothing": None}
    assert Watched.asked == 1


def test_the_innermost_value_of_a_name_counts() -> None:
    page = _pages()["page"]
    with page.push(text="inner"):
        assert lookups.lookup(Variable("text"), page) == "inner"
    assert lookups.lookup(Variable("text"), page) == "Lạng Sơn"


def test_templates_of_this_process_look_up_this_way() -> None:
    assert Variable._resolve_lookup is lookups.lookup  # type: ignore[attr-defined]


def test_a_property_without_faults_is_read_once() -> None:
    """What costs a statement is not asked twice on the way to a plain value."""

    class Counted:
        asked = 0

        @property
        def value(self) -> Thing:
            Counted.asked += 1
            return Thing()

    page = _pages()["page"]
    page["counted"] = Counted()
    assert lookups.lookup(Variable("counted.value.name"), page) == "thing"
    assert Counted.asked == 1
