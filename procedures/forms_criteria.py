"""Reading of the answers to criteria; never saves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.text import clean, whole_number
from procedures.classification import ANSWERED, CRITERIA, OBSTACLES, Answer, Classification, Criterion, obstacles_of
from procedures.models import CriterionAnswer, OnlineService
from procedures.services import classifying

MOST = 500
LARGEST_KEY = 2**63 - 1


@dataclass
class Line:
    """One criterion on the page of a service: what the version says, what was answered, what is typed."""

    criterion: Criterion
    shown_met: bool  # what the version alone says
    typed: Answer
    errors: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The criterion's key."""
        return self.criterion.key

    @property
    def is_answerable(self) -> bool:
        """False where the version itself shows that it is not met: no answer can change that."""
        return self.key in ANSWERED or self.shown_met

    @property
    def is_shown(self) -> bool:
        """Whether the version itself meets it, so that an answer could only doubt it."""
        return self.key not in ANSWERED and self.shown_met

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The answers offered."""
        yes = _("Met") if self.key in ANSWERED else _("Met, as the version shows")
        return [("yes", yes), ("no", _("Not met")), ("unclear", _("Not clear"))]

    @property
    def obstacles(self) -> list[tuple[str, str]]:
        """The reasons offered."""
        language = get_language() or "vi"
        return [(key, OBSTACLES[key][1].in_(language)) for key in obstacles_of(self.key)]


def read_answer(data: Mapping[str, Any], prefix: str = "") -> Answer:
    """An answer out of a posted form; what is no answer becomes `unclear`, which asks for a reason."""
    chosen = data.get(f"{prefix}answer", "")
    return Answer(
        chosen if chosen in CriterionAnswer.Answer.values else "unclear",
        clean(data.get(f"{prefix}obstacle", ""))[:20] if chosen != "yes" else "",
        clean(data.get(f"{prefix}reason", ""))[:1000],
        clean(data.get(f"{prefix}basis", ""))[:300],
    )


def lines(service: OnlineService, now: Classification, version: Classification, data: QueryDict | None) -> list[Line]:
    """A line per criterion; with `data` what was typed, checked."""
    given = {row.criterion: row for row in service.answers.filter(valid_to=None)}
    shown = {criterion.key: criterion.met for criterion in version.criteria}
    found = []
    for criterion in now.criteria:
        row = given.get(criterion.key)
        kept = Answer(row.answer, row.obstacle, row.reason, row.legal_basis) if row else _default(criterion)  # type: ignore[arg-type]
        line = Line(criterion, shown[criterion.key], kept)
        if data is not None and f"{criterion.key}-answer" in data and line.is_answerable:
            line.typed = read_answer(data, f"{criterion.key}-")
            why = classifying.refusal(service, criterion.key, line.typed)
            line.errors = (why,) if why and line.typed != kept else ()
        found.append(line)
    return found


def _default(criterion: Criterion) -> Answer:
    if criterion.met:
        return Answer("yes")
    obstacle = criterion.obstacles[0] if criterion.obstacles else "other"
    return Answer("no", obstacle if obstacle in obstacles_of(criterion.key) else "other", "")


@dataclass(frozen=True)
class Bulk:
    """One answer for many services."""

    pks: tuple[int, ...]
    criterion: str
    answer: Answer
    is_sure: bool

    @classmethod
    def of(cls, data: QueryDict) -> "Bulk":
        """Out of a posted form; at most `MOST` services."""
        numbers = [whole_number(text, LARGEST_KEY) for text in data.getlist("chon")]
        criterion = data.get("criterion", "")
        pks = tuple(dict.fromkeys(number for number in numbers if number))
        return cls(pks, criterion if criterion in CRITERIA else "", read_answer(data), data.get("sure") == "1")
