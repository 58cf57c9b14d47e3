"""The catalogue in memory. Bit n of every mask stands for the n-th procedure, most used first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, NamedTuple

from django.db import connection

from agencies.models import Agency
from common.cache import Kept
from procedures.finding.events import life_events
from procedures.finding.words import Vocabulary, name_words, spelled_words, words_of

_STAMP = "SELECT coalesce(max(id), 0), count(*) FROM procedures_cataloguechange"
OLDEST = 3600.0  # seconds: names of agencies may have changed, too
COMMUNES = "xa"  # stands for the committees of all communes where agencies are chosen


class Entry(NamedTuple):
    """What lists show of a procedure."""

    pk: int
    key: str
    code: str
    has_national_code: bool
    names: tuple[str, ...]  # folded words of each name, joined
    card: dict[str, dict[str, str]]
    classification: str
    field: str
    agency: str
    use_rank: int


Named = dict[str, dict[str, str]]  # key → {"vi", "en"}


@dataclass
class Index:
    """Masks by word, by pair of neighbouring words, by whole name, by facet."""

    entries: list[Entry] = field(default_factory=list)
    anywhere: dict[str, int] = field(default_factory=dict)
    in_names: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)
    spelled: dict[str, int] = field(default_factory=dict)  # words of Vietnamese names with their diacritics
    first: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    by_name: list[int] = field(default_factory=list)  # place of each entry in the order of names
    briefest: list[int] = field(default_factory=list)  # places, short names first among equally used
    brevity: list[int] = field(default_factory=list)  # place of each entry when short names come first
    fields: Named = field(default_factory=dict)
    agencies: Named = field(default_factory=dict)
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))

    @property
    def public(self) -> int:
        """The mask of what is published."""
        return self.facets.get("public", {}).get("yes", 0)

    @property
    def everything(self) -> int:
        """The mask of the whole catalogue."""
        return (1 << len(self.entries)) - 1

    def chosen(self, facet: str, values: Iterable[str]) -> int:
        """Those with any of the values of a facet."""
        masks, found = self.facets.get(facet, {}), 0
        for value in values:
            found |= masks.get(value, 0)
        return found

    def top(self, number: int) -> list[Entry]:
        """The most used ones; none while nobody has counted."""
        chosen = (self.entries[at] for at in places(self.public))
        return [entry for entry in islice(chosen, number) if entry.use_rank]


def places(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    bits = f"{mask:b}"[::-1]
    at = bits.find("1")
    while at >= 0:
        yield at
        at = bits.find("1", at + 1)


# ── reading ──
def current() -> Index:
    """The index of the catalogue as it stands now; one cheap statement unless the catalogue has changed."""
    return _HELD.current()


def _stamp() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        last, number = cursor.fetchone()
    return int(last), int(number)


COLUMNS = (
    "pk", "key", "code", "national_code", "local_code", "current_version_id", "name_vi", "name_en", "short_name_vi",
    "short_name_en", "search_text", "sort_key", "card", "classification", "audience", "level", "also_levels", "is_free",
    "use_rank", "owner__key", "field__key", "field__name_vi", "field__name_en",
)  # fmt: skip


def read() -> Index:
    """Read the catalogue: three statements, some ten milliseconds for a hundred procedures."""
    from procedures.models import Procedure

    rows = list(Procedure.objects.order_by("-use_rank", "sort_key", "pk").values(*COLUMNS))
    index = Index()
    for place, row in enumerate(rows):
        _add(index, 1 << place, row)
    index.vocabulary = Vocabulary(index.anywhere)
    index.by_name = _ranks(sorted(range(len(rows)), key=lambda at: (rows[at]["sort_key"], at)))
    index.briefest = sorted(range(len(rows)), key=lambda at: (-rows[at]["use_rank"], _length(rows[at]), at))
    index.brevity = _ranks(index.briefest)
    owners = Agency.objects.filter(key__in=index.facets.get("agency", {})).order_by("sort_key")
    index.agencies = {key: {"vi": vi, "en": en} for key, vi, en in owners.values_list("key", "name_vi", "name_en")}
    _add_events(index)
    return index


def _ranks(order: list[int]) -> list[int]:
    found = [0] * len(order)
    for rank, place in enumerate(order):
        found[place] = rank
    return found


def _length(row: dict[str, Any]) -> int:
    return len(row["short_name_vi"] or row["name_vi"])


def _add(index: Index, bit: int, row: dict[str, Any]) -> None:
    names = dict.fromkeys(row[name] for name in ("short_name_vi", "name_vi", "short_name_en", "name_en"))
    told = [tuple(name_words(name)) for name in names if name]
    for name in told:
        _add_name(index, bit, name)
    _mark(index.spelled, {*spelled_words(row["name_vi"]), *spelled_words(row["short_name_vi"])}, bit)
    _mark(index.in_names, {word for name in names if name for word in words_of(name)}, bit)  # "thủ tục" included
    rest = {word for name in names if name for word in words_of(name)} | set(words_of(row["search_text"]))
    _mark(index.anywhere, rest, bit)
    for facet, values in _facets(row).items():
        _mark(index.facets.setdefault(facet, {}), values, bit)
    index.fields.setdefault(row["field__key"], {"vi": row["field__name_vi"], "en": row["field__name_en"]})
    index.entries.append(
        Entry(
            row["pk"], row["key"], row["code"], bool(row["national_code"]), tuple(" ".join(name) for name in told),
            row["card"] or {}, row["classification"], row["field__key"], row["owner__key"] or COMMUNES, row["use_rank"],
        )
    )  # fmt: skip


def _add_name(index: Index, bit: int, name: tuple[str, ...]) -> None:
    _mark(index.in_names, set(name), bit)
    _mark(index.pairs, {f"{one} {two}" for one, two in pairwise(name)}, bit)
    _mark(index.names, {" ".join(name)}, bit)
    _mark(index.first, set(name[:1]), bit)
    index.lengths[len(name)] = index.lengths.get(len(name), 0) | bit


def _mark(masks: dict[str, int], keys: Iterable[str], bit: int) -> None:
    for key in keys:
        masks[key] = masks.get(key, 0) | bit


def _facets(row: dict[str, Any]) -> dict[str, set[str]]:
    levels = {row["level"], *row["also_levels"]}
    owners = {row["owner__key"]} if row["owner__key"] else set()
    return {
        "classification": {row["classification"]},
        "audience": {"citizen", "business"} if row["audience"] == "both" else {row["audience"]},
        "level": levels,
        "agency": owners | ({COMMUNES} if "commune" in levels else set()),
        "field": {row["field__key"]},
        "fee": {"free" if row["is_free"] else "paid"},
        "key": {row["key"]},
        "code": {row["code"], row["local_code"], row["national_code"]} - {""},
        "public": {"yes"} if row["current_version_id"] else set(),
    }


def _add_events(index: Index) -> None:
    masks: dict[str, int] = {}
    for event in life_events():
        masks[event.key] = index.chosen("key", event.procedures)
        for query in event.queries:
            found = index.everything
            for word in words_of(query):
                found &= index.in_names.get(word, 0)
            masks[event.key] |= found
    index.facets["event"] = masks


_HELD = Kept(read, stamp=_stamp, oldest=OLDEST)
