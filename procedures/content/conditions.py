"""`show_if`: when a field, a paper, a fee or a case applies, told as data and evaluated on the server."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Self

from pydantic import Field, model_validator

from procedures.content.base import Strict

OPERATORS = (
    "equals",
    "not_equals",
    "in_",
    "includes",
    "includes_any",
    "not_only",
    "gte",
    "age_between",
    "days_ago_over",
    "days_ago_up_to",
)


class Condition(Strict):
    """Either `any`/`all` of other conditions, or one comparison of the answer to `field`.

    `not_only`: some choice lies outside the list. `age_between`: whole years of the date answered, both ends included.
    `days_ago_over`/`days_ago_up_to`: days from the date answered to the day of judging.
    """

    field: str | None = None
    equals: str | None = None
    not_equals: str | None = None
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    includes: str | None = None
    includes_any: tuple[str, ...] | None = None
    not_only: tuple[str, ...] | None = None
    gte: float | None = None
    age_between: tuple[int, int] | None = None
    days_ago_over: int | None = None
    days_ago_up_to: int | None = None
    any: tuple["Condition", ...] | None = None
    all: tuple["Condition", ...] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        compared = [name for name in OPERATORS if getattr(self, name) is not None]
        if self.any or self.all:
            if self.field or compared or (self.any and self.all):
                raise ValueError("a condition is a comparison, any or all: one of them")
        elif not self.field or len(compared) != 1:
            raise ValueError("a condition compares one field in one way")
        return self

    @property
    def operator(self) -> str:
        """The name of the comparison; "any" or "all" for a group."""
        if self.any or self.all:
            return "any" if self.any else "all"
        return next(name for name in OPERATORS if getattr(self, name) is not None)

    @property
    def parts(self) -> tuple["Condition", ...]:
        """The conditions of a group; empty for a comparison."""
        return self.any or self.all or ()

    def fields(self) -> set[str]:
        """Keys of every field the condition looks at."""
        if self.field:
            return {self.field}
        return {key for part in self.parts for key in part.fields()}


def holds(condition: Condition | None, answers: Mapping[str, Any], *, on: date) -> bool:
    """Whether `condition` is true of the answers on that day; no condition is true, an unanswered field is false."""
    if condition is None:
        return True
    if condition.any:
        return any(holds(part, answers, on=on) for part in condition.any)
    if condition.all:
        return all(holds(part, answers, on=on) for part in condition.all)
    return _compare(condition, answers.get(str(condition.field)), on)


def _compare(condition: Condition, answer: Any, on: date) -> bool:  # noqa: PLR0911 - one line per comparison
    chosen = set(_choices(answer))
    match condition.operator:
        case "equals":
            return condition.equals in chosen
        case "not_equals":
            return bool(chosen) and condition.not_equals not in chosen
        case "in_":
            return bool(chosen & set(condition.in_ or ()))
        case "includes":
            return condition.includes in chosen
        case "includes_any":
            return bool(chosen & set(condition.includes_any or ()))
        case "not_only":
            return bool(chosen - set(condition.not_only or ()))
        case "gte":
            number = _number(answer)
            return number is not None and number >= (condition.gte or 0)
    return _compare_date(condition, answer, on)


def _compare_date(condition: Condition, answer: Any, on: date) -> bool:
    day = _day(answer)
    if day is None:
        return False
    if condition.age_between is not None:
        low, high = condition.age_between
        return low <= full_years(day, on) <= high
    if condition.days_ago_over is not None:
        return (on - day).days > condition.days_ago_over
    return (on - day).days <= (condition.days_ago_up_to or 0)


def full_years(born: date, on: date) -> int:
    """Whole years from `born` to `on`."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _choices(answer: Any) -> list[str]:
    values = answer if isinstance(answer, list) else [answer]
    return [value for value in values if isinstance(value, str) and value]


def _number(answer: Any) -> float | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return None
    return float(answer)


def _day(answer: Any) -> date | None:
    try:
        return date.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
