"""A document as facts with labels, in nodes: what is compared, and what the page of a version shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.money import vnd
from common.templatetags.mc import vn_date
from procedures.content import Condition, Content, Evidence, Limit, Text
from procedures.content.base import Strict
from procedures.content.eform import BaseField
from procedures.content.fees import Step as Tier
from procedures.differences.labels import KINDS, LABELS, NOUNS, PARTS, VALUES
from procedures.eforms.words import condition_words
from procedures.presenting import limit_words

IDENTITY = ("key", "code", "channel", "number", "value", "no")
GENERAL = "general"


@dataclass(frozen=True)
class Fact:
    """One value in words. `raw` is what is compared: two languages may read the same."""

    label: str
    words: str
    raw: Any
    is_source: bool = False


@dataclass
class Node:
    """Something with a name and facts: a paper, a fee, a question; `nodes` by the name of the list and their key."""

    noun: str = ""
    name: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    nodes: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A part of the document for reading: (path of names, label, words)."""

    title: str
    rows: tuple[tuple[str, str, str], ...]


def tell(content: Content) -> list[Told]:
    """The whole document in words, without what is empty and without sources."""
    parts = nodes_of(content)
    return [
        Told(str(title), rows) for key, title in PARTS.items() if (rows := tuple(_rows(parts.get(key, Node()), ())))
    ]


def _rows(node: Node, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for fact in node.facts.values():
        if fact.words and not fact.is_source:
            yield " › ".join(filter(None, path)), fact.label, fact.words
    for child in node.nodes.values():
        yield from _rows(child, (*path, child.name))


def nodes_of(content: Content) -> dict[str, Node]:
    """The parts of the document as nodes."""
    teller, parts = _Teller(content), {key: Node() for key in PARTS}
    for name in type(content).model_fields:
        value = getattr(content, name)
        part = parts.get(name) or parts[GENERAL]
        if isinstance(value, Strict) and name in parts:
            teller.fill(part, value)
        else:
            teller.add(part, name, value)
    return parts


class _Teller:
    """Turns values into facts; conditions are told with the questions of this document."""

    def __init__(self, content: Content) -> None:
        self.eform = content.eform
        self.language = (get_language() or "vi")[:2]

    def fill(self, node: Node, model: Strict, prefix: str = "", label: str = "") -> None:
        """Every field of a model as facts and nodes of `node`."""
        for name in type(model).model_fields:
            self.add(node, name, getattr(model, name), prefix, label)

    def add(self, node: Node, name: str, value: Any, prefix: str = "", above: str = "") -> None:
        """One field: a list of things becomes nodes, a nested model its facts, all else a fact."""
        key = f"{prefix}{name}"
        own = str(LABELS.get(name, name))
        label = f"{above}: {own}" if above else own
        if isinstance(value, Text):
            self._text(node, key, label, value)
        elif isinstance(value, tuple) and value and _are_things(value):
            self._list(node, key, label, value)
        elif isinstance(value, Strict) and not isinstance(value, Limit | Condition | Evidence):
            self.fill(node, value, f"{key}.", label)
        else:
            is_aside = isinstance(value, Evidence) or name == "schema_no"
            node.facts[key] = Fact(label, self.words(name, value), _raw(value), is_aside)
            if isinstance(value, Limit):
                self.add(node, "evidence", value.evidence, f"{key}.", label)

    def _text(self, node: Node, key: str, label: str, text: Text) -> None:
        own = {"vi": text.vi, "en": text.en}
        node.facts[key] = Fact(label, text.in_(self.language), own.get(self.language, text.vi))
        other, name = ("en", _("English")) if self.language == "vi" else ("vi", _("Vietnamese"))
        node.facts[f"{key}.{other}"] = Fact(f"{label} ({name})", own[other], own[other], is_source=True)

    def _list(self, node: Node, key: str, label: str, items: tuple[Any, ...]) -> None:
        for position, item in enumerate(items, 1):
            noun = str(NOUNS.get(_kind(item), label))
            child = Node(noun, self._name(item, noun, position))
            if isinstance(item, Text):
                child.noun, child.name = label, f"{label} {position}"
                self._text(child, "text", label, item)
            else:
                self.fill(child, item)
            node.nodes[f"{key}:{_identity(item, position)}"] = child

    def _name(self, item: Any, noun: str, position: int) -> str:
        for name in ("name", "label", "title"):
            text = getattr(item, name, None)
            if isinstance(text, Text):
                return text.in_(self.language)
        if (channel := getattr(item, "channel", None)) is not None:
            return self.words("channel", channel)
        if _kind(item) == "LegalText":
            return str(item.number)
        if _kind(item) == "Rate" and item.channels:
            return self.words("channels", item.channels)
        return f"{noun} {position}" if _kind(item) != "Rate" or position > 1 else ""

    def words(self, name: str, value: Any) -> str:  # noqa: PLR0911 - a line a type
        """A value as people read it; empty for what is not there."""
        if value is None or value in ("", ()):
            return ""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, tuple):
            return ", ".join(self.words(name, item) for item in value)
        if isinstance(value, Limit):
            return limit_words(value)
        if isinstance(value, Condition):
            return self._condition(value)
        if isinstance(value, Evidence):
            return ". ".join(
                part for part in (self.words("verified", value.verified), value.source, value.note) if part
            )
        if isinstance(value, Tier):
            upto = _("up to %(number)s") % {"number": value.up_to} if value.up_to else _("above")
            return f"{upto}: {vnd(value.amount_vnd)}"
        if isinstance(value, date):
            return vn_date(value)
        return self._plain(name, value)

    def _plain(self, name: str, value: Any) -> str:
        if name.endswith("_vnd"):
            return vnd(value)
        if name == "percent_off":
            return f"{value} %"
        if isinstance(value, float):
            return f"{value:g}".replace(".", "," if self.language == "vi" else ".")
        if name in {"gte_field", "lte_field", "field", "table", "units", "times", "computed"}:
            return self._question(str(value))
        return str(VALUES.get(f"{KINDS.get(name, name)}:{value}", value))

    def _condition(self, condition: Condition) -> str:
        if self.eform is None:
            return ""
        return condition_words(condition, self.eform, self.language)

    def _question(self, key: str) -> str:
        found = next((item for item in self.eform.fields() if item.key == key), None) if self.eform else None
        return f"“{found.label.in_(self.language)}”" if found else key


def _are_things(items: tuple[Any, ...]) -> bool:
    return isinstance(items[0], Strict) and not isinstance(items[0], Condition | Tier)


def _kind(item: Any) -> str:
    return "Field" if isinstance(item, BaseField) else type(item).__name__


def _identity(item: Any, position: int) -> str:
    if not isinstance(item, Text):
        for name in IDENTITY:
            if name in type(item).model_fields:
                return str(getattr(item, name))
    return str(position)


def _raw(value: Any) -> Any:
    if isinstance(value, Limit):
        return (value.amount, value.unit)
    return value
