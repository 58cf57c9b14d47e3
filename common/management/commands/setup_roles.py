"""Give the application's database role what it needs and nothing more."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    """Run as the owner after `migrate`; running it again changes nothing."""

    help = "Grant the application role its rights; append-only tables get no UPDATE and no DELETE."

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant everything on all tables, then take UPDATE, DELETE and TRUNCATE from the append-only ones."""
        role = connection.ops.quote_name(settings.DB_APP_ROLE)
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
            for table in append_only_tables():
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {quoted} FROM {role}")


def append_only_tables() -> list[str]:
    """Tables of the models that declare `append_only = True`."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False))
