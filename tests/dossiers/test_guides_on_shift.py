"""Guiding officers: who stands at the counter when, under which telephone, and whom they have assisted."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Shift
from agencies.services import ShiftRefused, end_shift, enter_absence, enter_shift, on_shift
from agencies.services.absences import Away
from agencies.services.shifts import Hours
from dossiers.services import assistance
from tests import cast, counter_cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def culture() -> Agency:
    return Agency.objects.get(key="svhttdl")


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def names(agency, day) -> list[str]:
    return [guide.name for guide in on_shift(agency.pk, day)]


def test_who_is_on_shift_is_published_for_the_day_with_the_telephone_at_work(people, culture):
    counter_cast.on_shift(people, weekday=0)
    assert names(culture, MONDAY) == ["Nông Thị Hạnh"]
    assert names(culture, date(2026, 11, 25)) == []  # Wednesday


def test_nobody_is_on_shift_on_a_day_off(people, culture):
    counter_cast.on_shift(people, weekday=1)
    assert names(culture, date(2026, 11, 24)) == []  # Tuesday, Vietnamese Culture Day: a holiday from 2026 on
    assert names(culture, date(2026, 12, 1)) == ["Nông Thị Hạnh"]


def test_who_is_away_is_not_published(people, culture):
    counter_cast.on_shift(people, weekday=0)
    enter_absence(people.hanh, culture, Away(MONDAY, MONDAY), actor=people.hanh, at=cast.MONDAY)
    assert names(culture, MONDAY) == []


def test_an_ended_shift_is_not_published_and_its_row_stays(people, culture):
    shift = counter_cast.on_shift(people)
    end_shift(shift, actor=people.dung, at=cast.MONDAY)  # the leader of the agency
    assert names(culture, MONDAY) == []
    assert Shift.objects.get().valid_to == MONDAY


def test_the_same_hour_again_changes_the_telephone_and_makes_no_second_row(people, culture):
    counter_cast.on_shift(people)
    counter_cast.on_shift(people, phone="0205 3812 999")
    assert [guide.phone for guide in on_shift(culture.pk, MONDAY)] == ["02053812999"]


@pytest.mark.parametrize("who", ["bao", "giang"])
def test_only_the_officer_and_the_heads_keep_a_shift(people, culture, who):
    hours = Hours(0, time(7, 30), time(11, 30), "02053812345")
    with pytest.raises(PermissionDenied):
        enter_shift(people.hanh, culture, hours, actor=getattr(people, who), at=cast.MONDAY)
    with pytest.raises(PermissionDenied):
        end_shift(counter_cast.on_shift(people), actor=getattr(people, who), at=cast.MONDAY)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (Hours(0, time(11), time(8), "02053812345"), "ends"),
        (Hours(0, time(8), time(11), "gọi Hạnh"), "phone"),
        (Hours(7, time(8), time(11), "02053812345"), "weekday"),
    ],
)
def test_hours_and_telephones_that_cannot_be_are_refused(people, culture, hours, field):
    with pytest.raises(ShiftRefused) as refused:
        enter_shift(people.hanh, culture, hours, actor=people.hanh, at=cast.MONDAY)
    assert set(refused.value.errors) == {field}


def test_somebody_without_a_post_at_the_counter_guides_nobody(people, culture):
    with pytest.raises(ShiftRefused):
        enter_shift(people.bao, culture, Hours(0, time(8), time(11), "02053812345"), actor=people.dung, at=cast.MONDAY)


def test_the_public_pages_of_procedure_and_counter_name_the_guide(people, culture):
    for weekday in range(7):
        counter_cast.on_shift(people, weekday=weekday, at=timezone.now())
    guides = on_shift(culture.pk, timezone.localdate())
    code = cast.procedure(TENNIS).code
    for address in (
        reverse("procedures:procedure_detail", args=[code]),
        reverse("procedures:agency", args=[culture.key]),
    ):
        page = Client().get(address).content.decode()
        assert ("02053812345" in page) == bool(guides), address


def test_the_officer_keeps_the_table_and_what_was_typed_wrong_stays(people):
    hanh = client_of(people.hanh)
    address = reverse("dossiers:shifts")
    chosen = hanh.get(address).context["form"].fields["officer"].choices[0][0]
    values = {"officer": chosen, "weekday": "2", "starts": "13:30", "ends": "25:00", "phone": "0205 3812 345"}
    wrong = hanh.post(address, values)
    assert wrong.status_code == 422
    assert 'value="0205 3812 345"' in wrong.content.decode()
    hanh.post(address, values | {"ends": "17:00"})
    assert Shift.objects.get().officer == people.hanh
    assert "Nông Thị Hạnh" in hanh.get(address).content.decode()


def test_citizen_and_officer_read_who_assisted_and_it_is_counted(people):
    done = counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())
    assert assistance.assisted_by(done) == "Nông Thị Hạnh"
    for user, address in (
        (people.mai, reverse("dossiers:dossier", args=[done.code])),
        (people.hanh, reverse("dossiers:officer_dossier", args=[done.code])),
    ):
        assert "Được hỗ trợ bởi" in client_of(user).get(address).content.decode(), address
    (row,) = assistance.counted([done.receiving_agency_id], at=timezone.now())
    assert (row.officer, row.assisted, row.typed) == ("Nông Thị Hạnh", 0, 1)


def test_what_a_citizen_filed_alone_names_nobody_and_asks_nothing(people, django_assert_num_queries):
    done = cast.filed(people.mai, TENNIS, answers(TENNIS), at=timezone.now())
    with django_assert_num_queries(0):
        assert assistance.assisted_by(done) == ""
