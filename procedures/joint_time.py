"""What an inter-agency procedure takes in all: its own limit behind the critical path of the parts at other agencies.

Of parts side by side the longest counts, of parts in a row the sum, as the clock of a dossier counts them. It sums limits of
the law, not dates: limits in different units stand beside each other in the sum, and where two ways through the parts are
compared, a working day weighs as 8 hours or as 1.4 days of the calendar.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.templatetags.mc import pick
from procedures.content import Child, Content, Limit, Unit
from procedures.eforms.words import condition_words
from procedures.presenting import limit_words, own_limit, say
from procedures.services import content_of, part_version

# In working days, only to compare two ways.
WEIGHTS = {Unit.WORKING_DAY: 1.0, Unit.CALENDAR_DAY: 5 / 7, Unit.MONTH: 21.0, Unit.HOUR: 1 / 8, Unit.SAME_DAY: 1.0}
ORDER = (Unit.MONTH, Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.HOUR)
Sum = Counter[Unit]


@dataclass(frozen=True)
class PartTime:
    """One part as the page tells it. `after`: what it waits for; `condition`: when it is carried out, empty for always."""

    title: str
    agency: str
    time: str
    after: str
    condition: str


@dataclass(frozen=True)
class JointTime:
    """The parts, and the whole in words: empty where a part has no limit of the law that could be summed."""

    parts: tuple[PartTime, ...]
    total: str
    is_conditional: bool


def joint_time(content: Content, on: date) -> JointTime | None:
    """What the page of an inter-agency procedure says of its time on that day; None without parts."""
    children = content.route.children
    if not children:
        return None
    limits = {child.key: _limit_of(child, on) for child in children}
    titles = {child.key: say(child.title) for child in children}
    agencies = Agency.objects.in_bulk([child.agency_key for child in children if child.agency_key], field_name="key")
    parts = tuple(
        PartTime(
            title=titles[child.key],
            agency=_agency(child, agencies),
            time=limit_words(limits[child.key]),
            after=", ".join(titles[key] for key in child.after),
            condition=_condition(child, content),
        )
        for child in children
    )
    return JointTime(parts, _total(content, children, limits), any(child.show_if for child in children))


def _limit_of(child: Child, on: date) -> Limit | None:
    """The longest limit its own procedure has in any case: the page promises no less than what may come."""
    version = part_version(child.procedure, on=on)
    if version is None:
        return None
    limits = [terms.limit for case in content_of(version.pk).cases for terms in case.terms if terms.limit]
    return max(limits, key=_weight_of, default=None)


def _agency(child: Child, agencies: Mapping[str, Agency]) -> str:
    if child.agency_key:
        found = agencies.get(child.agency_key)
        return str(pick(found.name)) if found else ""
    return _("the counter that receives the dossier") if child.agency == "receiving" else _("the agency that decides")


def _condition(child: Child, content: Content) -> str:
    if child.show_if is None or content.eform is None:
        return ""
    return condition_words(child.show_if, content.eform, get_language() or "vi")


# ── the sum ──
def _total(content: Content, children: Iterable[Child], limits: Mapping[str, Limit | None]) -> str:
    own = own_limit(content)
    if own is None or None in limits.values():
        return ""
    known = {key: limit for key, limit in limits.items() if limit is not None}
    return sum_words(critical_path(children, known) + _sum(own))


def critical_path(children: Iterable[Child], limits: Mapping[str, Limit]) -> Sum:
    """The limits on the longest way through the parts, summed by unit."""
    after = {child.key: child.after for child in children}
    found: dict[str, Sum] = {}

    def until(key: str) -> Sum:
        if key not in found:
            before = max((until(one) for one in after[key]), key=_weight, default=Counter())
            found[key] = before + _sum(limits[key])
        return found[key]

    return max((until(key) for key in after), key=_weight, default=Counter())


def sum_words(total: Sum) -> str:
    """`12 working days and 8 working hours`."""
    words = [limit_words(Limit(amount=total[unit], unit=unit)) for unit in ORDER if total[unit]]
    return _(" and ").join(words)


def _sum(limit: Limit) -> Sum:
    """What is answered within the day may be answered on the next working day, when it comes after 15:00."""
    if limit.unit == Unit.SAME_DAY:
        return Counter({Unit.WORKING_DAY: 1})
    return Counter({limit.unit: limit.amount})


def _weight(total: Sum) -> float:
    return sum(WEIGHTS[unit] * number for unit, number in total.items())


def _weight_of(limit: Limit) -> float:
    return _weight(_sum(limit))
