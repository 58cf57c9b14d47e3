"""An officer's account comes with what they hold today in one statement, and it is what is read for itself."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.backends import PhoneOrNameBackend
from accounts.models import User
from agencies.models import Post
from agencies.standing import standing_of
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast.make_cast()


def of_session(user: User) -> User:
    found = PhoneOrNameBackend().get_user(user.pk)
    assert found is not None
    return found


def read_for_itself(user: User):
    return standing_of(User.objects.get(pk=user.pk))


def test_every_officer_holds_what_is_read_for_itself(people, django_assert_num_queries):
    for officer in people.officers.values():
        of_session(officer)  # the connection knows the statement now
        with django_assert_num_queries(1):
            standing = standing_of(of_session(officer))
        assert standing == read_for_itself(officer)
        assert standing.holdings


def test_a_post_that_begins_or_ends_counts_from_its_day_on(people):
    today = timezone.localdate()
    Post.objects.filter(user=people.hanh).update(
        valid_from=today - timedelta(days=9), valid_to=today + timedelta(days=1)
    )
    assert standing_of(of_session(people.hanh)) == read_for_itself(people.hanh)
    assert standing_of(of_session(people.hanh)).holdings
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        assert standing_of(of_session(people.hanh)).holdings == ()


def test_a_citizen_holds_nothing_and_the_account_is_whole(people):
    found = of_session(people.mai)
    assert standing_of(found).holdings == ()
    assert {field.attname for field in User._meta.concrete_fields} <= found.__dict__.keys()
    assert "held" not in found.__dict__


def test_an_account_that_was_closed_opens_nothing(people):
    User.objects.filter(pk=people.hanh.pk).update(is_active=False)
    assert PhoneOrNameBackend().get_user(people.hanh.pk) is None
