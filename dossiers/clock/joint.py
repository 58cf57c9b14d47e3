"""Parts of other agencies inside one limit: which of them run side by side, which one after the other, and when the last
of them ends. From there the time of the agency that answers to the citizen counts.

The sum is a critical path: of parts that run side by side the longest counts, of parts in a sequence the sum. Each part
counts on the working days and opening hours of the agency that does it. What the parts really take moves nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agencies.calendar import Calendar
from dossiers.clock.limits import Limit, due_at


@dataclass(frozen=True)
class Share:
    """The part of one agency. `after`: keys of the parts it waits for; none: it starts at once.

    `limit` is None where the law sets no time for it: it takes none of the limit. `hours_of`: key of the agency whose own
    hours count, empty for those of the province. `agency` and `title` are texts in both languages, for the explanation.
    """

    key: str
    limit: Limit | None
    after: tuple[str, ...] = ()
    hours_of: str = ""
    agency: Mapping[str, str] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)


def shares_of(data: Mapping[str, Any]) -> tuple[Share, ...]:
    """The parts a line of the ledger names; most name none."""
    return tuple(_share(item) for item in data.get("parts", ()))


def _share(item: Mapping[str, Any]) -> Share:
    limit = item.get("limit")
    return Share(
        key=item["key"],
        limit=Limit(int(limit[0]), limit[1]) if limit else None,
        after=tuple(item.get("after", ())),
        hours_of=item.get("hours_of", ""),
        agency=item.get("agency", {}),
        title=item.get("title", {}),
    )


def as_data(share: Share) -> dict[str, Any]:
    """The part as a line of the ledger keeps it; `shares_of` reads it back."""
    found: dict[str, Any] = {"key": share.key, "agency": dict(share.agency), "title": dict(share.title)}
    if share.limit:
        found["limit"] = [share.limit.amount, share.limit.unit]
    if share.after:
        found["after"] = list(share.after)
    return found | ({"hours_of": share.hours_of} if share.hours_of else {})


def order(shares: Iterable[Share]) -> list[Share]:
    """The parts, each behind all it waits for; raises ValueError when they wait for each other in a circle, or for none of
    the list."""
    left, done, found = list(shares), set[str](), list[Share]()
    while left:
        ready = [share for share in left if set(share.after) <= done]
        if not ready:
            raise ValueError(f"These parts wait for each other: {', '.join(share.key for share in left)}.")
        found += ready
        done |= {share.key for share in ready}
        left = [share for share in left if share.key not in done]
    return found


def ends(shares: Iterable[Share], start: datetime, calendar: Calendar) -> dict[str, datetime]:
    """When each part is due, if the first of them start with `start`. `calendar`: the province's, or any agency's of it."""
    found: dict[str, datetime] = {}
    for share in order(shares):
        began = max((found[key] for key in share.after), default=start)
        own = calendar.of_agency(share.hours_of)
        found[share.key] = due_at(share.limit, began, own) if share.limit else began
    return found


def last_end(shares: Sequence[Share], start: datetime, calendar: Calendar) -> datetime:
    """When the last part is due: `start` itself without parts."""
    return max(ends(shares, start, calendar).values(), default=start) if shares else start
