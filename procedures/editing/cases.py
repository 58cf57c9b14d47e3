"""Cases of a procedure: time limits per channel, limits of supplements, lawful extensions."""

from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from procedures.content import Channel
from procedures.editing import conditions, inputs
from procedures.editing.forms import EditForm, Rows
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.keys import key_from
from procedures.editing.lists import listed, position
from procedures.editing.parts import Document, DocumentForm, Part, Refused

UNITS = (
    ("working_day", _("working days")),
    ("calendar_day", _("days")),
    ("month", _("months")),
    ("hour", _("working hours")),
    ("same_day", _("within the day")),
)
CHANNELS = (
    (Channel.ONLINE.value, _("Online")),
    (Channel.COUNTER.value, _("At the counter")),
    (Channel.POST.value, _("By post")),
)
POLICY = (
    ("restart", _("the time starts anew when everything is there")),
    ("pause", _("the time stands still and then runs on")),
)


class CaseForm(DocumentForm):
    """Name, condition, the time on each channel and the rules of supplements, which hold for all channels."""

    beside = tuple(f"{channel.value}_amount" for channel in Channel)
    usual = ("all",)
    folded = (_("This case applies only when"),)
    name_vi = vi(_("Name of the case"), most=300)
    name_en = en(_("Name of the case"), most=300)
    counted_from = inputs.Line(
        label=_("Counted from"), required=False, max_length=500, help_text=_("Empty: from a complete dossier.")
    )
    note_vi = vi(_("When the law sets no time: until when"), required=False)
    note_en = en(_("When the law sets no time: until when"))
    policy = inputs.choice(_("A request for supplements"), POLICY)
    request = inputs.whole(_("The agency asks within"), 1, 365)
    request_unit = inputs.choice(_("Unit of the agency's limit"), UNITS[:4], required=False)
    answer = inputs.whole(_("The citizen answers within"), 1, 365)
    answer_unit = inputs.choice(_("Unit of the citizen's limit"), UNITS[:4], required=False)
    max_requests = inputs.whole(_("How often it may be asked"), 0, 10, required=True)
    legal_source = inputs.Line(label=_("Article of law on supplements"), required=False, max_length=500)

    def __init__(self, *args: Any, kept: Any = None, only: bool = True, **kwargs: Any) -> None:
        self.kept, self.only = kept, only
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Each channel: whether it is offered, its time, and until when the agency says whether all is there."""
        names = []
        for key, label in CHANNELS:
            self.fields[f"{key}_offered"] = inputs.yes(label)
            amount = inputs.whole(gettext("Time: %(channel)s") % {"channel": label}, 0, 3650)
            self.fields[f"{key}_amount"] = inputs.needed(amount)
            unit = gettext("Unit: %(channel)s") % {"channel": label}
            self.fields[f"{key}_unit"] = inputs.needed(inputs.choice(unit, UNITS, required=False))
            names += [f"{key}_offered", f"{key}_amount", f"{key}_unit"]
        conditions.add_inputs(self, self.content, get_language() or "vi", kept=self.kept)
        self.groups = (
            ("", ("name_vi", "name_en")),
            (gettext("Time limits"), (*names, "counted_from", "note_vi", "note_en")),
            (gettext("Supplements"), ("policy", "request", "request_unit", "answer", "answer_unit", "max_requests",
                                   "legal_source")),
            (gettext("This case applies only when"), conditions.NAMES),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not any(values.get(f"{key}_offered") for key, _label in CHANNELS):
            self.add_error("online_offered", gettext("Tick at least one way to file"))
        for key, label in CHANNELS:
            same_day = values.get(f"{key}_unit") == "same_day"
            open_end = values.get(f"{key}_amount") is None and not same_day and not values.get("note_vi")
            if values.get(f"{key}_offered") and open_end and f"{key}_amount" not in self.errors:
                words = gettext("Write the time limit: %(channel)s") % {"channel": label}
                self.add_error(f"{key}_amount", words)
        return values


class ExtensionForm(EditForm):
    """A lengthening the law allows."""

    amount = inputs.whole(_("Longer by"), 1, 3650, required=True)
    unit = inputs.choice(_("Unit"), UNITS[:4])
    condition_vi = vi(_("In which case"))
    condition_en = en(_("In which case"))
    legal_source = inputs.Line(label=_("Article of law"), required=False, max_length=500)


class Case(Part):
    """One case."""

    title = _("Case and its time limits")
    form = CaseForm
    back = "editor_cases"
    rows = (
        Rows("extensions", ExtensionForm, _("Lawful extensions"), _("Extension"), _("Add an extension"), ordered=False),
    )
    item: dict[str, Any] | None = None

    def find(self) -> None:
        if self.place:
            items = listed(self.document, "cases")
            self.item = items[position(items, self.place[0])]

    @property
    def heading(self) -> inputs.Words:
        """The name of the case."""
        return str(self.item["name"]["vi"]) if self.item else gettext("New case")

    def options(self) -> dict[str, Any]:
        kept = self.content.case(self.item["key"]).when if self.item else None
        return {"content": self.content, "kept": kept}

    def load(self) -> dict[str, Any]:
        item = self.item or self.document["cases"][0]
        terms = {one["channel"]: one for one in item["terms"]}
        first = item["terms"][0]
        values: dict[str, Any] = {"counted_from": first.get("counted_from", "")} | _supplement(first)
        values |= spread(next((t["limit_note"] for t in item["terms"] if t.get("limit_note")), None), "note")
        for key, _label in CHANNELS:
            limit = terms.get(key, {}).get("limit") or {}
            values[f"{key}_offered"] = key in terms
            values[f"{key}_amount"] = limit.get("amount") if limit.get("unit") != "same_day" else None
            values[f"{key}_unit"] = limit.get("unit", "working_day")
        if not self.item:
            return values
        return values | spread(item["name"], "name") | conditions.shown(self.content.case(item["key"]).when)

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, dict[str, Any]] = {}
        for terms in (self.item or {}).get("terms", []):
            for extension in terms.get("extensions", []):
                found.setdefault(extension["key"], _extension_row(extension))
        return {"extensions": list(found.values())}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        cases = listed(document, "cases")
        when, faults = conditions.read(values, self.options()["kept"])
        if faults:
            raise Refused(faults)
        if self.item:
            item = cases[position(cases, self.place[0])]
        else:
            item = {"key": key_from(values["name_vi"], {case["key"] for case in cases}), "terms": []}
            cases.append(item)
        item["name"], item["when"] = pair(values, "name"), when
        touched = self.touched(values, rows["extensions"])
        item["terms"] = _terms(item["terms"], values, rows["extensions"], touched)
        cases.sort(key=lambda case: case.get("when") is None)  # the one without a condition takes what the others leave
        if sum(case.get("when") is None for case in cases) > 1:
            raise Refused({"answer_1" if self.content.eform else "": gettext(
                "Say when this case applies: only one case may be without a condition (enter the question first)")})  # fmt: skip

    def touched(self, values: dict[str, Any], extensions: list[dict[str, Any]]) -> set[str]:
        """What she changed of the things all channels share: the rest stays as each channel has it."""
        before, found = self.load(), set()
        shared = {"counted_from": ("counted_from",), "limit_note": ("note_vi", "note_en"), "supplement": SUPPLEMENT}
        for name, inputs_of in shared.items():
            if any((values.get(one) or "") != (before.get(one) or "") for one in inputs_of):
                found.add(name)
        if extensions != self.load_rows()["extensions"]:
            found.add("extensions")
        return found


SUPPLEMENT = ("policy", "max_requests", "legal_source", "request", "request_unit", "answer", "answer_unit")


def _supplement(terms: dict[str, Any]) -> dict[str, Any]:
    rule = terms.get("supplement", {})
    values = {
        "policy": rule.get("policy", "restart"),
        "max_requests": rule.get("max_requests", 1),
        "legal_source": rule.get("legal_source", "61/2018/NĐ-CP, Điều 19"),
    }
    for name, part in (("request", "request_within"), ("answer", "answer_within")):
        limit = rule.get(part) or {}
        values[name], values[f"{name}_unit"] = limit.get("amount"), limit.get("unit", "working_day")
    return values


def _extension_row(extension: dict[str, Any]) -> dict[str, Any]:
    row = {"amount": extension["by"]["amount"], "unit": extension["by"]["unit"]}
    return row | {"legal_source": extension.get("legal_source", "")} | spread(extension["condition"], "condition")


def _limit(amount: int | None, unit: str, before: dict[str, Any] | None) -> dict[str, Any] | None:
    """The limit; its evidence stays while nothing about it changes."""
    if unit == "same_day":
        amount = 0
    if amount is None:
        return None
    same = before if before and (before["amount"], before["unit"]) == (amount, unit) else {}
    return {**same, "amount": amount, "unit": unit}


def _terms(
    before: list[dict[str, Any]], values: dict[str, Any], extensions: list[dict[str, Any]], touched: set[str]
) -> list[dict[str, Any]]:
    known = {terms["channel"]: terms for terms in before}
    keys: set[str] = set()
    fresh = {
        "counted_from": values["counted_from"],
        "limit_note": pair(values, "note"),
        "extensions": [_extension(row, keys, before) for row in extensions],
    }
    found = []
    for key, _label in CHANNELS:
        if not values[f"{key}_offered"]:
            continue
        terms = dict(known.get(key, {"channel": key}))
        terms["limit"] = _limit(values[f"{key}_amount"], values[f"{key}_unit"], terms.get("limit"))
        terms |= {name: value for name, value in fresh.items() if name in touched or key not in known}
        if "supplement" in touched or key not in known:
            terms["supplement"] = _supplement_of(values, terms.get("supplement", {}))
        found.append(terms)
    return found


def _supplement_of(values: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    rule = {**before, **{name: values[name] for name in ("policy", "max_requests", "legal_source")}}
    for name, part in (("request", "request_within"), ("answer", "answer_within")):
        rule[part] = _limit(values[name], values[f"{name}_unit"] or "working_day", before.get(part))
    return rule


def _extension(row: dict[str, Any], keys: set[str], before: list[dict[str, Any]]) -> dict[str, Any]:
    known = [extension for terms in before for extension in terms.get("extensions", [])]
    same = next((e for e in known if e["condition"]["vi"] == row["condition_vi"] and e["key"] not in keys), None)
    key = same["key"] if same else key_from(row["condition_vi"], keys | {e["key"] for e in known})
    keys.add(key)
    return {
        "key": key, "by": _limit(row["amount"], row["unit"], same and same["by"]), "condition": pair(row, "condition"),
        "legal_source": row["legal_source"],
    }  # fmt: skip
