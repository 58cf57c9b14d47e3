"""One statement for everything around the rows: the tabs' counts, how the officer wants the desk, views, a run on its way.

It stands in front of each list, so its parts are read together: counts from the open dossiers of the person's agencies,
the rest from a row or two each.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q

from accounts.models import User
from agencies.models import COUNTER_ROLES, HANDLING_ROLES
from agencies.standing import Standing
from common.prepared import Statement
from dossiers.models import BulkItem, BulkRun, Consultation, Desk, Dossier, SavedView
from dossiers.querysets_consultations import OPINION_ROLES
from dossiers.queues import columns
from dossiers.queues.paging import Showing
from dossiers.queues.tabs import DUE, SORTS, Viewer, tabs_of
from dossiers.workflow import OPEN

_DESKS, _VIEWS, _RUNS, _ITEMS, _CONSULTATIONS = (
    model._meta.db_table for model in (Desk, SavedView, BulkRun, BulkItem, Consultation)
)


@dataclass(frozen=True)
class Glance:
    """What surrounds a list. `views`: id, name, tab, filters, is_mine, is_shared; `run`: id, act, total, done, bad."""

    counts: Mapping[str, int]
    keys: bool = True
    tabs: Mapping[str, Any] = field(default_factory=dict)
    views: tuple[Mapping[str, Any], ...] = ()
    run: Mapping[str, Any] | None = None
    opinions: int = 0  # asked of this person's agencies and not given yet

    def showing(self, tab: str, *, size: int | None = None, sort: str = "") -> Showing:
        """How the officer wants this tab; the address may ask for another size and order."""
        stored = self.tabs.get(tab) or {}
        chosen = columns.usable(stored.get("columns") or ())
        wanted = sort or stored.get("sort") or DUE
        rows = size or stored.get("size")
        return Showing(
            wanted if wanted in SORTS and tab != "done" else DUE,
            rows if rows in columns.SIZES else columns.SIZES[0],
            chosen,
        )


def glance(viewer: Viewer) -> Glance:
    """Everything around the rows, in one statement."""
    keys, statement = _sql(viewer.user.pk, viewer.standing)
    found = statement.rows({"now": viewer.now, "soon": viewer.soon, "soon_intake": viewer.soon_intake})[0]
    counts = dict(zip(keys, found, strict=False))
    desk, views, run, opinions = (json.loads(text) if text else None for text in found[len(keys) :])
    return Glance(
        counts,
        keys=desk["keys"] if desk else True,
        tabs=desk["tabs"] if desk else {},
        views=tuple(views or ()),
        run=run,
        opinions=opinions or 0,
    )


def counts(viewer: Viewer) -> Mapping[str, int]:
    """How many open dossiers each counted tab has."""
    return glance(viewer).counts


# Stand for the moments of a request in the statement that is built once per standing.
_NOW, _SOON, _SOON_INTAKE = (datetime(1, 1, day, tzinfo=UTC) for day in (1, 2, 3))
_MOMENTS = {_NOW: "now", _SOON: "soon", _SOON_INTAKE: "soon_intake"}


@lru_cache(maxsize=2048)
def _sql(user_id: int, standing: Standing) -> tuple[tuple[str, ...], Statement]:
    """The tabs' rules as one statement: building it costs several times its answer."""
    viewer = Viewer(User(pk=user_id, kind="officer"), standing, _NOW, _SOON, _SOON_INTAKE)
    counted = [tab for tab in tabs_of(viewer) if tab.is_counted]
    near = viewer.at_counter(*COUNTER_ROLES) | viewer.handles(*HANDLING_ROLES)
    parts = [_where(tab.rule(viewer)) for tab in counted]
    where = _where(near & Q(state__in=OPEN))
    counts = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql, _values in parts)
    values = [value for _sql, values in [*parts, where] for value in values]
    places = [_MOMENTS.get(value, "") for value in values]
    constants = [value for value, place in zip(values, places, strict=True) if not place]
    table = connection.ops.quote_name(Dossier._meta.db_table)
    sql = f"SELECT {counts}, {_beside(user_id, standing)} FROM {table} WHERE {where[0]}"  # noqa: S608 - made by Django
    types = dict.fromkeys(_MOMENTS.values(), datetime)
    return tuple(tab.key for tab in counted), Statement(sql, places, constants, types)


def _where(rule: Q) -> tuple[str, list[Any]]:
    """A rule over the dossier's own columns as SQL and parameters."""
    query = Dossier.objects.filter(rule).query
    try:
        sql, values = query.where.as_sql(query.get_compiler(connection=connection), connection)
    except FullResultSet:
        return "TRUE", []
    except EmptyResultSet:
        return "FALSE", []
    return sql, list(values)


def _beside(user_id: int, standing: Standing) -> str:
    """Settings, views and the latest run on its way, each as JSON; numbers of our own stand in the text."""
    user = int(user_id)
    asked = ", ".join(str(int(pk)) for pk in standing.agency_ids(OPINION_ROLES)) or "NULL"
    shared = ", ".join(str(int(pk)) for pk in sorted({one.agency_id for one in standing.holdings})) or "NULL"
    return f"""(SELECT json_build_object('keys', d.keys, 'tabs', d.tabs)::text FROM {_DESKS} d WHERE d.user_id = {user}),
(SELECT json_agg(json_build_object('id', v.public_id, 'name', v.name, 'tab', v.tab, 'filters', v.filters,
  'is_mine', v.owner_id = {user}, 'is_shared', v.agency_id IS NOT NULL) ORDER BY v.name)::text
  FROM {_VIEWS} v WHERE v.owner_id = {user} OR v.agency_id IN ({shared})),
(SELECT json_build_object('id', r.public_id, 'act', r.act,
  'total', (SELECT count(*) FROM {_ITEMS} i WHERE i.run_id = r.id AND i.state <> 'excluded'),
  'done', (SELECT count(*) FROM {_ITEMS} i WHERE i.run_id = r.id AND i.state = 'done'),
  'bad', (SELECT count(*) FROM {_ITEMS} i WHERE i.run_id = r.id AND i.state IN ('refused', 'failed')))::text
  FROM {_RUNS} r WHERE r.officer_id = {user} AND r.state = 'running' ORDER BY r.id DESC LIMIT 1),
(SELECT count(*)::text FROM {_CONSULTATIONS} c WHERE c.ended_at IS NULL AND c.agency_id IN ({asked}))"""  # noqa: S608 - as above
