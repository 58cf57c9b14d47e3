"""The fee table: kinds, rates per channel and date, tiers with a cap, exemptions with evidence."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from procedures.content import Fee as FeeContent
from procedures.editing import conditions, inputs
from procedures.editing.cases import CHANNELS
from procedures.editing.forms import Rows
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.keys import key_from
from procedures.editing.lists import key_of, listed, position
from procedures.editing.papers import add_scope
from procedures.editing.parts import Document, DocumentForm, Part, Refused

KINDS = (
    ("le_phi", _("A fixed charge (lệ phí)")),
    ("phi", _("Pays for a service (phí)")),
    ("none", _("Nothing is paid")),
)
TIMING = (("before", _("before the dossier is accepted")), ("after", _("when the result is ready")))
ONE, FIELD, TABLE = "one", "field", "table"
FREE = {
    "code": "free", "kind": "none", "name": {"vi": "Không thu phí, lệ phí", "en": "No fee"},
    "unit": {"vi": "hồ sơ", "en": "dossier"}, "payable_online": True,
}  # fmt: skip


class FeeForm(DocumentForm):
    """One line of the fee table."""

    groups = (
        ("", ("kind", "name_vi", "name_en", "timing", "payable_online")),
        (_("How many are paid"), ("unit_vi", "unit_en", "quantity", "units", "times", "cap_vnd")),
        (_("Owed only when"), ("cases", *conditions.NAMES)),
    )
    beside = ("times",)
    usual = ("all", ONE, "hồ sơ", "dossier")
    folded = (_("How many are paid"), _("Owed only when"))
    kind = inputs.choice(_("Kind"), KINDS)
    name_vi = vi(_("Name of the fee"))
    name_en = en(_("Name of the fee"))
    timing = inputs.choice(_("When it is paid"), TIMING)
    payable_online = inputs.yes(_("Can be paid online"))
    unit_vi = vi(_("Paid for each"), most=100)
    unit_en = en(_("Paid for each"), most=100)
    quantity = inputs.choice(_("How many"), [])
    cap_vnd = inputs.Money(label=_("At most, for one copy (đ)"), required=False, validators=inputs.bounds(1000, 10**9))

    def __init__(self, *args: Any, kept: Any = None, **kwargs: Any) -> None:
        self.kept = kept
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Questions and tables that can say how many are paid."""
        add_scope(self, self.content)
        del self.fields["channels"]  # the rates have them
        tables = [item for item in fields_of(self.content) if item.type == "table"]
        self.fields["quantity"] = inputs.choice(gettext("How many"), quantities(self.content))
        if tables:
            columns = [("", gettext("Choose"))] + [
                (f"{table.key}.{column.key}", f"{said(table.label)}: {said(column.label)}")
                for table in tables for column in table.columns if column.type in {"number", "money"}
            ]  # fmt: skip
            self.fields["units"] = inputs.choice(gettext("Column of what is priced (pages)"), columns, required=False)
            self.fields["times"] = inputs.choice(gettext("Column of how many such copies"), columns, required=False)
        conditions.add_inputs(self, self.content, get_language() or "vi", kept=self.kept)


def said(text: Any) -> str:
    """A text in the reader's language."""
    return str(text.in_(get_language() or "vi"))


def fields_of(content: Any) -> tuple[Any, ...]:
    """The questions of the e-form, if there is one."""
    return tuple(content.eform.fields()) if content.eform else ()


def quantities(content: Any) -> list[tuple[str, Any]]:
    """One, the number answered to a question, the rows of a table."""
    found: list[tuple[str, Any]] = [(ONE, gettext("one"))]
    for item in fields_of(content):
        if item.type == "number":
            found.append((f"{FIELD}|{item.key}", gettext("the answer to “%(label)s”") % {"label": said(item.label)}))
        if item.type == "table":
            found.append((f"{TABLE}|{item.key}", gettext("each row of “%(label)s”") % {"label": said(item.label)}))
    return found


class RateForm(DocumentForm):
    """An amount for some channels and dates."""

    beside = ("valid_to",)
    amount_vnd = inputs.Money(label=_("Amount (đ)"), required=True)
    channels = inputs.several(_("Ways to file"), CHANNELS, help_text=_("None ticked: all."))
    valid_from = inputs.Day(label=_("From (for a dated discount)"), required=False)
    valid_to = inputs.Day(label=_("Until, that day included"), required=False)
    legal_source = inputs.Line(label=_("Legal document"), required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("valid_from") and values.get("valid_to") and values["valid_to"] < values["valid_from"]:
            self.add_error("valid_to", gettext("The last day lies before the first"))
        return values


class TierForm(DocumentForm):
    """Price of each unit up to the n-th."""

    beside = ("amount_vnd",)
    up_to = inputs.whole(_("Up to the … unit (empty: all the rest)"), 1, 1_000_000)
    amount_vnd = inputs.Money(label=_("Price of each (đ)"), required=True)


class ExemptionForm(DocumentForm):
    """Whom the fee is lowered for."""

    beside = ("number",)
    name_vi = vi(_("Who"))
    name_en = en(_("Who"))
    percent_off = inputs.whole(_("Percent off"), 1, 100, required=True)
    legal_source = inputs.Line(label=_("Legal document"), required=False, max_length=500)

    def prepare(self) -> None:
        """Papers that prove it, answers that show it."""
        papers = [(paper.key, said(paper.name)) for paper in self.content.papers]
        if papers:
            choices = [("", gettext("none")), *papers]
            self.fields["proof"] = inputs.choice(gettext("Paper that proves it"), choices, required=False)
        groups = conditions.offered(self.content, get_language() or "vi")
        self.fields["answer"] = inputs.choice(
            gettext("Answer that shows it"), [("", gettext("none: the officer grants it")), ("keep", gettext("as now")), *groups],
            required=False,
        )  # fmt: skip
        self.fields["number"] = inputs.Line(label=gettext("Number of this answer"), required=False, max_length=20)


class Fee(Part):
    """One fee."""

    title = _("Fee")
    form = FeeForm
    back = "editor_fees"
    rows = (
        Rows("rates", RateForm, _("Amounts"), _("Amount"), _("Add an amount"),
             _("The first that fits channel and day is taken: put dated discounts on top.")),
        Rows("steps", TierForm, _("Prices by number"), _("Price"), _("Add a price"),
             _("Only when each row of a table is paid: the first pages cost more than the next.")),
        Rows("exemptions", ExemptionForm, _("Exemptions"), _("Exemption"), _("Add an exemption"), spare=0),
    )  # fmt: skip
    item: dict[str, Any] | None = None

    def find(self) -> None:
        if self.place:
            items = listed(self.document, "fees")
            self.item = items[position(items, self.place[0])]

    @property
    def heading(self) -> inputs.Words:
        """The name of the fee."""
        return str(self.item["name"]["vi"]) if self.item else gettext("New fee")

    @property
    def fee(self) -> FeeContent | None:
        """The fee as parsed."""
        return next((fee for fee in self.content.fees if fee.code == key_of(self.item or {})), None)

    def options(self) -> dict[str, Any]:
        return {"content": self.content, "kept": self.fee.show_if if self.fee else None}

    def row_options(self, name: str) -> dict[str, Any]:
        return {"content": self.content}

    def load(self) -> dict[str, Any]:
        fee = self.fee
        if fee is None or self.item is None:
            return {"kind": "le_phi", "timing": "before", "payable_online": True, "quantity": ONE, "when": "all",
                    "unit_vi": "hồ sơ", "unit_en": "dossier"}  # fmt: skip
        values: dict[str, Any] = {
            "kind": fee.kind,
            "timing": fee.timing,
            "payable_online": fee.payable_online,
            "cases": list(fee.cases),
        }
        values |= spread(self.item["name"], "name") | spread(self.item["unit"], "unit")
        quantity = fee.quantity
        values["quantity"] = f"{quantity.kind}|{quantity.field or quantity.table}" if quantity.kind != ONE else ONE
        if quantity.table:
            values |= {"units": f"{quantity.table}.{quantity.units}", "times": f"{quantity.table}.{quantity.times}"}
        return values | {"cap_vnd": quantity.cap_vnd} | conditions.shown(fee.show_if)

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        item, fee = self.item or {}, self.fee
        steps = item.get("quantity", {}).get("steps", [])
        return {
            "rates": [dict(rate) for rate in item.get("rates", [])],
            "steps": [dict(step) for step in steps],
            "exemptions": [_exemption_row(exemption) for exemption in (fee.exemptions if fee else ())],
        }

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        show_if, faults = conditions.read(values, self.options()["kept"])
        if values["kind"] != "none" and not rows["rates"]:
            faults["rates-0-amount_vnd"] = gettext("Write the amount of the fee")
        if faults:
            raise Refused(faults)
        items = listed(document, "fees")
        if self.item:
            item = items[position(items, self.place[0])]
        else:
            item = {"code": key_from(values["name_vi"], {key_of(fee) for fee in items})}
            items.append(item)
        item |= {name: values[name] for name in ("kind", "timing", "payable_online")}
        item |= {"name": pair(values, "name"), "unit": pair(values, "unit"), "cases": values.get("cases", [])}
        item |= {"show_if": show_if, "quantity": _quantity(values, rows["steps"])}
        item["rates"] = [_rate(row, item.get("rates", [])) for row in rows["rates"]]
        item["exemptions"] = _exemptions(rows["exemptions"], item.get("exemptions", []))


def _exemption_row(exemption: Any) -> dict[str, Any]:
    row = {"percent_off": exemption.percent_off, "legal_source": exemption.legal_source, "proof": exemption.proof or ""}
    row |= {"name_vi": exemption.name.vi, "name_en": exemption.name.en}
    seen = conditions.shown(exemption.show_if)
    if exemption.show_if is None:
        return row
    if "answer_2" in seen or "answer_1" not in seen:
        return row | {"answer": conditions.KEEP}
    return row | {"answer": seen["answer_1"], "number": seen["number_1"]}


def _rate(row: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
    """A rate; evidence stays with an amount that stays."""
    same = next((rate for rate in before if rate["amount_vnd"] == row["amount_vnd"]), None)
    evidence = {"evidence": same["evidence"]} if same and "evidence" in same else {}
    dates = {name: row[name] or None for name in ("valid_from", "valid_to")}
    return (
        {"amount_vnd": row["amount_vnd"], "channels": row["channels"], "legal_source": row["legal_source"]}
        | dates
        | evidence
    )


def _quantity(values: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    kind, _bar, key = values["quantity"].partition("|")
    if kind == FIELD:
        return {"kind": FIELD, "field": key}
    if kind != TABLE:
        return {"kind": ONE}
    faults = {}
    columns = {}
    for name in ("units", "times"):
        table, _dot, column = (values.get(name) or "").partition(".")
        columns[name] = column
        if table != key:
            faults[name] = gettext("Choose a column of the table that is paid by rows")
    if not steps:
        faults["steps-0-amount_vnd"] = gettext("Write the price of each unit")
    if faults:
        raise Refused(faults)
    return {"kind": TABLE, "table": key, **columns, "steps": steps, "cap_vnd": values.get("cap_vnd")}


def _exemptions(rows: list[dict[str, Any]], before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        taken = {exemption["key"] for exemption in found}
        same = next((e for e in before if e["name"]["vi"] == row["name_vi"] and e["key"] not in taken), None)
        key = same["key"] if same else key_from(row["name_vi"], taken | {e["key"] for e in before})
        show_if = (same or {}).get("show_if") if row.get("answer") == conditions.KEEP else None
        if row.get("answer") and row["answer"] != conditions.KEEP:
            show_if, fault = conditions.one(row["answer"], row.get("number") or "")
            if fault:
                raise Refused({f"exemptions-{number}-number": fault})
        found.append({**(same or {}), "key": key, "name": pair(row, "name"), "percent_off": row["percent_off"],
                      "legal_source": row["legal_source"], "proof": row.get("proof") or None, "show_if": show_if})  # fmt: skip
    return found
