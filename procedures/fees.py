"""The fee of one dossier, computed from the fee table of its version; integer VND throughout."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from common.money import vnd
from procedures.content import Channel, Content, Fee, holds
from procedures.content.fees import Exemption, Quantity
from procedures.eforms.context import LOCAL
from procedures.eforms.numbers import parse_number

Words = dict[str, str]


@dataclass(frozen=True)
class FeeLine:
    """`quantity` × `unit_amount` = `amount` VND; the unit amount is what is owed after exemptions."""

    code: str
    kind: Literal["phi", "le_phi"]
    name: Words
    quantity: int
    unit: str
    unit_amount: int
    amount: int
    explanation: Words
    timing: Literal["before", "after"]


@dataclass(frozen=True)
class Quote:
    """Lines with their totals by when they are collected; `exemptions` says in words what was lowered and why."""

    lines: tuple[FeeLine, ...]
    exemptions: tuple[Words, ...] = ()

    @property
    def total_before(self) -> int:
        """VND collected before acceptance (thu trước)."""
        return sum(line.amount for line in self.lines if line.timing == "before")

    @property
    def total_after(self) -> int:
        """VND collected after examination (thu sau)."""
        return sum(line.amount for line in self.lines if line.timing == "after")

    @property
    def total(self) -> int:
        """VND altogether."""
        return self.total_before + self.total_after


@dataclass(frozen=True)
class _Item:
    quantity: int
    amount: int
    explanation: Words


def quote(content: Content, *, case: str, channel: Channel | str, answers: Mapping[str, Any], at: datetime) -> Quote:
    """The fee owed for these answers on that channel at that moment. Unanswered quantities count as one.

    Raises ValueError for an unknown channel.
    """
    by, day = Channel(channel), at.astimezone(LOCAL).date()
    lines: list[FeeLine] = []
    exempted: list[Words] = []
    for fee in content.fees:
        if fee.kind == "none" or (fee.cases and case not in fee.cases) or not holds(fee.show_if, answers, on=day):
            continue
        rate = fee.rate(by, day)
        if rate is None:
            continue
        exemption = next((e for e in fee.exemptions if e.show_if and holds(e.show_if, answers, on=day)), None)
        if exemption:
            exempted.append(_exemption_words(fee, exemption))
        lines += [_line(fee, item, exemption) for item in _items(fee.quantity, rate.amount_vnd, answers)]
    return Quote(tuple(lines), tuple(exempted))


def _line(fee: Fee, item: _Item, exemption: Exemption | None) -> FeeLine:
    amount, explanation = item.amount, item.explanation
    if exemption:
        amount = amount * (100 - exemption.percent_off) // 100
        words = _exemption_words(fee, exemption)
        explanation = {key: f"{explanation[key]}. {words[key]}" for key in explanation}
    return FeeLine(
        code=fee.code,
        kind="le_phi" if fee.kind == "le_phi" else "phi",
        name={"vi": fee.name.vi, "en": fee.name.in_("en")},
        quantity=item.quantity,
        unit=fee.unit.vi,
        unit_amount=amount,
        amount=item.quantity * amount,
        explanation=explanation,
        timing=fee.timing,
    )


def _exemption_words(fee: Fee, exemption: Exemption) -> Words:
    if exemption.percent_off == 100:
        return {"vi": f"Được miễn: {exemption.name.vi}", "en": f"Exempt: {exemption.name.in_('en')}"}
    percent = exemption.percent_off
    return {"vi": f"Giảm {percent}%: {exemption.name.vi}", "en": f"{percent}% off: {exemption.name.in_('en')}"}


def _items(quantity: Quantity, amount: int, answers: Mapping[str, Any]) -> list[_Item]:
    if quantity.kind == "table":
        return _rows(quantity, answers.get(str(quantity.table)))
    number = 1 if quantity.kind == "one" else _count(answers.get(str(quantity.field)), default=1)
    if number == 0:
        return []
    words = f"{number} × {vnd(amount)}"
    return [_Item(number, amount, {"vi": words, "en": words})]


def _rows(quantity: Quantity, rows: Any) -> list[_Item]:
    items = []
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, Mapping):
            continue
        units = _count(row.get(str(quantity.units)), default=0)
        times = _count(row.get(str(quantity.times)), default=0)
        if units and times:
            items.append(_copies(quantity, units, times))
    return items


def _copies(quantity: Quantity, units: int, times: int) -> _Item:
    parts, done, price = [], 0, 0
    for step in quantity.steps:
        upper = units if step.up_to is None else min(units, step.up_to)
        if upper > done:
            parts.append(f"{upper - done} × {vnd(step.amount_vnd)}")
            price += (upper - done) * step.amount_vnd
            done = upper
    capped = min(price, quantity.cap_vnd) if quantity.cap_vnd else price
    sums = f"{' + '.join(parts)} = {vnd(price)}"
    vi, en = f"{units} trang: {sums} một bản", f"{units} pages: {sums} a copy"
    if capped < price:
        vi, en = f"{vi}, thu tối đa {vnd(capped)}", f"{en}, at most {vnd(capped)}"
    return _Item(times, capped, {"vi": f"{vi}; {times} bản", "en": f"{en}; copies: {times}"})


def _count(value: Any, *, default: int) -> int:
    """A whole number of at least 0 out of an answer that may not have been checked yet."""
    try:
        number = parse_number(value) if isinstance(value, str) else value
        if isinstance(number, bool) or number is None or number != int(number):
            return default
        return max(0, min(int(number), 1_000_000))
    except (TypeError, ValueError, OverflowError):
        return default
