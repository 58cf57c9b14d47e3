"""Tests that commit leave nothing to the next one: neither rows nor a changed agency."""

import pytest

from agencies.models import Agency
from tests import committed

pytestmark = pytest.mark.django_db


def test_an_agency_that_a_test_changed_is_put_back_as_it_was_loaded():
    sports = Agency.objects.filter(key="svhttdl")
    before = sports.values().get()
    sports.update(shares_at_once=not before["shares_at_once"], own_software="Phần mềm khác")
    committed.restore()
    assert sports.values().get() == before
