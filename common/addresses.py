"""Which page an address leads to, kept for addresses that were asked for lately.

Django tries one regular expression after the other at each request; an officer asks for the same lists and dossiers all day.
"""

from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_script_prefix
from django.utils.translation import get_language

MOST, LONGEST = 1000, 200  # addresses kept by a process; letters of one
_known: OrderedDict[tuple[Any, ...], ResolverMatch] = OrderedDict()
_django_resolve = BaseHandler.resolve_request


def resolve(handler: BaseHandler, request: HttpRequest) -> ResolverMatch:
    """The page of a request as Django finds it. Raises Resolver404, each time anew, for an address that leads nowhere."""
    path = request.path_info
    if hasattr(request, "urlconf") or len(path) > LONGEST:
        return _django_resolve(handler, request)
    # What an address leads to depends on the language and the prefix in force, too.
    key = (path, settings.ROOT_URLCONF, get_language(), get_script_prefix())
    match = _known.get(key)
    if match is None:
        match = _known[key] = _django_resolve(handler, request)
        match.tried = None  # what was tried in vain is only for the page of an error in development
        if len(_known) > MOST:
            _known.popitem(last=False)
    request.resolver_match = match
    return match


def find_quickly() -> None:
    """From now on for every request of this process."""
    BaseHandler.resolve_request = resolve  # type: ignore[method-assign,assignment]
