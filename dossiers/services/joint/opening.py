"""Opening the dossier of a part, as soon as what it waits for has ended well."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from agencies.models import Role
from dossiers.models import Answers, Branch, Delivery, Dossier, Paper, PaperFile, Party
from dossiers.services import routing
from dossiers.services.joint.planning import taken_answers, taken_papers
from dossiers.services.performing import SYSTEM, perform
from dossiers.terms import terms_of
from dossiers.workflow import State
from procedures.content import Child
from procedures.services import content_of

GONE = (State.REFUSED, State.WITHDRAWN, State.STOPPED)  # its parts ended with it
COPIED = (
    "kind", "full_name", "sort_key", "folded_name", "national_id", "national_id_index", "tax_code", "birth_date", "phone",
    "email", "address", "contact_name",
)  # fmt: skip


def open_ready(parent: Dossier, at: datetime) -> list[Dossier]:
    """Open every part whose turn it is; the caller holds the lock of the citizen's dossier.

    In the order of the agencies' codes: each takes a number under the lock of its agency's sequence.
    """
    if parent.accepted_at is None or parent.state in GONE or parent.step_no < opens_at(parent):
        return []
    rows = list(parent.branches.select_related("agency", "procedure_version").order_by("agency__code", "position"))
    granted = {row.key for row in rows if row.state == Branch.State.GRANTED}
    ready = [row for row in rows if row.state == Branch.State.WAITING and set(row.after) <= granted]
    return [_open(parent, row, at) for row in ready]


def opens_at(parent: Dossier) -> int:
    """The step of the route at which its parts open."""
    return terms_of(parent).content.route.children_open_at


def _open(parent: Dossier, row: Branch, at: datetime) -> Dossier:
    child = _draft(parent, row, at)
    rule = next(one for one in terms_of(parent).content.route.children if one.key == row.key)
    _hand_in(parent, child, rule, at)

    def prepare(dossier: Dossier, at: datetime) -> None:
        dossier.step_no, dossier.step_role = 1, Role.RECEPTION

    data = {"parent": parent.code, "part": row.key}
    done = perform(child.pk, "open_part", actor=SYSTEM, at=at, prepare=prepare, data=data)
    done = routing.start_processing(child.pk, actor=SYSTEM, at=at, locked=done.dossier)
    row.child, row.state, row.opened_at = done.dossier, Branch.State.OPEN, at
    row.save(update_fields=["child", "state", "opened_at"])
    return done.dossier


def _draft(parent: Dossier, row: Branch, at: datetime) -> Dossier:
    """The row it begins with. An agency with software of its own decides there: the citizen's counter tells of it.

    One that was merged since the plan was made is followed into its successor.
    """
    agency = routing.agency_now(row.agency, timezone.localdate(at))
    counter = parent.receiving_agency if agency.own_software else agency
    return Dossier.objects.create(
        parent=parent, procedure_id=row.procedure_version.procedure_id, procedure_version=row.procedure_version,
        case_key=row.case_key, intake=parent.intake, filed_by=parent.filed_by, service_level=parent.service_level,
        applicant_id=parent.applicant_id, organisation_id=parent.organisation_id, calendar_id=parent.calendar_id,
        receiving_agency=counter, handling_agency=agency, deciding_agency=agency,
        delivery=Dossier.Delivery.ONLINE, created_at=at,
    )  # fmt: skip


def _hand_in(parent: Dossier, child: Dossier, rule: Child, at: datetime) -> None:
    """What the agency gets of what was handed in; the bytes of the files stay where they are."""
    content = content_of(child.procedure_version_id)
    stored = parent.answers.get(revision=parent.answers_revision)
    answers = taken_answers(rule, content, stored.answers)
    Answers.objects.create(dossier=child, answers=answers, by=stored.by, at=at)
    Delivery.objects.create(dossier=child)
    Party.objects.create(dossier=child, **{name: getattr(parent.party, name) for name in COPIED})
    _share_papers(parent, child, taken_papers(rule, content), at)


def _share_papers(parent: Dossier, child: Dossier, wanted: set[str], at: datetime) -> None:
    papers = {paper.pk: paper for paper in parent.papers.filter(key__in=wanted)}
    copies: dict[int, Paper] = {
        pk: Paper(dossier=child, key=one.key, position=one.position, source=one.source, digitised=one.digitised)
        for pk, one in papers.items()
    }
    Paper.objects.bulk_create(copies.values())
    files: Any = PaperFile.objects.filter(paper__in=papers, removed_at=None).order_by("position", "pk")
    PaperFile.objects.bulk_create(
        PaperFile(paper=copies[one.paper_id], file_id=one.file_id, position=one.position, taken_from=one, added_at=at)
        for one in files
    )


def is_begun(child: Dossier) -> bool:
    """A part that can still be called off."""
    return child.state in {State.PROCESSING, State.SUPPLEMENT, State.PAYMENT}
