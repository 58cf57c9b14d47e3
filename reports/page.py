"""What the page of the public figures shows: headline shares, pictures, tables, where to download them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from common.percent import percent, rounded
from reports import charts, reading
from reports.forms import FiguresForm, agency_choices, field_choices, month_choices
from reports.models import PublishedFigure
from reports.rates import BY_KEY, RATES, Share, average_score, share
from reports.reading import Line, Scope
from reports.wording import MEASURES, QUALIFIERS, UNITS, period_words

AGENCIES_PER_PAGE = 20
HEADLINES = ("online", "full", "punctual", "paid_online", "by_post", "satisfied")
ON_TIME_PARTS = (("s1", "resolved_early"), ("s2", "resolved_on_time"), ("sbad", "resolved_late"))
FILED_PARTS = (("s1", "filed_self"), ("s2", "filed_assisted"), ("s3", "filed_typed"))
MONTH_SERIES = (("s1", ("received_online",)), ("s2", ("received_counter", "received_post")))


@dataclass(frozen=True)
class Row:
    """A line of a table with its shares."""

    line: Line
    shares: Mapping[str, Share]


def row_of(line: Line) -> Row:
    """A line with every share its table may show."""
    return Row(line, {rate.key: rate.of(line.counts) for rate in RATES})


class FiguresPage:
    """The page for a checked form; with a mistake in it only the form and its sentences are shown."""

    def __init__(self, form: FiguresForm) -> None:
        self.form = form
        self.is_right = form.is_valid()

    @property
    def scope(self) -> Scope:
        """What was asked for."""
        scope: Scope = self.form.cleaned_data["scope"]
        return scope

    def context(self) -> dict[str, Any]:
        """The context of reports/figures.html."""
        return self._choices() | (self._figures() if self.is_right else {"has_errors": True})

    def _choices(self) -> dict[str, Any]:
        mark = reading.as_of()
        return {
            "form": self.form,
            "mark": mark,
            "months": month_choices(reading.known_months()),
            "agencies": agency_choices(),
            "fields": field_choices(),
            "chosen": self._chosen(),
        }

    def _chosen(self) -> dict[str, str]:
        """What the filters show: what was asked for, else what holds without asking."""
        asked = {name: self.form.data.get(name, "")[:60] for name in ("tu", "den", "co_quan", "linh_vuc", "co_cau")}
        if self.is_right:
            asked |= {"tu": f"{self.scope.since:%Y-%m}", "den": f"{self.scope.until:%Y-%m}"}
        return asked

    def _figures(self) -> dict[str, Any]:
        if not self.totals["received"] and not self.totals["resolved"] and not self.totals["returned"]:
            return {"scope": self.scope, "is_empty": True}
        return {
            "scope": self.scope,
            "totals": self.totals,
            "headlines": [share(key, self.totals) for key in HEADLINES],
            "average_score": average_score(self.totals),
            "rates": [rate.of(self.totals) for rate in RATES],
            "definitions": BY_KEY,
            "month_rows": [row_of(line) for line in self.months],
            "month_chart": charts.columns(self.months, MONTH_SERIES),
            "filed_chart": charts.bars([self._bar("", self.totals, "self", FILED_PARTS)]),
            "filed_rows": [share(key, self.totals) for key in ("self", "assisted", "typed")],
            "field_rows": [row_of(line) for line in reading.by_field(self.scope)],
            "query": self._query(),
        } | self._agencies()

    @cached_property
    def months(self) -> list[Line]:
        """The lines of the months asked for."""
        return reading.by_month(self.scope)

    @cached_property
    def totals(self) -> reading.Counts:
        """The counts of the whole period."""
        return reading.total(self.months)

    def _agencies(self) -> dict[str, Any]:
        """One page of the agencies, with the picture of the same rows."""
        lines, page = reading.by_agency(self.scope), self.form.cleaned_data["trang"]
        start = (page - 1) * AGENCIES_PER_PAGE
        shown = lines[start : start + AGENCIES_PER_PAGE]
        drawn = [line for line in shown if not share("punctual", line.counts).is_empty]
        return {
            "agency_rows": [row_of(line) for line in shown],
            "agency_chart": charts.bars(
                [self._bar(line.name, line.counts, "punctual", ON_TIME_PARTS) for line in drawn]
            ),
            "agency_count": len(lines),
            "agency_first": start + 1,
            "agency_last": start + len(shown),
            "previous_url": f"?{self._query(trang=page - 1)}#co-quan" if page > 1 else "",
            "next_url": f"?{self._query(trang=page + 1)}#co-quan" if start + len(shown) < len(lines) else "",
        }

    def _bar(
        self, name: str, counts: reading.Counts, key: str, parts: Sequence[tuple[str, str]]
    ) -> tuple[str, Share, list[tuple[str, int]]]:
        return name, share(key, counts), [(css, counts[part]) for css, part in parts]

    def _query(self, **more: int) -> str:
        asked = {name: value for name, value in self._chosen().items() if value}
        return urlencode(asked | {name: str(value) for name, value in more.items() if value != 1})


# ── figures published elsewhere ──
@dataclass(frozen=True)
class Published:
    """A published figure beside what its own numbers give."""

    figure: PublishedFigure

    @property
    def measure(self) -> str | Promise:
        return MEASURES.get(self.figure.measure, self.figure.measure.replace("_", " "))

    @property
    def period(self) -> str:
        return period_words(self.figure.period)

    @property
    def unit(self) -> str | Promise:
        return UNITS.get(self.figure.unit, self.figure.unit)

    @property
    def qualifier(self) -> str | Promise:
        return QUALIFIERS.get(self.figure.qualifier, "")

    @property
    def percent(self) -> Decimal | None:
        """Computed by the same function as our own shares, to two decimals."""
        return percent(self.figure.numerator, self.figure.denominator)

    @property
    def stated(self) -> Decimal | None:
        """As it was published, with as many decimals."""
        stated = self.figure.stated_percent
        return None if stated is None else rounded(stated, self.figure.stated_places)

    @property
    def agrees(self) -> bool | None:
        """Whether the computed percentage, rounded as the published one, is the same; None when it cannot be checked.

        "More than 22 %" agrees with anything from 22 to below 23.
        """
        numerator, denominator, stated = self.figure.numerator, self.figure.denominator, self.stated
        if stated is None or numerator is None or not denominator:
            return None
        if self.figure.qualifier == "more_than":
            return stated <= Decimal(numerator) * 100 / denominator < stated + 1
        return percent(numerator, denominator, self.figure.stated_places) == stated

    @property
    def verdict(self) -> str:
        if self.agrees is None:
            return _("Cannot be checked") if self.stated is not None else _("No percentage published")
        return _("Agrees") if self.agrees else _("Differs")


def published_provinces(rows: Sequence[PublishedFigure]) -> dict[str, list[Published]]:
    """The published figures by province, in the order of the file."""
    found: dict[str, list[Published]] = {}
    for row in rows:
        found.setdefault(row.province, []).append(Published(row))
    return found
