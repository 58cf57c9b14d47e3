"""Indexes that carry what the tabs count, made beside a running portal; the old ones go once the new ones are there."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

OPEN = models.Q(state__in=("new", "received", "processing", "supplement", "payment", "resolved"))
COUNTED = [
    "state", "step_role", "assignee", "decides_at_once", "result_state", "supplement_request_state", "supplement_sent_at",
    "withdrawal_asked_at", "delivery", "post_state",
]  # fmt: skip
# An index alone answers only for pages that the last vacuum has seen whole: one for every 33,000 changes of 3.3 million
# rows, not for every 660,000. The indexes are cleaned each time: what is open lies on fewer than two pages of a hundred, and
# for so few PostgreSQL would leave the remains of old versions in place, and their pages unseen, for good.
TABLE = "ALTER TABLE dossiers_dossier"
OFTEN = (
    f"{TABLE} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01,"
    " vacuum_index_cleanup = on)"
)
AS_BEFORE = (
    f"{TABLE} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor, vacuum_index_cleanup)"
)


def desk(name: str, agency: str) -> models.Index:
    return models.Index(fields=[agency, "queue_at", "id"], include=COUNTED, condition=OPEN, name=name)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("dossiers", "0016_rest")]

    operations = [
        AddIndexConcurrently("dossier", desk("desk_received", "receiving_agency")),
        AddIndexConcurrently("dossier", desk("desk_handled", "handling_agency")),
        RemoveIndexConcurrently("dossier", "queue_received"),
        RemoveIndexConcurrently("dossier", "queue_handled"),
        migrations.RunSQL(OFTEN, AS_BEFORE),
    ]
