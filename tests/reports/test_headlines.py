"""The four figures of the home page: the newest month that is over, and what is late while an agency has to act."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from reports import headlines
from tests.reports.figures_cast import at, dossier, ended, folded
from tests.reports.test_public_page import text_of

pytestmark = pytest.mark.django_db
NOVEMBER = {"accepted_at": at("2026-11-03")}


def seen() -> headlines.Headlines:
    """The headlines, computed."""
    found = headlines.of_the_province()
    assert found
    return found


@time_machine.travel("2026-11-22T03:00:00Z", tick=False)
def test_the_month_that_is_over_is_shown_not_the_one_that_runs():
    folded(
        dossier(accepted_at=at("2026-10-05")), dossier(accepted_at=at("2026-10-06"), intake="counter", filed_by="typed"),
        dossier(**NOVEMBER),
    )  # fmt: skip
    found = seen()
    assert (found.month.month, found.received) == (10, 2)
    assert [(one.rate.key, one.numerator, one.denominator) for one in found.shares] == [("online", 1, 2)]


@time_machine.travel("2026-11-22T03:00:00Z", tick=False)
def test_the_first_month_of_a_province_is_shown_while_it_runs():
    folded(dossier(**NOVEMBER))
    assert (seen().month.month, seen().received) == (11, 1)


def test_without_any_figure_the_home_page_shows_none(client: Client):
    assert headlines.of_the_province() is None
    assert "h-fig" not in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("state", "is_late"),
    [("new", True), ("received", True), ("processing", True), ("supplement", False), ("payment", False), ("resolved", False)],
)  # fmt: skip
def test_late_is_what_is_due_while_an_agency_has_to_act(state, is_late):
    now = timezone.now()
    folded(dossier(state=state, queue_at=now - timedelta(minutes=1)))
    dossier(state=state, queue_at=now + timedelta(hours=1))
    assert seen().late == int(is_late)


@time_machine.travel("2026-11-22T03:00:00Z", tick=False)
def test_the_home_page_says_them_in_both_languages(client: Client):
    folded(
        dossier(accepted_at=at("2026-10-05")),
        ended("2026-10-20", "2026-10-21 10:00", accepted_at=at("2026-10-05")),
        ended("2026-10-20", "2026-10-19 10:00", accepted_at=at("2026-10-05")),
    )
    text = text_of(client.get("/").content.decode())
    assert "Toàn tỉnh, tháng 10/2026" in text and "Hồ sơ tiếp nhận 3" in text
    assert "Giải quyết sớm và đúng hạn 1 / 2 50,00%" in text
    assert "The whole province in 10/2026" in text_of(client.get("/en/").content.decode())
