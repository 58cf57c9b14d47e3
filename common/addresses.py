"""Which page an address leads to, kept for addresses that were asked for lately.

Django tries one regular expression after the other at each request; an officer asks for the same lists and dossiers all day.
Addresses that differ in a dossier's code or in the number of a draft alone lead to the same page with other values: one of
them stands for all.
"""

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_script_prefix
from django.utils.translation import get_language

MOST, LONGEST = 1000, 200  # addresses kept by a process; letters of one
# H37.12-261123-0001, H37-261123-0001 and the number of a draft; no address of ours is written so. What a converter of ours
# takes one of a kind for, it takes every other of that kind for as well.
SAID = re.compile(
    r"(?<=/)(?:(?P<code>[A-Z][A-Z0-9]*\.[A-Z0-9.]*-\d{6}-\d{4,})|(?P<short>[A-Z][A-Z0-9]*-\d{6}-\d{4,})"
    r"|(?P<uuid>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))(?=/)"
)
Said = list[re.Match[str]]
Taken = list[tuple[str, Callable[[str], Any]]]  # for each of what an address says: the name of the value, and its type
_known: OrderedDict[tuple[Any, ...], tuple[ResolverMatch, Taken]] = OrderedDict()
_django_resolve = BaseHandler.resolve_request


def resolve(handler: BaseHandler, request: HttpRequest) -> ResolverMatch:
    """The page of a request as Django finds it. Raises Resolver404, each time anew, for an address that leads nowhere."""
    path = request.path_info
    if hasattr(request, "urlconf") or len(path) > LONGEST:
        return _django_resolve(handler, request)
    # What an address leads to depends on the language and the prefix in force, too.
    force = (settings.ROOT_URLCONF, get_language(), get_script_prefix())
    said = list(SAID.finditer(path))
    found = (said and _known.get((_kind(path, said), *force))) or _known.get((path, *force))
    match = _saying(*found, said) if found else _found(handler, request, said, force)
    request.resolver_match = match
    return match


def _kind(path: str, said: Said) -> tuple[str | None, ...]:
    """The address without what it says: its other parts, and which kind of value stands between them."""
    parts: list[str | None] = []
    start = 0
    for one in said:
        parts += (path[start : one.start()], one.lastgroup)
        start = one.end()
    return (*parts, path[start:])


def _found(handler: BaseHandler, request: HttpRequest, said: Said, force: tuple[Any, ...]) -> ResolverMatch:
    path, match = request.path_info, _django_resolve(handler, request)
    match.tried = None  # what was tried in vain is only for the page of an error in development
    taken = _taken(match, [one[0] for one in said])
    _known[(_kind(path, said) if taken else path, *force)] = match, taken
    if len(_known) > MOST:
        _known.popitem(last=False)
    return match


def _taken(match: ResolverMatch, said: list[str]) -> Taken:
    """Under which name the page gets each of what its address says; nothing where that is not plain."""
    names = {str(value): name for name, value in match.kwargs.items()}
    if len({*said}) < len(said) or len(names) < len(match.kwargs) or not names.keys() >= {*said}:
        return []
    return [(names[one], type(match.kwargs[names[one]])) for one in said]


def _saying(match: Any, taken: Taken, said: Said) -> ResolverMatch:
    """The page with what this address says."""
    if not taken:
        return match
    own = {name: kind(one[0]) for (name, kind), one in zip(taken, said, strict=True)}
    found: Any = ResolverMatch.__new__(ResolverMatch)
    found.__dict__.update(match.__dict__)
    found.kwargs = match.kwargs | own
    found.captured_kwargs = {name: found.kwargs[name] for name in match.captured_kwargs}
    return cast("ResolverMatch", found)


def find_quickly() -> None:
    """From now on for every request of this process."""
    BaseHandler.resolve_request = resolve  # type: ignore[method-assign,assignment]
