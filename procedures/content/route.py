"""The route inside the agencies: ordered steps, who signs, what comes out."""

from typing import Literal, Self

from pydantic import Field, model_validator

from procedures.content.base import Evidence, Key, Strict, Text

Role = Literal["reception", "specialist", "head", "leader", "clerk", "cashier", "consultation"]


class Step(Strict):
    """A step of the internal process; `hours` are working hours of the plan, scaled to the agency's real day.

    `agency_key`: which agency "other" is, where the step is carried out there (the Office of the People's Committee, the
    chair); of a consultation it is chosen dossier by dossier. `silence_is_agreement`: a consulted agency that has not
    answered within `hours` counts as agreeing. Only a legal text makes it so: `legal_basis` names it.
    """

    no: int = Field(ge=1)
    role: Role
    title: Text
    action: Text
    hours: float = Field(ge=0)
    agency: Literal["receiving", "deciding", "other"] = "deciding"
    agency_key: str = ""
    optional: bool = False
    silence_is_agreement: bool = False
    legal_basis: str = ""

    @model_validator(mode="after")
    def only_another_agency_is_named(self) -> Self:
        """Raises ValueError for a key beside an agency that follows from the dossier."""
        if self.agency_key and self.agency != "other":
            raise ValueError("Who receives and who decides follows from the dossier; only another agency is named.")
        return self

    @model_validator(mode="after")
    def silence_rests_on_a_law(self) -> Self:
        """Raises ValueError for silence that binds without a consulted agency, a limit and a legal text."""
        if not self.silence_is_agreement:
            return self
        if self.role != "consultation":
            raise ValueError("Only of a consulted agency can silence be agreement.")
        if not self.hours or not self.legal_basis.strip():
            raise ValueError("Silence is agreement only within a limit and by a named legal text.")
        return self


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
