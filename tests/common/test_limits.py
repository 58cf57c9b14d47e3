"""Attempts are counted in PostgreSQL, by one statement: parallel tries share the limit, and a flush of Redis changes nothing."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from common import limits
from common.models import AttemptCounter
from tests.common.side_by_side import Meeting, all_at_once

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hit(key: str = "0912345678", *, scope: str = "test", limit: int = 3, at: datetime = AT) -> bool:
    return limits.hit(scope, key, limit=limit, window=HOUR, at=at)


@pytest.mark.django_db
class TestCounting:
    def test_limit_is_the_number_of_attempts_that_pass(self):
        assert [hit() for _ in range(5)] == [True, True, True, False, False]

    def test_limit_of_nothing_lets_nothing_pass(self):
        assert not hit(limit=0)
        assert not AttemptCounter.objects.exists()

    def test_every_key_and_every_purpose_has_its_own_count(self):
        for _ in range(3):
            hit()
        assert hit("0987654321")
        assert hit(scope="other")
        assert not hit()

    def test_next_window_begins_anew(self):
        for _ in range(4):
            hit()
        assert not hit(at=AT + timedelta(minutes=59, seconds=59))
        assert hit(at=AT + HOUR)

    def test_window_does_not_depend_on_the_zone_the_moment_is_written_in(self):
        assert [hit(at=AT.astimezone(ZoneInfo(zone))) for zone in ("UTC", "Asia/Ho_Chi_Minh", "America/New_York")]
        assert not hit()

    def test_raised_limit_counts_on_from_what_was_tried(self):
        for _ in range(4):
            hit()
        assert [hit(limit=5) for _ in range(3)] == [True, True, False]

    def test_row_does_not_say_whom_it_counts(self):
        hit()
        row = AttemptCounter.objects.values().get()
        assert "0912345678" not in str(row)


@pytest.mark.django_db(transaction=True)
class TestParallel:
    def test_parallel_attempts_never_pass_more_often_than_the_limit(self):
        passed = all_at_once(8, lambda: [hit(limit=5) for _ in range(3)])
        assert sum(sum(part) for part in passed) == 5
        assert AttemptCounter.objects.get().count == 5

    def test_negative_control_counting_in_two_steps_lets_more_pass(self):
        meeting = Meeting("between reading and writing", 4)

        def hit_in_two_steps() -> bool:
            count = AttemptCounter.objects.filter(scope="test").count()
            meeting.wait()
            if count >= 1:
                return False
            AttemptCounter.objects.create(scope="test", key_hash=uuid4().hex, window_start=AT, count=1)
            return True

        assert sum(all_at_once(4, hit_in_two_steps)) > 1
