"""The entries of the clock ledger as plain values: what `ClockEntry` rows say, without the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from dossiers.clock.limits import Limit

Track = Literal["intake", "handling", "supplement", "step", "consultation"]
Kind = Literal[
    "start",
    "pause",
    "resume",
    "restart",
    "filing_moved",
    "legal_extension",
    "reappoint",
    "calendar_recomputed",
    "outage_shift",
    "stop",
]
Policy = Literal["restart", "pause"]

TRACKS: tuple[Track, ...] = ("intake", "handling", "supplement", "step", "consultation")
KINDS: tuple[Kind, ...] = (
    "start",
    "pause",
    "resume",
    "restart",
    "filing_moved",
    "legal_extension",
    "reappoint",
    "calendar_recomputed",
    "outage_shift",
    "stop",
)

# What a pause waits for (`reason_code` of the pause). Decision 766 subtracts and counts waiting for supplements only.
SUPPLEMENT = "supplement"
FEE = "fee"


class ClockError(ValueError):
    """The ledger tells something impossible, for instance a resume without a pause."""


@dataclass(frozen=True)
class Entry:
    """One line of the clock ledger.

    `limit` is the limit that starts (start, restart, filing_moved) or the time added (legal_extension, outage_shift).
    `policy` says how a pause ends: counted anew (`restart`, Decree 61/2018 art. 19) or moved by the waiting (`pause`, also
    when it is None). `source` cites the law; `data` holds ids and codes only, on the step track its budget as `hours`
    (route hours, may be halves). Entries are read by `seq`; those of one seq in the order they are given.
    """

    seq: int
    track: Track
    kind: Kind
    at: datetime
    limit: Limit | None = None
    policy: Policy | None = None
    appointment_at: datetime | None = None
    reason_code: str = ""
    source: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.track not in TRACKS or self.kind not in KINDS:
            raise ClockError(f"The clock knows no {self.kind!r} on {self.track!r}.")
        if self.at.tzinfo is None:
            raise ClockError(f"Entry {self.seq} has a moment without a time zone.")
