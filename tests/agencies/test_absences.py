"""Absences: who is away, who acts meanwhile, what is refused in words."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agencies.models import Absence, Agency, Post, Role, StandIn
from agencies.services import AbsenceRefused, appoint, end_absence, end_post, enter_absence
from agencies.services.absences import Away
from agencies.standing import absent_from, holders, standing_of
from audit.models import Access
from tests import cast

pytestmark = pytest.mark.django_db
AT = cast.MONDAY
TODAY = date(2026, 11, 23)
WEEK = timedelta(days=7)


@pytest.fixture
def people():
    return cast.make_cast()


@pytest.fixture
def agency():
    return Agency.objects.get(key="svhttdl")


def fresh(user, at=AT):
    user.__dict__.pop("_standing", None)
    return standing_of(user, at=at)


def enter(user, agency, substitute, first=TODAY, last=TODAY + WEEK, actor=None) -> Absence:
    return enter_absence(user, agency, Away(first, last, substitute), actor=actor or user, at=AT)


def test_the_substitute_holds_the_posts_from_the_first_day_to_the_last(people, agency):
    enter(people.bao, agency, people.cuong, TODAY + timedelta(days=1), TODAY + WEEK)
    rights = [fresh(people.cuong, AT + timedelta(days=n)).has(Role.SPECIALIST, agency.pk) for n in (0, 1, 7, 8)]
    assert rights == [False, True, True, False]
    standing = fresh(people.cuong, AT + timedelta(days=1))
    assert standing.instead_of(Role.SPECIALIST, agency.pk) == people.bao.pk
    assert standing.instead_of(Role.HEAD, agency.pk) is None  # a post of one's own
    assert standing.replaced == {people.bao.pk}


def test_only_the_posts_of_this_agency_are_lent(people, agency):
    enter(people.bao, agency, people.cuong)
    ward = Agency.objects.get(key="xa-05977")
    assert not fresh(people.cuong).has(Role.SPECIALIST, ward.pk)


def test_an_inspectors_post_is_never_lent(people, agency):
    appoint(people.bao, agency, Role.AUDITOR, actor=None, since=cast.SINCE)
    enter(people.bao, agency, people.cuong)
    assert not fresh(people.cuong).has(Role.AUDITOR, agency.pk)


def test_ending_takes_the_rights_away_at_once_and_twice_is_once(people, agency):
    absence = enter(people.bao, agency, people.cuong)
    end_absence(absence, actor=people.bao, at=AT)
    end_absence(absence, actor=people.bao, at=AT)
    assert not fresh(people.cuong).has(Role.SPECIALIST, agency.pk)
    assert not absent_from([agency.pk], TODAY)
    assert Access.objects.filter(action="absence.ended").count() == 1
    enter(people.bao, agency, people.cuong)  # the days are free again


def test_one_that_was_called_off_before_it_began_leaves_nothing(people, agency):
    absence = enter(people.bao, agency, people.cuong, TODAY + WEEK, TODAY + 2 * WEEK)
    end_absence(absence, actor=people.bao, at=AT)
    assert not fresh(people.cuong, AT + WEEK).has(Role.SPECIALIST, agency.pk)
    assert not Absence.objects.not_over(TODAY)


def test_overlaps_are_refused_in_words_that_name_the_days(people, agency):
    enter(people.bao, agency, people.cuong)
    with pytest.raises(AbsenceRefused, match="23/11/2026 – 30/11/2026"):
        enter(people.bao, agency, None, TODAY + WEEK, TODAY + 2 * WEEK)
    enter(people.bao, agency, people.cuong, TODAY + WEEK + timedelta(days=1), TODAY + 2 * WEEK)  # the next day is free


def test_the_database_refuses_overlaps_too(people, agency):
    enter(people.bao, agency, None)
    row = {"user": people.bao, "agency": agency, "entered_by": people.bao, "entered_at": AT}
    with pytest.raises(IntegrityError, match="absent_once_at_a_time"), transaction.atomic():
        Absence.objects.create(valid_from=TODAY, valid_to=TODAY + WEEK, **row)


@pytest.mark.parametrize(
    ("substitute", "words"),
    [("bao", "người khác"), ("giang", "cùng cơ quan"), ("mai", "cùng cơ quan")],
)
def test_who_cannot_stand_in_is_refused(people, agency, substitute, words):
    with pytest.raises(AbsenceRefused, match=words):
        enter(people.bao, agency, getattr(people, substitute))


def test_somebody_who_is_away_cannot_stand_in_and_who_stands_in_cannot_go(people, agency):
    enter(people.cuong, agency, people.dung)
    with pytest.raises(AbsenceRefused, match="Hoàng Mạnh Cường cũng vắng mặt"):
        enter(people.bao, agency, people.cuong)
    with pytest.raises(AbsenceRefused, match="làm thay Hoàng Mạnh Cường"):
        enter(people.dung, agency, None)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(0, -1, "last"), (-9, -2, "last"), (0, 400, "last")],
)
def test_strange_days_are_refused(people, agency, first, last, field):
    with pytest.raises(AbsenceRefused) as refused:
        enter(people.bao, agency, None, TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    assert list(refused.value.errors) == [field]


def test_heads_enter_for_their_agency_and_nobody_else_for_others(people, agency):
    enter(people.bao, agency, None, actor=people.cuong)
    for stranger in (people.bao, people.giang):
        with pytest.raises(PermissionDenied):
            enter(people.en, agency, None, actor=stranger)


def test_it_is_written_down_who_entered_and_who_stands_in(people, agency):
    enter(people.bao, agency, people.cuong, actor=people.dung)
    found = Access.objects.get(action="absence.entered")
    assert (found.actor, found.data) == (people.dung, {"user": people.bao.pk, "substitute": people.cuong.pk})


def test_whoever_acts_at_a_step_is_who_is_there_and_who_stands_in(people, agency):
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    enter(people.bao, agency, people.cuong)
    assert holders(Role.SPECIALIST, agency.pk, TODAY) == [second, people.cuong]
    assert people.bao in holders(Role.SPECIALIST, agency.pk, TODAY + timedelta(days=8))


def test_when_nobody_is_there_the_absent_are_named(people, agency):
    enter(people.bao, agency, None)
    assert holders(Role.SPECIALIST, agency.pk, TODAY) == [people.bao]


def test_a_post_that_ends_ends_for_the_substitute(people, agency):
    enter(people.bao, agency, people.cuong)
    end_post(Post.objects.get(user=people.bao, agency=agency), actor=people.dung, at=AT)
    assert StandIn.objects.exists() and not fresh(people.cuong).has(Role.SPECIALIST, agency.pk)
