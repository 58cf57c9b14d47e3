"""Two documents side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from procedures.content import Content
from procedures.differences.labels import PARTS
from procedures.differences.telling import Fact, Node, nodes_of

Path = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """One thing that differs. `where`: the names above it; `before`, `after`: in words, empty for what is not there."""

    kind: Literal["added", "removed", "changed"]
    where: str
    label: str
    before: str = ""
    after: str = ""
    details: tuple[tuple[str, str], ...] = ()

    @property
    def what(self) -> str:
        """Where and what, in one line."""
        return f"{self.where} › {self.label}" if self.where else self.label

    @property
    def sentence(self) -> str:
        """The change in one line: `Fee: 200.000 đ → 150.000 đ`, `Added paper: …`."""
        values = {"what": self.what, "before": self.before, "after": self.after}
        if self.kind == "added":
            return _("Added %(what)s: %(after)s") % values
        if self.kind == "removed":
            return _("Removed %(what)s: %(before)s") % values
        none = _("nothing")
        return f"{self.what}: {self.before or none} → {self.after or none}"


@dataclass(frozen=True)
class Part:
    """The changes of one part of the document."""

    key: str
    title: str
    changes: tuple[Change, ...]


def differences(old: Content, new: Content) -> list[Part]:
    """What differs in `new`, by part, in the reader's language; empty when the documents say the same."""
    before, after = nodes_of(old), nodes_of(new)
    found = []
    for key, title in PARTS.items():
        if changes := tuple(_compare(before[key], after[key], ())):
            found.append(Part(key, str(title), changes))
    return found


def _compare(old: Node, new: Node, path: Path) -> Iterator[Change]:
    where = " › ".join(filter(None, path))
    for key in dict.fromkeys([*old.facts, *new.facts]):
        one, other = old.facts.get(key), new.facts.get(key)
        if _raw(one) != _raw(other):
            yield _changed(where, one, other)
    for key in dict.fromkeys([*old.nodes, *new.nodes]):
        before, after = old.nodes.get(key), new.nodes.get(key)
        if before and after:
            yield from _compare(before, after, (*path, before.name))
        elif after:
            yield Change("added", where, after.noun.lower(), after=_said(after), details=_details(after))
        elif before:
            yield Change("removed", where, before.noun.lower(), before=_said(before))
    yield from _reordered(old, new, where)


def _raw(fact: Fact | None) -> object:
    return fact.raw if fact and fact.raw not in ("", (), None) else None


def _changed(where: str, one: Fact | None, other: Fact | None) -> Change:
    label = (other or one or Fact("", "", "")).label
    return Change("changed", where, label, one.words if one else "", other.words if other else "")


def _said(node: Node) -> str:
    """The name of a node; of an entry that has none, its text."""
    text = node.facts.get("text")
    return text.words if text and len(node.facts) <= 2 else node.name or node.noun


def _details(node: Node) -> tuple[tuple[str, str], ...]:
    rows = [(fact.label, fact.words) for fact in node.facts.values() if fact.words and not fact.is_source]
    for child in node.nodes.values():
        rows += [(child.noun, child.name), *_details(child)]
    return tuple(rows)


def _reordered(old: Node, new: Node, where: str) -> Iterator[Change]:
    before = [key for key in old.nodes if key in new.nodes]
    after = [key for key in new.nodes if key in old.nodes]
    if before == after:
        return
    moved = next(key for key, other in zip(after, before, strict=True) if key != other)
    names = ", ".join(new.nodes[key].name for key in after if key.split(":")[0] == moved.split(":")[0])
    yield Change("changed", where, _("order"), before="", after=names)
