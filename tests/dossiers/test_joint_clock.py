"""One due date over the parts of several agencies: against an oracle that walks every chain of parts minute by minute."""

from collections.abc import Callable
from datetime import datetime
from random import Random

import pytest

from agencies.calendar import LEGAL_ZONE, Calendar
from agencies.calendar_seed import seed_content
from dossiers import clock
from dossiers.clock import Entry, Limit, Share, derive_track, explain, joint
from tests.dossiers.clock_cases import AMOUNTS, random_content, random_moment
from tests.dossiers.clock_cast import CALENDAR, at, ledger
from tests.dossiers.clock_oracle import Case, Oracle

End = Callable[[tuple[Share, ...], Limit, datetime, Calendar], datetime]


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=LEGAL_ZONE)


def with_the_clock(shares: tuple[Share, ...], own: Limit, start: datetime, calendar: Calendar) -> datetime:
    data = {"parts": [clock.as_data(share) for share in shares]}
    due = derive_track([Entry(1, "handling", "start", aware(start), own, data=data)], "handling", calendar).due_at
    assert due is not None
    return due.astimezone(LEGAL_ZONE).replace(tzinfo=None)


def by_every_chain(content: dict, shares: tuple[Share, ...], own: Limit, start: datetime) -> datetime:
    """The latest end of all chains of parts, each walked by itself; then the own time of the agency that answers."""
    by_key = {share.key: share for share in shares}

    def chains(share: Share) -> list[list[Share]]:
        return [[*before, share] for key in share.after for before in chains(by_key[key])] or [[share]]

    def end(chain: list[Share]) -> datetime:
        now = start
        for share in chain:
            if share.limit:
                now = Oracle(content, share.hours_of).due(Case(share.limit.unit, share.limit.amount, now))
        return now

    last = max((end(chain) for share in shares for chain in chains(share)), default=start)
    return Oracle(content).due(Case(own.unit, own.amount, last))


def random_limit(random: Random) -> Limit:
    unit = random.choice(tuple(AMOUNTS))
    return Limit(random.randint(1, AMOUNTS[unit]) if unit != "month" else 1, unit)  # type: ignore[arg-type]


def random_shares(random: Random, agencies: list[str]) -> tuple[Share, ...]:
    """Up to six parts; each waits for some of those before it, so that there is never a circle."""
    made: list[Share] = []
    for number in range(random.randint(0, 6)):
        after = tuple(share.key for share in made if random.random() < 0.35)
        limit = random_limit(random) if random.random() < 0.9 else None
        made.append(Share(f"p{number}", limit, after, random.choice(agencies)))
    random.shuffle(made)
    return tuple(made)


def differences(n: int, seed: int, calculate: End = with_the_clock) -> list[str]:
    random, found = Random(seed), []
    contents = [seed_content(), *(random_content(random) for _ in range(3))]
    for number in range(n):
        content = random.choice(contents)
        shares = random_shares(random, ["", *content.get("agencies", {})])
        own, start = random_limit(random), random_moment(random)
        expected = by_every_chain(content, shares, own, start)
        if (got := calculate(shares, own, start, Calendar.from_content(content))) != expected:
            found.append(f"case {number}: {shares} {own} {start} → {got}, oracle {expected}")
    return found


def test_two_hundred_random_orders_of_parts_end_where_the_oracle_ends() -> None:
    assert differences(200, seed=72) == []


def test_the_oracle_catches_a_clock_that_puts_all_parts_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    real = joint.ends
    loose = lambda shares, start, calendar: real(  # noqa: E731
        [Share(share.key, share.limit, (), share.hours_of) for share in shares], start, calendar
    )
    monkeypatch.setattr(joint, "ends", loose)
    assert differences(60, seed=1)


def test_the_oracle_catches_a_clock_that_takes_the_hours_of_the_province_for_every_agency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Calendar, "of_agency", lambda calendar, key: calendar)
    assert differences(60, seed=1)


POLICE = Share("police", Limit(3, "working_day"), (), "", {"vi": "Công an tỉnh"}, {"vi": "Đăng ký thường trú"})
INSURANCE = Share("card", Limit(2, "working_day"), ("police",), "", {"vi": "Bảo hiểm xã hội"}, {"vi": "Cấp thẻ"})
HEALTH = Share("health", Limit(4, "working_day"), (), "", {"vi": "Sở Y tế"}, {"vi": "Ghi nhận"})


def entries(*shares: Share, own: str = "1 working_day") -> list[Entry]:
    amount, unit = own.split()
    data = {"parts": [clock.as_data(share) for share in shares]}
    more = {"limit": Limit(int(amount), unit), "data": data}  # type: ignore[arg-type]
    return ledger(("start", "2026-11-23", more))


def due(*shares: Share) -> str:
    found = derive_track(entries(*shares), "handling", CALENDAR).due_date
    return f"{found:%d/%m}" if found else ""


def test_side_by_side_the_longest_counts_in_a_row_the_sum() -> None:
    """From Monday 23/11, the 24th off, weekends 28-29/11; one working day of the agency's own behind the parts."""
    assert due() == "25/11"
    assert due(POLICE) == "30/11"  # police until the 27th
    assert due(HEALTH) == "01/12"  # four days end on the 30th
    assert due(POLICE, HEALTH) == "01/12"
    assert due(POLICE, INSURANCE) == "02/12"  # three and two are five, until the 1st
    assert due(HEALTH, INSURANCE, POLICE) == "02/12"


def test_the_explanation_names_every_agency_its_time_and_its_day() -> None:
    words = explain(entries(POLICE, INSURANCE), "handling", CALENDAR)
    said = words.sentence_in("vi")
    for part in ("Công an tỉnh", "3 ngày làm việc", "27/11", "Bảo hiểm xã hội", "2 ngày làm việc", "01/12", "02/12"):
        assert part.replace("/0", "/") in said or part in said, said


def test_a_limit_counted_anew_counts_the_parts_anew_as_well() -> None:
    lines = entries(POLICE)
    later = Entry(3, "handling", "restart", at("2026-12-07"), Limit(1, "working_day"))
    state = derive_track(
        [*lines, Entry(2, "handling", "pause", at("2026-11-25"), policy="restart"), later], "handling", CALENDAR
    )
    assert f"{state.due_date:%d/%m}" == "11/12"
    assert f"{state.original_due_at.astimezone(LEGAL_ZONE):%d/%m}" == "30/11"  # type: ignore[union-attr]


def test_a_correction_of_the_calendar_moves_the_days_of_the_parts_as_well() -> None:
    content = seed_content()
    content["off"] = [day for day in content["off"] if day["date"] != "2026-11-24"]
    assert f"{derive_track(entries(POLICE), 'handling', Calendar.from_content(content)).due_date:%d/%m}" == "27/11"


def test_parts_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="wait for each other"):
        joint.order([Share("a", None, ("b",)), Share("b", None, ("a",))])
