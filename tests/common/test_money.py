"""Amounts as Vietnamese papers write them: figures with dots, words with their irregular ones and fives."""

import pytest

from common.money import in_words, vnd


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (105, "Một trăm lẻ năm đồng"),
        (1_000, "Một nghìn đồng"),
        (8_000, "Tám nghìn đồng"),
        (50_000, "Năm mươi nghìn đồng"),
        (200_000, "Hai trăm nghìn đồng"),
        (1_005_000, "Một triệu không trăm lẻ năm nghìn đồng"),
        (1_015_021, "Một triệu không trăm mười lăm nghìn không trăm hai mươi mốt đồng"),
        (2_000_000_000, "Hai tỷ đồng"),
        (3_004_000_055, "Ba tỷ không trăm lẻ bốn triệu không trăm năm mươi lăm đồng"),
    ],
)
def test_amount_is_read_as_a_receipt_reads_it(amount: int, words: str) -> None:
    assert in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_amount_that_no_receipt_has_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="between 0"):
        in_words(amount)


def test_amount_in_figures_has_dots_and_the_dong_sign() -> None:
    assert vnd(1_015_021) == "1.015.021 đ"
