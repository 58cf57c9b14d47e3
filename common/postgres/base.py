"""settings.DATABASES["default"]["ENGINE"] = "common.postgres"."""

import select
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

KEPT = 300  # statements a connection keeps prepared


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is healthy while its socket is silent, and it keeps plans.

    A server that goes away (restart, crash, pg_terminate_backend) closes the socket, often with a last word: then, and
    only then, it is worth a question. Django would ask one at each request.

    Statements of `common.prepared` are prepared on the server once per connection: planning a join of ten tables costs
    ten times its execution. They look up by keys and walk indexes, so one plan serves every value. A pooler between us
    and the server must therefore give out sessions, not transactions.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: dict[str, None] = {}  # the longest unused first

    def is_usable(self) -> bool:
        """Whether the connection still answers."""
        if self.connection is None or self.connection.closed:
            return False
        ear = select.poll()
        ear.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return True if not ear.poll(0) else super().is_usable()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection knows no statements."""
        self.prepared = {}
        options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
        return super().get_new_connection(conn_params | {"options": options})

    def ensure_prepared(self, name: str, sql: str, params: list[Any] | None) -> None:
        """Give `PREPARE name … AS …` to the server unless this connection did; `params` are written into the text.

        Outside of Django's count of queries: it happens once in the life of a connection.
        """
        self.close_if_health_check_failed()  # now, not at the cursor: a connection made there would know no statement
        self.ensure_connection()
        if name in self.prepared:
            self.prepared[name] = self.prepared.pop(name)
            return
        self.validate_no_broken_transaction()
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            if len(self.prepared) >= KEPT:
                cursor.execute(f"DEALLOCATE {next(iter(self.prepared))}")
                self.prepared.pop(next(iter(self.prepared)))
            cursor.execute(sql, params)
        self.prepared[name] = None

    def answer(self, sql: str, values: list[Any]) -> list[Any]:
        """The rows of a statement that wants nothing of Django's cursor, whose layers cost a seventh of a small question.

        Raises what Django's cursor raises; where somebody counts, logs or watches statements, it goes through that one.
        """
        self.close_if_health_check_failed()
        if self.connection is None or self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                return list(cursor.fetchall())
        self.validate_thread_sharing()
        self.validate_no_broken_transaction()
        with self.wrap_database_errors, self.connection.cursor() as plain:
            plain.tzinfo_factory = self.tzinfo_factory if settings.USE_TZ else None
            plain.execute(sql, values)
            found: list[Any] = plain.fetchall()
        return found
