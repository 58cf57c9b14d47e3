"""One question to Redis over the connection a client keeps, without what its library does around each.

`execute_command` takes a lock, times, counts and prepares to retry; twice the work of the question. A client of ours keeps one
connection for one thread (`single_connection_client`, `common.threads.kept_by_thread`) and never tries twice.
"""

from typing import Any


def ask(client: Any, *command: Any) -> Any:
    """What Redis answers, as it came (bytes, numbers). Raises RedisError or OSError; the next question connects anew, unless
    Redis itself refused this one.
    """
    line = client.connection
    line.send_command(*command)
    return line.read_response()
