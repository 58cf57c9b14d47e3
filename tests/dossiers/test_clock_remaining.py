"""Time left, in numbers and in the words of the look."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from dossiers.clock import Remaining, derive_track, remaining, remaining_until, waiting_since
from tests.dossiers.clock_cast import CALENDAR, asked, at, fee_asked, ledger, started, words_from_source

NOW = "2026-11-25 09:20"


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """The words of the .po file, read in Vietnamese."""
    with words_from_source(), override("vi"):
        yield


def left(*lines: tuple[object, ...], now: str = NOW, track: str = "handling") -> Remaining:
    """Time left of a ledger."""
    state = derive_track(ledger(*lines, track=track), track, CALENDAR)  # type: ignore[arg-type]
    return remaining(state, at(now), CALENDAR)


@pytest.mark.parametrize(
    ("text", "accepted", "words", "second", "level"),
    [
        ("5 working_day", "2026-11-25", "Còn 5 ngày làm việc", "hẹn 02/12", "ok"),
        ("5 working_day", "2026-11-20", "Còn 3 ngày làm việc", "hẹn 30/11", "ok"),
        ("7 working_day", "2026-11-13", "Hôm nay, 17:00", "hẹn 25/11", "soon"),
        ("1 working_day", "2026-11-20", "Trễ 1 ngày làm việc", "hẹn 23/11, 17:00", "late"),
        ("12 calendar_day", "2026-11-25", "Còn 12 ngày", "hẹn 07/12", "ok"),
        ("1 calendar_day", "2026-11-19", "Trễ 5 ngày", "hẹn 20/11, 17:00", "late"),
        ("1 same_day", "2026-11-25 08:00", "Hôm nay, 17:00", "hẹn 25/11", "soon"),
        ("1 month", "2026-11-25", "Còn 30 ngày", "hẹn 25/12", "ok"),
    ],
)
def test_time_left_of_handling(text: str, accepted: str, words: str, second: str, level: str) -> None:
    shown = left(started(text, accepted))
    assert (shown.words, shown.due_words, shown.level) == (words, second, level)


@pytest.mark.parametrize(
    ("filed", "words", "second", "level"),
    [
        ("2026-11-23 14:20", "Còn 3 giờ 30 phút để trả lời", "trả lời trước 14:50", "ok"),
        ("2026-11-23 13:50", "Còn 3 giờ làm việc để trả lời", "trả lời trước 14:20", "soon"),
        ("2026-11-23 09:25", "Còn 35 phút để trả lời", "trả lời trước 09:55", "soon"),
        ("2026-11-25 08:20", "Còn 7 giờ làm việc để trả lời", "trước 08:50, 26/11", "ok"),
        ("2026-11-23 08:10", "Trễ 40 phút", "phải trả lời trước 08:40", "late"),
        ("2026-11-20 08:10", "Trễ 1 ngày làm việc", "trước 08:40, 23/11", "late"),
    ],
)
def test_time_left_to_answer_a_filing(filed: str, words: str, second: str, level: str) -> None:
    shown = left(started("8 hour", filed), track="intake")
    assert (shown.words, shown.due_words, shown.level) == (words, second, level)


def test_a_waiting_dossier_says_for_what_and_how_long() -> None:
    begun = started("10 working_day", "2026-11-16")
    assert left(begun, asked("2026-11-21")).words == "Chờ bổ sung 4 ngày"
    assert left(begun, asked("2026-11-25 08:00")).words == "Chờ bổ sung từ hôm nay"
    assert left(begun, fee_asked("2026-11-20")).words == "Chờ nộp phí"
    assert left(begun, asked("2026-11-21")).level == "wait"


def test_the_bar_of_a_waiting_dossier_shows_the_citizens_own_limit() -> None:
    entries = ledger(started("10 working_day", "2026-11-16"), asked("2026-11-16 07:30"))
    state = derive_track(entries, "handling", CALENDAR)
    shown = remaining(state, at("2026-11-17 17:00"), CALENDAR, answer_due_at=at("2026-11-19 17:00"))
    assert shown.fraction == 0.5


def test_a_finished_dossier_and_one_without_a_limit() -> None:
    assert left(started("1 month", "2026-11-02"), ("stop", "2026-11-10")).words == "Đã xong"
    assert left(("start", "2026-11-02")).words == "Không có thời hạn"
    assert left(track="intake").kind == "none"


def test_on_the_weekend_after_its_due_date_a_dossier_is_late() -> None:
    shown = left(started("1 working_day", "2026-11-19"), now="2026-11-21 10:00")
    assert (shown.kind, shown.amount) == ("late_days", 1)


def test_on_its_due_date_a_dossier_is_due_today_also_after_closing() -> None:
    assert left(started("1 working_day", "2026-11-19"), now="2026-11-20 18:00").kind == "today"


def test_the_bar_fills_with_opening_time() -> None:
    begun = started("4 working_day", "2026-11-16 07:30")  # five working days with that of acceptance
    assert left(begun, now="2026-11-16 07:30").fraction == 0
    assert left(begun, now="2026-11-17 17:00").fraction == pytest.approx(0.4)
    assert left(begun, now="2026-11-20 17:00").fraction == 1
    assert left(begun, now="2026-11-24 17:00").fraction == 1


def test_a_step_shows_its_hours() -> None:
    begun = ("start", "2026-11-25 07:30", {"data": {"hours": "4"}})
    assert left(begun, track="step").words == "Còn 1 giờ 55 phút"


def test_the_same_words_in_english() -> None:
    with override("en"):
        assert left(started("5 working_day", "2026-11-25")).words == "5 working days left"
        assert left(started("7 working_day", "2026-11-16")).words == "1 working day left"
        assert left(started("1 working_day", "2026-11-20")).words == "1 working day late"
        assert left(started("8 hour", "2026-11-25 08:20"), track="intake").words == "7 working hours left to answer"


def test_a_queue_says_from_its_columns_what_the_ledger_says() -> None:
    for text in ("5 working_day", "12 calendar_day", "9 hour", "1 same_day"):
        state = derive_track(ledger(started(text, "2026-11-24 16:00")), "handling", CALENDAR)
        assert state.due_at is not None
        assert state.limit is not None
        from_columns = remaining_until(state.due_at, state.limit.unit, at(NOW), CALENDAR, started_at=state.started_at)
        assert from_columns == remaining(state, at(NOW), CALENDAR)
    assert waiting_since(at("2026-11-21"), "supplement", at(NOW), CALENDAR).words == "Chờ bổ sung 4 ngày"
