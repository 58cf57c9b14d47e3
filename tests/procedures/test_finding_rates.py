"""Each of the real procedures is among the first three results of a search for it, however it is written."""

from collections import Counter
from collections.abc import Iterable

import pytest

from common.text import fold
from procedures import finding
from procedures.finding.words import spelled_words
from procedures.models import Procedure

pytestmark = pytest.mark.django_db
FIRST = 3
LETTERS = "abcdeghiklmnopqrstuvxy"


def published() -> list[Procedure]:
    return list(Procedure.objects.published().order_by("key"))


def first_results(text: str) -> list[str]:
    index = finding.current()
    found = finding.search(index, text, within=index.public)
    order = finding.ordered(index, found, found.mask)
    return [index.entries[at].key for _number, at in zip(range(FIRST), order, strict=False)]


def title(procedure: Procedure) -> str:
    return procedure.title["vi"]


def with_one_letter_wrong(name: str, number: int) -> str:
    """One letter of one word of the name replaced, dropped, doubled or swapped, by turns; where, hangs on the number."""
    words = name.split(" ")
    long = [
        at for at, word in enumerate(words) if len(word) > 1 and word.isalpha() and fold(word) not in {"thu", "tuc"}
    ]
    at = long[number * 7 % len(long)]
    words[at] = _wrong(words[at], number)
    return " ".join(words)


def _wrong(word: str, number: int) -> str:
    place = number * 3 % len(word)
    match number % 4:
        case 0:
            other = LETTERS[number % len(LETTERS)]
            return word[:place] + (other if fold(word[place]) != other else "x") + word[place + 1 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case 2:
            return word[:place] + word[place] + word[place:]
    place = next((i for i in range(len(word) - 1) if fold(word[i]) != fold(word[i + 1])), 0)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def telling_words(procedures: Iterable[Procedure]) -> dict[str, tuple[str, ...]]:
    """The three words of each title that stand in the fewest titles of the catalogue, as spelled, in the title's order."""
    words = {procedure.key: list(dict.fromkeys(spelled_words(title(procedure)))) for procedure in procedures}
    seen = Counter(word for own in words.values() for word in own)
    return {
        key: tuple(word for word in own if word in sorted(own, key=lambda word: (seen[word], own.index(word)))[:3])
        for key, own in words.items()
    }


def told(what: str, wanted: dict[str, str]) -> list[str]:
    """Search for each, print the rate and name the misses."""
    results = {key: first_results(text) for key, text in wanted.items()}
    misses = [key for key, found in results.items() if key not in found]
    print(f"{what}: {len(wanted) - len(misses)} of {len(wanted)} ({100 * (1 - len(misses) / len(wanted)):.1f} %)")  # noqa: T201 - the rates are what the test is for
    for key in misses:
        print(f"  missed: {key} by “{wanted[key]}”, found {results[key]}")  # noqa: T201 - the rates are what the test is for
    return misses


def test_there_are_75_real_procedures() -> None:
    assert len(published()) == 75


def test_the_name_without_diacritics_finds_every_procedure() -> None:
    assert not told("name without diacritics", {one.key: fold(title(one)) for one in published()})


def test_the_full_legal_name_finds_every_procedure() -> None:
    assert not told("full legal name", {one.key: one.name_vi for one in published()})


def test_the_three_most_telling_words_find_every_procedure() -> None:
    words = telling_words(published())
    same = {key for key, own in words.items() if sum(set(own) == set(other) for other in words.values()) > FIRST}
    assert not same, "more procedures share their most telling words than there are places"
    assert not told("three most telling words", {key: " ".join(own) for key, own in words.items()})


def test_the_name_with_one_letter_wrong_finds_every_procedure() -> None:
    wrong = {one.key: with_one_letter_wrong(title(one), number) for number, one in enumerate(published())}
    assert all(fold(text) != fold(title(one)) for one, text in zip(published(), wrong.values(), strict=True))
    assert not told("one letter wrong", wrong)


@pytest.mark.parametrize("turn", range(1, 12))
def test_another_letter_wrong_finds_them_as_well(turn: int) -> None:
    """As above, with the slip elsewhere: eleven more per procedure."""
    rows = enumerate(published())
    wrong = {one.key: with_one_letter_wrong(fold(title(one)), number + 13 * turn) for number, one in rows}
    assert not told(f"one letter wrong, turn {turn}", wrong)


def test_a_slip_is_forgiven_when_the_other_words_match() -> None:
    assert first_results("đăng ký khai snih")[0] == "birth-registration"
    assert first_results("dang kyy ket hon")[0] == "marriage-registration"
    assert "driving-licence-exchange" in first_results("hổi giấy phép lái xe")


def test_two_words_written_as_one_are_found() -> None:
    assert "birth-registration" in first_results("khaisinh")


def test_exact_words_bring_nothing_but_exact_words() -> None:
    """Slips are looked for only where the words themselves do not lead to a name."""
    index = finding.current()
    found = finding.search(index, "đất đai", within=index.public)
    for at in finding.places(found.mask):
        text = Procedure.objects.get(pk=index.entries[at].pk).search_text
        assert "dat" in text.split() and "dai" in text.replace("|", " ").replace(",", " ").split()
