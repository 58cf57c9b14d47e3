"""Slips that real catalogues hold: told to whoever edits a draft, and for every row of an import.

A document with one of them may be lawful, so that they are warnings; `English without Vietnamese` never is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.text import fold

SMALL = 1_000  # VND: nothing is that cheap; somebody left out the thousands
_AMOUNT = re.compile(r"\d[\d.,\s]*\s*(?:đồng|đ\b|₫|vnđ|vnd)|\d{1,3}(?:[.,]\d{3})+", re.IGNORECASE)
_UNITS = re.compile(r"\b(ngay|gio|thang|tuan|nam|buoi|phut|day|hour|month|week)")
_ONLINE = re.compile(r"truc tuyen|dien tu|online|cong dich vu|electronic|mang")

MESSAGES: dict[str, str | Promise] = {
    "small_amount": _(
        "the amount %(amount)s VND is under 1,000 VND. Check it: amounts are written in đồng, 50000 for fifty thousand."
    ),
    "free_but_amount": _("“Miễn phí”, but the note names an amount (“%(text)s”). Write it as a fee, or correct the note."),
    "free_but_rate": _("“Miễn phí” with an amount of %(amount)s VND. Choose “Phí” or “Lệ phí”, or take the amount out."),
    "note_without_unit": _("the time limit “%(text)s” has no unit. Write for example “15 ngày làm việc”."),
    "online_not_in_manner": _(
        "there is a time limit for filing online, but the ways of filing do not name it. Add it there, or take out the channel."
    ),
    "manner_not_online": _(
        "the ways of filing name filing online, but no case can be filed online. Add the channel, or correct the text."
    ),
    "info_but_online": _("“information only”, but it can be filed online. Correct one of the two."),
    "channel_not_offered": _("“%(channel)s” is named here, but no case can be filed that way. Correct one of the two."),
    "english_alone": _("English without Vietnamese. Fill in the Vietnamese text first."),
}  # fmt: skip
ERRORS = frozenset({"english_alone", "free_but_rate"})


@dataclass(frozen=True)
class Slip:
    """One finding. `table`, `identity`, `column` say where, as in the tables of `procedures.transfers.layout`."""

    code: str
    table: str
    column: str
    identity: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        """Whether it can never be right."""
        return self.code in ERRORS

    @property
    def sentence(self) -> str:
        """What is wrong and how it is mended, in the reader's language."""
        return str(MESSAGES[self.code]) % self.values


def find(document: Mapping[str, Any]) -> list[Slip]:
    """All slips of a document as stored (it need not be complete)."""
    found = [*_fees(document), *_limits(document), *_channels(document)]
    return found + [Slip("english_alone", table, column) for table, column in _english_alone(document)]


def _fees(document: Mapping[str, Any]) -> Iterator[Slip]:
    for fee in document.get("fees") or ():
        code = str(fee.get("code", ""))
        rates = list(fee.get("rates") or ())
        for number, rate in enumerate(rates, 1):
            amount, where = rate.get("amount_vnd"), (code, str(number))
            if isinstance(amount, int) and 0 < amount < SMALL:
                yield Slip("small_amount", "fees", "amount", where, {"amount": amount})
            if fee.get("kind") == "none" and amount:
                yield Slip("free_but_rate", "fees", "amount", where, {"amount": amount})
        if fee.get("kind") == "none":
            texts = [*(fee.get("notes") or ()), *(fee.get("name") or {}).values()]
            if named := next((found for text in texts if (found := _AMOUNT.search(str(text)))), None):
                yield Slip("free_but_amount", "fees", "notes", (code, "1"), {"text": named[0].strip()})


def _limits(document: Mapping[str, Any]) -> Iterator[Slip]:
    for case in document.get("cases") or ():
        for terms in case.get("terms") or ():
            note = str((terms.get("limit_note") or {}).get("vi", ""))
            if note and not terms.get("limit") and re.search(r"\d", note) and not _UNITS.search(fold(note)):
                where = (str(case.get("key", "")), str(terms.get("channel", "")))
                yield Slip("note_without_unit", "terms", "note_vi", where, {"text": note[:60]})


def _channels(document: Mapping[str, Any]) -> Iterator[Slip]:
    offered = {terms.get("channel") for case in document.get("cases") or () for terms in case.get("terms") or ()}
    manner = [fold(str(text.get("vi", ""))) for text in (document.get("public") or {}).get("manner") or ()]
    if manner:
        told = any(_ONLINE.search(text) for text in manner)
        if "online" in offered and not told:
            yield Slip("online_not_in_manner", "procedures", "manner_vi")
        if "online" not in offered and told:
            yield Slip("manner_not_online", "procedures", "manner_vi")
    if "online" in offered and (document.get("service") or {}).get("info_only"):
        yield Slip("info_but_online", "procedures", "info_only")
    for fee in document.get("fees") or ():
        for number, rate in enumerate(fee.get("rates") or (), 1):
            for channel in set(rate.get("channels") or ()) - offered:
                where = (str(fee.get("code", "")), str(number))
                yield Slip("channel_not_offered", "fees", "channels", where, {"channel": _channel_word(channel)})


def _channel_word(channel: str) -> str:
    from procedures.transfers.cells import word

    return word("channel", channel)


def _english_alone(value: Any, table: str = "procedures", column: str = "name_en") -> Iterator[tuple[str, str]]:
    """Texts anywhere in the document that have English only."""
    if isinstance(value, Mapping):
        if value.get("en") and isinstance(value["en"], str) and not value.get("vi"):
            yield table, column
        for name, inner in value.items():
            yield from _english_alone(inner, name if name in {"fees", "papers"} else table, column)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _english_alone(inner, table, column)
