"""Tracking numbers with right check digits, and the order of a parcel's states."""

from itertools import permutations

import pytest

from postal.tracking import FINAL, RANKS, ParcelStatus, check_digit, is_rank_of, is_s10, rank


@pytest.mark.parametrize(("serial", "digit"), [("47312482", 9), ("12345678", 5)])
def test_check_digits_agree_with_the_published_vectors(serial: str, digit: int) -> None:
    assert check_digit(serial) == digit


@pytest.mark.parametrize("serial", ["", "1234567", "123456789", "1234567a", "１２３４５６７８"])
def test_only_eight_digits_have_a_check_digit(serial: str) -> None:
    with pytest.raises(ValueError):
        check_digit(serial)


def test_of_ten_check_digits_exactly_one_is_right() -> None:
    assert [digit for digit in range(10) if is_s10(f"RL47312482{digit}VN")] == [9]
    assert not is_s10("473124829")
    assert not is_s10("RL473124829VN ")


def test_any_one_wrong_digit_is_noticed() -> None:
    code = "RL473124829VN"
    for place in range(2, 11):
        for digit in "0123456789":
            changed = code[:place] + digit + code[place + 1 :]
            assert is_s10(changed) == (changed == code)


def test_every_state_has_a_rank_and_no_two_share_one() -> None:
    assert set(RANKS) == set(ParcelStatus.values)
    ranks = [rank(status, attempt) for status in RANKS for attempt in (1, 2, 3)]
    assert len(set(ranks)) == len(RANKS) + 4  # only failures and new attempts rank higher the next time


def test_a_parcel_ends_at_the_same_state_in_whatever_order_its_events_come() -> None:
    life = [("accepted", 1), ("out_for_delivery", 1), ("delivery_failed", 1), ("redelivery", 1), ("delivery_failed", 2)]
    for order in permutations(life):
        assert max(order, key=lambda event: rank(*event)) == ("delivery_failed", 2)


def test_nothing_ranks_above_the_end_but_the_end() -> None:
    attempts = [rank(status, 30) for status in RANKS if status not in FINAL]
    assert max(attempts) < min(RANKS[status] for status in FINAL)


def test_a_rank_belongs_to_its_state() -> None:
    assert is_rank_of("delivery_failed", 70)
    assert not is_rank_of("delivery_failed", 60)
    assert not is_rank_of("delivered", 10)
    assert not is_rank_of("teleported", 10)
