"""The citizen's document store: signed results and papers of their dossiers, to be read again and reused.

Reusing links the same stored bytes to another dossier and remembers where they came from (Circular 01/2023/TT-VPCP: what
the administration holds is not asked for twice).
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from documents.models import StoredFile
from dossiers.errors import Invalid
from dossiers.models import Dossier, Paper, PaperFile, Result
from dossiers.querysets import DossierQuerySet
from dossiers.services import uploads
from dossiers.services.editing import editable, is_prepared
from procedures.content import Paper as PaperRule
from procedures.services import content_of

MOST = 200  # newest first; more than anybody has


@dataclass(frozen=True)
class Item:
    """One document: a signed result, or a paper handed in. `at` is when it was issued or sent."""

    file: StoredFile
    dossier: Dossier
    at: datetime
    result: Result | None = None
    paper: PaperFile | None = None

    @property
    def is_result(self) -> bool:
        """Signed by the agency, not sent by the citizen."""
        return self.result is not None


def items(user: User, *, organisation: Organisation | None = None, everything: bool = False) -> list[Item]:
    """The documents of the user's own dossiers (or of those filed for `organisation`), newest first.

    `everything`: own and organisations' together, with results that were revoked or ran out, for reading; what is reused
    stays with the same applicant and holds today.
    """
    dossiers = Dossier.objects.of_applicant(user).filed()
    if not everything:
        dossiers = dossiers.filter(organisation=organisation)
    found = [*_results(dossiers, None if everything else timezone.localdate()), *_papers(dossiers)]
    return sorted(found, key=lambda item: item.at, reverse=True)[:MOST]


def _results(dossiers: DossierQuerySet, holding_on: date | None) -> list[Item]:
    rows = Result.objects.filter(dossier__in=dossiers, file__state="clean").exclude(issued_at=None)
    rows = rows.holding_on(holding_on) if holding_on else rows
    rows = rows.select_related("file", "dossier__procedure", "dossier__deciding_agency").order_by("-issued_at")
    return [Item(row.file, row.dossier, row.issued_at, result=row) for row in rows[:MOST] if row.file and row.issued_at]


def _papers(dossiers: DossierQuerySet) -> list[Item]:
    rows = PaperFile.objects.filter(paper__dossier__in=dossiers, removed_at=None, file__state="clean")
    rows = rows.filter(taken_from=None, from_result=None, file__erase_after=None)
    rows = rows.select_related("file", "paper__dossier__procedure").order_by("-added_at")
    return [Item(row.file, row.paper.dossier, row.added_at, paper=row) for row in rows[:MOST]]


def fitting(user: User, dossier: Dossier, rule: PaperRule) -> list[Item]:
    """What may be reused for this paper: of the same applicant, of a kind and size the paper accepts, not there yet."""
    there = set(PaperFile.objects.filter(paper__dossier=dossier, removed_at=None).values_list("file", flat=True))
    limit = rule.max_mb * 1024 * 1024
    return [
        item
        for item in items(user, organisation=dossier.organisation)
        if item.dossier.pk != dossier.pk
        and item.file.pk not in there
        and item.file.extension in rule.accept
        and item.file.size <= limit
    ]


def reuse(dossier_id: int, *, user: User, key: str, file_id: UUID, at: datetime | None = None) -> PaperFile:
    """Hand in a document of the store for a paper; no byte is copied. Raises Invalid for anything that is not theirs."""
    at = at or timezone.now()
    with transaction.atomic():
        dossier = editable(dossier_id, user=user)
        rule = uploads.rule_of(dossier, key)
        item = next((one for one in fitting(user, dossier, rule) if one.file.public_id == file_id), None)
        if item is None or is_prepared(dossier):
            raise Invalid({key: _("Choose a document of the list.")})
        paper, _created = Paper.objects.get_or_create(
            dossier=dossier, key=key, defaults={"position": _position(dossier, key)}
        )
        if not rule.many_files:
            paper.files.filter(removed_at=None).update(removed_at=at)
        flag = Paper.Digitised.RESULT if item.is_result else Paper.Digitised.DOSSIER
        Paper.objects.filter(pk=paper.pk).update(verdict=Paper.Verdict.UNSEEN, source="reused", digitised=flag)
        return _link(paper, item, dossier.answers_revision, at)


def _link(paper: Paper, item: Item, revision: int, at: datetime) -> PaperFile:
    row, _created = PaperFile.objects.update_or_create(
        paper=paper,
        file=item.file,
        defaults={
            "position": paper.files.count(),
            "revision": revision,
            "added_at": at,
            "removed_at": None,
            "taken_from": item.paper,
            "from_result": item.result,
        },
    )
    return row


def _position(dossier: Dossier, key: str) -> int:
    return [paper.key for paper in content_of(dossier.procedure_version_id).papers].index(key)
