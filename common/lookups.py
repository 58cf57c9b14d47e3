"""Names in templates (`dossier.party.full_name`), looked up without trying first what cannot be.

Django tries each part as a key, then as an attribute, then as a number, and finds out by exceptions; a page of the desk looks up
some 130 names. What is neither plain nor missing is left to Django's own way.
"""

from enum import Enum
from typing import Any

from django.template.base import Variable, VariableDoesNotExist
from django.template.context import Context, RequestContext


class Way(Enum):
    """How a part is looked up in a value of some type."""

    KEY = 1  # a plain mapping
    ATTRIBUTE = 2  # nothing is got from it by a text
    DJANGO = 3  # a type with keys of its own


_PAGES = (Context, RequestContext)
_BY_NUMBER = frozenset({str.__getitem__, tuple.__getitem__, list.__getitem__})
_ways: dict[type, Way] = {dict: Way.KEY}
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
        way = Way.DJANGO if callable(found) else _ways.get(type(found)) or _way_of(type(found))
        if way is Way.DJANGO:
            return django_lookup(variable, page)
        try:
            found = found[bit] if way is Way.KEY else getattr(found, bit)
        except Exception:  # of some Django makes an empty text, others it raises again
            return _missing(variable, page, found, bit)
    return django_lookup(variable, page) if callable(found) else found


def _way_of(kind: type) -> Way:
    getter = getattr(kind, "__getitem__", None)
    _ways[kind] = way = Way.ATTRIBUTE if getter is None or getter in _BY_NUMBER else Way.DJANGO
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


def look_up_quickly() -> None:
    """From now on for every template of this process."""
    Variable._resolve_lookup = lookup  # type: ignore[attr-defined]
