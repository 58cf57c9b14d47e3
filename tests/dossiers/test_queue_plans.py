"""What stands around the queue is read from what is open, however much the province has finished."""

import pytest
import time_machine
from django.db import connection
from django.db.models import Q

from agencies.standing import standing_of
from dossiers.queues import glancing
from dossiers.queues.glancing import _sql
from dossiers.queues.reading import _open_at, procedures_open_at
from dossiers.queues.tabs import Tab
from procedures.models import Procedure
from tests import cast
from tests.dossiers.test_queue_search import FREE, many_others
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def plan_of(found) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sql, values = found.query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


PER_PROCEDURE = "procedure_id = procedures_procedure.id"  # asked of the dossiers for each procedure of the catalogue


def test_procedures_to_filter_by_are_not_asked_for_one_by_one(people):
    many_others(people)
    agency = cast.filed(people.hai, FREE, answers(FREE)).receiving_agency_id
    plan = plan_of(Procedure.objects.filter(pk__in=_open_at((agency,))))
    assert PER_PROCEDURE not in plan and "dossiers_dossier" in plan, plan


def test_without_the_distinct_they_would_be(people):
    many_others(people)
    agency = cast.filed(people.hai, FREE, answers(FREE)).receiving_agency_id
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashagg = off;"
                       " SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")  # fmt: skip
    loose = _open_at((agency,))
    loose.query.distinct = False
    plan = plan_of(Procedure.objects.filter(pk__in=loose))
    assert PER_PROCEDURE in plan, plan


def test_a_procedure_is_offered_once_and_only_while_something_of_it_is_open(people):
    first, second = (cast.filed(people.hai, FREE, answers(FREE)) for _ in range(2))
    found = procedures_open_at((first.receiving_agency_id,))
    assert [procedure.pk for procedure in found] == [first.procedure_id] == [second.procedure_id]
    assert procedures_open_at((-1,)) == []


COUNTING = {"hanh": "desk_received", "bao": "desk_handled", "dung": "desk_handled", "en": "desk_handled"}


def plan_of_counting(user) -> str:
    """How PostgreSQL would count the tabs of this person."""
    statement = _sql(user.pk, standing_of(user))[1]
    statement.rows({"now": cast.MONDAY, "soon": cast.MONDAY, "soon_intake": cast.MONDAY})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL plan_cache_mode = %s",
                       ["force_custom_plan"])  # fmt: skip
        cursor.execute(f"EXPLAIN {statement.execute}", [cast.MONDAY] * 3)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("name", COUNTING)
def test_tabs_are_counted_from_an_index_alone(people, name):
    many_others(people)
    assert f"Index Only Scan using {COUNTING[name]} on dossiers_dossier" in plan_of_counting(people.officers[name])


def test_control_a_rule_that_looks_at_another_column_reads_the_rows(people, monkeypatch):
    many_others(people)
    other = Tab("paid", "", "", "", lambda viewer: Q(fee_state="paid"))
    monkeypatch.setattr(glancing, "tabs_of", lambda viewer: (other,))
    _sql.cache_clear()
    plan = plan_of_counting(people.officers["hanh"])
    assert "Index Scan using desk_received on dossiers_dossier" in plan, plan


def test_the_pages_of_open_dossiers_are_seen_whole_by_each_vacuum(people):
    """Else an index alone does not answer for them: PostgreSQL leaves old versions on few pages lying (vacuum_index_cleanup)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'dossiers_dossier'")
        assert {"autovacuum_vacuum_scale_factor=0.01", "vacuum_index_cleanup=on"} <= set(cursor.fetchone()[0])
