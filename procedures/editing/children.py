"""Parts of an inter-agency procedure on the page of the route: one row each, the order by keys, the condition in words."""

from typing import Any

from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.cache import for_a_moment
from procedures.content import Condition
from procedures.editing import conditions, inputs
from procedures.editing.forms import EditForm, Rows
from procedures.editing.inputs import en, pair, spread, vi
from procedures.editing.parts import Document, DocumentForm, Refused

AGENCIES = {
    "receiving": gettext_lazy("the one that receives"),
    "deciding": gettext_lazy("the one that decides"),
    "other": gettext_lazy("another one"),
}
LISTS = ("after", "answers", "papers")
_KEY = RegexValidator(
    r"^[a-z0-9][a-z0-9_\-]{0,59}\Z",
    gettext_lazy("A short name of small letters, digits and hyphens, for example “cu-tru”"),
)


class ChildForm(DocumentForm):
    """One part."""

    beside = ("procedure", "agency_key", "number")
    key = inputs.Line(label=gettext_lazy("Short name of the part"), required=True, validators=[_KEY])
    procedure = inputs.Line(label=gettext_lazy("Code of its own procedure"), required=True, max_length=40)
    title_vi = vi(gettext_lazy("What the agency does"), most=200)
    title_en = en(gettext_lazy("What the agency does"), most=200)
    agency = inputs.choice(gettext_lazy("Agency"), AGENCIES.items())
    agency_key = inputs.choice(gettext_lazy("Which other agency"), [], required=False)
    after = inputs.Line(
        label=gettext_lazy("Waits for the parts (short names, with commas)"),
        required=False,
        help_text=gettext_lazy("Empty: it starts at once, beside the others."),
    )
    answers = inputs.Line(
        label=gettext_lazy("Gets the answers (keys, with commas)"),
        required=False,
        help_text=gettext_lazy("Empty: all that its own procedure asks under the same key."),
    )
    papers = inputs.Line(label=gettext_lazy("Gets the papers (keys, with commas)"), required=False)

    def prepare(self) -> None:
        """Most parts are done by another agency; a part may hang on an answer."""
        self.fields["agency"].initial = "other"
        named: Any = self.fields["agency_key"]
        named.choices = [("", gettext_lazy("None")), *agency_names(timezone.localdate())]
        choices = conditions.in_a_row(self.content, get_language() or "vi", self._kept(), _("– no condition –"))
        self.fields["answer"] = inputs.choice(_("Carried out only when"), choices, required=False)
        self.fields["number"] = inputs.Line(label=_("Number of this answer"), required=False, max_length=20)

    def _kept(self) -> Condition | None:
        """The condition the document gives the part of this row."""
        key = self.data.get(self.add_prefix("key"), "") if self.is_bound else self.initial.get("key")
        return next((child.show_if for child in self.content.route.children if child.key == key), None)

    def clean(self) -> dict[str, Any]:
        """Another agency has a name."""
        data = super().clean() or {}
        if data.get("agency") == "other" and not data.get("agency_key"):
            self.add_error("agency_key", _("Choose which other agency does this part"))
        return data


ROWS = Rows(
    "children",
    ChildForm,
    gettext_lazy("Parts at other agencies"),
    gettext_lazy("Part"),
    gettext_lazy("Add a part"),
    hint=gettext_lazy("Each is a dossier of its own there; the citizen has one dossier and one due date."),
    spare=0,
)


class RouteParts(EditForm):
    """When the parts are opened and which step waits for them."""

    children_open_at = inputs.whole(gettext_lazy("The parts open at step (empty: when it is received)"), 1, 60)
    children_wait_at = inputs.whole(gettext_lazy("The step that waits for the parts (empty: the signature)"), 1, 60)


def loaded(route: dict[str, Any]) -> dict[str, Any]:
    """The two steps as they stand in the inputs."""
    return {name: route.get(name) or None for name in RouteParts.base_fields}


def rows_of(route: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts as they stand in the rows."""
    return [_row(child) for child in route.get("children", [])]


def put(document: Document, values: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Put parts and steps into the document; a condition nobody touched stays as it is written. Raises Refused."""
    route = document["route"]
    kept = {child["key"]: child for child in route.get("children", [])}
    made = [_child(number, row, kept.get(row["key"], {})) for number, row in enumerate(rows)]
    _check(made)
    route["children"] = made
    for name in RouteParts.base_fields:
        route[name] = values.get(name) or 0


def _row(child: dict[str, Any]) -> dict[str, Any]:
    plain = {name: child.get(name, "") for name in ("key", "procedure", "agency_key")}
    lists = {name: ", ".join(child.get(name, ())) for name in LISTS}
    kept = child.get("show_if")
    answer, number = conditions.shown_in_a_row(Condition.model_validate(kept) if kept else None)
    asked = {"answer": answer, "number": number, "agency": child.get("agency", "other")}
    return plain | lists | asked | spread(child["title"], "title")


def _child(number: int, row: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    lists = {name: [key for part in row[name].split(",") if (key := part.strip())] for name in LISTS}
    named = row["agency_key"] if row["agency"] == "other" else ""
    plain = {name: row[name] for name in ("key", "procedure", "agency")}
    show_if, fault = conditions.read_from_a_row(row, kept.get("show_if"))
    if fault:
        raise Refused({f"children-{number}-number": fault})
    condition = {"show_if": show_if} if show_if else {}
    return {**plain, "title": pair(row, "title"), "agency_key": named, **lists, **condition}


def _check(made: list[dict[str, Any]]) -> None:
    """The sentences an editor reads; the document itself refuses the same."""
    keys = [child["key"] for child in made]
    for number, child in enumerate(made):
        if keys.count(child["key"]) > 1:
            raise Refused({f"children-{number}-key": _("Another part has this short name")})
        if unknown := [key for key in child["after"] if key not in keys]:
            raise Refused({f"children-{number}-after": _("There is no part “%(key)s”") % {"key": unknown[0]}})
    done: set[str] = set()
    while ready := {child["key"] for child in made if child["key"] not in done and set(child["after"]) <= done}:
        done |= ready
    for number, child in enumerate(made):
        if child["key"] not in done:
            raise Refused({f"children-{number}-after": _("These parts wait for each other in a circle")})


@for_a_moment
def agency_names(day: Any) -> tuple[tuple[str, str], ...]:
    """(key, name) of the agencies of that day, for a list of choices."""
    return tuple(Agency.objects.valid_on(day).values_list("key", "name_vi"))
