"""Slots on the pages of lower rooms that upper rooms fill: {% panel "dossier.fee" dossier %}.

The portal registers who provides what; a provider returns the context of its template, or None to show nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

Provider = Callable[[Any, Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A provider `(subject, user) -> context | None` by dotted path, and the template that draws it."""

    provider: str
    template: str


_panels: dict[str, tuple[Panel, ...]] = {}


def register(panels: Mapping[str, tuple[Panel, ...]]) -> None:
    """Fill the slots; called once by the portal."""
    _panels.clear()
    _panels.update(panels)


def registered() -> dict[str, tuple[Panel, ...]]:
    """The panels in force, by slot."""
    return dict(_panels)


def collect(slot: str, subject: Any, user: Any) -> list[tuple[str, dict[str, Any]]]:
    """(template, context) of every panel of the slot that has something to show."""
    found = []
    for panel in _panels.get(slot, ()):
        context = import_string(panel.provider)(subject, user)
        if context is not None:
            found.append((panel.template, context))
    return found
