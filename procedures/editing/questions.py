"""Sections, questions and columns of the e-form."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from procedures.editing import conditions, inputs, uses
from procedures.editing.answering import FRESH, loaded, options_of, written
from procedures.editing.fees import fields_of, said
from procedures.editing.forms import EditForm
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.keys import key_from
from procedures.editing.lists import key_of, listed, position, taken
from procedures.editing.parts import Document, DocumentForm, Gone, Part, Refused

KINDS = {
    "text": _("One line of text"),
    "long_text": _("Several lines of text"),
    "date": _("Day"),
    "choice": _("Choice from a list"),
    "number": _("Number"),
    "money": _("Amount of money"),
    "national_id": _("Personal identification number"),
    "phone": _("Telephone number"),
    "email": _("E-mail address"),
    "address": _("Address"),
    "tax_code": _("Tax code"),
    "table": _("Table: rows that repeat"),
}
PATTERNS = {
    "passport": _("Passport number"),
    "licence_number": _("Driving licence number (12 digits)"),
    "vsic_code": _("Business line (4 digits)"),
    "national_id": _("Personal identification number (12 digits)"),
    "tax_code": _("Tax code"),
}
SOURCES = {
    "account.full_name": _("the account: full name"),
    "account.national_id": _("the account: personal identification number"),
    "account.dob": _("the account: date of birth"),
    "account.sex": _("the account: sex"),
    "account.phone": _("the account: telephone"),
    "account.email": _("the account: e-mail"),
    "account.address": _("the account: address"),
    "business.name": _("the business: name"),
    "business.tax_code": _("the business: tax code"),
    "business.address": _("the business: address"),
    "national_db.licence_no": _("the national database: licence number"),
}
SUITABLE = {
    "text": ("account.full_name", "business.name", "national_db.licence_no"),
    "date": ("account.dob",),
    "choice": ("account.sex",),
    "national_id": ("account.national_id",),
    "phone": ("account.phone",),
    "email": ("account.email",),
    "address": ("account.address", "business.address"),
    "tax_code": ("business.tax_code",),
}
RULES: dict[str, tuple[str, ...]] = {
    "text": ("min_length", "max_length", "pattern"),
    "long_text": ("min_length", "max_length"),
    "date": ("min", "not_future", "working_day", "min_working_days_from_submission", "max_days_ahead", "gte_field"),
    "choice": ("options_vi", "options_en", "options_from", "multiple", "min_selected"),
    "number": ("number_min", "number_max", "current_year", "integer", "decimals", "gte_field", "lte_field"),
    "money": ("money_min", "money_max"),
    "phone": ("any_phone",),
    "address": ("province_must_be", "line_required"),
    "table": ("min_rows", "max_rows"),
}
BOUNDS = (
    ("min_length", "max_length"), ("number_min", "number_max"), ("money_min", "money_max"), ("min_rows", "max_rows"),
)  # fmt: skip
ALL_RULES = {name for names in RULES.values() for name in names}


class SectionForm(EditForm):
    """The title of a page of the form."""

    title_vi = vi(_("Title of the section"), most=200)
    title_en = en(_("Title of the section"), most=200)


class Section(Part):
    """The title of a section."""

    title = _("Section")
    form = SectionForm
    back = "editor_eform"

    def find(self) -> None:
        sections = listed(self.document, "sections")
        self.item = sections[position(sections, self.place[0])]

    @property
    def heading(self) -> inputs.Words:
        """Its title."""
        return str(self.item["title"]["vi"])

    def load(self) -> dict[str, Any]:
        return spread(self.item["title"], "title")

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        sections = listed(document, "sections")
        sections[position(sections, self.place[0])]["title"] = pair(values, "title")


class NewSectionForm(EditForm):
    """A section starts with its first question: a page without one cannot be shown."""

    title_vi = vi(_("Title of the section"), most=200)
    title_en = en(_("Title of the section"), most=200)
    label_vi = vi(_("First question"))
    label_en = en(_("First question"))
    kind = inputs.choice(_("Kind of answer"), [entry for entry in KINDS.items() if entry[0] not in {"table", "choice"}])


class NewSection(Part):
    """A new section with its first question."""

    title = _("New section")
    form = NewSectionForm
    back = "editor_eform"

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        used = taken(document)
        key = key_from(values["title_vi"], used)
        field = {
            "key": key_from(values["label_vi"], used | {key}),
            "label": pair(values, "label"),
            "type": values["kind"],
        }
        if not document.get("eform"):
            document["eform"] = {"sections": []}
        document["eform"]["sections"].append({"key": key, "title": pair(values, "title"), "fields": [field]})
        document["eform"]["generic"] = False


class QuestionForm(DocumentForm):
    """One question; only the rules of its kind are offered."""

    groups = (
        ("", ("label_vi", "label_en", "help_vi", "help_en", "required")),
        (_("Answers to choose from"), ("options_vi", "options_en", "options_from", "multiple", "min_selected")),
        (_("Rules"), ("pattern", "min_length", "max_length", "min", "not_future", "working_day",
                      "min_working_days_from_submission", "max_days_ahead", "number_min", "number_max", "current_year",
                      "integer", "decimals", "money_min", "money_max", "any_phone", "province_must_be", "line_required",
                      "min_rows", "max_rows", "gte_field", "lte_field")),
        (_("Filled in by itself"), ("prefill", "locked")),
        (_("Asked only when"), conditions.NAMES),
    )  # fmt: skip
    usual = ("all",)
    folded = (_("Asked only when"),)
    beside = ("max_length", "number_max", "money_max", "max_rows", "options_en")
    label_vi = vi(_("Question"))
    label_en = en(_("Question"))
    help_vi = inputs.long(vi(_("Hint"), required=False, most=1000), 2)
    help_en = inputs.long(en(_("Hint"), most=1000), 2)
    required = inputs.yes(_("Must be answered"))
    options_vi = inputs.needed(inputs.lines(_("Answers, one a line"), rows=5))
    options_en = inputs.lines(inputs.in_english(_("Answers, one a line")), rows=5)
    options_from = inputs.yes(_("Instead: the communes of the province"))
    multiple = inputs.yes(_("Several answers may be ticked"))
    min_selected = inputs.whole(_("At least so many"), 0, 50)
    min_length = inputs.whole(_("At least so many characters"), 0, 10_000)
    max_length = inputs.whole(_("At most so many characters"), 1, 10_000)
    pattern = inputs.choice(_("Shape"), [("", _("any text")), *PATTERNS.items()], required=False)
    min = inputs.DayOrToday(label=_("Not before"), required=False, help_text=_("A day, or the word today"))
    not_future = inputs.yes(_("Not in the future"))
    working_day = inputs.yes(_("A working day"))
    min_working_days_from_submission = inputs.whole(_("At least so many working days after filing"), 0, 365)
    max_days_ahead = inputs.whole(_("At most so many days ahead"), 0, 3650)
    number_min = inputs.Number(label=_("Least"), required=False)
    number_max = inputs.Number(label=_("Most"), required=False)
    current_year = inputs.yes(_("A year, up to this year"))
    integer = inputs.yes(_("Whole numbers only"))
    decimals = inputs.whole(_("Decimal places"), 0, 4)
    money_min = inputs.Bound(label=_("Least (đ)"), required=False)
    money_max = inputs.Bound(label=_("Most (đ)"), required=False)
    any_phone = inputs.yes(_("Landlines too, not only mobiles"))
    province_must_be = inputs.yes(_("Only in this province"))
    line_required = inputs.yes(_("House number or street is needed"))
    min_rows = inputs.whole(_("At least so many rows"), 0, 100)
    max_rows = inputs.whole(_("At most so many rows"), 1, 200)

    def __init__(
        self, *args: Any, kind: str, key: str = "", kept: Any = None, is_column: bool = False, **kw: Any
    ) -> None:
        self.kind, self.key, self.kept, self.is_column = kind, key, kept, is_column
        super().__init__(*args, **kw)

    def prepare(self) -> None:
        """Leave out what other kinds need; add choices that depend on the form."""
        rules = RULES.get(self.kind, ())
        for name in ALL_RULES - set(rules):
            self.fields.pop(name, None)
        if self.is_column:
            for name in ("gte_field", "lte_field"):
                self.fields.pop(name, None)
            return
        self._add_limits(rules)
        if sources := SUITABLE.get(self.kind):
            offered = [("", gettext("nothing: the citizen writes it")), *((key, SOURCES[key]) for key in sources)]
            self.fields["prefill"] = inputs.choice(gettext("Taken from"), offered, required=False)
            self.fields["locked"] = inputs.yes(gettext("Shown as known, cannot be changed"))
        conditions.add_inputs(self, self.content, get_language() or "vi", before=self.key, kept=self.kept)

    def _add_limits(self, rules: tuple[str, ...]) -> None:
        same = [(f.key, said(f.label)) for f in fields_of(self.content) if f.type == self.kind and f.key != self.key]
        words = {
            "gte_field": gettext("Not before (or less than) the answer to"),
            "lte_field": gettext("Not more than the answer to"),
        }
        for name, label in words.items():
            if name in rules and same:
                self.fields[name] = inputs.choice(label, [("", gettext("no such rule")), *same], required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.kind == "choice" and not self.errors and bool(values["options_from"]) == any(values["options_vi"]):
            self.add_error("options_vi", gettext("Write the answers to choose from, one a line"))
        for low, high in BOUNDS:
            least, most = values.get(low), values.get(high)
            if least is not None and most is not None and least > most:
                self.add_error(high, gettext("The most is less than the least"))
        return values


class Question(Part):
    """A question, or (with `holder`) a column of a table."""

    title = _("Question")
    form = QuestionForm
    template = "procedures/admin/editor/question.html"
    back = "editor_eform"
    item: dict[str, Any] | None = None
    section = ""

    def find(self) -> None:
        for section in (self.document.get("eform") or {}).get("sections", []):
            for item in section["fields"]:
                if self.place and item["key"] == self.place[0]:
                    self.item, self.section, self.kind = item, section["key"], item["type"]
        if self.item is None:
            raise Gone(str(self.place))

    def siblings(self, document: Document) -> list[dict[str, Any]]:
        """The list the question stands in."""
        return listed(document, f"fields:{self.section}")

    @property
    def heading(self) -> inputs.Words:
        """The label."""
        return str(self.item["label"]["vi"]) if self.item else gettext("New question")

    def options(self) -> dict[str, Any]:
        item = self.item
        kept = self.content.eform.field(item["key"]).show_if if item and self.content.eform else None
        return {"content": self.content, "kind": self.kind, "key": item["key"] if item else "", "kept": kept}

    def load(self) -> dict[str, Any]:
        if self.item is None:
            return dict(FRESH)
        return loaded(self.item) | conditions.shown(self.options().get("kept"))

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        show_if, faults = conditions.read(values, self.options().get("kept"))
        if faults:
            raise Refused(faults)
        items = self.siblings(document)
        if self.item:
            item = items[position(items, key_of(self.item))]
            if self.kind == "choice":
                self._keep_named(item, values)
        else:
            item = {"key": self.new_key(document, values), "type": self.kind}
            items.append(item)
        written(item, values)
        if "answer_1" in values:
            item["show_if"] = show_if
        self.saved_key = item["key"]

    def new_key(self, document: Document, values: dict[str, Any]) -> str:
        """A key no other question has."""
        return key_from(values["label_vi"], taken(document))

    def _keep_named(self, item: dict[str, Any], values: dict[str, Any]) -> None:
        kept = {option["value"] for option in options_of(item, values)}
        for option in item.get("options", []):
            places = uses.of_option(self.content, item["key"], option["value"]) if option["value"] not in kept else []
            if places:
                words = gettext("“%(label)s” is named in: %(places)s. Change that first.")
                raise Refused({"options_vi": words % {"label": option["label"]["vi"], "places": ", ".join(places)}})

    def extras(self) -> dict[str, Any]:
        """The kind in words, the section for the preview, the columns of a table."""
        columns = (self.item or {}).get("columns", []) if self.kind == "table" else []
        kinds = [entry for entry in KINDS.items() if entry[0] != "table"]
        return {"kind_words": KINDS.get(self.kind, ""), "columns": columns, "kinds": kinds,
                "table_key": key_of(self.item) if self.item and self.kind == "table" else ""}  # fmt: skip

    def after(self) -> tuple[str, tuple[str, ...]]:
        return ("editor_question", (self.saved_key,)) if self.kind == "table" and self.item is None else (self.back, ())


class NewQuestion(Question):
    """A question at the end of a section: `place` is the section, `kind` the kind of answer."""

    def find(self) -> None:
        self.kind = self.kind or "text"
        if self.kind not in KINDS:
            raise Gone(self.kind)
        self.section = self.place[0]
        listed(self.document, f"fields:{self.section}")


class Column(Question):
    """A column of a table: `place` is the table and the column."""

    title = _("Column")

    def find(self) -> None:
        items = self.siblings(self.document)
        self.item = items[position(items, self.place[1])]
        self.kind = self.item["type"]

    def siblings(self, document: Document) -> list[dict[str, Any]]:
        return listed(document, f"columns:{self.place[0]}")

    def options(self) -> dict[str, Any]:
        return {"content": self.content, "kind": self.kind, "is_column": True}

    def new_key(self, document: Document, values: dict[str, Any]) -> str:
        return key_from(values["label_vi"], {key_of(column) for column in self.siblings(document)})

    def after(self) -> tuple[str, tuple[str, ...]]:
        return "editor_question", (self.place[0],)


class NewColumn(Column):
    """A column at the end of a table."""

    @property
    def heading(self) -> inputs.Words:
        """It has no name yet."""
        return gettext("New column")

    def find(self) -> None:
        self.kind = self.kind or "text"
        if self.kind not in KINDS or self.kind == "table":
            raise Gone(self.kind)
        self.siblings(self.document)
