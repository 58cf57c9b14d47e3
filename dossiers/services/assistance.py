"""Who assisted whom: shown with the dossier ("được hỗ trợ bởi") and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone

from dossiers.models import Dossier, Preparation
from dossiers.workflow import State


@dataclass(frozen=True)
class Assisted:
    """One officer at one counter: dossiers confirmed by the citizen, and typed at the counter."""

    officer: str
    agency: str
    assisted: int
    typed: int


def assisted_by(dossier: Dossier) -> str:
    """The officer who prepared the dossier with the citizen; empty for what was filed alone (no statement then)."""
    if dossier.filed_by == Dossier.FiledBy.SELF:
        return ""
    found = Preparation.objects.filter(dossier=dossier).select_related("officer").first()
    return found.officer.display_name if found else ""


def counted(agencies: Sequence[int], *, at: datetime) -> list[Assisted]:
    """Dossiers filed with the help of each officer of these counters, begun in this month; drafts are not counted."""
    first = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Preparation.objects.filter(agency__in=agencies, began_at__gte=first).exclude(dossier__state=State.DRAFT)
    grouped = rows.values("officer__full_name", "agency__name_vi").order_by("agency__name_vi", "officer__full_name")
    found = grouped.annotate(
        assisted=Count("pk", filter=Q(dossier__filed_by=Dossier.FiledBy.ASSISTED)),
        typed=Count("pk", filter=Q(dossier__filed_by=Dossier.FiledBy.TYPED)),
    )
    return [Assisted(row["officer__full_name"], row["agency__name_vi"], row["assisted"], row["typed"]) for row in found]
