"""The way from the first question to the Submit button: which pages this dossier needs, and how far each one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.mc import pick
from dossiers.models import Dossier
from dossiers.services import filing, quoting
from dossiers.services import uploads as papers
from dossiers.services.editing import is_prepared
from dossiers.views.citizen.access import answers_of
from procedures.content import Paper
from procedures.eforms import Context
from procedures.eforms.checking import Errors, check, shown_keys
from procedures.models import Procedure
from procedures.presenting import say
from procedures.services import content_of

SHORT = 3  # up to so many sections a form is filled page by page, without the list of tasks in between
BACK = "ve"  # ?ve=kiem-tra: after saving, return to check-your-answers
CHECK = "kiem-tra"


@dataclass(frozen=True)
class Step:
    """One page of the way. `status`: done, todo, error, blocked (see common/task_list.html)."""

    key: str
    label: str
    url: str
    status: str = "todo"
    hint: str = ""


class Way:
    """The pages of one draft (or of a filed dossier that may still be changed), with the answers stored now."""

    def __init__(
        self, dossier: Dossier, *, at: datetime | None = None, answers: Mapping[str, Any] | None = None
    ) -> None:
        self.dossier = dossier
        self.at = at or timezone.now()
        self.content = content_of(dossier.procedure_version_id)
        self.answers = answers_of(dossier) if answers is None else dict(answers)

    # ── what is right and what is not ──
    @cached_property
    def context(self) -> Context:
        """The day of judging."""
        return Context.at(self.at)

    @cached_property
    def case(self) -> str:
        """The case the answers describe."""
        return quoting.case_key(self.content, self.answers, self.at)

    @cached_property
    def _judged(self) -> tuple[Mapping[str, Any], Errors]:
        if self.content.eform is None:
            return {}, Errors()
        checked = check(self.content.eform, self.content.eform.fields(), self.answers, self.context, {})
        return checked.answers, checked.errors

    def faults(self, section: Any) -> Errors:
        """What is wrong or missing in the stored answers of a section."""
        keys = {field.key for field in section.fields}
        return Errors({path: text for path, text in self._judged[1].items() if path.split(".")[0] in keys})

    def is_visited(self, section: Any) -> bool:
        """The page was saved once: saving keeps every field, also the empty ones."""
        return all(field.key in self.answers for field in section.fields)

    @cached_property
    def paper_rules(self) -> list[Paper]:
        """Papers these answers ask for."""
        return papers.rules(self.dossier, self.content, self.case, self.answers, self.at)

    @cached_property
    def missing_papers(self) -> dict[str, str]:
        """Compulsory papers without a usable file."""
        return papers.missing(self.dossier, self.content, self.case, self.answers, self.at)

    # ── the pages ──
    @cached_property
    def sections(self) -> list[Any]:
        """Sections with at least one question that the other answers leave to be asked."""
        eform = self.content.eform
        if eform is None:
            return []
        shown = shown_keys(eform, self._judged[0], self.context)
        return [
            section
            for section in eform.sections
            if any(self._is_asked(field, section, shown) for field in section.fields)
        ]

    @staticmethod
    def _is_asked(field: Any, section: Any, shown: set[str]) -> bool:
        own = {item.key for item in section.fields}
        return field.key in shown or (field.show_if is not None and bool(field.show_if.fields() & own))

    @property
    def is_short(self) -> bool:
        """No list of tasks in between."""
        return len(self.sections) <= SHORT

    @cached_property
    def steps(self) -> list[Step]:
        """Every page in order, check-your-answers last."""
        found = [self._agency_step()] if self.asks_agency else []
        found += [self._section_step(section) for section in self.sections]
        found += [self._papers_step()] if self.paper_rules else []
        found += [self._delivery_step()] if self.asks_delivery else []
        ready = all(step.status == "done" for step in found)
        label = _("Check and submit") if self.dossier.is_draft else _("Check and send the changes")
        hint = "" if ready else _("Possible when everything above is done")
        found.append(Step(CHECK, label, self.url("check"), "todo" if ready else "blocked", hint))
        return found

    @property
    def asks_agency(self) -> bool:
        """Commune-level procedures: which commune handles it (fixed once the dossier is filed)."""
        at_counter = is_prepared(self.dossier)  # the counter that receives it is the one it is prepared at
        return self.dossier.is_draft and not at_counter and self.dossier.procedure.level == Procedure.Level.COMMUNE

    @property
    def asks_delivery(self) -> bool:
        """More than one way, or a way with something to say about it."""
        return self.content.result.delivery != ("online",)

    def _agency_step(self) -> Step:
        agency = self.dossier.receiving_agency
        hint = pick(agency.name) if agency else _("The commune that handles your dossier")
        return Step("agency", _("Choose the commune"), self.url("agency"), "done" if agency else "todo", hint)

    def _section_step(self, section: Any) -> Step:
        faults = self.faults(section)
        url = self.url("section", section.key)
        if not faults:
            return Step(section.key, say(section.title), url, "done", self._source(section))
        if not self.is_visited(section):
            return Step(section.key, say(section.title), url, "todo")
        count = len(faults.keys_of_fields())
        hint = ngettext("%(n)s place to correct", "%(n)s places to correct", count) % {"n": count}
        return Step(section.key, say(section.title), url, "error", hint)

    def _source(self, section: Any) -> str:
        known = [field for field in section.fields if field.prefill and field.key in self.answers]
        return _("Filled in from your account") if known and not self.is_visited(section) else ""

    def _papers_step(self) -> Step:
        needed = [rule.key for rule in self.paper_rules if rule.required]
        left = len(self.missing_papers)
        words = _("%(there)s of %(needed)s compulsory papers there") % {
            "there": len(needed) - left,
            "needed": len(needed),
        }
        return Step(
            "papers", _("Send the papers"), self.url("papers"), "todo" if left else "done", words if needed else ""
        )

    def _delivery_step(self) -> Step:
        hint = delivery_words(self.dossier)
        fault = filing.delivery_fault(self.dossier)
        return Step(
            "delivery", _("Choose how the result comes"), self.url("delivery"), "todo" if fault else "done", hint
        )

    # ── going on ──
    def url(self, name: str, *more: str) -> str:
        """The address of a page of this way."""
        return reverse(f"dossiers:{name}", args=[self.dossier.procedure.code, self.dossier.public_id, *more])

    def after(self, key: str) -> str:
        """Where "Save and continue" leads from the page of that key."""
        keys = [step.key for step in self.steps]
        place = keys.index(key) if key in keys else -1
        return self.steps[min(place + 1, len(self.steps) - 1)].url

    def before(self, key: str) -> str:
        """Where "Back" leads."""
        keys = [step.key for step in self.steps]
        place = keys.index(key) if key in keys else 0
        return self.steps[place - 1].url if place and self.is_short else self.url("draft")

    def first_open(self) -> str:
        """The first page that is not done."""
        return next((step.url for step in self.steps if step.status != "done"), self.steps[-1].url)

    def place(self, key: str) -> dict[str, int]:
        """ "Part 3 of 8"."""
        keys = [step.key for step in self.steps]
        return {"number": keys.index(key) + 1 if key in keys else 1, "total": len(keys)}

    @property
    def done(self) -> int:
        """How many pages are done."""
        return sum(step.status == "done" for step in self.steps)

    def groups(self) -> list[dict[str, Any]]:
        """The pages as groups of common/task_list.html."""
        keys = {section.key for section in self.sections}
        groups = [
            (_("Where to"), [step for step in self.steps if step.key == "agency"]),
            (_("Fill in"), [step for step in self.steps if step.key in keys]),
            (_("Papers"), [step for step in self.steps if step.key == "papers"]),
            (_("The result"), [step for step in self.steps if step.key == "delivery"]),
            (_("Submit") if self.dossier.is_draft else _("Send the changes"), self.steps[-1:]),
        ]
        return [{"title": title, "tasks": tasks} for title, tasks in groups if tasks]


def delivery_words(dossier: Dossier) -> str:
    """How the result comes, with the place."""
    if dossier.delivery == Dossier.Delivery.ONLINE:
        return _("Online, in your account")
    if dossier.delivery == Dossier.Delivery.POST:
        return _("By public post, to your address")
    counter = dossier.delivery_choice.counter or dossier.receiving_agency
    return _("At the counter: %(place)s") % {"place": pick(counter.one_stop) if counter else _("where you file")}
