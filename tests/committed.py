"""What tests that commit leave behind: everything but the reference data, which is loaded once for all tests."""

from typing import Any

from django.apps import apps
from django.db import connection

from agencies.models import Agency

REFERENCE = {
    "agencies_agency",
    "agencies_succession",
    "agencies_calendarrevision",
    "dossiers_paperform",
    "django_content_type",
    "auth_permission",
}
KEPT_ROOMS = {"procedures"}
_loaded: dict[int, dict[str, Any]] = {}  # the agencies as they were loaded, by id


def remember() -> None:
    """Keep in mind how the agencies were loaded, before the first test."""
    _loaded.update({row["id"]: row for row in Agency.objects.values()})


def restore() -> None:
    """What a test has changed of an agency (its software, how it shares out) is not left to the next one."""
    for row in Agency.objects.values():
        if row != _loaded.get(row["id"], row):
            Agency.objects.filter(pk=row["id"]).update(**_loaded[row["id"]])


def empty() -> None:
    """Delete it, as the database's owner; the caller holds the transaction and tells the guards to look away."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        for table in _tables():
            cursor.execute(f'DELETE FROM "{table}"')
    restore()


def _tables() -> list[str]:
    kept = REFERENCE | {m._meta.db_table for room in KEPT_ROOMS for m in apps.get_app_config(room).get_models()}
    models = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in models} - kept)
