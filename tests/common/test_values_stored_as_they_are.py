"""What writes skip Django's functions for is stored just as Django would have stored it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from common.writing import Column
from dossiers.models import Dossier, Party

VALUES = (
    "",
    "Nguyễn Thị Ánh",
    0,
    7,
    True,
    False,
    None,
    Decimal("1.5"),
    date(2026, 11, 23),
    datetime(2026, 11, 23, tzinfo=UTC),
    UUID(int=7),
)
FIELDS = [field for model in apps.get_models() for field in model._meta.concrete_fields]


def test_every_column_stores_every_plain_value_as_django_does() -> None:
    tried = 0
    for field in FIELDS:
        for value in VALUES:
            if type(value) is Column(field).plain or value is None:
                tried += 1
                assert Column(field).stored(value) == field.get_db_prep_save(value, connection), (field, value)
    assert tried > 500


@pytest.mark.parametrize("name", ["national_id"])
def test_an_encrypted_column_is_never_stored_as_it_is(name: str) -> None:
    field = Party._meta.get_field(name)
    assert Column(field).plain is None
    assert Column(field).stored("020190000017") != "020190000017"


def test_json_goes_djangos_way() -> None:
    assert Column(Party._meta.get_field("address")).plain is None


def test_a_moment_without_a_zone_is_no_moment_until_django_has_given_it_one() -> None:
    due_at, naive = Column(Dossier._meta.get_field("due_at")), datetime(2026, 11, 23, 9)
    with pytest.warns(RuntimeWarning, match="naive"):
        assert due_at.stored(naive).tzinfo is not None


def test_a_truth_is_no_number_and_no_key() -> None:
    version, key = Dossier._meta.get_field("version"), Dossier._meta.get_field("assignee")
    assert isinstance(key, ForeignKey)
    assert Column(version).stored(True) == 1 and type(Column(version).stored(True)) is int
    assert Column(key).stored("") is None
