"""The public pages of the one-stop counters: those of communes publish their guiding officers, too."""

from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Role, Succession
from agencies.services import appoint, end_shift, enter_absence, enter_shift
from agencies.services.absences import Away
from agencies.services.shifts import Hours
from agencies.views import citizen
from tests import cast

pytestmark = pytest.mark.django_db
PHONE = "02053866123"
MONDAY = date(2026, 11, 23)  # the 24th is a day off


@pytest.fixture
def commune() -> Agency:
    cast.make_cast()
    return Agency.objects.filter(level=Agency.Level.COMMUNE).order_by("pk").first()


@pytest.fixture
def guide(commune):
    found = cast.officer("nga", "Hoàng Thị Nga")
    appoint(found, commune, Role.RECEPTION, actor=None, since=cast.SINCE)
    return found


def guides(agency: Agency, first: date) -> dict[int, list[str]]:
    return {day.date.day: [one.name for one in day.guides] for day in citizen.week(agency, first)}


def on_every_day(guide, commune) -> None:
    for weekday in range(7):
        enter_shift(guide, commune, Hours(weekday, time(7, 30), time(11, 30), PHONE), actor=guide, at=cast.MONDAY)


def test_the_page_of_a_commune_names_who_guides_there_with_the_telephone_at_work(client: Client, commune, guide):
    for weekday in range(7):
        enter_shift(guide, commune, Hours(weekday, time(7, 30), time(11, 30), PHONE), actor=guide, at=timezone.now())
    page = client.get(reverse("agencies:counter", args=[commune.key])).content.decode()
    assert "Hoàng Thị Nga" in page
    assert f'href="tel:{PHONE}"' in page
    assert commune.one_stop_vi in page


def test_the_week_leaves_out_days_off_absences_and_shifts_that_ended(commune, guide):
    on_every_day(guide, commune)
    enter_absence(
        guide, commune, Away(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2)), actor=guide, at=cast.MONDAY
    )
    found = guides(commune, MONDAY)
    assert {day: bool(names) for day, names in found.items()} == {
        23: True, 24: False, 25: False, 26: True, 27: True, 28: False, 29: False,
    }  # fmt: skip


def test_a_shift_that_ended_is_published_no_more(commune, guide):
    on_every_day(guide, commune)
    for shift in commune.shifts.all():
        end_shift(shift, actor=guide, at=cast.MONDAY)
    assert not any(guides(commune, MONDAY).values())


def test_a_day_off_says_why_and_a_working_day_its_hours(commune):
    days = {day.date.day: day for day in citizen.week(commune, MONDAY)}
    assert (days[24].hours, bool(days[24].closed_for)) == ("", True)
    assert days[25].hours == "07:30–11:30, 13:30–17:00"


def test_another_counter_does_not_name_the_guide(client: Client, commune, guide):
    on_every_day(guide, commune)
    other = Agency.objects.filter(level=Agency.Level.COMMUNE).exclude(pk=commune.pk).order_by("pk").first()
    assert "Hoàng Thị Nga" not in client.get(reverse("agencies:counter", args=[other.key])).content.decode()


def test_every_counter_of_the_province_is_listed_once_and_leads_to_its_page(client: Client, commune):
    page = client.get(reverse("agencies:counters")).content.decode()
    for agency in Agency.objects.valid_on(timezone.localdate()).exclude(one_stop_vi=""):
        assert page.count(f'href="{reverse("agencies:counter", args=[agency.key])}"') == 1, agency.key


def test_the_list_takes_the_same_few_statements_whatever_the_number(client: Client, django_assert_max_num_queries):
    client.get(reverse("agencies:counters"))
    with django_assert_max_num_queries(4):
        client.get(reverse("agencies:counters"))


def test_the_counter_of_a_merged_agency_leads_to_its_successor_and_an_unknown_one_is_not_found(client: Client, commune):
    new = Agency.objects.filter(level=Agency.Level.COMMUNE).exclude(pk=commune.pk).order_by("pk").first()
    yesterday = timezone.localdate() - timedelta(days=1)
    Agency.objects.filter(pk=commune.pk).update(valid_to=yesterday)
    address = reverse("agencies:counter", args=[commune.key])
    assert client.get(address).status_code == 404, "nobody took over"
    Succession.objects.create(old=commune, new=new, on=yesterday)
    assert client.get(address).url == reverse("agencies:counter", args=[new.key])
    assert client.get("/quay/khong-co/").status_code == 404


@pytest.mark.parametrize("address", ["/huong-dan/", "/thu-tuc/co-quan/xa/"])
def test_people_are_led_to_the_counters(client: Client, commune, address):
    assert "/quay/" in client.get(address).content.decode()
