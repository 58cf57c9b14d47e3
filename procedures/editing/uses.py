"""Where a question, a case or a paper of a draft is named, so that deleting it is refused with the place."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures.content import Condition, Content


@dataclass(frozen=True)
class Place:
    """A condition and the words for where it stands; `question` when it is a question's own."""

    words: str
    condition: Condition
    question: str = ""


def _said(template: str, name: object) -> str:
    return template % {"name": name}


def conditions(content: Content) -> Iterator[Place]:
    """Every condition of the document."""
    language = get_language() or "vi"
    for item in content.eform.fields() if content.eform else ():
        if item.show_if:
            yield Place(_said(_("question “%(name)s”"), item.label.in_(language)), item.show_if, item.key)
    for case in content.cases:
        if case.when:
            yield Place(_said(_("case “%(name)s”"), case.name.in_(language)), case.when)
    for paper in content.papers:
        if paper.show_if:
            yield Place(_said(_("paper “%(name)s”"), paper.name.in_(language)), paper.show_if)
    for fee in content.fees:
        words = _said(_("fee “%(name)s”"), fee.name.in_(language))
        for condition in (fee.show_if, *(exemption.show_if for exemption in fee.exemptions)):
            if condition:
                yield Place(words, condition)


def of_questions(content: Content, keys: set[str]) -> list[str]:
    """Places that name one of these questions; those of the questions themselves do not count (they go together)."""
    found = [
        place.words for place in conditions(content) if place.question not in keys and place.condition.fields() & keys
    ]
    language = get_language() or "vi"
    for fee in content.fees:
        if {fee.quantity.field, fee.quantity.table} & keys:
            found.append(_said(_("fee “%(name)s”"), fee.name.in_(language)))
    for item in content.eform.fields() if content.eform else ():
        if item.key not in keys and {getattr(item, "gte_field", None), getattr(item, "lte_field", None)} & keys:
            found.append(_said(_("question “%(name)s”"), item.label.in_(language)))
    return list(dict.fromkeys(found))


def of_column(content: Content, table: str, column: str) -> list[str]:
    """Places that name a column of a table."""
    language = get_language() or "vi"
    found = [
        _said(_("fee “%(name)s”"), fee.name.in_(language))
        for fee in content.fees
        if fee.quantity.table == table and column in {fee.quantity.units, fee.quantity.times}
    ]
    item = content.eform.field(table) if content.eform else None
    if item and item.periods and column in {item.periods.start, item.periods.end}:
        found.append(_("the rule on periods of this table"))
    if item:
        found += [
            _said(_("column “%(name)s”"), other.label.in_(language))
            for other in item.columns
            if column in getattr(other, "computed", ())
        ]
    return found


def of_option(content: Content, key: str, value: str) -> list[str]:
    """Places whose condition names one answer of a choice."""
    return [place.words for place in conditions(content) if _names(place.condition, key, value)]


def _names(condition: Condition, key: str, value: str) -> bool:
    if condition.parts:
        return any(_names(part, key, value) for part in condition.parts)
    if condition.field != key:
        return False
    compared = getattr(condition, condition.operator)
    return value == compared or (isinstance(compared, tuple) and value in compared)


def of_case(content: Content, key: str) -> list[str]:
    """Papers and fees that belong to a case."""
    language = get_language() or "vi"
    found = [_said(_("paper “%(name)s”"), p.name.in_(language)) for p in content.papers if key in p.cases]
    return found + [_said(_("fee “%(name)s”"), fee.name.in_(language)) for fee in content.fees if key in fee.cases]


def of_paper(content: Content, key: str) -> list[str]:
    """Exemptions of fees that this paper proves."""
    language = get_language() or "vi"
    return [
        _said(_("exemption “%(name)s”"), exemption.name.in_(language))
        for fee in content.fees
        for exemption in fee.exemptions
        if exemption.proof == key
    ]
