"""Field, level, audience and agency of a procedure as a file says them, checked against what the catalogue knows."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from common.text import fold
from procedures.transfers.cells import choice
from procedures.transfers.problems import Problem, Wrong
from procedures.transfers.records import Facts

Place = Callable[[str], str]  # key of a column → where it stands


@dataclass(frozen=True)
class Known:
    """Names the catalogue knows. `agencies`: key → name; `fields`: names as written."""

    agencies: Mapping[str, str]
    fields: tuple[str, ...]
    by_name: Mapping[str, str] = field(default_factory=dict)  # folded name of an agency → key
    by_field: Mapping[str, str] = field(default_factory=dict)  # folded name of a field → name

    @classmethod
    def of(cls, agencies: Mapping[str, str], fields: tuple[str, ...]) -> "Known":
        """With the look-ups made of the names."""
        return cls(agencies, fields, {fold(name): key for key, name in agencies.items()}, {fold(n): n for n in fields})


def read_facts(texts: Mapping[str, str], base: Facts | None, known: Known, place: Place) -> tuple[Facts, list[Problem]]:
    """The facts a file gives, those it leaves out taken from `base`; what is wrong with them.

    `texts` has the keys field, field_en, level, audience, agency, agency_name. Of a new procedure field, level and audience
    are required.
    """
    facts, problems = base or Facts(), []
    for key in ("level", "audience"):
        if text := texts.get(key, ""):
            try:
                value = choice(key, text)
                facts = replace(facts, level=value) if key == "level" else replace(facts, audience=value)
            except Wrong as wrong:
                problems.append(Problem(place(key), wrong.code, wrong.values_said))
    facts = _field(facts, texts, known, place, problems)
    facts = _agency(facts, texts, known, place, problems)
    if base is None:
        wrong_already = {problem.place for problem in problems}
        problems += [
            Problem(place(key), "required")
            for key in ("field", "level", "audience")
            if not getattr(facts, key) and place(key) not in wrong_already
        ]
    elif _told(facts) != _told(base):
        problems.append(Problem(place("field"), "facts_kept", is_error=False))
    return facts, problems


def _told(facts: Facts) -> tuple[Any, ...]:
    return fold(facts.field), facts.level, facts.audience, facts.agency


def _field(facts: Facts, texts: Mapping[str, str], known: Known, place: Place, problems: list[Problem]) -> Facts:
    text = texts.get("field", "")
    if not text or fold(text) == fold(facts.field):
        return facts
    if found := known.by_field.get(fold(text)):
        return replace(facts, field=found)
    if near := _near(text, known.by_field):
        problems.append(Problem(place("field"), "field_unknown", {"text": text[:80], "near": near}))
        return facts
    problems.append(Problem(place("field"), "field_new", {"text": text[:80]}, is_error=False))
    return replace(facts, field=text[:200], field_en=texts.get("field_en", ""))


def _agency(facts: Facts, texts: Mapping[str, str], known: Known, place: Place, problems: list[Problem]) -> Facts:
    key, name = texts.get("agency", ""), texts.get("agency_name", "")
    by_key = key.lower() if key.lower() in known.agencies else known.by_name.get(fold(key), "")
    by_name = known.by_name.get(fold(name), "") or (name.lower() if name.lower() in known.agencies else "")
    for text, found, column in ((key, by_key, "agency"), (name, by_name, "agency_name")):
        if text and not found:
            near = _near(text, known.by_name, known.agencies)
            code = "agency_unknown" if near else "agency_unknown_at_all"
            problems.append(Problem(place(column), code, {"text": text[:80], "near": near}))
            return facts
    if key and name and by_key != by_name:
        if facts.agency in {by_name, by_key}:  # one of the two was changed: that one is meant
            return replace(facts, agency=by_key if by_name == facts.agency else by_name)
        values = {"key": known.agencies[by_key], "name": known.agencies[by_name]}
        problems.append(Problem(place("agency"), "agency_differs", values))
        return facts
    found = by_key or by_name
    return replace(facts, agency=found, agency_name=known.agencies[found]) if found else facts


def _near(text: str, by_name: Mapping[str, str], names: Mapping[str, str] | None = None) -> str:
    """The one or two names that look most like it, in quotation marks."""
    close = difflib.get_close_matches(fold(text), by_name, n=2, cutoff=0.75)
    said = [names[by_name[one]] if names else by_name[one] for one in close]
    return ", ".join(f"“{one}”" for one in said)
