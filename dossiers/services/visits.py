"""A visit at the counter: everything one person begins and hands in, its slips and its money together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from documents.models import StoredFile
from documents.services import joined
from dossiers.errors import Invalid
from dossiers.models import Dossier, IssuedPaper, Visit
from dossiers.services import counter, issuing

MOST = 30  # dossiers of one visit


@dataclass(frozen=True)
class Work:
    """What a visit holds: drafts that are still open, and what was received since it began (oldest first)."""

    visit: Visit
    drafts: Sequence[Dossier]
    received: Sequence[Dossier]


def work_of(visit: Visit, *, officer: User) -> Work:
    """The drafts begun for the visitor at this officer's counters, and what was received for them in this visit."""
    if visit.person_id is None:
        return Work(visit, (), ())
    drafts = Dossier.objects.prepared_at_counter_of(officer).filter(applicant=visit.person_id)
    since = Q(created_at__gte=visit.began_at) | Q(filed_at__gte=visit.began_at)
    received = Dossier.objects.visible_to_officer(officer).filter(
        since, applicant=visit.person_id, preparation__agency__in=counter.counters_of(officer)
    )
    related = ("procedure", "party", "receiving_agency")
    return Work(
        visit,
        list(drafts.select_related("procedure", "applicant").order_by("-updated_at")[:MOST]),
        list(received.select_related(*related).order_by("filed_at", "pk")[:MOST]),
    )


def visit_for(dossier: Dossier, *, officer: User, at: datetime | None = None) -> Visit | None:
    """The running visit of this officer in which the applicant of the dossier stands there."""
    rows = Visit.objects.filter(officer=officer, person=dossier.applicant_id, expires_at__gt=at or timezone.now())
    return rows.order_by("-began_at").first() if dossier.applicant_id else None


def go_on(visit: Visit, *, at: datetime | None = None) -> None:
    """The visitor is still there: the half hour begins again."""
    visit.expires_at = (at or timezone.now()) + counter.VISIT_LASTS
    Visit.objects.filter(pk=visit.pk, expires_at__lt=visit.expires_at).update(expires_at=visit.expires_at)


def slips(work: Work, size: str = IssuedPaper.Size.A5) -> bytes:
    """Form 01 of every dossier received in the visit, one after the other, in one PDF.

    Raises Invalid when nothing was received yet, RenderFailed when one cannot be drawn.
    """
    files = [file for dossier in work.received if (file := slip(dossier, size)) is not None]
    if not files:
        raise Invalid({"": _("Nothing has been received in this visit yet.")})
    return joined(files)


def slip(dossier: Dossier, size: str) -> StoredFile | None:
    """Form 01 of a received dossier in a size: drawn once, every further print is the same bytes."""
    event = dossier.events.filter(name__in=("receive", "receive_at_counter")).select_related("actor").last()
    paper = issuing.note(dossier, event, "receipt") if event else None
    return issuing.printed(paper, size) if paper else None
