"""The route tried out: who would get a sample dossier when, and the route as a picture. Nothing is written."""

import itertools
import textwrap
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from dateutil.relativedelta import relativedelta

from agencies.calendar import Calendar
from procedures.content import Content, Limit, Unit
from procedures.content.route import Step
from procedures.editing.fees import said
from procedures.editing.routes import AGENCIES, ROLES
from procedures.eforms.context import LOCAL
from procedures.eforms.numbers import format_number

HOURS = 8  # a route hour is an eighth of the real working day
LANES = ("receiving", "deciding", "other")
BOX, GAP, LINE, MARGIN = (220, 78), (32, 30), 27, 8


@dataclass(frozen=True)
class Planned:
    """A step of the dry run with its hours of work."""

    step: Step
    role: str
    agency: str
    starts: datetime
    due: datetime


def dry_run(content: Content, calendar: Calendar, at: datetime, agencies: dict[str, str]) -> list[Planned]:
    """Planned times of every step of a dossier accepted at `at`; `agencies` names who receives and who decides."""
    found, now = [], calendar.next_open(at)
    for step in content.route.steps:
        due = calendar.add_working_time(now, step_time(step.hours, calendar))
        agency = agencies.get(step.agency_key or step.agency) or str(AGENCIES[step.agency])
        found.append(Planned(step, str(ROLES[step.role]), agency, now, due))
        now = due
    return found


def step_time(hours: float, calendar: Calendar) -> timedelta:
    """Working time of so many route hours."""
    day = calendar.day_length
    return timedelta(microseconds=int(Fraction(str(hours)) * (day // timedelta(microseconds=1)) / HOURS))


def legal_hours(limit: Limit | None, at: datetime, calendar: Calendar) -> float | None:
    """Route hours between acceptance and the last moment the law allows; None when the law sets no time."""
    if limit is None:
        return None
    if limit.unit == Unit.HOUR:
        return float(limit.amount)
    start = calendar.next_open(at)
    end = calendar.closing(last_day(limit, start.astimezone(LOCAL).date(), calendar))
    return round(calendar.working_time_between(start, end) / calendar.day_length * HOURS, 1)


def last_day(limit: Limit, accepted: date, calendar: Calendar) -> date:
    """The day on which a limit in days, months or within the day ends."""
    if limit.unit == Unit.WORKING_DAY:
        return calendar.add_working_days(accepted, limit.amount)
    if limit.unit == Unit.MONTH:
        return calendar.roll_forward(accepted + relativedelta(months=limit.amount))
    days = limit.amount if limit.unit == Unit.CALENDAR_DAY else 0
    return calendar.roll_forward(accepted + timedelta(days=days))


def picture(content: Content) -> dict[str, Any]:
    """Boxes and arrows with their places: a column for each agency, a row for each step."""
    lanes = [lane for lane in LANES if any(step.agency == lane for step in content.route.steps)]
    boxes = [_box(step, place, lanes.index(step.agency)) for place, step in enumerate(content.route.steps)]
    width = 2 * MARGIN + len(lanes) * (BOX[0] + GAP[0]) - GAP[0]
    height = LINE + 2 * MARGIN + len(boxes) * (BOX[1] + GAP[1]) - GAP[1]
    heads = [
        {"x": MARGIN + n * (BOX[0] + GAP[0]) + BOX[0] // 2, "words": AGENCIES[lane]} for n, lane in enumerate(lanes)
    ]
    arrows = [_arrow(one, other) for one, other in itertools.pairwise(boxes)]
    return {"width": width, "height": height, "boxes": boxes, "arrows": arrows, "heads": heads,
            "box_width": BOX[0], "box_height": BOX[1]}  # fmt: skip


def _box(step: Step, place: int, lane: int) -> dict[str, Any]:
    x, y = MARGIN + lane * (BOX[0] + GAP[0]), LINE + MARGIN + place * (BOX[1] + GAP[1])
    lines = textwrap.wrap(f"{place + 1}. {said(step.title)}", 27)
    lines = [*lines[:1], lines[1][:25] + "…"] if len(lines) > 2 else lines
    shown = [{"words": words, "y": y + 22 + 19 * number} for number, words in enumerate(lines)]
    return {"x": x, "y": y, "text_x": x + 12, "lines": shown, "role": ROLES[step.role], "hours": format_number(step.hours),
            "foot_y": y + BOX[1] - 12, "optional": step.optional}  # fmt: skip


def _arrow(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Down from the middle of one box, across, and into the top of the next."""
    start, end, bottom, top = one["x"] + BOX[0] // 2, other["x"] + BOX[0] // 2, one["y"] + BOX[1], other["y"]
    middle = bottom + GAP[1] // 2
    path = f"M{start} {bottom}V{middle}H{end}V{top - 6}"
    return {"path": path, "head": f"M{end - 5} {top - 8}L{end + 5} {top - 8}L{end} {top - 1}Z"}
