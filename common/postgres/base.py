"""settings.DATABASES["default"]["ENGINE"] = "common.postgres"."""

import select
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import ProgrammingError
from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg2 import extensions

KEPT = 300  # statements a connection keeps prepared


class Cursor(extensions.cursor):
    """A cursor that sees to the transaction it is asked in; `begin` is given to it by its connection."""

    begin: Callable[[], None] = staticmethod(lambda: None)

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().execute(*args, **kwargs)

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().executemany(*args, **kwargs)

    def callproc(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().callproc(*args, **kwargs)

    def copy_expert(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().copy_expert(*args, **kwargs)

    def copy_from(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().copy_from(*args, **kwargs)

    def copy_to(self, *args: Any, **kwargs: Any) -> Any:
        """As the driver's own."""
        self.begin()
        return super().copy_to(*args, **kwargs)


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is healthy while its socket is silent, and it keeps plans.

    A server that goes away (restart, crash, pg_terminate_backend) closes the socket, often with a last word: then, and
    only then, it is worth a question. Django would ask one at each request.

    Statements of `common.prepared` are prepared on the server once per connection: planning a join of ten tables costs
    ten times its execution. They look up by keys and walk indexes, so one plan serves every value. A pooler between us
    and the server must therefore give out sessions, not transactions.

    A transaction is begun by its first question, on the same way to the server: the driver would send BEGIN by itself, a
    way of its own in each act. So the driver is left in autocommit, and BEGIN, COMMIT and ROLLBACK are said here.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: dict[str, None] = {}  # the longest unused first
        self.wants_transaction = False

    def is_usable(self) -> bool:
        """Whether the connection still answers."""
        if self.connection is None or self.connection.closed:
            return False
        ear = select.poll()
        ear.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return True if not ear.poll(0) else super().is_usable()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection knows no statements and no transaction."""
        self.prepared, self.wants_transaction = {}, False
        options = f"{conn_params.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
        made = super().get_new_connection(conn_params | {"options": options})
        made.autocommit, made.cursor_factory = True, Cursor
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        """Django's cursor, which begins the transaction it is first asked in. With a name it outlives its transaction, as the
        driver asks for in autocommit; Django closes it when all rows were read.
        """
        cursor = super().create_cursor(name)
        cursor.begin = self._begin
        return cursor

    def _set_autocommit(self, autocommit: bool) -> None:
        if autocommit and not self._is_idle():
            raise ProgrammingError("Autocommit cannot be turned on inside a transaction.")
        self.wants_transaction = not autocommit

    def _is_idle(self) -> bool:
        """Whether no transaction is under way, as the server said last; a connection that was lost is not idle."""
        return bool(self.connection.get_transaction_status() == extensions.TRANSACTION_STATUS_IDLE)

    def _has_to_begin(self) -> bool:
        return self.wants_transaction and self.connection is not None and self._is_idle()

    def _begin(self) -> None:
        if self._has_to_begin():
            self._say("BEGIN")

    def _commit(self) -> None:
        self._end("COMMIT")

    def _rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, word: str) -> None:
        """Nothing is said about a transaction in which nothing was asked."""
        if self.connection is not None and not self._is_idle():
            with debug_transaction(self, word):
                self._say(word)

    def _say(self, word: str) -> None:
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute(word)

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
        with self.wrap_database_errors, self.connection.cursor(cursor_factory=extensions.cursor) as plain:
            plain.tzinfo_factory = self.tzinfo_factory if settings.USE_TZ else None
            plain.execute(f"BEGIN; {sql}" if self._has_to_begin() else sql, values)
            found: list[Any] = plain.fetchall()
        return found
