"""An act's rows are written by a statement the server keeps prepared: what is stored, refused and told stays the same."""

from collections.abc import Iterator

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from audit.models import Access
from common import writing
from common.models import OutboxRow
from common.writing import inserted, updated, values_of, write
from dossiers.models import Look
from tests.common.test_prepared_statements import known

pytestmark = pytest.mark.django_db
OFTEN = writing._Kept.PATIENCE + 1


@pytest.fixture(autouse=True)
def nothing_met_yet() -> Iterator[None]:
    writing._kept.cache_clear()
    yield
    writing._kept.cache_clear()


def access(subject: int, **values) -> Access:
    return Access(
        action="test.seen", subject_type="test", subject_id=subject, data={"n": [1, None, "ờ'%s%%"]}, **values
    )


def kept_writes() -> set[str]:
    return {name for name in known() if name.startswith("mw")}


def test_rows_written_prepared_equal_those_written_plainly() -> None:
    before = kept_writes()
    for number in range(OFTEN):
        write(inserted([access(number), access(number + 100)]))
        assert bool(kept_writes() - before) is (number + 1 == OFTEN), "prepared once it is met often enough, not before"
    stored = Access.objects.filter(action="test.seen")
    assert set(stored.values_list("subject_id", flat=True)) == {n + m for n in range(OFTEN) for m in (0, 100)}
    assert {str(row.data) for row in stored} == {str(access(0).data)}
    assert all(row.at for row in stored), "defaults of the database work"


def news(**data) -> OutboxRow:
    return OutboxRow(name="test.happened", subject_type="test", subject_id=1, data=data)


def test_an_update_prepared_changes_the_named_columns_of_its_row_only() -> None:
    rows = [news(n=-1), news(n=-1)]
    write(inserted(rows))
    for number in range(OFTEN):
        stored = values_of(rows[0])
        rows[0].name, rows[0].data = f"test.{number}", {"n": number}
        assert write(updated(rows[0], stored)) == [1]
    first, second = (OutboxRow.objects.get(pk=row.pk) for row in rows)
    assert (first.name, first.data) == (f"test.{OFTEN - 1}", {"n": OFTEN - 1})
    assert (second.name, second.data) == ("test.happened", {"n": -1})


@pytest.mark.parametrize("times", [1, OFTEN])
def test_a_text_too_long_for_its_column_is_refused_never_cut(times: int) -> None:
    for _number in range(times):
        with pytest.raises(DataError), transaction.atomic():
            write(inserted([access(1, agency_code="x" * 300)]))
    assert not Access.objects.filter(action="test.seen").exists()


@pytest.mark.parametrize("times", [1, OFTEN])
def test_a_row_that_breaks_a_rule_of_the_table_is_refused_and_all_beside_it(times: int) -> None:
    for _number in range(times):
        with pytest.raises(IntegrityError), transaction.atomic():
            write([*inserted([access(1)]), *inserted([Look(user_id=-1, dossier_id=-1, seq=0)])])
            connection.check_constraints()
    assert not Access.objects.filter(action="test.seen").exists()


def test_rows_of_one_shape_share_a_statement_whatever_they_hold() -> None:
    before = kept_writes()
    for data in ({}, {"seq": 1}, {"seq": None}, {"seq": 2}, {"seq": 3}):
        write(inserted([news(**data)]))
    assert len(kept_writes() - before) == 1
    found = OutboxRow.objects.filter(name="test.happened").order_by("pk").values_list("data", flat=True)
    assert list(found) == [{}, {"seq": 1}, {"seq": None}, {"seq": 2}, {"seq": 3}]
