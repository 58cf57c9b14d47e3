"""After the result the applicant rates once, changes it for a week; the news says what it was before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import OutboxRow
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, Rating
from dossiers.services import ratings
from tests.dossiers.test_races import Meeting, both, without_locks
from tests.portal.world import paid, resolved

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.PhoneOrNameBackend"


@pytest.fixture
def finished(people) -> Dossier:
    return resolved(people, paid(people, people.mai))


def news() -> list[dict]:
    return list(OutboxRow.objects.filter(name="dossier.rated").order_by("pk").values_list("data", flat=True))


def test_the_applicant_rates_after_the_result(people, finished):
    rating = ratings.rate(finished.pk, user=people.mai, score=5, comment="Nhanh, rõ ràng")
    assert (rating.score, rating.comment, rating.by) == (5, "Nhanh, rõ ràng", people.mai)
    assert news() == [{"score": 5, "was": None}]


def test_nobody_rates_before_the_result(people):
    with pytest.raises(Invalid):
        ratings.rate(paid(people, people.mai).pk, user=people.mai, score=5)


@pytest.mark.parametrize("who", ["hai", "hanh", "dung"])
def test_nobody_else_rates(people, finished, who):
    with pytest.raises(Denied):
        ratings.rate(finished.pk, user=getattr(people, who), score=1)


@pytest.mark.parametrize("score", [0, 6, -1])
def test_there_are_five_answers(people, finished, score):
    with pytest.raises(Invalid):
        ratings.rate(finished.pk, user=people.mai, score=score)


def test_it_can_be_changed_for_seven_days_and_no_longer(people, finished):
    first = timezone.now()
    ratings.rate(finished.pk, user=people.mai, score=2, at=first)
    ratings.rate(finished.pk, user=people.mai, score=4, at=first + timedelta(days=7))
    with pytest.raises(Invalid):
        ratings.rate(finished.pk, user=people.mai, score=5, at=first + timedelta(days=7, seconds=1))
    assert Rating.objects.get(dossier=finished).score == 4
    assert news() == [{"score": 2, "was": None}, {"score": 4, "was": 2}]


def test_the_news_holds_no_words_of_the_citizen(people, finished):
    ratings.rate(finished.pk, user=people.mai, score=1, comment="Bà Hạnh nói to")
    assert "Hạnh" not in str(OutboxRow.objects.get(name="dossier.rated").__dict__)


def test_two_taps_without_javascript(people, finished):
    client = Client()
    client.force_login(people.mai, backend=BACKEND)
    page = client.get(reverse("dossiers:dossier", args=[finished.code])).content.decode()
    assert page.count('type="radio" name="score"') == 5
    client.post(reverse("dossiers:rate", args=[finished.code]), {"score": "3"})
    assert Rating.objects.get(dossier=finished).score == 3


def test_an_empty_answer_is_asked_again_in_words(people, finished):
    client = Client()
    client.force_login(people.mai, backend=BACKEND)
    page = client.post(reverse("dossiers:rate", args=[finished.code]), {"comment": "Tốt"})
    assert page.status_code == 422
    assert "Chọn một trong năm mức." in page.content.decode()
    assert "Tốt" in page.content.decode()


def rate_at_once(people, finished, monkeypatch) -> list[str]:
    meeting = Meeting("the rating was read")
    real = ratings._keep
    monkeypatch.setattr(ratings, "_keep", lambda *args: (meeting(), real(*args))[1])
    return both(
        lambda: ratings.rate(finished.pk, user=people.mai, score=1),
        lambda: ratings.rate(finished.pk, user=people.mai, score=5),
    )


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_rating_and_one_change_of_it(people, finished, monkeypatch):
    assert rate_at_once(people, finished, monkeypatch) == ["done", "done"]
    first, second = news()
    assert first["was"] is None
    assert second["was"] == first["score"]  # folding the news gives one rating


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_tap_would_crash(people, finished, monkeypatch):
    without_locks(monkeypatch)
    assert "crash: IntegrityError" in rate_at_once(people, finished, monkeypatch)
