"""A kept connection is believed while it is silent, and given up once the server has closed it."""

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from common.prepared import Statement

pytestmark = pytest.mark.django_db(transaction=True)


def test_silent_connection_is_used_without_a_question():
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


def test_connection_the_server_has_closed_is_given_up():
    connection.ensure_connection()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        assert cursor.fetchone() == (True,)
    other.close()
    assert not connection.is_usable()
    connection.close()


def test_next_request_after_a_restart_of_the_server_gets_a_new_connection():
    connection.ensure_connection()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()
    connection.health_check_enabled, connection.health_check_done = True, False
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    connection.close_if_health_check_failed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_statement_prepared_before_the_server_restarted_is_prepared_again():
    """The first request of a thread after the server was back used to meet a connection that knew no statement."""
    one = Statement.of("SELECT %(number)s + 1", number=int)
    assert one.rows({"number": 1}) == [(2,)]
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
    other.close()
    connection.health_check_enabled, connection.health_check_done = True, False  # as at the beginning of a request
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    assert one.rows({"number": 2}) == [(3,)]
