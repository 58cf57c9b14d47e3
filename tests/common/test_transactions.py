"""A transaction is begun by its first question and ends as Django says, although the driver itself is left in autocommit."""

import io
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction

from accounts.models import User
from common.postgres.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


def by_cursor(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kept (name) VALUES (%s)", [name])


def by_answer(name: str) -> None:
    backend: Any = connection
    assert backend.answer("INSERT INTO kept (name) VALUES (%s) RETURNING name", [name]) == [(name,)]


def by_many(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO kept (name) VALUES (%s)", [[name]])


def by_copy(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY kept (name) FROM STDIN", io.StringIO(f"{name}\n"))


WAYS = (by_cursor, by_answer, by_many, by_copy)
PAIRS = list(product(WAYS, WAYS))


@pytest.fixture(autouse=True)
def kept():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (name text, UNIQUE (name) DEFERRABLE INITIALLY DEFERRED)")
    yield
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


@pytest.fixture
def said(monkeypatch) -> list[str]:
    """The words that went to the server on a way of their own."""
    words: list[str] = []
    say = DatabaseWrapper._say
    monkeypatch.setattr(DatabaseWrapper, "_say", lambda self, word: (words.append(word), say(self, word)))
    return words


def others_see() -> list[str]:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT name FROM kept ORDER BY name")
        found = [name for (name,) in cursor.fetchall()]
    other.close()
    return found


class Stop(Exception):
    """What the code inside a transaction may raise."""


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_what_is_done_together_is_seen_when_all_of_it_is_done(first, second):
    with transaction.atomic():
        first("a")
        second("b")
        assert others_see() == []
    assert others_see() == ["a", "b"]


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_who_breaks_off_leaves_nothing_behind(first, second):
    with pytest.raises(Stop), transaction.atomic():
        first("a")
        second("b")
        raise Stop
    assert others_see() == []


@pytest.mark.parametrize("way", WAYS)
def test_negative_control_without_a_beginning_it_stays(way, monkeypatch):
    monkeypatch.setattr(DatabaseWrapper, "_has_to_begin", lambda self: False)
    with pytest.raises(Stop), transaction.atomic():
        way("a")
        raise Stop
    assert others_see() == ["a"]


@pytest.mark.parametrize("way", WAYS)
def test_outside_of_a_transaction_each_question_stands_for_itself(way):
    way("a")
    assert others_see() == ["a"]


def test_the_beginning_goes_with_the_first_question_and_nothing_is_said_where_nothing_is_asked(said):
    with transaction.atomic():
        by_answer("a")
        by_answer("b")
    assert said == ["COMMIT"]
    said.clear()
    with transaction.atomic():
        by_cursor("c")
        by_answer("d")
    assert said == ["BEGIN", "COMMIT"]
    said.clear()
    with transaction.atomic():
        pass
    with pytest.raises(Stop), transaction.atomic():
        raise Stop
    assert said == []


def test_one_transaction_after_the_other(said):
    for number in range(3):
        with transaction.atomic():
            by_answer(f"kept {number}")
        with pytest.raises(Stop), transaction.atomic():
            by_answer(f"taken back {number}")
            raise Stop
    assert said == ["COMMIT", "ROLLBACK"] * 3
    assert others_see() == ["kept 0", "kept 1", "kept 2"]


def test_a_part_may_be_taken_back_and_the_rest_stands():
    with transaction.atomic():
        with pytest.raises(Stop), transaction.atomic():
            by_answer("a")
            raise Stop
        by_answer("b")
    assert others_see() == ["b"]


def test_a_cursor_from_before_takes_part():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        with pytest.raises(Stop), transaction.atomic():
            cursor.execute("INSERT INTO kept (name) VALUES ('a')")
            raise Stop
    assert others_see() == []


@pytest.mark.parametrize("wrong", ["SELECT 1 / 0", "INSERT INTO kept (name) VALUES ('b') RETURNING 1 / 0"])
def test_after_a_first_question_that_failed_nothing_more_is_done(wrong):
    backend: Any = connection
    with transaction.atomic():
        with pytest.raises(DatabaseError):
            backend.answer(wrong, [])
        with pytest.raises(DatabaseError, match="transaction is aborted"):
            by_answer("a")
        transaction.set_rollback(True)
    assert others_see() == []


def test_a_first_question_that_cannot_be_read_leaves_the_beginning_to_the_next():
    backend: Any = connection
    with pytest.raises(Stop), transaction.atomic():
        with pytest.raises(ProgrammingError):
            backend.answer("NO SUCH WORD", [])
        by_answer("a")
        raise Stop
    assert others_see() == []


def test_what_is_refused_at_the_very_end_is_taken_back_and_the_next_begins_anew():
    with pytest.raises(IntegrityError), transaction.atomic():
        by_answer("a")
        by_answer("a")
    assert others_see() == []
    with transaction.atomic():
        by_answer("b")
    assert others_see() == ["b"]


def test_a_connection_lost_on_the_way_takes_all_back_and_the_next_one_works():
    with pytest.raises(DatabaseError), transaction.atomic():
        by_answer("a")
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        other.close()
        by_answer("b")
    assert others_see() == []
    with transaction.atomic():
        by_answer("c")
    assert others_see() == ["c"]


def test_a_connection_lost_before_the_end_is_said_takes_all_back():
    with pytest.raises(DatabaseError), transaction.atomic():
        by_answer("a")
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
        other.close()
    by_answer("b")
    assert others_see() == ["b"]


@pytest.mark.parametrize("is_atomic", [True, False])
def test_long_lists_are_read_piece_by_piece(is_atomic):
    for number in range(5):
        User.objects.create_user(f"u{number}", kind="officer")
    if is_atomic:
        with transaction.atomic():
            found = [user.username for user in User.objects.order_by("username").iterator(chunk_size=2)]
            by_answer("a")
    else:
        found = [user.username for user in User.objects.order_by("username").iterator(chunk_size=2)]
    assert found == ["u0", "u1", "u2", "u3", "u4"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_cursors")
        assert cursor.fetchone() == (0,)


def test_without_autocommit_each_end_is_followed_by_a_beginning(said):
    transaction.set_autocommit(False)
    try:
        by_cursor("a")
        with pytest.raises(ProgrammingError):
            transaction.set_autocommit(True)
        transaction.commit()
        by_answer("b")
        transaction.rollback()
        transaction.rollback()
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)
    assert said == ["BEGIN", "COMMIT", "ROLLBACK"]
    assert others_see() == ["a"]
