"""The route inside the agencies: ordered steps, who signs, what comes out."""

from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from procedures.content.base import Evidence, Key, Strict, Text
from procedures.content.conditions import Condition

Role = Literal["reception", "specialist", "head", "leader", "clerk", "cashier", "consultation"]

YOUNGER = frozenset({"agency_key", "silence_is_agreement", "legal_basis"})
YOUNGER_ROUTE = frozenset({"children", "children_open_at", "children_wait_at"})
MOST_CHILDREN = 12


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

    @model_serializer(mode="wrap")
    def as_published(self, spell: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What younger fields do not say is left out: documents published before them keep their digest."""
        found: dict[str, Any] = spell(self)
        return {key: value for key, value in found.items() if value or key not in YOUNGER}

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


class Child(Strict):
    """A part of an inter-agency procedure (liên thông): a dossier of its own at another agency, by a procedure of its own.

    `procedure`: its code in the catalogue. `after`: the parts it waits for; none: it starts at once. `answers` and `papers`:
    which of the dossier's the agency gets; none named: all that its own procedure asks under the same key. `show_if`: the
    part is only opened when the answers say so. Its fee is among the fees of the whole procedure: people pay once.
    """

    key: Key
    title: Text
    procedure: str = Field(min_length=1, max_length=40)
    agency: Literal["receiving", "deciding", "other"] = "other"
    agency_key: str = ""
    after: tuple[Key, ...] = ()
    answers: tuple[Key, ...] = ()
    papers: tuple[Key, ...] = ()
    show_if: Condition | None = None

    @model_validator(mode="after")
    def another_agency_is_named(self) -> Self:
        """Raises ValueError for a key beside an agency that follows from the dossier, or for none where there must be one."""
        if bool(self.agency_key) != (self.agency == "other"):
            raise ValueError(f"Part “{self.key}”: name the other agency, and only where it is another one.")
        return self


class Route(Strict):
    """`decide_at_once`: the result is made at the counter in one go. `signing_role` never drafts what it signs.

    `children` are opened when the dossier is accepted, or when it reaches the step `children_open_at`; the step
    `children_wait_at` is not left before the last of them has ended (0: where the result is signed).
    """

    steps: tuple[Step, ...] = Field(min_length=1)
    decide_at_once: bool = False
    signing_role: Role = "leader"
    children: tuple[Child, ...] = Field(default=(), max_length=MOST_CHILDREN)
    children_open_at: int = Field(default=0, ge=0)
    children_wait_at: int = Field(default=0, ge=0)
    evidence: Evidence = Evidence()

    @model_serializer(mode="wrap")
    def as_published(self, spell: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A route without parts is spelled as before there were any: published documents keep their digest."""
        found: dict[str, Any] = spell(self)
        return {key: value for key, value in found.items() if value or key not in YOUNGER_ROUTE}

    @model_validator(mode="after")
    def parts_have_an_order(self) -> Self:
        """Raises ValueError for parts that wait for unknown ones or for each other, and for steps that are not there."""
        if not self.children:
            if self.children_open_at or self.children_wait_at:
                raise ValueError("Without parts at other agencies no step opens them or waits for them.")
            return self
        if self.decide_at_once:
            raise ValueError("What is decided at once at the counter has no parts at other agencies.")
        self._keys_are_known()
        self._nothing_waits_for_itself()
        self._steps_are_there()
        return self

    def _keys_are_known(self) -> None:
        keys = [child.key for child in self.children]
        if len(set(keys)) != len(keys):
            raise ValueError("Two parts have the same key.")
        for child in self.children:
            if unknown := set(child.after) - set(keys):
                raise ValueError(f"Part “{child.key}” waits for unknown parts: {', '.join(sorted(unknown))}.")

    def _nothing_waits_for_itself(self) -> None:
        done: set[str] = set()
        left = list(self.children)
        while left:
            ready = {child.key for child in left if set(child.after) <= done}
            if not ready:
                raise ValueError(f"These parts wait for each other: {', '.join(child.key for child in left)}.")
            done |= ready
            left = [child for child in left if child.key not in done]

    def _steps_are_there(self) -> None:
        numbers = {step.no for step in self.steps if not step.optional and step.role != "consultation"}
        for no in (self.children_open_at, self.children_wait_at):
            if no and no not in numbers:
                raise ValueError(f"The route has no step {no} that every dossier passes.")
        if self.waits_at < self.children_open_at:
            raise ValueError("The step that waits for the parts comes before the step that opens them.")

    @property
    def waits_at(self) -> int:
        """The number of the step that is not left before the last part has ended: as written, else where it is signed."""
        signing = [step.no for step in self.steps if step.role == self.signing_role and not step.optional]
        return self.children_wait_at or max(signing, default=self.steps[-1].no)


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
