"""Search: exact names first, then names that begin so or hold the phrase, then all words, then slips of the finger."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from procedures.finding.index import Entry, Index, places
from procedures.finding.words import name_words, spelled_words

CODE = re.compile(r"(?:[123]\.\d{6}|l\.\d{6})", re.IGNORECASE)

COMPARED = 60  # names so close to the words that they are compared letter by letter
MOST_SIMILAR = 5
FEW = 64


@dataclass(frozen=True)
class Found:
    """Masks, best first; a procedure counts in the first that holds it. `slipped`: nothing held the words as written."""

    tiers: tuple[int, ...]
    mask: int
    slipped: bool = False
    close: tuple[int, ...] = ()  # places of names nearly the same as the words, nearest first
    before: int = 0  # the tier they come before
    is_all: bool = False  # nothing was asked for


@dataclass(frozen=True)
class _Word:
    """Where a word stands: in names or anywhere, as written or one slip away."""

    name: int
    name_near: int
    any: int
    any_near: int


@dataclass
class _Levels:
    """Masks by what had to be forgiven: a slip counts 1, a missing word 2."""

    most: int
    masks: list[int] = field(default_factory=list)

    def after(self, exact: int, near: int) -> None:
        """One more word."""
        old = self.masks
        new = [mask & exact for mask in old]
        for cost in range(1, self.most + 1):
            new[cost] |= old[cost - 1] & near
            if cost > 1:
                new[cost] |= old[cost - 2]
        for cost in range(1, self.most + 1):
            for less in range(cost):
                new[cost] &= ~new[less]
        self.masks = new


def search(index: Index, text: str, *, within: int, typing: bool = False) -> Found:
    """What the words (or a code) find within a mask; all of it for no words. `typing`: the last word may be unfinished."""
    if code := CODE.match(text.strip()):
        mask = index.chosen("code", [code.group().upper()]) & within
        return Found((mask,), mask)
    words = name_words(text)
    if not words:
        return Found((within,), within, is_all=True)
    looked = [_look(index, word, is_last=typing and at == len(words) - 1) for at, word in enumerate(words)]
    every = in_name = within
    for word in looked:
        every &= word.any
        in_name &= word.name
    whole = " ".join(words)
    same = index.names.get(whole, 0) & within
    close = 0 if same else _close(index, looked, within)
    if not every | close:
        return _forgiving(index, looked, whole, within)
    phrase = _phrase(index, words, in_name)
    begins = phrase & index.first.get(words[0], 0)
    spelled = _spelled(index, text)
    tiers = tuple(mask & first for mask in (same, begins, phrase, close, in_name, every) for first in (spelled, within))
    near = _nearest(index, close & ~phrase, whole, spelled)
    return Found(tiers, every | close, slipped=not every, close=near, before=6)


def _spelled(index: Index, text: str) -> int:
    """Who writes diacritics means them: names that hold the very words come first among equals."""
    found = index.everything
    for word in spelled_words(text):
        if not word.isascii():
            found &= index.spelled.get(word, 0)
    return found


def _look(index: Index, word: str, *, is_last: bool) -> _Word:
    vocabulary = index.vocabulary
    name, anywhere = index.in_names.get(word, 0), index.anywhere.get(word, 0)
    begun = vocabulary.beginning(word) if len(word) > 1 or is_last else []
    near = set(begun) | (vocabulary.meant(word) if len(word) > 2 or not is_last else set())
    name_near, any_near = _any_of(index.in_names, near), _any_of(index.anywhere, near)
    if not anywhere and (parts := vocabulary.parts(word)):
        any_near |= index.anywhere[parts[0]] & index.anywhere[parts[1]]
        name_near |= index.in_names.get(parts[0], 0) & index.in_names.get(parts[1], 0)
    if begun and (is_last or not anywhere):
        name |= _any_of(index.in_names, begun)
        anywhere |= _any_of(index.anywhere, begun)
    return _Word(name, name_near, anywhere, any_near)


def _any_of(masks: dict[str, int], words: set[str] | list[str]) -> int:
    found = 0
    for word in words:
        found |= masks.get(word, 0)
    return found


def _phrase(index: Index, words: list[str], among: int) -> int:
    for one, two in pairwise(words):
        among &= index.pairs.get(f"{one} {two}", 0)
    return among


def _close(index: Index, looked: list[_Word], within: int) -> int:
    """Names of about as many words in which at most one is a slip away."""
    if len(looked) < 3:
        return 0
    return _all(_levels(((word.name, word.name_near) for word in looked), 1, within)) & _about(index, len(looked))


def _forgiving(index: Index, looked: list[_Word], whole: str, within: int) -> Found:
    """Nothing holds all words: the fewest slips, and one missing word in four."""
    number = len(looked)
    most = min(8, max(number // 2, 2 * (number // 4), 1))
    levels = _levels(((word.any, word.any_near) for word in looked), most, within)
    level = next((mask for mask in levels if mask), 0)
    in_name = _all(_levels(((word.name, word.name_near) for word in looked), most, level)) if level else 0
    about = in_name & _about(index, number)
    return Found((about, in_name, level), level, slipped=True, close=_nearest(index, about, whole))


def _levels(words: Iterable[tuple[int, int]], most: int, within: int) -> list[int]:
    """Masks by what has to be forgiven in all of the words (as written, one slip away)."""
    levels = _Levels(most, [within, *([0] * most)])
    for exact, near in words:
        levels.after(exact, near)
    return levels.masks


def _all(masks: list[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _about(index: Index, number: int) -> int:
    return index.lengths.get(number - 1, 0) | index.lengths.get(number, 0) | index.lengths.get(number + 1, 0)


def _nearest(index: Index, mask: int, whole: str, spelled: int = 0) -> tuple[int, ...]:
    """The places of a mask, names spelled so and names most alike first; none when there are too many to compare."""
    if not mask or mask.bit_count() > COMPARED:
        return ()
    wanted = _threes(whole)
    alike = {at: max(_alike(wanted, name) for name in index.entries[at].names) for at in places(mask)}
    return tuple(sorted(alike, key=lambda at: (-(spelled >> at & 1), -alike[at], index.brevity[at])))


def _threes(text: str) -> set[str]:
    text = f"  {text} "
    return {text[at : at + 3] for at in range(len(text) - 2)}


def _alike(wanted: set[str], name: str) -> float:
    own = _threes(name)
    return len(wanted & own) / len(wanted | own)


# ── in order ──
def ordered(index: Index, found: Found, within: int) -> Iterator[int]:
    """Places of what was found and lies within the mask, best first."""
    left = found.mask & within
    for number, tier in enumerate(found.tiers):
        if number == found.before:
            for at in found.close:
                if left >> at & 1:
                    left &= ~(1 << at)
                    yield at
        now = tier & left
        left &= ~now
        yield from _briefest(index, now)


def _briefest(index: Index, mask: int) -> Iterable[int]:
    """The places of a mask, short names first; of a large one no more is looked at than is asked for."""
    if mask.bit_count() < FEW:
        return sorted(places(mask), key=index.brevity.__getitem__)
    bits = f"{mask:b}"[::-1]
    return (at for at in index.briefest if bits[at : at + 1] == "1")


def similar(index: Index, text: str, number: int = MOST_SIMILAR) -> list[Entry]:
    """For a search that found nothing: published procedures that share its rarest words."""
    looked = [_look(index, word, is_last=True) for word in name_words(text)]
    masks = [(word.any | word.any_near) & index.public for word in looked]
    scores: dict[int, float] = {}
    for mask in sorted((mask for mask in masks if mask), key=int.bit_count)[:4]:
        for at in islice(places(mask), 200):
            scores[at] = scores.get(at, 0) + 1 / mask.bit_count()
    best = sorted(scores, key=lambda at: (-scores[at], index.brevity[at]))
    return [index.entries[at] for at in best[:number]]
