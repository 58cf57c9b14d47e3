"""Forms of the editor and their repeating rows, which work without a script: small buttons draw the page again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.text import whole_number
from procedures.editing.inputs import Words

ROWS = "_rows"
MOST_ROWS = 60


class EditForm(forms.Form):
    """A form whose fields stand in groups, the two languages of a text side by side."""

    groups: tuple[tuple[Words, tuple[str, ...]], ...] = ()
    beside: tuple[str, ...] = ()  # fields that stand beside the one before them
    usual: tuple[str, ...] = ()  # values that say nothing
    folded: tuple[Words, ...] = ()  # titles of groups that are seldom needed: closed while nothing is written in them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "use_required_attribute": False, **kwargs})
        self.prepare()
        for item in self.fields.values():
            if isinstance(item, forms.ChoiceField) and item.initial is None:
                item.initial = first_choice(item)
            verb = _("Choose “%(label)s”") if isinstance(item, forms.ChoiceField) else _("Write “%(label)s”")
            item.error_messages["required"] = verb % {"label": item.label}
            item.error_messages["invalid_choice"] = _("Choose “%(label)s” from the list") % {"label": item.label}

    def prepare(self) -> None:
        """Choices that depend on the document."""

    def hush(self) -> None:
        """Draw what was typed without judging it."""
        self._errors, self.cleaned_data = ErrorDict(), {}

    def blocks(self) -> list[dict[str, Any]]:
        """{title, rows: [[bound fields that stand side by side]], is_folded, is_used} in the order of the page."""
        named = {name for _title, names in self.groups for name in names}
        rest = tuple(name for name in self.fields if name not in named)
        groups = [*self.groups, ("", rest)] if self.groups else [("", rest)]
        closed = {str(title) for title in self.folded}
        found = [
            {"title": title, "rows": self._rows(names), "is_folded": bool(title) and str(title) in closed,
             "is_used": any(self._is_used(self[name]) for name in names if name in self.fields)}
            for title, names in groups
        ]  # fmt: skip
        return [block for block in found if block["rows"]]

    def _is_used(self, bound: BoundField) -> bool:
        """Whether an input says something else than when nobody has touched it."""
        return bool(bound.errors) or str(bound.value() or "") not in {
            "",
            "[]",
            str(bound.field.initial or ""),
            *self.usual,
        }

    def _rows(self, names: Sequence[str]) -> list[list[BoundField]]:
        rows: list[list[BoundField]] = []
        here = [name for name in names if name in self.fields]
        for name in here:
            is_english = name.endswith("_en") and name.removesuffix("_en") + "_vi" in here
            if rows and (is_english or name in self.beside or name.startswith("number_") or name.endswith("_unit")):
                rows[-1].append(self[name])
            else:
                rows.append([self[name]])
        return rows


def first_choice(item: forms.ChoiceField) -> str | None:
    """What a browser sends for a list nobody touched: a blank row is not filled in by it."""
    if isinstance(item, forms.MultipleChoiceField) or isinstance(item.widget, forms.RadioSelect):
        return None
    choices: Any = item.choices
    return next((key for key, words in choices if not isinstance(words, list | tuple)), None)


@dataclass(frozen=True)
class Rows:
    """A repeating group of a page. `spare`: blank rows offered at the end; rows left as offered are dropped."""

    name: str
    form: type[EditForm]
    title: Words
    row: Words
    add: Words
    hint: Words = ""
    spare: int = 1
    ordered: bool = True


class Group:
    """The rows of one page: from the document, or from what was posted."""

    def __init__(
        self, rows: Rows, data: QueryDict | None, initial: Sequence[Mapping[str, Any]], **options: Any
    ) -> None:
        self.rows, self.options = rows, options
        if data is None:
            blank: list[Mapping[str, Any]] = [{} for _number in range(rows.spare if initial else max(1, rows.spare))]
            self.forms = [self._form(number, initial=given) for number, given in enumerate([*initial, *blank])]
        else:
            self.forms = [self._form(number, data=data) for number in range(count(data, rows.name))]

    def _form(self, number: int, **given: Any) -> EditForm:
        prefix = f"{self.rows.name}-{number}"
        return self.rows.form(prefix=prefix, auto_id="id_%s", empty_permitted=True, **given, **self.options)

    def is_valid(self) -> bool:
        """Whether every row is right."""
        return all([form.is_valid() for form in self.forms])

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        """Values of the rows somebody filled in."""
        return [form.cleaned_data for form in self.forms if form.has_changed()]


def count(data: Mapping[str, Any], name: str) -> int:
    """How many rows the page had."""
    return min(whole_number(data.get(f"{name}-rows"), 9_999) or 0, MOST_ROWS)


@dataclass
class Change:
    """A small button of a page: `<group>:<verb>:<number>` with the verbs add, remove, up, down."""

    group: str
    verb: str
    number: int
    rows: list[dict[str, list[str]]] = field(default_factory=list)


def changed_rows(data: QueryDict) -> QueryDict | None:
    """What was posted after the small button was obeyed; None when none was pressed."""
    group, _colon, rest = str(data.get(ROWS, "")).partition(":")
    verb, _colon, number = rest.partition(":")
    if not group:
        return None
    change = Change(group, verb, whole_number(number, MOST_ROWS) or 0, _posted_rows(data, group))
    _obey(change)
    return _rewritten(data, change)


def _posted_rows(data: QueryDict, group: str) -> list[dict[str, list[str]]]:
    rows: list[dict[str, list[str]]] = [{} for _number in range(count(data, group))]
    for name, values in data.lists():
        number, dash, rest = name.removeprefix(f"{group}-").partition("-")
        place = whole_number(number, MOST_ROWS) if name.startswith(f"{group}-") and dash else None
        if place is not None and place < len(rows):
            rows[place][rest] = [str(value) for value in values]
    return rows


def _obey(change: Change) -> None:
    rows, place = change.rows, change.number
    if change.verb == "add" and len(rows) < MOST_ROWS:
        rows.append({})
    elif place >= len(rows):
        return
    elif change.verb == "remove":
        rows.pop(place)
    elif change.verb in {"up", "down"}:
        other = place - 1 if change.verb == "up" else place + 1
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]


def _rewritten(data: QueryDict, change: Change) -> QueryDict:
    fresh = QueryDict(mutable=True)
    for name, values in data.lists():
        if not name.startswith(f"{change.group}-") and name != ROWS:
            fresh.setlist(name, values)
    fresh[f"{change.group}-rows"] = str(len(change.rows))
    for number, row in enumerate(change.rows):
        for name, values in row.items():
            fresh.setlist(f"{change.group}-{number}-{name}", values)
    return fresh
