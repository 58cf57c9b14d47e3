"""The form classes: built once per version and set of sections, checked by `checking`, drawn by flat templates."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, cast

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from procedures.content.conditions import holds
from procedures.content.document import Content
from procedures.content.eform import EForm, Section
from procedures.eforms.checking import Answers, Checked, Errors, check, readable, shown_keys
from procedures.eforms.context import Context
from procedures.eforms.drawing import Page, draw, render
from procedures.eforms.posted import ROWS, asks_redraw, change_rows, raw_answer
from procedures.eforms.summary import display, mask


class _Posted(forms.Widget):
    """Takes the raw answer out of the post; drawing is done elsewhere."""

    def __init__(self, field: Any) -> None:
        super().__init__()
        self.answer_field = field

    def __deepcopy__(self, memo: dict[int, Any]) -> "_Posted":
        return self  # nothing in it ever changes: copying forty widgets per request would only cost time

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        return raw_answer(self.answer_field, data, name)


class _AnswerField(forms.Field):
    """Lets the raw answer through: rules depend on the other answers and are judged for the whole section."""

    def __init__(self, field: Any) -> None:
        super().__init__(required=False, widget=_Posted(field), label=field.label.vi)

    def __deepcopy__(self, memo: dict[int, Any]) -> "_AnswerField":
        return self

    def clean(self, value: Any) -> Any:
        return value


class SectionForm(forms.Form):
    """One or more sections of an e-form.

    `answers`: answers stored so far for the whole form, right or not yet. `known`: values the citizen cannot change (shown, never
    read from the post). `at`: the moment of judging. Small buttons (rows, communes) make `is_redraw` true: draw the
    page again, do not validate. `to_store()` is what to keep of the page, whether it is right or not.
    `faults`: sentences to show at the fields before anything is posted (what is wrong in the stored answers, what an
    officer asks to complete).
    """

    eform: ClassVar[EForm]
    sections: ClassVar[tuple[Section, ...]]

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        answers: Mapping[str, Any] | None = None,
        known: Mapping[str, Any] | None = None,
        at: datetime,
        context: Context | None = None,
        faults: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, auto_id="f-%s", use_required_attribute=False)
        self.faults = Errors(faults or {})
        self.answers: Answers = dict(answers or {})
        self.known = {key: value for key, value in (known or {}).items() if key in self.fields}
        self.context = context or Context.at(at)
        self.checked: Checked | None = None

    @property
    def is_redraw(self) -> bool:
        """Whether a small button was pressed."""
        return self.is_bound and asks_redraw(self.data)

    def answer_fields(self) -> tuple[Any, ...]:
        """Fields of the sections of this form, as told by the document."""
        return tuple(field for section in self.sections for field in section.fields)

    def clean(self) -> dict[str, Any]:
        """Judge the sections; paths with faults stand in `paths`."""
        raw = {**self.cleaned_data, **self.known}
        self.checked = check(self.eform, self.answer_fields(), raw, self.context, self._others())
        for path, message in self.checked.errors.items():
            self.add_error(path.split(".")[0], message)
        return self.checked.answers

    @property
    def paths(self) -> Errors:
        """{path: sentence} of every fault; those of `faults` before validation, none for a redraw."""
        if not self.is_bound:
            return self.faults
        if self.is_redraw:
            return Errors()
        self.errors  # noqa: B018 - runs the validation
        return self.checked.errors if self.checked else Errors()

    @property
    def warnings(self) -> Errors:
        """What is allowed but unusual."""
        return self.checked.warnings if self.checked else Errors()

    def _others(self) -> Answers:
        mine = {field.key for field in self.answer_fields()}
        return readable([f for f in self.eform.fields() if f.key not in mine], self.answers, self.context)

    def to_store(self) -> Answers:
        """Every field of the page: its clean value; as typed where it is not right yet; None when empty or hidden."""
        faulty = self.paths.keys_of_fields()
        clean = self.checked.answers if self.checked else {}
        return {
            field.key: self.cleaned_raw(field) if field.key in faulty else clean.get(field.key)
            for field in self.answer_fields()
        }

    def cleaned_raw(self, field: Any) -> Any:
        """What was posted for a field, None when nothing was."""
        raw = self.known.get(field.key, raw_answer(field, self.data, field.key))
        return raw or None

    def merged(self) -> Answers:
        """Clean answers of the whole form with this page's laid over, hidden ones dropped."""
        self.paths  # noqa: B018 - runs the validation
        everything = self._others() | (self.checked.answers if self.checked else {})
        shown = shown_keys(self.eform, everything, self.context)
        return {key: value for key, value in everything.items() if key in shown}

    def found_errors(self) -> list[tuple[str, str]]:
        """(id of the input, sentence) of every fault, in the order of the page, for the error summary."""
        order = {field.key: place for place, field in enumerate(self.answer_fields())}
        paths = sorted(self.paths.items(), key=lambda item: order.get(item[0].split(".")[0], 999))
        return [(self._anchor(path), message) for path, message in paths]

    def _anchor(self, path: str) -> str:
        key, _, rest = path.partition(".")
        if not rest and getattr(self.eform.field(key), "type", "") == "address":
            rest = "commune"
        if not rest and getattr(self.eform.field(key), "type", "") == "table":
            column = next(column for column in self.eform.field(key).columns if not getattr(column, "computed", ()))
            rest = f"0.{column.key}"
        return "f-" + "-".join([key, *rest.split(".")] if rest else [key])

    def drawn_fields(self) -> list[dict[str, Any]]:
        """Data of every field to draw; fields hidden by answers of other pages are left out."""
        values = self._values()
        settled = readable(self.eform.fields(), values, self.context)
        page = Page(
            eform=self.eform,
            errors=self.paths,
            language=get_language() or "vi",
            context=self.context,
            on_page=frozenset(self.fields),
        )
        return [
            self._known(field, page) if field.key in self.known else draw(field, values.get(field.key), page)
            for field in self.answer_fields()
            if self._on_page(field, settled)
        ]

    def _values(self) -> dict[str, Any]:
        if not self.is_bound:
            return {**self.answers, **self.known}
        values = {field.key: raw_answer(field, self.data, field.key) for field in self.answer_fields()}
        action = self.data.get(ROWS)
        if isinstance(action, str):
            for field in self.answer_fields():
                if field.type == "table":
                    values[field.key] = change_rows(field, values[field.key], action)
        return {**self.answers, **values, **self.known}

    def _on_page(self, field: Any, values: Mapping[str, Any]) -> bool:
        # Conditions on this page are told in words (and followed by the script); those of other pages are settled.
        if field.show_if is None or field.show_if.fields() & set(self.fields):
            return True
        return holds(field.show_if, values, on=self.context.today)

    def _known(self, field: Any, page: Page) -> dict[str, Any]:
        value = self.known[field.key]
        shown = mask(value) if field.type == "national_id" else display(field, value, page.language, page.context)
        return {
            "template": "procedures/eform/known.html",
            "label": field.label.in_(page.language),
            "value": shown,
            "key": field.key,
        }

    def answers_elsewhere(self) -> dict[str, Any]:
        """Answers of other pages that conditions of this page look at: the script needs them."""
        named: set[str] = set()
        for field in self.answer_fields():
            named |= field.show_if.fields() if field.show_if else set()
        settled = readable(self.eform.fields(), self.answers, self.context)
        return {key: settled[key] for key in sorted(named - set(self.fields)) if key in settled}

    def draw(self) -> SafeString:
        """The HTML of all fields, without <form> and buttons."""
        return render(self.drawn_fields())


def build_form(content: Content, sections: tuple[str, ...] = ()) -> type[SectionForm]:
    """The form class of some sections (all when none is named); raises KeyError for an unknown section or no e-form."""
    if content.eform is None:
        raise KeyError("eform")
    chosen = tuple(content.eform.section(key) for key in sections) if sections else content.eform.sections
    return _form_of(content.eform, chosen)


def fields_form(content: Content, keys: Collection[str]) -> type[SectionForm]:
    """The form class of single fields, for a request to complete just these; unknown keys are left out."""
    if content.eform is None:
        raise KeyError("eform")
    parts = [
        (section, tuple(item for item in section.fields if item.key in keys)) for section in content.eform.sections
    ]
    chosen = tuple(section.model_copy(update={"fields": fields}) for section, fields in parts if fields)
    return _form_of(content.eform, chosen)


def _form_of(eform: EForm, chosen: tuple[Section, ...]) -> type[SectionForm]:
    fields: dict[str, Any] = {field.key: _AnswerField(field) for section in chosen for field in section.fields}
    form: Any = type("AnswersForm", (SectionForm,), {"eform": eform, "sections": chosen})
    form.base_fields = form.declared_fields = fields  # not attributes of the class: a key may be any word
    return cast("type[SectionForm]", form)


@lru_cache(maxsize=1024)
def form_class(version_id: int, sections: tuple[str, ...] = ()) -> type[SectionForm]:
    """`build_form` of a stored version, built once per process (a version's content never changes once published)."""
    from procedures.services import content_of

    return build_form(content_of(version_id), sections)
