"""Indexes that no question of the house uses, taken away beside a running portal: each act wrote into every one of them.

Who holds a dossier is asked among the open ones (queue_assignee), which calendar among those watched (watch_…); codes are asked
for whole. The rows they point to (accounts, agencies, calendars) are never deleted.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT

IDLE = [
    ("dossier", "assignee", settings.AUTH_USER_MODEL, True, "dossiers_dossier_assignee_id_127f79ea"),
    ("dossier", "calendar", "agencies.CalendarRevision", False, "dossiers_dossier_calendar_id_03303209"),
    ("dossierevent", "actor", settings.AUTH_USER_MODEL, True, "dossiers_dossierevent_actor_id_7fade8fa"),
    ("clockentry", "actor", settings.AUTH_USER_MODEL, True, "dossiers_clockentry_actor_id_926d5a5f"),
    ("answers", "by", settings.AUTH_USER_MODEL, True, "dossiers_answers_by_id_2bfdbfae"),
    ("steprun", "agency", "agencies.Agency", False, "dossiers_steprun_agency_id_5c37f0d4"),
    ("steprun", "assignee", settings.AUTH_USER_MODEL, True, "dossiers_steprun_assignee_id_7de99600"),
    ("steprun", "ended_by", settings.AUTH_USER_MODEL, True, "dossiers_steprun_ended_by_id_825a71f3"),
]
CODES = "dossiers_dossier_code_6d68c351_like"  # made by Django beside the unique one, for the beginnings of codes


def dropped(name: str, table: str, column: str) -> tuple[str, str]:
    drop = f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"'
    return drop, f'CREATE INDEX CONCURRENTLY IF NOT EXISTS "{name}" ON "{table}" ({column})'


def without(model: str, field: str, target: str, is_null: bool, name: str) -> migrations.SeparateDatabaseAndState:
    bare = models.ForeignKey(db_index=False, null=is_null, on_delete=PROTECT, related_name="+", to=target)
    sql, back = dropped(name, f"dossiers_{model}", f"{field}_id")
    return migrations.SeparateDatabaseAndState(
        database_operations=[migrations.RunSQL(sql, back)],
        state_operations=[migrations.AlterField(model, field, bare)],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0017_counted"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        *(without(*idle) for idle in IDLE),
        migrations.RunSQL(*dropped(CODES, "dossiers_dossier", "code varchar_pattern_ops")),
    ]
