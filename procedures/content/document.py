"""The one document of a version of a procedure, its canonical form and its SHA-256."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field, model_validator

from procedures.content.base import Channel, Evidence, Key, Strict, Text
from procedures.content.cases import Case
from procedures.content.conditions import Condition, holds
from procedures.content.eform import EForm
from procedures.content.fees import Fee
from procedures.content.papers import Paper
from procedures.content.route import Result, Route, Visit

SCHEMA = 1


class LegalText(Strict):
    """A legal document by its number; `verified` when the National Portal cites it for this procedure."""

    number: str = Field(min_length=1)
    verified: bool = False


class PublicStep(Strict):
    """A step as the citizen sees it."""

    title: Text
    text: Text


class PublicPart(Strict):
    """Parts every published procedure must describe (Decree 63/2010 art. 8): see `missing_parts`."""

    decision: str = ""
    steps: tuple[PublicStep, ...] = ()
    manner: tuple[Text, ...] = ()
    sets: int = Field(default=1, ge=1, le=10)
    applicants: tuple[Text, ...] = ()
    agency: Text | None = None
    conditions: tuple[Text, ...] = ()
    legal_basis: tuple[LegalText, ...] = ()


class ServiceFacts(Strict):
    """Facts of classification that the rest of the document does not show."""

    handled_online: bool = True
    info_only: bool = False
    visits: tuple[Visit, ...] = ()
    published_class: str = ""  # what the source catalogue says, for comparison
    published_reason: Text | None = None
    published_legacy_level: int | None = None
    evidence: Evidence = Evidence()


class Content(Strict):
    """Everything a version of a procedure says. Frozen with its SHA-256 when the version is published."""

    schema_no: int = SCHEMA
    name: Text
    short_name: Text | None = None
    purpose: Text | None = None
    family: str = ""
    non_territorial: bool = False
    cases: tuple[Case, ...] = Field(min_length=1)
    fees: tuple[Fee, ...] = ()
    papers: tuple[Paper, ...] = ()
    eform: EForm | None = None
    route: Route
    result: Result
    public: PublicPart = PublicPart()
    service: ServiceFacts = ServiceFacts()
    notes: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    @model_validator(mode="after")
    def _keys_fit(self) -> "Content":
        _unique("cases", [case.key for case in self.cases])
        _unique("papers", [paper.key for paper in self.papers])
        _unique("fees", [fee.code for fee in self.fees])
        known = {field.key for field in self.eform.fields()} if self.eform else set()
        for condition in self._conditions():
            if unknown := condition.fields() - known:
                raise ValueError(f"conditions name unknown fields: {', '.join(sorted(unknown))}")
        if any(case.when is None for case in self.cases[:-1]):
            raise ValueError("a case without a condition stands last: it takes what the others leave")
        cases = {case.key for case in self.cases}
        named = {key for fee in self.fees for key in fee.cases} | {key for paper in self.papers for key in paper.cases}
        if unknown := named - cases:
            raise ValueError(f"unknown cases: {', '.join(sorted(unknown))}")
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> "Content":
        """Parts of other agencies get what the dossier has, inside a limit of its own."""
        fields = {field.key for field in self.eform.fields()} if self.eform else set()
        papers = {paper.key for paper in self.papers}
        for child in self.route.children:
            if unknown := (set(child.answers) - fields) | (set(child.papers) - papers):
                raise ValueError(f"part “{child.key}” takes what is not asked: {', '.join(sorted(unknown))}")
        if self.route.children and any(terms.limit is None for case in self.cases for terms in case.terms):
            raise ValueError("a procedure with parts at other agencies has a time limit of its own in every case")
        return self

    def _conditions(self) -> list[Condition]:
        found: list[Condition | None] = [case.when for case in self.cases]
        found += [child.show_if for child in self.route.children]
        found += [paper.show_if for paper in self.papers] + [fee.show_if for fee in self.fees]
        found += [exemption.show_if for fee in self.fees for exemption in fee.exemptions]
        return [condition for condition in found if condition is not None]

    @property
    def title(self) -> Text:
        """The name people use: the short one where there is one."""
        return self.short_name or self.name

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Channels on which at least one case can be filed."""
        offered = {terms.channel for case in self.cases for terms in case.terms}
        return tuple(channel for channel in Channel if channel in offered)

    def case(self, key: str) -> Case:
        """The case of that key; raises KeyError for an unknown one."""
        for case in self.cases:
            if case.key == key:
                return case
        raise KeyError(key)

    def case_for(self, answers: Mapping[str, Any], *, on: date) -> Case:
        """The case the answers describe: the first whose `when` holds (a case without one stands last), else the first."""
        return next((case for case in self.cases if holds(case.when, answers, on=on)), self.cases[0])

    def papers_for(
        self, case: str, answers: Mapping[str, Any], *, on: date, channel: Channel = Channel.ONLINE
    ) -> tuple[Paper, ...]:
        """Papers this dossier needs, in order (those to upload and those only to show)."""
        return tuple(
            paper
            for paper in self.papers
            if (not paper.cases or case in paper.cases)
            and (not paper.channels or channel in paper.channels)
            and holds(paper.show_if, answers, on=on)
        )

    def paper(self, key: str) -> Paper:
        """The paper of that key; raises KeyError for an unknown one."""
        for paper in self.papers:
            if paper.key == key:
                return paper
        raise KeyError(key)


def _unique(what: str, keys: list[Key]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError(f"two {what} with one key")


def parse(document: Mapping[str, Any]) -> Content:
    """Check a stored document; raises pydantic.ValidationError naming what is wrong."""
    return Content.model_validate(document)


def dump(content: Content) -> dict[str, Any]:
    """The document as JSON-able data with every default spelled out, so that later defaults change nothing."""
    return content.model_dump(mode="json", by_alias=True, exclude_none=True)


def canonical(document: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, UTF-8: one spelling for one document."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical document."""
    return hashlib.sha256(canonical(document)).hexdigest()


def missing_parts(content: Content) -> tuple[str, ...]:
    """Names of the eight compulsory parts of Decree 63/2010 art. 8 that are empty; publishing waits for them."""
    public = content.public
    present = {
        "name": bool(content.name.vi),
        "steps": bool(public.steps),
        "manner": bool(public.manner),
        "papers": bool(content.papers),
        "time_limit": all(terms.limit or terms.limit_note for case in content.cases for terms in case.terms),
        "applicants": bool(public.applicants),
        "agency": public.agency is not None,
        "result": bool(content.result.name.vi),
    }
    return tuple(name for name, filled in present.items() if not filled)
