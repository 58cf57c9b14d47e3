"""Statements of every request are planned once per connection, and their answers stay those of the queryset."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models.signals import post_init, pre_init
from django.db.utils import DataError

from accounts.models import User
from agencies.models import Agency, Post, Shift
from common.models import OutboxRow
from common.postgres import base
from common.prepared import Prepared, Statement, Together, unread
from common.writing import Part, ahead, inserted, write

pytestmark = pytest.mark.django_db


def known() -> set[str]:
    """Names the server keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return {name for (name,) in cursor.fetchall()}


def test_a_statement_is_prepared_once_and_answers_every_value() -> None:
    doubled = Statement.of("SELECT %(number)s * 2, 'x%%y'::text || %(word)s", number=int, word=str)
    assert doubled.rows({"number": 4, "word": "a"}) == [(8, "x%ya")]
    assert doubled.rows({"number": 5, "word": "b"}) == [(10, "x%yb")]
    assert doubled.name in known()


def test_every_kind_of_value_arrives_as_what_it_is() -> None:
    echo = Statement.of("SELECT %(day)s, %(key)s, %(day)s + 1", day=date, key=UUID)
    key = uuid4()
    assert echo.rows({"day": date(2026, 11, 24), "key": key}) == [(date(2026, 11, 24), key, date(2026, 11, 25))]


def _note(word: str) -> list[Part]:
    row = OutboxRow(name=word, subject_type="test", subject_id=1)
    return inserted([row])


def test_what_is_written_ahead_of_a_read_is_stored_and_the_read_answers() -> None:
    echo = Statement.of("SELECT %(word)s", word=str)
    for number in range(6):  # first as a text, then kept prepared
        assert echo.rows({"word": f"read %s {number}"}, ahead(_note(f"ahead.{number}"))) == [(f"read %s {number}",)]
    assert OutboxRow.objects.filter(name__startswith="ahead.").count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_read_that_fails_takes_back_what_was_written_ahead_of_it() -> None:
    divided = Statement.of("SELECT 1 / %(number)s", number=int)
    with pytest.raises(DataError):
        divided.rows({"number": 0}, ahead(_note("ahead.failed")))
    assert not OutboxRow.objects.filter(name="ahead.failed").exists()
    assert divided.rows({"number": 1}, ahead(_note("ahead.stored"))) == [(1,)]
    assert OutboxRow.objects.filter(name="ahead.stored").exists()


def test_a_value_with_quotes_is_a_value_and_no_sql() -> None:
    echo = Statement.of("SELECT %(word)s", word=str)
    hostile = "'); DROP TABLE agencies_agency; --  %s $1"
    assert echo.rows({"word": hostile}) == [(hostile,)]


def test_the_rows_are_those_of_the_queryset() -> None:
    of_level = Prepared(lambda level: Agency.objects.filter(level=level, key__startswith="x").order_by("pk"), level=str)
    assert of_level.all(level="commune"), "the reference data are loaded"
    for level in ("province", "commune"):
        assert of_level.all(level=level) == list(Agency.objects.filter(level=level, key__startswith="x").order_by("pk"))


def test_rows_that_point_to_the_same_row_share_it_and_others_do_not() -> None:
    posts = Post.objects.select_related("user", "agency").order_by("pk")
    people = [User.objects.create(username=f"shared-{number}", kind="officer") for number in range(2)]
    agencies = list(Agency.objects.order_by("pk")[:2])
    pairs = [(people[0], agencies[0]), (people[0], agencies[1]), (people[1], agencies[0])]
    for user, agency in pairs:
        Post.objects.create(user=user, agency=agency, role="reception", valid_from=date(2026, 1, 1))
    prepared = Prepared(lambda since: posts.filter(valid_from=since, user__username__startswith="shared-"), since=date)
    found = prepared.all(since=date(2026, 1, 1))
    assert [(post.user, post.agency) for post in found] == pairs
    assert found[0].user is found[1].user and found[0].user is not found[2].user
    assert found[0].agency is found[2].agency and found[0].agency is not found[1].agency


def test_a_foreign_key_that_is_empty_stays_empty() -> None:
    prepared = Prepared(lambda key: Agency.objects.select_related("parent").filter(pk__gte=key).order_by("pk"), key=int)
    kept = [(agency.pk, agency.parent) for agency in Agency.objects.select_related("parent").order_by("pk")]
    assert [(agency.pk, agency.parent) for agency in prepared.all(key=0)] == kept


def test_of_the_rows_behind_a_row_only_what_is_named_is_read() -> None:
    read = {"user": "kind full_name", "agency": "key parent", "agency__parent": "code"}
    rows = Post.objects.select_related(*read).defer(*unread(Post, **read))
    parent, agency = Agency.objects.order_by("pk")[:2]
    Agency.objects.filter(pk=agency.pk).update(parent=parent)
    user = User.objects.create(username="read", kind="officer", full_name="Lò Văn Đọc")
    Post.objects.create(user=user, agency=agency, role="reception", valid_from=date(2026, 1, 1))
    found = Prepared(lambda user: rows.filter(user=user), user=int).all(user=user.pk)[0]
    assert found.user.__dict__.keys() == {"_state", "id", "kind", "full_name"}
    assert found.agency.parent.__dict__.keys() == {"_state", "id", "code"}
    assert found.agency.get_deferred_fields().isdisjoint({"id", "key", "parent_id"})
    assert (found.user, found.agency, found.agency.parent) == (user, agency, parent)
    assert found.agency.name_vi == agency.name_vi, "what is asked for after all is read then"
    assert not found.get_deferred_fields()


def test_a_column_that_is_not_there_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="user has no colour"):
        unread(Post, user="kind colour")


def test_a_rolled_back_transaction_and_a_new_connection_do_not_lose_the_statement() -> None:
    one = Statement.of("SELECT 1 / %(by)s", by=int)
    with pytest.raises(DataError), transaction.atomic():
        one.rows({"by": 0})
    assert one.rows({"by": 1}) == [(1,)]
    connection.ensure_connection()
    connection.prepared.clear()  # as a connection that was closed and opened again
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert one.rows({"by": 1}) == [(1,)]


def test_a_connection_keeps_a_bounded_number_of_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(base, "KEPT", len(connection.prepared) + 2)
    made = [Statement.of(f"SELECT {number}") for number in range(4)]
    for statement in [*made, made[0]]:
        statement.rows({})
    assert len(connection.prepared) == base.KEPT
    assert set(connection.prepared) == known() & set(connection.prepared)
    assert [statement.rows({}) for statement in made] == [[(number,)] for number in range(4)]


def test_a_keyed_look_up_is_not_planned_again() -> None:
    by_id = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)
    for number in range(3):
        by_id.first(pk=number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE name = %s",
            [by_id.plan.statement.name],
        )
        assert cursor.fetchone() == (3, 0)


def test_an_instance_made_from_a_row_is_the_instance_the_orm_makes() -> None:
    """Values, what is left out, what is read beside, and how the row is known to be stored."""
    queryset = Post.objects.select_related("user", "agency").only(
        "role", "user__username", "agency__name_vi", "valid_from"
    )
    user = User.objects.create(username="made", kind="officer")
    Post.objects.create(user=user, agency=Agency.objects.order_by("pk")[0], role="clerk", valid_from=date(2026, 1, 2))
    [ours] = Prepared(lambda who: queryset.filter(user=who), who=int).all(who=user.pk)
    [theirs] = queryset.filter(user=user)
    assert ours == theirs and ours._state.db == theirs._state.db and ours._state.adding is theirs._state.adding is False
    for one, other in ((ours, theirs), (ours.user, theirs.user), (ours.agency, theirs.agency)):
        assert one.get_deferred_fields() == other.get_deferred_fields()
        kept = {key: value for key, value in one.__dict__.items() if key != "_state"}
        assert kept == {key: value for key, value in other.__dict__.items() if key != "_state"}
    assert ours.valid_to is None, "a column that was left out is read when it is asked for"


def test_nobody_listens_to_the_making_of_instances() -> None:
    for model in apps.get_models():
        assert not pre_init.has_listeners(model) and not post_init.has_listeners(model), model


class TestSeveralTogether:
    """One statement for several querysets gives what each of them gives alone."""

    POSTS = Prepared(
        lambda who: Post.objects.filter(user=who).select_related("user", "agency").order_by("-valid_from"), who=int
    )
    PEOPLE = Prepared(lambda who: User.objects.filter(pk=who), who=int)
    NOBODY = Prepared(lambda who: User.objects.filter(pk=who, username="nobody"), who=int)
    DAYS = Prepared(
        lambda who: Post.objects.filter(user=who).order_by("valid_from").values_list("valid_from", "role"), who=int
    )

    @pytest.fixture
    def who(self) -> int:
        user = User.objects.create(username="together", kind="officer", full_name='Lò Thị "Ánh" \\ 100% O\'Neil\n')
        for number, agency in enumerate(Agency.objects.order_by("pk")[:3]):
            Post.objects.create(user=user, agency=agency, role="clerk", valid_from=date(2026, 1, 1 + number))
        return int(user.pk)

    def test_each_part_finds_what_it_finds_alone(self, who: int) -> None:
        both = Together(posts=self.POSTS, people=self.PEOPLE, nobody=self.NOBODY, days=self.DAYS)
        found = both.read(who=who)
        assert found["posts"] == self.POSTS.all(who=who) and len(found["posts"]) == 3
        assert found["days"] == self.DAYS.rows(who=who)
        assert found["nobody"] == []
        [ours], [theirs] = found["people"], User.objects.filter(pk=who)
        assert {k: v for k, v in ours.__dict__.items() if k != "_state"} == {
            k: v for k, v in theirs.__dict__.items() if k != "_state"
        }, "moments, empty columns and texts with quotes arrive as they are stored"
        assert [post.agency.name for post in found["posts"]] == [post.agency.name for post in self.POSTS.all(who=who)]

    def test_it_is_one_statement(self, who: int, django_assert_num_queries: Any) -> None:
        both = Together(posts=self.POSTS, people=self.PEOPLE)
        with django_assert_num_queries(1):
            both.read(who=who)

    def test_decimals_days_keys_and_documents_arrive_as_they_are_stored(self) -> None:
        """Every model the page of a dossier reads this way, a row of each kind of column."""
        odd = {"số": [1.5, None, {"x": "—"}], "1e2": 100.0}
        user = User.objects.create(username="odd", kind="officer")
        write(inserted([OutboxRow(name="test.odd", subject_type="test", subject_id=user.pk, data=odd)]))
        rows = Prepared(lambda who: OutboxRow.objects.filter(subject_id=who, name="test.odd"), who=int)
        [ours], [theirs] = Together(rows=rows).read(who=user.pk)["rows"], OutboxRow.objects.filter(subject_id=user.pk)
        assert {k: v for k, v in ours.__dict__.items() if k != "_state"} == {
            k: v for k, v in theirs.__dict__.items() if k != "_state"
        }

    def test_a_column_json_cannot_carry_is_refused_not_guessed(self) -> None:
        hours = Prepared(lambda who: Shift.objects.filter(officer=who).values_list("starts"), who=int)
        with pytest.raises(ValueError, match="carry time as it is"):
            Together(hours=hours).read(who=1)

    def test_a_part_that_can_never_find_anything_is_refused(self) -> None:
        nobody = Prepared(lambda who: User.objects.filter(pk=who, pk__in=[]), who=int)
        assert nobody.all(who=1) == []
        with pytest.raises(ValueError, match="nobody can never find anything"):
            Together(nobody=nobody).read(who=1)
