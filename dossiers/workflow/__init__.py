"""The legal flow chart of a dossier: states, transitions, guards, permissions. Nothing else happens here.

States are the ten of the National Public Service Portal plus `draft`. Transitions follow Decree 118/2025 (before it
Decree 61/2018 as amended by Decree 107/2021) and practice; each body sets fields of the dossier itself, at most.
Only `dossiers.services.perform` calls them. What differs between procedures is data (the route), never a new state.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django_fsm import FSMField, FSMFieldDescriptor

from dossiers.workflow.acts import APPLICANT, CONSULTED, HANDLERS, SYSTEM, Act, Actor, may
from dossiers.workflow.consulting import Consulting
from dossiers.workflow.corrections import Correcting
from dossiers.workflow.elsewhere import Elsewhere
from dossiers.workflow.filing import Filing
from dossiers.workflow.handling import Handling
from dossiers.workflow.joint import Joint
from dossiers.workflow.results import Deciding
from dossiers.workflow.states import NATIONAL_NUMBER, NOT_COUNTED, OPEN, RUNNING, TERMINAL, State
from dossiers.workflow.supplements import Waiting

__all__ = [
    "APPLICANT",
    "CONSULTED",
    "HANDLERS",
    "NATIONAL_NUMBER",
    "NOT_COUNTED",
    "OPEN",
    "RUNNING",
    "SYSTEM",
    "TERMINAL",
    "Act",
    "Actor",
    "Edge",
    "State",
    "Workflow",
    "acts",
    "acts_from",
    "edges",
    "may",
    "pairs",
]


class KnownState(FSMFieldDescriptor):
    """The state as it was read: the library makes an object each time it is asked for, and a list asks four times a row."""

    def __get__(self, instance: Any, type: Any = None) -> Any:
        """The state; read from the database where it was left out."""
        if instance is not None and (known := instance.__dict__.get(self.field.name)):
            return known
        return super().__get__(instance, type)


class Workflow(Filing, Handling, Consulting, Joint, Waiting, Elsewhere, Deciding, Correcting, models.Model):
    """The abstract base of Dossier that holds its state and every transition."""

    state = FSMField(default=State.DRAFT, choices=State.choices, protected=True, max_length=12)
    state.descriptor_class = KnownState

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Edge:
    """One line of the flow chart: transition, source, target."""

    name: str
    source: str
    target: str


def acts() -> dict[str, Act]:
    """Every transition's Act by name."""
    return {item.name: item.custom["act"] for item in _transitions()}


@cache
def acts_from(state: str) -> dict[str, Act]:
    """The acts that begin in a state, by name: no transition of the chart has a source other than a state."""
    known = acts()
    return {edge.name: known[edge.name] for edge in edges() if edge.source == state}


def edges() -> tuple[Edge, ...]:
    """Every (transition, source, target) of the chart; a transition without a target stays where it is."""
    return tuple(sorted({Edge(t.name, t.source, t.target or t.source) for t in _transitions()}, key=str))


def pairs() -> tuple[tuple[str, str], ...]:
    """The allowed changes of state, for the database's own guard."""
    return tuple(sorted({(edge.source, edge.target) for edge in edges() if edge.source != edge.target}))


def _transitions() -> list[Any]:
    found = []
    for name in dir(Workflow):
        chart = getattr(getattr(Workflow, name, None), "_django_fsm", None)
        if chart is not None:
            found += list(chart.transitions.values())
    return found
