"""What was written stays written: events, clock, access log and calendars, for the application and for the owner."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from audit.services import record
from dossiers.models import ClockEntry, DossierEvent
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
TABLES = sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))


@pytest.fixture
def filled():
    people = cast.make_cast()
    dossier = cast.filed(people.hai, FREE, answers(FREE))
    record("dossier.viewed", actor_id=people.giang.pk, subject_type="dossier", subject_id=dossier.pk)
    return dossier


def test_the_tables_of_evidence_are_among_them():
    evidence = {"dossiers_dossierevent", "dossiers_clockentry", "audit_access", "agencies_calendarrevision"}
    assert evidence <= set(TABLES)


def attempt(sql: str) -> str:
    """The database's answer to a statement: "" when it was carried out."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("table", TABLES)
def test_the_application_has_no_right_to_change_or_delete(filled, as_app, table):
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        assert "permission denied" in attempt(sql), sql


@pytest.mark.parametrize(
    "table", ["dossiers_dossierevent", "dossiers_clockentry", "audit_access", "agencies_calendarrevision"]
)
def test_even_the_owner_is_refused_by_the_trigger(filled, table):
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        assert "pgtrigger: Cannot" in attempt(sql), sql


def test_the_application_may_still_add(filled, as_app):
    before = DossierEvent.objects.count(), ClockEntry.objects.count()
    from accounts.models import User
    from dossiers.services import intake

    intake.receive(filled.pk, user=User.objects.get(username="giang"), at=cast.MONDAY)
    assert DossierEvent.objects.count() > before[0] and ClockEntry.objects.count() > before[1]
