"""The parts of an inter-agency dossier as the citizen reads them: who does what, where it stands, its result."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from common.templatetags.mc import pick, vn_date
from dossiers.models import Branch, Dossier, IssuedPaper, Result
from dossiers.services.awaiting import branches_of
from dossiers.services.paper_forms import label_of
from dossiers.workflow import State

TONES = {
    Branch.State.WAITING: "plain",
    Branch.State.OPEN: "info",
    Branch.State.GRANTED: "ok",
    Branch.State.REJECTED: "bad",
    Branch.State.STOPPED: "bad",
    Branch.State.WITHDRAWN: "plain",
    Branch.State.DROPPED: "plain",
}


@dataclass(frozen=True)
class PartRow:
    """One part: its title and agency, the state in a word and in a sentence, what to do, what came of it."""

    branch: Branch
    sentence: str
    tone: str
    todo_url: str
    result: Result | None
    papers: tuple[tuple[str, IssuedPaper], ...]


def rows_of(dossier: Dossier) -> list[PartRow]:
    """The parts in the order of the route; empty, and no statement, for a procedure without parts."""
    found = branches_of(dossier)
    children = [one.child_id for one in found if one.child_id]
    if not found:
        return []
    results = {one.dossier_id: one for one in _results(children)}
    papers = _papers(children)
    titles = {one.key: pick(one.title) for one in found}
    return [
        PartRow(one, _sentence(one, titles), TONES[Branch.State(one.state)], _todo(one), results.get(one.child_id or 0),
                tuple(papers.get(one.child_id or 0, ())))
        for one in found
    ]  # fmt: skip


def _results(children: Iterable[Any]) -> Iterable[Result]:
    rows = Result.objects.filter(dossier__in=list(children), revoked_at=None).exclude(issued_at=None)
    return rows.select_related("file").order_by("revision")


def _papers(children: Iterable[Any]) -> dict[int, list[tuple[str, IssuedPaper]]]:
    found: dict[int, list[tuple[str, IssuedPaper]]] = {}
    rows = IssuedPaper.objects.filter(
        dossier__in=list(children), kind__in=IssuedPaper.FOR_APPLICANT, size=IssuedPaper.Size.A4, file__isnull=False
    )
    for paper in rows.select_related("file").order_by("seq"):
        found.setdefault(paper.dossier_id, []).append((label_of(paper.kind), paper))
    return found


def asks(child: Dossier | None) -> bool:
    """The agency of the part waits for something of the citizen."""
    return child is not None and child.state == State.SUPPLEMENT and child.supplement_sent_at is None


def _todo(branch: Branch) -> str:
    if branch.child is None or not asks(branch.child):
        return ""
    return reverse("dossiers:supplement", args=[branch.child.code])


def _sentence(branch: Branch, titles: dict[str, str]) -> str:
    """Beside the word for the state: the day it ended, what it waits for."""
    if branch.state == Branch.State.WAITING:
        before = ", ".join(titles[key] for key in branch.after)
        return _("Begins after: %(parts)s") % {"parts": before} if before else ""
    if branch.state != Branch.State.OPEN:
        return vn_date(branch.ended_at) if branch.ended_at else ""
    if branch.child is not None and asks(branch.child):
        return _("Waiting for your supplement until %(day)s") % {"day": vn_date(branch.child.answer_by)}
    if not branch.is_awaited:
        return _("Still being handled; its result comes here later")
    return ""
