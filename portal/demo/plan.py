"""What the 300 dossiers are: which procedure, filed when by whom, and how far they came. Fixed, so that each load is the same."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agencies.calendar import LEGAL_ZONE, Calendar
from portal.demo.people import COMMUNE, WARD

SEED = 20261121
# procedure → agencies that decide it
WHERE = {
    "promotion-notification": ("sct",),
    "sports-business-certificate-tennis": ("svhttdl",),
    "criminal-record-certificate": ("cat",),
    "driving-licence-exchange": ("cat",),
    "llc-one-member-registration": ("stc",),
    "food-safety-certificate-agri": ("snnmt",),
    "certified-true-copy": (f"xa-{WARD}", f"xa-{COMMUNE}"),
    "civil-status-extract-copy": (f"xa-{WARD}", f"xa-{COMMUNE}"),
    "diploma-copy-from-master-register": (f"xa-{COMMUNE}", f"xa-{WARD}"),
    "marital-status-confirmation": (f"xa-{WARD}", f"xa-{COMMUNE}"),
    "birth-registration": (f"xa-{WARD}", f"xa-{COMMUNE}"),
    "civil-status-correction": (f"xa-{WARD}",),
    "household-business-registration": (f"xa-{WARD}", f"xa-{COMMUNE}"),
    "housing-construction-permit": (f"xa-{WARD}",),
}
# how far a dossier came, how many, and how many days ago it was filed (from, to)
STAGES: tuple[tuple[str, int, float, float], ...] = (
    ("returned", 128, 20, 150),
    ("rejected", 8, 20, 120),
    ("resolved", 16, 8, 30),
    ("at_clerk", 8, 3, 9),
    ("at_leader", 14, 2, 8),
    ("at_head", 12, 2, 7),
    ("at_specialist", 30, 0.3, 7),
    ("supplement", 10, 2, 12),
    ("supplement_answered", 6, 8, 20),
    ("fee_after", 4, 8, 20),
    ("received", 4, 0, 2),
    ("new", 26, 0, 1),
    ("prepaid", 8, 0, 3),
    ("refused", 8, 5, 90),
    ("withdrawn", 6, 5, 90),
    ("stopped", 4, 40, 120),
    ("draft", 8, 0, 30),
    ("asked", 1, 4, 5),
    ("asked_answered", 1, 4, 5),
)
AT_ONCE = ("certified-true-copy", "civil-status-extract-copy", "diploma-copy-from-master-register")
PREPAID = (
    "sports-business-certificate-tennis",
    "criminal-record-certificate",
    "driving-licence-exchange",
    "llc-one-member-registration",
)


@dataclass(frozen=True)
class Plan:
    """One dossier of the demo."""

    number: int
    stage: str
    procedure: str
    agency: str
    citizen: int
    filed_at: datetime
    seed: int

    @property
    def name(self) -> str:
        """The mark by which a second load knows it."""
        return f"demo-{self.number:03d}"


BEFORE_RECEIPT = frozenset({"draft", "new", "prepaid", "refused", "withdrawn", "supplement"})


def way_of(plan: Plan) -> str:
    """Who filed it: mostly the citizen alone; some at the counter (typed), some with an officer's help (assisted)."""
    draw = plan.seed % 10
    in_the_daytime = 8 <= plan.filed_at.astimezone(LEGAL_ZONE).hour < 17
    if plan.procedure == "promotion-notification" or not in_the_daytime or plan.stage == "draft":
        return "self"
    if draw < 2 and plan.stage not in BEFORE_RECEIPT:
        return "typed"
    return "assisted" if draw in {2, 3} else "self"


def plans(now: datetime, calendar: Calendar, people: int) -> Iterator[Plan]:
    """Every dossier of the demo, oldest first; filing times relative to `now`."""
    chance = random.Random(SEED)  # noqa: S311 - a fixed story, not a secret
    found = []
    for stage, count, newest, oldest in STAGES:
        for _n in range(count):
            key = _procedure(stage, chance)
            agency = chance.choice(WHERE[key])
            at = _moment(now - timedelta(days=chance.uniform(newest, oldest)), now, calendar, chance)
            found.append((at, stage, key, agency, chance.randrange(people), chance.randrange(10**6)))
    for number, (at, stage, key, agency, citizen, seed) in enumerate(sorted(found), start=1):
        yield Plan(number, stage, key, agency, citizen, at, seed)


def _procedure(stage: str, chance: random.Random) -> str:
    if stage == "received":
        return chance.choice(AT_ONCE)
    if stage in {"fee_after", "asked", "asked_answered"}:
        return "housing-construction-permit"
    if stage == "prepaid":
        return chance.choice(PREPAID)
    needs_route = stage.startswith(("at_", "supplement")) or stage in {"rejected", "stopped"}
    return chance.choice([key for key in WHERE if not (needs_route and key in AT_ONCE)])


def _moment(about: datetime, now: datetime, calendar: Calendar, chance: random.Random) -> datetime:
    """Most people file in the daytime of a working day, some at night or at the weekend."""
    local = about.astimezone(LEGAL_ZONE)
    day = local.date() if chance.random() < 0.12 else _earlier_working_day(local.date(), calendar)
    hour = (
        time(chance.choice((20, 21, 22)), chance.randrange(60))
        if chance.random() < 0.2
        else time(chance.randrange(8, 17), chance.randrange(60))
    )
    return min(datetime.combine(day, hour, tzinfo=LEGAL_ZONE), now - timedelta(minutes=chance.randrange(3, 50)))


def _earlier_working_day(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day
