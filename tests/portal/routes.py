"""Walking Django's own map of addresses, so that no route can be forgotten."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation


@dataclass(frozen=True)
class Route:
    """One address: its full name and the names of its parameters."""

    name: str
    parameters: frozenset[str]
    text: str
    module: str = ""  # where its view is written

    def url(self, **values: Any) -> str:
        """The Vietnamese address with these values, whatever language the last request was answered in."""
        with translation.override("vi"):
            return reverse(self.name, kwargs=values)


def routes() -> list[Route]:
    """Every address of the portal (the English twins are the same routes)."""
    return sorted(set(_walk(get_resolver().url_patterns, "", "", frozenset())), key=lambda route: route.name)


def _walk(patterns: Any, namespace: str, text: str, parameters: frozenset[str]) -> Iterator[Route]:
    for entry in patterns:
        here = text + str(entry.pattern)
        names = parameters | frozenset(getattr(entry.pattern, "converters", {}))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, here, names)
        elif isinstance(entry, URLPattern):
            module = inspect.unwrap(entry.callback).__module__
            yield Route(f"{namespace}{entry.name or f'? {here}'}", names, here, module)
