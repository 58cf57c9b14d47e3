"""The columns an officer may choose for a list; the code always stands first."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy


@dataclass(frozen=True)
class Column:
    """One column. `needs`: columns of the dossier it reads beside those of every row; `joins`: rows read with it."""

    key: str
    label: Any
    needs: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    is_labelled: bool = True  # on a phone, where there is no head, the value needs its name in front


COLUMNS = {
    column.key: column
    for column in (
        Column("left", _("Time left"), is_labelled=False),
        Column("state", pgettext_lazy("dossier", "State"), is_labelled=False),
        Column("procedure", _("Procedure"), is_labelled=False),
        Column("applicant", _("Applicant"), is_labelled=False),
        Column("holder", _("Held by"), is_labelled=False),
        Column("filed", pgettext_lazy("column", "Filed")),
        Column("step", pgettext_lazy("column", "Step")),
        Column("agency", pgettext_lazy("column", "Handled by"), ("handling_agency__name_vi", "handling_agency__name_en"),
               ("handling_agency",)),
        Column("fee", pgettext_lazy("column", "Fee"), ("fee_state",)),
        Column("delivery", pgettext_lazy("column", "Result goes"), ("delivery",)),
        Column("intake", pgettext_lazy("column", "Came by")),
    )
}  # fmt: skip
DEFAULT = ("left", "state", "procedure", "applicant", "holder")
SIZES = (20, 50, 100)


def usable(keys: Iterable[Any]) -> tuple[str, ...]:
    """The known columns among stored or sent keys, each once, in their order; the usual ones when none is left."""
    found = tuple(dict.fromkeys(key for key in keys if isinstance(key, str) and key in COLUMNS))
    return found or DEFAULT


@lru_cache(maxsize=1024)
def needs_of(keys: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(rows to be joined, columns to be read) for these columns."""
    chosen = [COLUMNS[key] for key in keys]
    return tuple(join for one in chosen for join in one.joins), tuple(need for one in chosen for need in one.needs)


@lru_cache(maxsize=4096)
def drawn(keys: tuple[str, ...], language: str) -> tuple[tuple[str, str], ...]:
    """(key, name to stand before the value on a phone) of each column, as the shape of a row is drawn by."""
    with override(language):
        return tuple((key, str(COLUMNS[key].label) if COLUMNS[key].is_labelled else "") for key in keys)
