"""Words of names and of what people type, and which words are one slip of the finger apart."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from common.text import fold

_SEPARATORS = re.compile(r"[^\w.]+")
MOST = 40  # words of a search that are looked at


def words_of(text: str) -> list[str]:
    """The words of a text, folded; points only inside (codes, numbers)."""
    return [word for part in _SEPARATORS.split(fold(text)) if (word := part.strip("._"))]


def spelled_words(text: str) -> list[str]:
    """The words as they are spelled, diacritics included."""
    lower = unicodedata.normalize("NFC", text.lower())
    return [word for part in _SEPARATORS.split(lower) if (word := part.strip("._"))]


def name_words(text: str) -> list[str]:
    """The words of a name without "thủ tục", by which every second name begins and nobody looks."""
    words = words_of(text)[:MOST]
    begins = len(words) > 2 and one_slip(words[0], "thu") and one_slip(words[1], "tuc")
    return words[2:] if begins and (words[0] == "thu" or words[1] == "tuc") else words


def one_slip(one: str, other: str) -> bool:
    """Whether the words are the same but for one letter wrong, missing, too many, or two swapped."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) > len(other):
        return one[at + 1 :] == other[at:]
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def shortened(word: str) -> Iterator[str]:
    """The word with each of its letters left out by turns."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class Vocabulary:
    """The words of the catalogue, with what is needed to find those that were meant."""

    def __init__(self, words: Iterable[str]) -> None:
        self.sorted = sorted(set(words))
        self._short: dict[str, list[str]] = {}
        for word in self.sorted:
            if not word[0].isdigit():
                for short in {word, *shortened(word)}:
                    self._short.setdefault(short, []).append(word)

    def __contains__(self, word: str) -> bool:
        at = bisect_left(self.sorted, word)
        return at < len(self.sorted) and self.sorted[at] == word

    def beginning(self, start: str) -> list[str]:
        """Words that begin so."""
        return self.sorted[bisect_left(self.sorted, start) : bisect_left(self.sorted, start + "\U0010ffff")]

    def meant(self, word: str) -> set[str]:
        """Other words one slip away."""
        if word[0].isdigit() or len(word) > 30:
            return set()
        near = {found for short in (word, *shortened(word)) for found in self._short.get(short, ())}
        return {found for found in near if found != word and one_slip(word, found)}

    def parts(self, word: str) -> tuple[str, str] | None:
        """Two words written as one, such as "khaisinh"."""
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        return next(((one, two) for one, two in cuts if one in self and two in self), None)
