"""Names in templates (`dossier.party.full_name`), looked up without trying first what cannot be.

Django tries each part as a key, then as an attribute, then as a number, and finds out by exceptions; a page of the desk looks up
some 130 names. What is neither plain nor missing is left to Django's own way.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from django.template.base import FilterExpression, Variable, VariableDoesNotExist
from django.template.context import Context, RequestContext
from django.template.defaultfilters import yesno


class Way(Enum):
    """How a part is looked up in a value of some type."""

    KEY = 1  # a plain mapping
    ATTRIBUTE = 2  # nothing is got from it by a text
    DJANGO = 3  # a type with keys of its own


KEY, ATTRIBUTE, DJANGO = Way  # a member of an Enum costs ten times as much where it is asked for by its class
_PAGES = (Context, RequestContext)
_BY_NUMBER = frozenset({str.__getitem__, tuple.__getitem__, list.__getitem__})
_ways: dict[type, Way] = {dict: KEY}
django_lookup: Any = Variable._resolve_lookup  # type: ignore[attr-defined]


def lookup(variable: Any, page: Any) -> Any:
    """What the variable stands for on this page. Raises VariableDoesNotExist as Django does."""
    if type(page) not in _PAGES:
        return django_lookup(variable, page)
    first, *others = variable.lookups
    for scope in reversed(page.dicts):
        if first in scope:
            found = scope[first]
            break
    else:
        return _missing(variable, page, page, first)
    for bit in others:
        way = DJANGO if callable(found) else _ways.get(type(found)) or _way_of(type(found))
        if way is DJANGO:
            return django_lookup(variable, page)
        try:
            found = found[bit] if way is KEY else getattr(found, bit)
        except Exception:  # of some Django makes an empty text, others it raises again
            return _missing(variable, page, found, bit)
    return django_lookup(variable, page) if callable(found) else found


def _way_of(kind: type) -> Way:
    getter = getattr(kind, "__getitem__", None)
    _ways[kind] = way = ATTRIBUTE if getter is None or getter in _BY_NUMBER else DJANGO
    return way


def _missing(variable: Any, page: Any, found: Any, bit: str) -> Any:
    """What nothing has by that name is missing; anything else (a method of a mapping, a number, a fault) is Django's to say."""
    if (
        (found is page or found is None or type(found) is dict)
        and not bit[0].isdigit()
        and not hasattr(type(found), bit)
    ):
        raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (bit, found))
    return django_lookup(variable, page)


# ── many names at once ──
_NOTHING: Any = object()


class _Asked(NamedTuple):
    """One name of a tag: `first` is the name on the page ("" for what must be left to Django), `others` what follows it."""

    name: str
    first: str
    others: tuple[str, ...]
    is_said: bool  # |yesno:"1,,": whether there is anything
    expression: FilterExpression


class Names:
    """The values a tag names (`code=dossier.code has_due=page.due|yesno:"1,,"`): what several names begin with is found once."""

    def __init__(self, expressions: Mapping[str, FilterExpression], *, missing_is_none: bool = False) -> None:
        self.asked = [_asked(name, expression) for name, expression in expressions.items()]
        self.missing_is_none = missing_is_none

    def on(self, page: Any) -> dict[str, Any]:
        """What they stand for on this page, as Django's `resolve` says; `missing_is_none`: its ignore_failures."""
        found, known = {}, {}
        for name, first, others, is_said, expression in self.asked:
            if first not in known:
                known[first] = _on_page(page, first) if first else _NOTHING
            value = _follow(known[first], others)
            if value is _NOTHING:
                value = expression.resolve(page, ignore_failures=self.missing_is_none)
            elif is_said:
                value = "1" if value else ""
            found[name] = value
        return found


def _asked(name: str, expression: FilterExpression) -> _Asked:
    variable: Any = expression.var
    is_said = [(func, args) for func, args in expression.filters] == [(yesno, [(False, "1,,")])]
    is_plain = expression.is_var and variable.lookups and not variable.translate and (is_said or not expression.filters)
    first, *others = variable.lookups if is_plain else ("",)
    return _Asked(name, first, tuple(others), is_said, expression)


def _on_page(page: Any, name: str) -> Any:
    for scope in reversed(page.dicts):
        if name in scope:
            return scope[name]
    return _NOTHING


def _follow(found: Any, bits: tuple[str, ...]) -> Any:
    """As `lookup` goes on from what a name stands for; _NOTHING where Django is to say what it is."""
    for bit in bits:
        way = DJANGO if found is _NOTHING or callable(found) else _ways.get(type(found)) or _way_of(type(found))
        if way is DJANGO:
            return _NOTHING
        try:
            found = found[bit] if way is KEY else getattr(found, bit)
        except Exception:
            return _NOTHING
    return _NOTHING if callable(found) else found


def look_up_quickly() -> None:
    """From now on for every template of this process."""
    Variable._resolve_lookup = lookup  # type: ignore[attr-defined]
