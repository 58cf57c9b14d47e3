"""The fee table as data: phí (pays for a service), lệ phí (a fixed charge); `procedures.fees` computes."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from procedures.content.base import Channel, Evidence, Key, Strict, Text
from procedures.content.conditions import Condition


class Rate(Strict):
    """An amount for some channels and dates (both ends included); the first rate of a fee that fits is taken."""

    amount_vnd: int = Field(ge=0)
    channels: tuple[Channel, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    legal_source: str = ""
    evidence: Evidence = Evidence()

    def fits(self, channel: Channel, on: date) -> bool:
        """Whether the rate is in force on that day for that channel."""
        if self.channels and channel not in self.channels:
            return False
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Step(Strict):
    """Price of each unit up to the `up_to`-th (counted from 1); None for all the rest."""

    up_to: int | None = Field(default=None, ge=1)
    amount_vnd: int = Field(ge=0)


class Quantity(Strict):
    """How many units are paid: one, the number answered in a field, or each row of a table.

    For a table, `steps` price the number in column `units` (say pages) up to `cap_vnd` for one copy, and column
    `times` says how many such copies.
    """

    kind: Literal["one", "field", "table"] = "one"
    field: Key | None = None
    table: Key | None = None
    units: Key | None = None
    times: Key | None = None
    steps: tuple[Step, ...] = ()
    cap_vnd: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.kind == "field" and not self.field:
            raise ValueError("a quantity from a field names the field")
        if self.kind == "table" and not (self.table and self.units and self.times and self.steps):
            raise ValueError("a quantity from a table names table, units, times and steps")
        return self


class Exemption(Strict):
    """Whom the fee is lowered for (Law on Fees and Charges 97/2015 art. 10), by how much, and on what proof.

    Without `show_if` the answers cannot show it: the officer grants it on the proof.
    """

    key: Key
    name: Text
    percent_off: int = Field(default=100, ge=1, le=100)
    show_if: Condition | None = None
    proof: Key | None = None
    legal_source: str = ""
    evidence: Evidence = Evidence()


class Fee(Strict):
    """One line of the fee table. `kind` none says, with its source, that nothing is paid."""

    code: Key
    kind: Literal["phi", "le_phi", "none"]
    name: Text
    unit: Text
    rates: tuple[Rate, ...] = ()
    timing: Literal["before", "after"] = "before"
    cases: tuple[Key, ...] = ()
    show_if: Condition | None = None
    quantity: Quantity = Quantity()
    exemptions: tuple[Exemption, ...] = ()
    payable_online: bool = True
    notes: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if self.kind != "none" and not self.rates:
            raise ValueError(f"fee {self.code} has no rate")
        return self

    def rate(self, channel: Channel, on: date) -> Rate | None:
        """The rate in force, None when the fee is not collected on that channel and day."""
        return next((rate for rate in self.rates if rate.fits(channel, on)), None)
