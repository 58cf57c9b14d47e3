"""Small parts every section of the document uses."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_\-]{0,59}$")]


class Strict(BaseModel):
    """Immutable; an unknown name in the document is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Strict):
    """A text in both languages; an English text that is still missing falls back to Vietnamese."""

    vi: str = Field(min_length=1)
    en: str = ""

    def in_(self, language: str) -> str:
        """The text in `language` ("vi", "en"), Vietnamese when there is no translation."""
        return self.en if language.startswith("en") and self.en else self.vi


class Evidence(Strict):
    """Where a figure comes from and whether a source consulted shows it."""

    verified: Literal["yes", "partly", "no"] = "no"
    source: str = ""
    note: str = ""


class Channel(StrEnum):
    """How a dossier reaches the agency (Decree 63/2010 art. 8: manner of performance)."""

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"


class Unit(StrEnum):
    """Units of time limits; days step by dates, only hours run on opening hours (design.md §4)."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    HOUR = "hour"
    SAME_DAY = "same_day"


class Limit(Strict):
    """A time limit: `amount` of `unit`; 0 for same_day (accepted after 15:00 it ends on the next working day)."""

    amount: int = Field(ge=0, le=3650)
    unit: Unit
    evidence: Evidence = Evidence()
