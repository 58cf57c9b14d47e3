"""The sum of a due date in words and in the small calendar: one text for citizen, officer and inspector."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from dossiers.clock import Explanation, explain
from tests.dossiers.clock_cast import CALENDAR, asked, at, day, fee_asked, ledger, limit, started, words_from_source


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """The words of the .po file, read in Vietnamese."""
    with words_from_source(), override("vi"):
        yield


def told(*lines: tuple[object, ...], track: str = "handling") -> Explanation:
    """The explanation of a ledger."""
    return explain(ledger(*lines, track=track), track, CALENDAR)  # type: ignore[arg-type]


TEN = started("10 working_day", "2026-10-05")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            [started("7 working_day", "2026-11-13 14:20")],
            "7 ngày làm việc, tính từ 16/11; bỏ qua ngày nghỉ 24/11; hẹn trả 25/11.",
        ),
        (
            [started("5 working_day", "2026-11-20")],
            "5 ngày làm việc, tính từ 23/11; bỏ qua ngày nghỉ 24/11; hẹn trả 30/11.",
        ),
        ([started("2 working_day", "2026-10-05")], "2 ngày làm việc, tính từ 06/10; hẹn trả 07/10."),
        (
            [started("2 working_day", "2026-08-27")],
            "2 ngày làm việc, tính từ 28/08; bỏ qua ngày nghỉ 31/08–02/09; hẹn trả 03/09.",
        ),
        (
            [started("5 working_day", "2026-08-19")],
            "5 ngày làm việc, tính từ 20/08; tính cả ngày làm bù 22/08; hẹn trả 25/08.",
        ),
        (
            [started("1 working_day", "2025-12-31")],
            "1 ngày làm việc, tính từ 05/01/2026; bỏ qua ngày nghỉ 01–02/01/2026; hẹn trả 05/01/2026.",
        ),
        (
            [started("4 calendar_day", "2026-11-20")],
            "4 ngày, tính từ 21/11; ngày cuối 24/11 là ngày nghỉ, chuyển sang 25/11; hẹn trả 25/11.",
        ),
        (
            [started("1 month", "2026-01-30")],
            "1 tháng kể từ ngày tiếp nhận 30/01; ngày cuối 28/02 là ngày nghỉ, chuyển sang 02/03; hẹn trả 02/03.",
        ),
        (
            [started("1 same_day", "2026-11-26 14:05")],
            "Trong ngày làm việc, tiếp nhận lúc 14:05 ngày 26/11; hẹn trả 26/11.",
        ),
        (
            [started("1 same_day", "2026-11-26 15:20")],
            "Trong ngày làm việc; tiếp nhận lúc 15:20 ngày 26/11, sau 15:00 hoặc ngoài giờ làm việc, nên tính sang ngày"
            " làm việc tiếp theo 27/11; hẹn trả 27/11.",
        ),
        (
            [TEN, asked("2026-10-08"), ("resume", "2026-10-14")],
            "10 ngày làm việc, tính từ 06/10; chờ bổ sung từ 08/10 đến 14/10, cộng 4 ngày làm việc; hẹn trả 23/10.",
        ),
        (
            [TEN, asked("2026-10-08", "restart"), ("resume", "2026-10-14")],
            "10 ngày làm việc, tính từ 15/10; tính lại từ đầu vì hồ sơ được bổ sung đủ ngày 14/10; hẹn trả 28/10.",
        ),
        (
            [TEN, fee_asked("2026-10-08"), ("resume", "2026-10-14")],
            "10 ngày làm việc, tính từ 06/10; chờ nộp phí từ 08/10 đến 14/10, cộng 4 ngày làm việc; hẹn trả 23/10.",
        ),
        (
            [TEN, ("legal_extension", "2026-10-12", {"limit": limit("5 working_day")})],
            "10 ngày làm việc, tính từ 06/10; gia hạn 5 ngày làm việc; hẹn trả 26/10.",
        ),
        (
            [TEN, ("reappoint", "2026-10-15", {"appointment_at": at("2026-10-21 17:00")})],
            "10 ngày làm việc, tính từ 06/10; hẹn trả 19/10; đã xin lỗi và hẹn lại 21/10; hạn theo quy định vẫn là 19/10.",
        ),
        (
            [TEN, ("outage_shift", "2026-10-06", {"limit": limit("1 working_day")})],
            "10 ngày làm việc, tính từ 06/10; cộng 1 ngày làm việc do sự cố hệ thống; hẹn trả 20/10.",
        ),
        (
            [TEN, ("calendar_recomputed", "2026-10-12")],
            "10 ngày làm việc, tính từ 06/10; tính lại ngày 12/10 theo lịch làm việc đã sửa; hẹn trả 19/10.",
        ),
        (
            [TEN, asked("2026-10-08", "restart")],
            "10 ngày làm việc, tính từ 06/10; đang chờ bổ sung từ 08/10; thời hạn tính lại từ đầu khi bổ sung đủ.",
        ),
        (
            [TEN, asked("2026-10-08")],
            "10 ngày làm việc, tính từ 06/10; đang chờ bổ sung từ 08/10; ngày hẹn lùi theo thời gian chờ.",
        ),
        (
            [TEN, fee_asked("2026-10-08")],
            "10 ngày làm việc, tính từ 06/10; đang chờ nộp phí từ 08/10; thời hạn tính tiếp khi phí đã nộp.",
        ),
        ([("start", "2026-10-05")], "Pháp luật không quy định thời hạn."),
        ([], "Chưa bắt đầu tính thời hạn."),
    ],
)
def test_the_sum_in_one_sentence(lines: list[tuple[object, ...]], sentence: str) -> None:
    assert told(*lines).sentence == sentence


@pytest.mark.parametrize(
    ("track", "lines", "sentence"),
    [
        (
            "intake",
            [started("8 hour", "2026-11-21 20:00")],
            "8 giờ làm việc, tính từ 07:30 ngày 23/11; bỏ qua ngày nghỉ 24/11; trả lời trước 08:00 ngày 25/11.",
        ),
        (
            "intake",
            [started("8 hour", "2026-11-25"), fee_asked("2026-11-25"), ("filing_moved", "2026-11-25 09:20")],
            "8 giờ làm việc, tính từ 09:20 ngày 25/11; thời điểm nộp hồ sơ tính từ lúc nộp phí, 09:20 ngày 25/11;"
            " trả lời trước 09:50 ngày 26/11.",
        ),
        ("supplement", [started("10 calendar_day", "2026-11-20")], "10 ngày, tính từ 21/11; hạn bổ sung 30/11."),
        (
            "step",
            [started("8 hour", "2026-11-25 09:00")],
            "7 giờ 30 phút, tính từ 09:00 ngày 25/11; hạn của bước này 09:00 ngày 26/11.",
        ),
        (
            "consultation",
            [started("3 working_day", "2026-11-25")],
            "3 ngày làm việc, tính từ 26/11; hạn trả lời ý kiến 30/11.",
        ),
    ],
)
def test_every_track_says_what_ends(track: str, lines: list[tuple[object, ...]], sentence: str) -> None:
    assert told(*lines, track=track).sentence == sentence


def test_the_full_sum_names_weekends_and_the_day_that_does_not_count() -> None:
    assert told(started("7 working_day", "2026-11-13 14:20")).full == (
        "7 ngày làm việc, tính từ 16/11 (ngày tiếp nhận 13/11 không tính); bỏ qua 14–15/11, 21–22/11 và ngày nghỉ 24/11;"
        " hẹn trả 25/11."
    )


def test_the_full_sum_cites_the_law_and_counts_many_weekends() -> None:
    granted = {"limit": limit("5 working_day"), "source": "Điều 5 Nghị định 1/2026/NĐ-CP"}
    full = told(started("40 working_day", "2026-09-07"), ("legal_extension", "2026-10-12", granted)).full
    assert "bỏ qua 18 ngày cuối tuần;" in full
    assert "gia hạn 5 ngày làm việc (căn cứ: Điều 5 Nghị định 1/2026/NĐ-CP)" in full


def test_the_same_sum_in_english() -> None:
    told_so = told(started("7 working_day", "2026-11-13 14:20"))
    assert told_so.sentence_in("en") == (
        "7 working days, counted from 16 Nov; skipping the days off 24 Nov; due 25 Nov."
    )
    assert told_so.full_in("en") == (
        "7 working days, counted from 16 Nov (the day of acceptance, 13 Nov, does not count); skipping 14–15 Nov,"
        " 21–22 Nov and the days off 24 Nov; due 25 Nov."
    )


def drawn(*lines: tuple[object, ...]) -> list[str]:
    """The small calendar as lines such as `9 10 11 12 13a 14o 15o`."""
    marks = {"accepted": "a", "counted": "", "off": "o", "waiting": "w", "due": "!", "plain": "."}
    return [
        " ".join(f"{cell.date.day}{':' + str(cell.number) if cell.number else ''}{marks[cell.kind]}" for cell in week)
        for week in told(*lines).cells
    ]


def test_the_small_calendar_numbers_the_days_that_count() -> None:
    assert drawn(started("7 working_day", "2026-11-13 14:20")) == [
        "9. 10. 11. 12. 13a 14o 15o",
        "16:1 17:2 18:3 19:4 20:5 21o 22o",
        "23:6 24o 25:7! 26. 27. 28. 29.",
    ]


def test_the_small_calendar_shows_waiting_days() -> None:
    assert drawn(TEN, asked("2026-10-08"), ("resume", "2026-10-14")) == [
        "5a 6:1 7:2 8:3 9w 10o 11o",
        "12w 13w 14w 15:4 16:5 17o 18o",
        "19:6 20:7 21:8 22:9 23:10! 24. 25.",
    ]


def test_the_small_calendar_counts_anew_after_a_restart() -> None:
    assert drawn(TEN, asked("2026-10-08", "restart"), ("resume", "2026-10-14")) == [
        "5a 6. 7. 8. 9w 10o 11o",
        "12w 13w 14w 15:1 16:2 17o 18o",
        "19:3 20:4 21:5 22:6 23:7 24o 25o",
        "26:8 27:9 28:10! 29. 30. 31. 1.",
    ]


def test_the_small_calendar_of_a_waiting_dossier_has_no_due_date() -> None:
    explained = told(TEN, asked("2026-10-08"))
    assert explained.due_date is None
    assert drawn(TEN, asked("2026-10-08")) == ["5a 6:1 7:2 8:3 9. 10. 11."]


def test_calendar_days_count_weekends_and_show_the_day_off_they_were_moved_from() -> None:
    assert drawn(started("4 calendar_day", "2026-11-20")) == [
        "16. 17. 18. 19. 20a 21:1 22:2",
        "23:3 24:4o 25! 26. 27. 28. 29.",
    ]


def test_a_day_off_bears_its_name() -> None:
    cells = {cell.date: cell for week in told(started("7 working_day", "2026-11-13")).cells for cell in week}
    assert cells[day("24/11/2026")].name == "Ngày Văn hóa Việt Nam"
    assert cells[day("21/11/2026")].name == ""
    with override("en"):
        assert cells[day("24/11/2026")].name == "Vietnam Cultural Day"


def test_the_sentence_never_contradicts_the_due_date() -> None:
    for text in ("3 working_day", "10 calendar_day", "2 month"):
        for start in ("2026-02-11", "2026-04-24", "2026-08-28", "2026-11-20"):
            explained = told(started(text, start))
            assert explained.due_date is not None
            assert f"hẹn trả {explained.due_date:%d/%m}" in explained.sentence
            last = [cell for week in explained.cells for cell in week if cell.kind == "due"]
            assert [cell.date for cell in last] == [explained.due_date]
