"""The lists of the desk: tabs by what must be done, their counts, pages, filters and columns."""

from dossiers.queues.columns import COLUMNS, SIZES
from dossiers.queues.filtering import KEYS, narrowed
from dossiers.queues.glancing import Glance, counts, glance
from dossiers.queues.looking import News
from dossiers.queues.paging import Page, Showing, mark_of, neighbours, page, page_of_tab, parse_mark, rows_for
from dossiers.queues.reading import locked, one, procedures_open_at
from dossiers.queues.tabs import (
    BY_KEY,
    DUE,
    LARGEST_KEY,
    NEWEST,
    NEXT_TABS,
    SORTS,
    TABS,
    Tab,
    Viewer,
    base,
    of_tab,
    tabs_of,
    takable,
    viewer_of,
)

__all__ = [
    "BY_KEY",
    "COLUMNS",
    "DUE",
    "KEYS",
    "LARGEST_KEY",
    "NEWEST",
    "NEXT_TABS",
    "SIZES",
    "SORTS",
    "TABS",
    "Glance",
    "News",
    "Page",
    "Showing",
    "Tab",
    "Viewer",
    "base",
    "counts",
    "glance",
    "locked",
    "mark_of",
    "narrowed",
    "neighbours",
    "of_tab",
    "one",
    "page",
    "page_of_tab",
    "parse_mark",
    "procedures_open_at",
    "rows_for",
    "tabs_of",
    "takable",
    "viewer_of",
]
