"""The route inside the agencies: a table of steps."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.editing import children, inputs
from procedures.editing.children import AGENCIES, agency_names
from procedures.editing.forms import EditForm, Rows
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.parts import Document, Part

ROLES = {
    "reception": _("Reception"),
    "specialist": _("Specialist"),
    "head": _("Head of division"),
    "leader": _("Leader"),
    "clerk": _("Records clerk"),
    "cashier": _("Cashier"),
    "consultation": _("Consulted agency"),
}
AT_ONCE = (
    ("reception", "Tiếp nhận hồ sơ", "Receive the dossier", 1, "receiving"),
    ("specialist", "Kiểm tra, trình ký", "Check and propose", 2, "deciding"),
    ("leader", "Ký kết quả", "Sign the result", 1, "deciding"),
    ("clerk", "Đóng dấu, trả kết quả", "Seal and hand over", 1, "deciding"),
)
CONSULTING = (
    ("reception", "Tiếp nhận hồ sơ", "Receive the dossier", 4, "receiving"),
    ("specialist", "Thẩm định hồ sơ", "Examine the dossier", 16, "deciding"),
    ("consultation", "Cơ quan phối hợp cho ý kiến", "The consulted agency answers", 24, "other"),
    ("specialist", "Tổng hợp, trình ký", "Sum up and propose", 8, "deciding"),
    ("head", "Soát xét", "Check the proposal", 4, "deciding"),
    ("leader", "Ký kết quả", "Sign the result", 4, "deciding"),
    ("clerk", "Vào số, phát hành", "Number and issue", 2, "deciding"),
    ("reception", "Trả kết quả", "Return the result", 2, "receiving"),
)
USUAL = (
    ("reception", "Tiếp nhận hồ sơ", "Receive the dossier", 4, "receiving"),
    ("specialist", "Thẩm định hồ sơ", "Examine the dossier", 16, "deciding"),
    ("head", "Soát xét", "Check the proposal", 4, "deciding"),
    ("leader", "Ký kết quả", "Sign the result", 4, "deciding"),
    ("clerk", "Vào số, phát hành", "Number and issue", 2, "deciding"),
    ("reception", "Trả kết quả", "Return the result", 2, "receiving"),
)
# Drafted by a department, examined by the Office, signed by the chair: three agencies, each with its own clock.
OFFICE, COMMITTEE = "vp", "ubnd"
CHAIR = (
    ("reception", "Tiếp nhận hồ sơ", "Receive the dossier", 4, "receiving"),
    ("specialist", "Thẩm định, dự thảo kết quả", "Examine and draft the result", 24, "deciding"),
    ("head", "Soát xét", "Check the proposal", 4, "deciding"),
    ("leader", "Lãnh đạo sở trình Ủy ban nhân dân tỉnh", "Submit to the People's Committee", 4, "deciding"),
    ("specialist", "Văn phòng thẩm tra", "Examine at the Office", 12, OFFICE),
    ("head", "Lãnh đạo Văn phòng trình ký", "Propose for signature", 4, OFFICE),
    ("leader", "Chủ tịch ký", "The chair signs", 8, COMMITTEE),
    ("clerk", "Vào số, đóng dấu, phát hành", "Number, seal and issue", 2, OFFICE),
    ("reception", "Trả kết quả", "Return the result", 2, "receiving"),
)
STARTERS = {
    "usual": (_("the six usual steps"), USUAL, False),
    "consulting": (_("with a consulted agency"), CONSULTING, False),
    "chair": (_("signed by the chair of the province"), CHAIR, False),
    "at_once": (_("decided at once at the counter"), AT_ONCE, True),
}


class RouteForm(children.RouteParts):
    """What holds for the whole route."""

    groups = (
        ("", ("signing_role", "decide_at_once")),
        (_("Parts at other agencies"), ("children_open_at", "children_wait_at")),
    )

    signing_role = inputs.choice(_("Who signs the result"), ROLES.items(), help_text=_("Never drafts what it signs."))
    decide_at_once = inputs.yes(_("Decided at once, while the citizen waits"))


class StepForm(EditForm):
    """One step."""

    beside = ("hours", "agency", "agency_key")
    role = inputs.choice(_("Who"), [("", _("Choose")), *ROLES.items()])
    hours = inputs.Number(label=_("Working hours"), required=True, validators=inputs.bounds(0, 4000))
    agency = inputs.choice(_("Agency"), AGENCIES.items())
    agency_key = inputs.choice(_("Which other agency"), [], required=False)
    title_vi = vi(_("What is done"), most=200)
    title_en = en(_("What is done"), most=200)
    action_vi = vi(_("In detail (empty: the same)"), required=False)
    action_en = en(_("In detail (empty: the same)"))
    optional = inputs.yes(_("May be left out"))
    silence_is_agreement = inputs.yes(_("A consulted agency that does not answer in time agrees"))
    legal_basis = inputs.Line(
        label=_("The legal text that makes silence agreement"),
        required=False,
        max_length=200,
        help_text=_("Article and number. Without it nobody's silence counts: the head is alarmed instead."),
    )

    def prepare(self) -> None:
        """Most steps are taken by the agency that decides."""
        self.fields["agency"].initial = "deciding"
        named: Any = self.fields["agency_key"]
        named.choices = [("", _("None")), *agency_names(timezone.localdate())]

    def clean(self) -> dict[str, Any]:
        """Another agency has a name; silence binds only a consulted one, within a limit, by a named law."""
        data = super().clean() or {}
        if data.get("agency") == "other" and data.get("role") != "consultation" and not data.get("agency_key"):
            self.add_error("agency_key", _("Choose which other agency carries out this step"))
        if not data.get("silence_is_agreement"):
            return data
        if data.get("role") != "consultation":
            self.add_error("silence_is_agreement", _("Only of a consulted agency can silence be agreement"))
        elif not data.get("hours"):
            self.add_error("hours", _("Write within how many working hours the agency is to answer"))
        if not data.get("legal_basis"):
            self.add_error("legal_basis", _("Name the legal text that makes silence agreement"))
        return data


class Route(Part):
    """The route."""

    title = _("Route")
    hint = _("Who handles the dossier, in which order and in how many working hours.")
    form = RouteForm
    template = "procedures/admin/editor/route.html"
    back = "editor_route"
    rows = (Rows("steps", StepForm, _("Steps"), _("Step"), _("Add a step"), spare=0), children.ROWS)

    def load(self) -> dict[str, Any]:
        route = self.content.route
        own = {"signing_role": route.signing_role, "decide_at_once": route.decide_at_once}
        return own | children.loaded(self.document["route"])

    def load_rows(self) -> dict[str, list[dict[str, Any]]]:
        route = self.document["route"]
        return {"steps": [_row(step) for step in route["steps"]], "children": children.rows_of(route)}

    def row_options(self, name: str) -> dict[str, Any]:
        return {"content": self.content} if name == "children" else {}

    def put(self, document: Document, values: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> None:
        children.put(document, values, rows["children"])
        document["route"] |= {name: values[name] for name in ("signing_role", "decide_at_once")}
        document["route"]["steps"] = [_step(number, row) for number, row in enumerate(rows["steps"], 1)]


def _row(step: dict[str, Any]) -> dict[str, Any]:
    values = {"role": step["role"], "hours": step["hours"], "agency": step.get("agency", "deciding")}
    action = step["action"] if step["action"] != step["title"] else None
    values["agency_key"] = step.get("agency_key", "")
    silence = {
        "silence_is_agreement": step.get("silence_is_agreement", False),
        "legal_basis": step.get("legal_basis", ""),
    }
    values |= silence | {"optional": step.get("optional", False)}
    return values | spread(step["title"], "title") | spread(action, "action")


def _step(number: int, row: dict[str, Any]) -> dict[str, Any]:
    title = pair(row, "title")
    kept = {name: row[name] for name in ("role", "hours", "agency", "optional", "silence_is_agreement", "legal_basis")}
    kept["agency_key"] = row["agency_key"] if row["agency"] == "other" else ""
    return {"no": number, "title": title, "action": pair(row, "action") or title} | kept


def start_from(document: Document, name: str) -> None:
    """Put one of the ready-made routes in; raises KeyError."""
    _label, steps, at_once = STARTERS[name]
    document["route"] |= {"decide_at_once": at_once, "signing_role": "leader", "steps": [
        {"no": number, "role": role, "title": {"vi": vi_text, "en": en_text}, "action": {"vi": vi_text, "en": en_text},
         "hours": float(hours), **_place(agency)}
        for number, (role, vi_text, en_text, hours, agency) in enumerate(steps, 1)
    ]}  # fmt: skip


def _place(agency: str) -> dict[str, str]:
    """A rule, or the key of another agency."""
    return {"agency": agency} if agency in AGENCIES else {"agency": "other", "agency_key": agency}
