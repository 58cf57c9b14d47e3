"""A supplement of the whole, once it is confirmed, reaches the parts that are open: what the plan gives to each.

Only what changed since the part last got something goes over; what the applicant sent to the part itself stays.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dossiers.models import Answers, Branch, Digitisation, Dossier, DossierEvent, Paper, PaperFile
from dossiers.services.joint.opening import GONE, is_begun
from dossiers.services.joint.planning import taken_answers, taken_papers
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.terms import terms_of
from dossiers.workflow import State
from procedures.content import Child
from procedures.services import content_of

PASSED = "update_part"


def pass_on(parent: Dossier, at: datetime) -> list[Dossier]:
    """Bring the open parts up to the whole; the caller holds its lock. Nothing while a supplement is not confirmed.

    Returns the parts that got something; does nothing twice.
    """
    if parent.state in {State.SUPPLEMENT, *GONE}:
        return []
    rows = Branch.objects.filter(parent=parent, state=Branch.State.OPEN, child__isnull=False)
    found = [_pass_to(parent, row, at) for row in rows.order_by("child_id")]
    return [one for one in found if one is not None]


def _pass_to(parent: Dossier, row: Branch, at: datetime) -> Dossier | None:
    child = lock(row.child_id or 0)
    if not is_begun(child):
        return None
    rule = next(one for one in terms_of(parent).content.route.children if one.key == row.key)
    answers = _changed_answers(parent, child, rule)
    new, replaced = _new_files(parent, child, rule), _replaced_files(child)
    if not (answers or new or replaced):
        return None

    def prepare(dossier: Dossier, at: datetime) -> None:
        _write_answers(dossier, answers, at)
        _take_out(replaced, at)
        _write_files(dossier, new, at)

    data = {"parent": parent.code, "part": row.key, "of_revision": parent.answers_revision}
    return perform(child.pk, PASSED, actor=SYSTEM, at=at, prepare=prepare, locked=child, data=data).dossier


# ── answers ──
def _changed_answers(parent: Dossier, child: Dossier, rule: Child) -> dict[str, Any]:
    """By key, the answers that read differently than when the part last got them; None for one that is gone."""
    content = content_of(child.procedure_version_id)
    stored = parent.answers.get(revision=parent.answers_revision)
    now, before = taken_answers(rule, content, stored.answers), _last_passed(parent, child, rule)
    return {key: now.get(key) for key in sorted(now.keys() | before.keys()) if now.get(key) != before.get(key)}


def _last_passed(parent: Dossier, child: Dossier, rule: Child) -> dict[str, Any]:
    """The answers of the whole that the part has got: with its opening, or with the last supplement."""
    events = DossierEvent.objects.filter(dossier=child, name=PASSED).order_by("-seq").values_list("data", flat=True)
    last = events.first()
    if last is None:
        return dict(child.answers.order_by("revision")[0].answers)
    stored = parent.answers.get(revision=last["of_revision"])
    return taken_answers(rule, content_of(child.procedure_version_id), stored.answers)


def _write_answers(child: Dossier, changed: Mapping[str, Any], at: datetime) -> None:
    """A new revision. What the applicant is typing for the part itself, and has not sent, comes after it."""
    if not changed:
        return
    current = child.answers.get(revision=child.answers_revision)
    typed = child.answers.filter(revision=child.answers_revision + 1).first()
    if typed is not None:
        untouched = {key: value for key, value in changed.items() if typed.answers.get(key) == current.answers.get(key)}
        typed.revision, typed.answers = typed.revision + 1, _with(typed.answers, untouched)
        typed.save(update_fields=["revision", "answers"])
    child.answers_revision += 1
    Answers.objects.create(
        dossier=child, revision=child.answers_revision, answers=_with(current.answers, changed), by=current.by, at=at
    )


def _with(answers: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**answers, **changed}.items() if value is not None}


# ── papers ──
def _new_files(parent: Dossier, child: Dossier, rule: Child) -> list[PaperFile]:
    """Files of the whole that the part gets and does not have; their bytes stay where they are."""
    wanted = taken_papers(rule, content_of(child.procedure_version_id))
    had = PaperFile.objects.filter(paper__dossier=child)
    files = PaperFile.objects.filter(paper__dossier=parent, paper__key__in=wanted, removed_at=None)
    files = files.exclude(pk__in=had.exclude(taken_from=None).values("taken_from"))
    known = set(had.values_list("paper__key", "file_id"))
    rows = files.select_related("paper").order_by("paper__position", "position", "pk")
    return [one for one in rows if (one.paper.key, one.file_id) not in known]


def _replaced_files(child: Dossier) -> list[PaperFile]:
    """Files the part got from the whole, in whose place the applicant sent others."""
    rows = PaperFile.objects.filter(paper__dossier=child, removed_at=None, taken_from__removed_at__isnull=False)
    return list(rows.filter(taken_from__paper__dossier=child.parent_id))


def _take_out(files: list[PaperFile], at: datetime) -> None:
    PaperFile.objects.filter(pk__in=[one.pk for one in files]).update(removed_at=at)


def _write_files(child: Dossier, files: list[PaperFile], at: datetime) -> None:
    """The new files; a paper that got one is to be looked at and digitised anew."""
    for one in files:
        values = {"verdict": Paper.Verdict.UNSEEN, "source": one.paper.source, "digitised": one.paper.digitised}
        paper, _is_new = Paper.objects.update_or_create(
            dossier=child,
            key=one.paper.key,
            defaults=values,
            create_defaults={**values, "position": one.paper.position},
        )
        Digitisation.objects.filter(paper=paper).delete()
        PaperFile.objects.create(
            paper=paper, file_id=one.file_id, position=one.position, revision=child.answers_revision, taken_from=one,
            added_at=at,
        )  # fmt: skip
