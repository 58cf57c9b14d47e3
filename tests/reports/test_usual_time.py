"""How long a procedure really takes: the median and the 90th percentile of what was finished in the last 30 days."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from agencies.models import CalendarRevision, calendar_of
from dossiers.models import Dossier
from procedures import presenting
from procedures.models import Procedure
from procedures.services import content_of
from reports.services.usual import FEWEST, nearest_rank, write_ranks, write_usual
from tests import cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday, ten in the morning
WORKING, CALENDAR = "sports-business-certificate-tennis", "criminal-record-certificate"


def finished(key: str, days: list[int], *, ago: int = 1, outcome: str = "granted") -> None:
    """Dossiers accepted so many days of the calendar before they were finished, `ago` days before now."""
    procedure = Procedure.objects.get(key=key)
    mai = User.objects.filter(full_name="Lý Thị Mai").first() or cast.citizen(
        "Lý Thị Mai", "020190001417", "+84912345615"
    )
    for span in days:
        end = NOW - timedelta(days=ago)
        Dossier.objects.bulk_create([
            Dossier(
                public_id=uuid4(), procedure=procedure, procedure_version_id=procedure.current_version_id, applicant=mai,
                filed_at=end - timedelta(days=span), accepted_at=end - timedelta(days=span), finished_at=end, outcome=outcome,
                state="draft", calendar=CalendarRevision.objects.latest("number"), created_at=end,
                updated_at=end,
            )
        ])  # fmt: skip


def figures(key: str) -> dict[str, int] | None:
    write_usual(at=NOW)
    return Procedure.objects.get(key=key).usual_days


@pytest.mark.parametrize(
    ("counted", "median", "p90"),
    [({1: 1}, 1, 1), ({1: 5, 2: 5}, 1, 2), ({1: 8, 5: 1, 9: 1}, 1, 5), ({3: 1, 4: 1, 10: 1}, 4, 10)],
)
def test_the_nearest_rank_is_a_value_that_occurred(counted, median, p90):
    assert (nearest_rank(counted, 50), nearest_rank(counted, 90)) == (median, p90)


def test_a_limit_in_days_of_the_calendar_is_compared_with_days_of_the_calendar():
    assert presenting.counts_calendar_days(content_of(Procedure.objects.get(key=CALENDAR).current_version_id))
    finished(CALENDAR, [2, 3, 6, 6, 7, 7, 8, 9, 9, 12])
    assert figures(CALENDAR) == {"median": 7, "p90": 9, "dossiers": 10}


def test_a_limit_in_working_days_is_compared_with_working_days():
    """Seven days of the calendar hold five working days when no holiday lies between."""
    assert not presenting.counts_calendar_days(content_of(Procedure.objects.get(key=WORKING).current_version_id))
    finished(WORKING, [7] * 5)
    calendar = calendar_of(CalendarRevision.objects.latest("number").pk)
    end = (NOW - timedelta(days=1)).date()
    assert calendar.working_dates_between(end - timedelta(days=7), end) == 5
    assert figures(WORKING) == {"median": 5, "p90": 5, "dossiers": 5}


def test_few_old_and_withdrawn_dossiers_say_nothing():
    finished(CALENDAR, [3] * (FEWEST - 1))
    finished(CALENDAR, [3] * 9, ago=31)
    finished(CALENDAR, [3] * 9, outcome="")
    assert figures(CALENDAR) is None
    finished(CALENDAR, [3])
    assert figures(CALENDAR) == {"median": 3, "p90": 3, "dossiers": FEWEST}


def test_figures_go_when_nothing_was_finished_any_more():
    Procedure.objects.filter(key=CALENDAR).update(usual_days={"median": 1, "p90": 1, "dossiers": 9})
    assert figures(CALENDAR) is None


def test_the_page_says_it_in_words_of_the_limit():
    finished(CALENDAR, [6] * 5 + [9] * 4 + [10])
    write_usual(at=NOW)
    page = Client().get(f"/thu-tuc/{Procedure.objects.get(key=CALENDAR).code}/").content.decode()
    assert "một nửa xong trong: 6 ngày" in page
    assert "chín phần mười trong: 9 ngày" in page
    assert "Tính trên 10 hồ sơ" in page


def test_the_rank_counts_what_was_filed_in_thirty_days_and_falls_back_to_nothing():
    Procedure.objects.filter(key=WORKING).update(use_rank=99)
    finished(CALENDAR, [1, 2, 3, 40])
    write_ranks(at=NOW)
    ranks = dict(Procedure.objects.filter(key__in=[WORKING, CALENDAR]).values_list("key", "use_rank"))
    assert ranks == {CALENDAR: 3, WORKING: 0}
