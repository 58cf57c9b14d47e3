"""Where the facts of a document come from, and whether a source shows them ("Chưa xác minh")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from common.money import vnd
from procedures.content import Limit, dump, parse
from procedures.content.verifying import VERIFIED
from procedures.differences.labels import LABELS, PARTS, VALUES
from procedures.editing import inputs
from procedures.editing.forms import EditForm
from procedures.editing.parts import Document, Part
from procedures.editing.source_names import SOURCE_NAMES
from procedures.presenting import limit_words

CHECKED = (
    ("yes", _("a source shows it")),
    ("partly", _("a source shows a part of it")),
    ("no", _("no source shows it")),
)
NAMES = ("verified", "source", "note")


@dataclass(frozen=True)
class Sourced:
    """A fact that names a source or a doubt: the way to its evidence in the document, and where it stands in words."""

    path: tuple[str | int, ...]
    evidence: Mapping[str, Any]
    words: str

    @property
    def is_doubtful(self) -> bool:
        """Whether no source shows all of it."""
        return bool(self.evidence["verified"] != VERIFIED)


def sourced(document: Document) -> list[Sourced]:
    """The facts that name a source or a doubt, in the order people read a procedure.

    The database gives the parts of a document back in an order of its own; inputs are numbered by one that never changes.
    """
    return list(_walk(dump(parse(document)), (), ()))


def _walk(value: Any, path: tuple[str | int, ...], words: tuple[str, ...]) -> Iterator[Sourced]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _walk(item, (*path, place), (*words, _name(item)))
        return
    if not isinstance(value, dict):
        return
    for name, item in value.items():
        if name == "evidence" and (item.get("source") or item.get("note")):
            said = " › ".join(filter(None, (*words, _value(value))))
            yield Sourced((*path, name), item, said or gettext("The whole document"))
        else:
            yield from _walk(item, (*path, name), (*words, _label(name, item, is_part=not path)))


def _label(name: str, value: Any, *, is_part: bool) -> str:
    """What a field is called; of one that only holds things with names, nothing."""
    if is_part and name in PARTS:
        return str(PARTS[name])
    return "" if isinstance(value, list) else str(LABELS.get(name, ""))


def _name(item: Any) -> str:
    """The name of a thing in a list."""
    if not isinstance(item, dict):
        return ""
    for name in ("name", "label", "title", "text"):
        if isinstance(text := item.get(name), dict):
            return str(text.get((get_language() or "vi")[:2]) or text.get("vi", ""))
    return str(VALUES.get(f"channel:{item.get('channel')}", ""))


def _value(fact: Mapping[str, Any]) -> str:
    """An amount or a time in words; "" for what is told by its name."""
    if isinstance(fact.get("amount_vnd"), int):
        return str(vnd(fact["amount_vnd"]))
    if "amount" in fact and "unit" in fact:
        return limit_words(Limit(amount=fact["amount"], unit=fact["unit"]))
    return ""


class SourcesForm(EditForm):
    """Three inputs a fact."""

    def __init__(self, *args: Any, facts: list[Sourced], **kwargs: Any) -> None:
        self.facts = facts
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """The inputs of every fact under its name."""
        groups = []
        for number, fact in enumerate(self.facts):
            self.fields[f"verified-{number}"] = inputs.choice(gettext("Is it verified"), CHECKED)
            named = SOURCE_NAMES.get(str(fact.evidence["source"]))
            source = inputs.Line(
                label=gettext("Source"), required=False, max_length=1000,
                help_text=named.in_((get_language() or "vi")[:2]) if named else "",
            )  # fmt: skip
            note = inputs.Line(label=gettext("Remark on the source"), required=False, max_length=1000)
            self.fields |= {f"source-{number}": source, f"note-{number}": note}
            groups.append((fact.words, tuple(f"{name}-{number}" for name in NAMES)))
        self.groups = tuple(groups)


class Sources(Part):
    """Sources and verification."""

    title = _("Sources and verification")
    hint = _("Facts without a source were typed here; the decision that publishes them stands for them.")
    form = SourcesForm

    def options(self) -> dict[str, Any]:
        return {"facts": sourced(self.document)}

    def load(self) -> dict[str, Any]:
        facts = enumerate(sourced(self.document))
        return {f"{name}-{number}": fact.evidence[name] for number, fact in facts for name in NAMES}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        for number, fact in enumerate(sourced(document)):
            target: Any = document
            for step in fact.path:
                target = target[step]
            target |= {name: values[f"{name}-{number}"] for name in NAMES}
