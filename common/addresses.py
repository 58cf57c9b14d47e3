"""Which page an address leads to, kept for addresses that were asked for lately.

Django tries one regular expression after the other at each request; an officer asks for the same lists and dossiers all day.
Addresses that differ in a dossier's code alone lead to the same page with another code: one of them stands for all.
"""

import re
from collections import OrderedDict
from typing import Any, cast

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_script_prefix
from django.utils.translation import get_language

MOST, LONGEST = 1000, 200  # addresses kept by a process; letters of one
CODE = re.compile(r"/([A-Z][A-Z0-9.]*-\d{6}-\d{4,})(?=/)")  # H37.12-261123-0001; no address of ours is written so
_known: OrderedDict[tuple[Any, ...], ResolverMatch] = OrderedDict()
_django_resolve = BaseHandler.resolve_request


def resolve(handler: BaseHandler, request: HttpRequest) -> ResolverMatch:
    """The page of a request as Django finds it. Raises Resolver404, each time anew, for an address that leads nowhere."""
    path = request.path_info
    if hasattr(request, "urlconf") or len(path) > LONGEST:
        return _django_resolve(handler, request)
    # What an address leads to depends on the language and the prefix in force, too.
    force = (settings.ROOT_URLCONF, get_language(), get_script_prefix())
    found = CODE.search(path)
    code = found[1] if found else ""
    parts = tuple(path.split(code)) if code else ()
    if code and (match := _known.get((parts, *force))):
        match = _with_code(match, code)
    else:
        match = _known.get((path, *force)) or _found(handler, request, code, parts, force)
    request.resolver_match = match
    return match


def _found(
    handler: BaseHandler, request: HttpRequest, code: str, parts: tuple[str, ...], force: tuple[Any, ...]
) -> ResolverMatch:
    match = _django_resolve(handler, request)
    stands_for_all = len(parts) == 2 and match.kwargs.get("code") == code
    _keep((parts if stands_for_all else request.path_info, *force), match)
    return match


def _with_code(match: ResolverMatch, code: str) -> ResolverMatch:
    found: Any = ResolverMatch.__new__(ResolverMatch)
    found.__dict__.update(match.__dict__)
    found.kwargs = match.kwargs | {"code": code}
    found.captured_kwargs = found.captured_kwargs | {"code": code}
    return cast("ResolverMatch", found)


def _keep(key: tuple[Any, ...], match: ResolverMatch) -> None:
    match.tried = None  # what was tried in vain is only for the page of an error in development
    _known[key] = match
    if len(_known) > MOST:
        _known.popitem(last=False)


def find_quickly() -> None:
    """From now on for every request of this process."""
    BaseHandler.resolve_request = resolve  # type: ignore[method-assign,assignment]
