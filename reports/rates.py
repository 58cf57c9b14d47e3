"""The measures people read: what is divided by what, and in words; every page and download shows the same ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.percent import percent, rounded
from reports.measures import SCORES

FEWEST_RATINGS = 5  # below that a rating could be traced to one person
_LIMITED = ("resolved_early", "resolved_on_time", "resolved_late")
_RATED = tuple(f"rated_{score}" for score in SCORES)
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Rate:
    """A share: the sum of some counts over the sum of others. `fewest`: below this denominator it is not shown."""

    key: str
    name: str | Promise
    definition: str | Promise
    top: tuple[str, ...]
    bottom: tuple[str, ...]
    fewest: int = 1

    def of(self, counts: Counts) -> "Share":
        """The share these counts give."""
        top, bottom = (sum(counts.get(key, 0) for key in keys) for keys in (self.top, self.bottom))
        return Share(self, top, bottom)


@dataclass(frozen=True)
class Share:
    """A rate with its numbers; `percent` is None when there is nothing to divide by, or too little to be shown."""

    rate: Rate
    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        return None if self.is_hidden else percent(self.numerator, self.denominator)

    @property
    def is_empty(self) -> bool:
        """Nothing of the kind happened in this period."""
        return not self.denominator

    @property
    def is_hidden(self) -> bool:
        """So few that a single person could be recognised."""
        return 0 < self.denominator < self.rate.fewest


RATES: tuple[Rate, ...] = (
    Rate(
        "online",
        _("Filed online"),
        _("Dossiers filed on this portal or on the National Public Service Portal / all dossiers received."),
        ("received_online",),
        ("received",),
    ),
    Rate(
        "self",
        _("Filed by the citizen alone"),
        _("Dossiers the citizen or business filed without help / all dossiers received."),
        ("filed_self",),
        ("received",),
    ),
    Rate(
        "assisted",
        _("Filed with assistance"),
        _("Dossiers filed with the help of an officer and confirmed by the citizen / all dossiers received."),
        ("filed_assisted",),
        ("received",),
    ),
    Rate(
        "typed",
        _("Typed at the counter"),
        _("Paper dossiers typed in by an officer / all dossiers received."),
        ("filed_typed",),
        ("received",),
    ),
    Rate(
        "full",
        _("Full-process, of all dossiers"),
        _(
            "Dossiers of services that were full-process in the version of the procedure they were filed under / "
            "all dossiers received."
        ),
        ("level_full",),
        ("received",),
    ),
    Rate(
        "partial",
        _("Partial, of all dossiers"),
        _(
            "Dossiers of services that were partial in the version of the procedure they were filed under / "
            "all dossiers received."
        ),
        ("level_partial",),
        ("received",),
    ),
    Rate(
        "full_online",
        _("Full-process, of dossiers filed online"),
        _("Dossiers filed online whose service was full-process / dossiers filed online."),
        ("full_online",),
        ("received_online",),
    ),
    Rate(
        "punctual",
        _("Resolved early or on time"),
        _(
            "Dossiers that ended on or before the date the law sets / resolved dossiers with a legal time limit. "
            "Compared by date; an apology with a new appointment does not make a late dossier punctual."
        ),
        ("resolved_early", "resolved_on_time"),
        _LIMITED,
    ),
    Rate(
        "early",
        _("Resolved early"),
        _("Dossiers that ended before the date the law sets / resolved dossiers with a legal time limit."),
        ("resolved_early",),
        _LIMITED,
    ),
    Rate(
        "on_time",
        _("Resolved on time"),
        _("Dossiers that ended on the date the law sets / resolved dossiers with a legal time limit."),
        ("resolved_on_time",),
        _LIMITED,
    ),
    Rate(
        "late",
        _("Resolved late"),
        _("Dossiers that ended after the date the law sets / resolved dossiers with a legal time limit."),
        ("resolved_late",),
        _LIMITED,
    ),
    Rate(
        "results_signed",
        _("Results digitised"),
        _(
            "Resolved dossiers whose result was issued as an electronic file with a digital signature / resolved dossiers "
            "(Decision 766/QĐ-TTg, indicator 4.1). A result handed over on paper only does not count."
        ),
        ("results_signed",),
        ("resolved",),
    ),
    Rate(
        "papers_digitised",
        _("Papers and results digitised"),
        _(
            "Resolved dossiers with a paper that was digitised under Circular 01/2023/TT-VPCP or re-used, and an electronic "
            "result / resolved dossiers (Decision 766/QĐ-TTg, indicator 4.2)."
        ),
        ("papers_digitised",),
        ("resolved",),
    ),
    Rate(
        "paid_online",
        _("Paid online"),
        _("Dossiers whose fee was paid through an online gateway / dossiers whose fee was paid."),
        ("paid_online",),
        ("paid",),
    ),
    Rate(
        "by_post",
        _("Returned by public post"),
        _("Dossiers whose result the public post delivered / dossiers whose result was returned."),
        ("returned_by_post",),
        ("returned",),
    ),
    Rate(
        "satisfied",
        _("Satisfied"),
        _("Ratings of 4 or 5 on the scale from 1 to 5 / all ratings. Not shown for fewer than 5 ratings."),
        ("rated_4", "rated_5"),
        _RATED,
        fewest=FEWEST_RATINGS,
    ),
)
BY_KEY = {rate.key: rate for rate in RATES}


def share(key: str, counts: Counts) -> Share:
    """The share of that name."""
    return BY_KEY[key].of(counts)


def average_score(counts: Counts) -> Decimal | None:
    """The mean of the ratings (1 to 5) to one decimal; None when there are too few to be shown."""
    number = sum(counts.get(key, 0) for key in _RATED)
    if number < FEWEST_RATINGS:
        return None
    return rounded(Decimal(sum(score * counts.get(f"rated_{score}", 0) for score in SCORES)) / number, 1)
