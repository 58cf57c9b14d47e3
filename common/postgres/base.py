"""settings.DATABASES["default"]["ENGINE"] = "common.postgres"."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection is healthy while its socket is silent.

    A server that goes away (restart, crash, pg_terminate_backend) closes the socket, often with a last word: then, and
    only then, it is worth a question. Django would ask one at each request.
    """

    def is_usable(self) -> bool:
        """Whether the connection still answers."""
        if self.connection is None or self.connection.closed:
            return False
        ear = select.poll()
        ear.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        return True if not ear.poll(0) else super().is_usable()
