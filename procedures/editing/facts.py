"""General facts, the description for citizens (Decree 63/2010 art. 8), the result and what needs a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procedures.content.route import Visit
from procedures.editing import inputs
from procedures.editing.forms import EditForm, Rows
from procedures.editing.inputs import en, pair, paired_lines, spread, spread_lines, vi
from procedures.editing.keys import key_from
from procedures.editing.parts import Document, Part

USUAL_MANNER = (
    {"vi": "Nộp trực tuyến trên Cổng dịch vụ công.", "en": "Online, on the public service portal."},
    {"vi": "Nộp trực tiếp tại bộ phận một cửa.", "en": "In person at the one-stop counter."},
    {"vi": "Gửi qua dịch vụ bưu chính công ích.", "en": "By the public postal service."},
)
USUAL_STEPS = (
    ("Nộp hồ sơ", "File the dossier", "Tổ chức, cá nhân nộp hồ sơ trực tuyến, trực tiếp hoặc qua bưu chính.",
     "File online, in person or by post."),
    ("Thẩm định", "Examination", "Cơ quan giải quyết kiểm tra, thẩm định hồ sơ; nếu thiếu thì yêu cầu bổ sung một lần.",
     "The agency examines the dossier and asks once for what is missing."),
    ("Nhận kết quả", "Receive the result", "Nhận kết quả trực tuyến, tại bộ phận một cửa hoặc qua bưu chính.",
     "Receive the result online, at the counter or by post."),
)  # fmt: skip
DELIVERY = (("online", _("Online")), ("post", _("By public post")), ("counter", _("At the one-stop counter")))
VISITS = {
    "show_original": _("Show an original"),
    "hand_in_original": _("Hand in an original"),
    "sign_in_person": _("Sign in person"),
    "appear": _("Appear in person"),
    "test": _("Take a test or examination"),
    "site_check": _("A check on the spot"),
    "collect": _("Collect the result"),
    "public_notice": _("A public notice at the place"),
}
assert set(VISITS) == set(Visit.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]


class FactsForm(EditForm):
    """Names and purpose."""

    groups = (
        (_("Name"), ("name_vi", "name_en", "short_name_vi", "short_name_en")),
        (_("What it is for"), ("purpose_vi", "purpose_en", "non_territorial")),
    )
    name_vi = inputs.long(vi(_("Full legal name"), most=1000), 2)
    name_en = inputs.long(en(_("Full legal name"), most=1000), 2)
    short_name_vi = vi(_("Short name, as people say"), required=False, most=250)
    short_name_en = en(_("Short name, as people say"), most=250)
    purpose_vi = inputs.long(vi(_("Purpose in one sentence"), required=False), 2)
    purpose_en = inputs.long(en(_("Purpose in one sentence")), 2)
    non_territorial = inputs.yes(_("May be filed at any commune of the province"))


class Facts(Part):
    """General facts."""

    title = _("General facts")
    form = FactsForm

    def load(self) -> dict[str, Any]:
        found: dict[str, Any] = {"non_territorial": self.document.get("non_territorial", False)}
        for name in ("name", "short_name", "purpose"):
            found |= spread(self.document.get(name), name)
        return found

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        for name in ("name", "short_name", "purpose"):
            document[name] = pair(values, name)
        document["non_territorial"] = values["non_territorial"]


class DescriptionForm(EditForm):
    """The parts Decree 63/2010 asks for, but papers, times, fees and result, which have pages of their own."""

    groups = (
        (_("How and how many"), ("manner_vi", "manner_en", "sets")),
        (_("Who and where"), ("applicants_vi", "applicants_en", "agency_vi", "agency_en")),
        (_("Law"), ("conditions_vi", "conditions_en", "legal_basis", "decision")),
    )
    manner_vi = inputs.needed(inputs.lines(_("Ways to file, one a line")))
    manner_en = inputs.lines(inputs.in_english(_("Ways to file, one a line")))
    sets = inputs.whole(_("Sets of papers"), 1, 10, required=True)
    applicants_vi = inputs.needed(inputs.lines(_("Who may apply, one a line"), help_text=_("For example: “Cá nhân”")))
    applicants_en = inputs.lines(inputs.in_english(_("Who may apply, one a line")))
    agency_vi = inputs.needed(vi(_("Agency that decides"), required=False))
    agency_en = en(_("Agency that decides"))
    conditions_vi = inputs.lines(_("Conditions, one a line"))
    conditions_en = inputs.lines(inputs.in_english(_("Conditions, one a line")))
    legal_basis = inputs.needed(
        inputs.lines(_("Legal documents, one number a line"), help_text=_("For example: 61/2018/NĐ-CP"))
    )
    decision = inputs.Line(label=_("Decision that published it"), required=False, max_length=500)


class StepForm(EditForm):
    """A step as the citizen sees it."""

    title_vi = vi(_("Step"), most=200)
    title_en = en(_("Step"), most=200)
    text_vi = inputs.long(vi(_("What happens"), most=2000), 2)
    text_en = inputs.long(en(_("What happens"), most=2000), 2)


class Description(Part):
    """The description for citizens."""

    title = _("Description for citizens")
    hint = _("The usual wording is offered where nothing stands yet; check it, then save.")
    form = DescriptionForm
    rows = (Rows("steps", StepForm, _("Steps"), _("Step"), _("Add a step"), spare=0),)

    def load(self) -> dict[str, Any]:
        public = self.document.get("public", {})
        found: dict[str, Any] = {"sets": public.get("sets", 1), "decision": public.get("decision", "")}
        found["legal_basis"] = [law["number"] for law in public.get("legal_basis", [])]
        found |= spread(public.get("agency"), "agency")
        for name in ("manner", "applicants", "conditions"):
            texts = public.get(name) or (USUAL_MANNER if name == "manner" else ())
            found |= spread_lines(texts, name)
        return found

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        steps = self.document.get("public", {}).get("steps", [])
        if not steps:
            names = ("title_vi", "title_en", "text_vi", "text_en")
            return {"steps": [dict(zip(names, step, strict=True)) for step in USUAL_STEPS]}
        return {"steps": [spread(step["title"], "title") | spread(step["text"], "text") for step in steps]}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        public = document.setdefault("public", {})
        verified = {law["number"]: law.get("verified", False) for law in public.get("legal_basis", [])}
        public["legal_basis"] = [
            {"number": number, "verified": verified.get(number, False)} for number in values["legal_basis"] if number
        ]
        public["sets"], public["decision"] = values["sets"], values["decision"]
        public["agency"] = pair(values, "agency")
        for name in ("manner", "applicants", "conditions"):
            public[name] = paired_lines(values, name)
        public["steps"] = [{"title": pair(row, "title"), "text": pair(row, "text")} for row in rows["steps"]]


class ResultForm(EditForm):
    """What the citizen gets, and what the law lets nobody do from home."""

    groups = (
        (_("Result"), ("name_vi", "name_en", "delivery", "form", "validity")),
        (_("Facts of classification"), ("handled_online", "info_only")),
    )
    name_vi = vi(_("Name of the result"))
    name_en = en(_("Name of the result"))
    delivery = forms.MultipleChoiceField(
        label=_("How it can be handed over"), choices=DELIVERY, widget=forms.CheckboxSelectMultiple
    )
    form = inputs.Line(label=_("Form of the result"), required=False, max_length=500)
    validity = inputs.Line(label=_("How long it is valid"), required=False, max_length=500)
    handled_online = inputs.yes(_("Received, handled, signed and returned in the system"))
    info_only = inputs.yes(_("Information only: nothing can be filed online"))


class VisitForm(EditForm):
    """One thing that needs a visit."""

    kind = inputs.choice(_("Kind"), [("", _("Choose")), *VISITS.items()])
    text_vi = vi(_("In words, for citizens"))
    text_en = en(_("In words, for citizens"))
    legal_source = inputs.Line(label=_("Article of law that asks for it"), required=False, max_length=500)


class ResultAndVisits(Part):
    """Result and visits."""

    title = _("Result and visits")
    hint = _("The class (full-process or partial) is computed from these facts and the rest of the document.")
    form = ResultForm
    rows = (
        Rows("visits", VisitForm, _("What needs a visit"), _("Visit"), _("Add a visit"),
             _("Leave empty when the citizen never has to come."), ordered=False),
    )  # fmt: skip

    def load(self) -> dict[str, Any]:
        result, service = self.document["result"], self.content.service
        found = {name: result.get(name, "") for name in ("form", "validity")}
        return found | spread(result["name"], "name") | {
            "delivery": result["delivery"], "handled_online": service.handled_online, "info_only": service.info_only
        }  # fmt: skip

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        visits = self.document.get("service", {}).get("visits", [])
        return {"visits": [_visit_row(visit) for visit in visits]}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        result, service = document["result"], document.setdefault("service", {})
        result |= {name: values[name] for name in ("form", "validity")}
        result["name"] = pair(values, "name")
        result["delivery"] = [key for key, _label in DELIVERY if key in values["delivery"]]
        service["handled_online"], service["info_only"] = values["handled_online"], values["info_only"]
        before, taken = service.get("visits", []), set[str]()
        service["visits"] = [_visit(row, before, taken) for row in rows["visits"]]


def _visit_row(visit: dict[str, Any]) -> dict[str, Any]:
    return {"kind": visit["kind"], "legal_source": visit.get("legal_source", "")} | spread(visit["text"], "text")


def _visit(row: dict[str, Any], before: list[dict[str, Any]], taken: set[str]) -> dict[str, Any]:
    """The visit of a row; it keeps key and evidence when its kind and words are those of an earlier one."""
    same = next((v for v in before if v["text"]["vi"] == row["text_vi"] and v["key"] not in taken), None)
    same = same or next((v for v in before if v["kind"] == row["kind"] and v["key"] not in taken), None)
    visit = dict(same) if same else {"key": key_from(row["text_vi"], taken | {v["key"] for v in before})}
    visit |= {"kind": row["kind"], "text": pair(row, "text"), "legal_source": row["legal_source"]}
    taken.add(visit["key"])
    return visit
