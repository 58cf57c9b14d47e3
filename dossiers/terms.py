"""What the pinned version says for this dossier: time limit, supplement rules, extensions, route."""

from dataclasses import dataclass
from math import ceil
from typing import Any

from dossiers.clock import Limit
from dossiers.clock.limits import ROUTE_DAY_HOURS
from procedures.content import Content, Extension, Step, Terms
from procedures.services import content_of

INTAKE_LIMIT = Limit(8, "hour")
INTAKE_SOURCE = "45/2020/NĐ-CP"
ANSWER_DEFAULT = Limit(30, "calendar_day")  # where neither the case nor the law sets the citizen's limit
PAY_BEFORE = Limit(5, "calendar_day")
PAY_AFTER = Limit(15, "calendar_day")
CHANNEL = {"own": "online", "national": "online", "counter": "counter", "post": "post"}


@dataclass(frozen=True)
class DossierTerms:
    """The content of the version with the case and channel of one dossier."""

    content: Content
    terms: Terms

    @property
    def limit(self) -> Limit | None:
        """The legal limit; None where the law sets none."""
        return as_limit(self.terms.limit)

    @property
    def policy(self) -> str:
        """What a supplement does to the clock: restart or pause."""
        return self.terms.supplement.policy

    @property
    def policy_source(self) -> str:
        """The law behind the supplement policy."""
        return self.terms.supplement.legal_source

    @property
    def answer_limit(self) -> Limit:
        """The citizen's limit to answer a supplement request."""
        return as_limit(self.terms.supplement.answer_within) or ANSWER_DEFAULT

    @property
    def ask_limit(self) -> Limit | None:
        """Until when after acceptance the agency may ask for a supplement; None where the law sets no limit."""
        return as_limit(self.terms.supplement.request_within)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The route's steps that are carried out in the agencies, in order."""
        return tuple(step for step in self.content.route.steps if not step.optional and step.role != "consultation")

    @property
    def signing_step(self) -> Step | None:
        """Where the result is signed: the last step of the role that signs. A leader before it only submits."""
        role = self.content.route.signing_role
        return next((step for step in reversed(self.steps) if step.role == role), None)

    def signs_at(self, step_no: int) -> bool:
        """Whether the result is signed at the step of that number."""
        step = self.signing_step
        return step is not None and step.no == step_no

    @property
    def consultations(self) -> tuple[Step, ...]:
        """Where the route asks other agencies for an opinion; each with its own limit."""
        return tuple(step for step in self.content.route.steps if step.role == "consultation")

    def extension(self, key: str) -> Extension:
        """The lawful extension of that key; raises KeyError."""
        return next(item for item in self.terms.extensions if item.key == key)


def answer_limit_of(step: Step) -> Limit | None:
    """Within what time a consulted agency answers: the step's hours in working days where they are whole days."""
    if not step.hours:
        return None
    days, rest = divmod(step.hours, ROUTE_DAY_HOURS)
    return Limit(ceil(step.hours), "hour") if rest else Limit(int(days), "working_day")


def as_limit(limit: Any) -> Limit | None:
    """A limit of the catalogue as the clock's; a same-day limit has no amount."""
    return Limit(max(1, limit.amount), limit.unit.value) if limit else None


def terms_of(dossier: Any) -> DossierTerms:
    """The terms the dossier is pinned to; parsed once per process."""
    content = content_of(dossier.procedure_version_id)
    case = content.case(dossier.case_key)
    wanted = CHANNEL[dossier.intake]
    try:
        terms = case.on(wanted)
    except KeyError:
        terms = case.terms[0]  # taken over by post or counter although the catalogue lists another channel only
    return DossierTerms(content, terms)
