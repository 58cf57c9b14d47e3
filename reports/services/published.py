"""Figures that other portals published, loaded from records, so that our way of computing can be held against them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, model_validator

from reports.models import PublishedFigure


class Record(BaseModel):
    """One published figure as the file holds it; what is only commentary there is ignored."""

    model_config = ConfigDict(extra="ignore")

    province: str = Field(min_length=1, max_length=100)
    period: str = Field(min_length=1, max_length=100)
    measure: str = Field(min_length=1, max_length=120)
    kind: Literal["actual", "target"]
    unit: str = Field(min_length=1, max_length=20)
    qualifier: Literal["more_than", "nearly", "about", "at_least"] | None = None
    numerator: int | None = Field(default=None, ge=0, lt=10**15)
    denominator: int | None = Field(default=None, ge=0, lt=10**15)
    stated_percent: Decimal | None = Field(default=None, ge=0, le=10_000, decimal_places=4)
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> "Record":
        if self.numerator is None and self.stated_percent is None:
            raise ValueError("a figure has a number or a percentage")
        return self


def read(content: Any) -> list[Record]:
    """The records of a parsed file {"figures": […]}; raises pydantic.ValidationError or ValueError."""
    if not isinstance(content, dict) or not isinstance(content.get("figures"), list):
        raise ValueError('the file is not an object with a list "figures"')
    return [Record.model_validate(item) for item in content["figures"]]


def load(records: Sequence[Record]) -> int:
    """Put the records in the place of those loaded before; returns how many there are now."""
    with transaction.atomic():
        PublishedFigure.objects.all().delete()
        rows = [_row(position, record) for position, record in enumerate(records)]
        PublishedFigure.objects.bulk_create(rows)
    return len(rows)


def _row(position: int, record: Record) -> PublishedFigure:
    values = record.model_dump() | {"qualifier": record.qualifier or ""}
    return PublishedFigure(position=position, stated_places=places_of(record.stated_percent), **values)


def places_of(stated: Decimal | None) -> int:
    """How many decimals the percentage was published with: 43.73 → 2, 85 → 0."""
    exponent = stated.as_tuple().exponent if stated is not None else 0
    return max(0, -exponent) if isinstance(exponent, int) else 0
