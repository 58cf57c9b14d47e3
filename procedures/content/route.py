"""The route inside the agencies: ordered steps, who signs, what comes out."""

from typing import Literal

from pydantic import Field

from procedures.content.base import Evidence, Key, Strict, Text

Role = Literal["reception", "specialist", "head", "leader", "clerk", "cashier", "consultation"]


class Step(Strict):
    """A step of the internal process; `hours` are working hours of the plan, scaled to the agency's real day."""

    no: int = Field(ge=1)
    role: Role
    title: Text
    action: Text
    hours: float = Field(ge=0)
    agency: Literal["receiving", "deciding", "other"] = "deciding"
    optional: bool = False


class Route(Strict):
    """`decide_at_once`: the result is made at the counter in one go. `signing_role` never drafts what it signs."""

    steps: tuple[Step, ...] = Field(min_length=1)
    decide_at_once: bool = False
    signing_role: Role = "leader"
    evidence: Evidence = Evidence()


class Result(Strict):
    """What the citizen gets, and how it can be handed over."""

    name: Text
    codes: tuple[str, ...] = ()
    delivery: tuple[Literal["online", "post", "counter"], ...] = Field(min_length=1)
    form: str = ""
    validity: str = ""
    evidence: Evidence = Evidence()


class Visit(Strict):
    """Something the law lets nobody do from home; the editable reading of "carried out online" (design.md §5)."""

    key: Key
    kind: Literal[
        "show_original",
        "hand_in_original",
        "sign_in_person",
        "appear",
        "test",
        "site_check",
        "collect",
        "public_notice",
    ]
    text: Text
    legal_source: str = ""
    evidence: Evidence = Evidence()
