"""Papers handed in: one file or several photographs per paper, removable and restorable, quarantined until clean."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.prepared import Prepared
from documents.kinds import IMAGES
from documents.models import StoredFile
from documents.refusals import UploadRefused
from documents.services import combine_images, store_upload
from dossiers.errors import Invalid
from dossiers.models import Digitisation, Dossier, Paper, PaperFile, Result
from dossiers.services.editing import editable
from dossiers.terms import CHANNEL
from procedures.content import Content, holds
from procedures.content import Paper as PaperRule
from procedures.services import content_of


def rules(dossier: Dossier, content: Content, case: str, answers: Mapping[str, Any], at: datetime) -> list[PaperRule]:
    """The papers this dossier needs a file for, as its answers and channel have it."""
    day, channel = timezone.localdate(at), CHANNEL[dossier.intake]
    return [
        paper
        for paper in content.papers
        if paper.is_uploaded
        and (not paper.cases or case in paper.cases)
        and (not paper.channels or channel in paper.channels)
        and holds(paper.show_if, answers, on=day)
    ]


def add(
    dossier_id: int, *, user: User, key: str, uploads: Sequence[UploadedFile], at: datetime | None = None
) -> PaperFile:
    """Check and store a file for a paper; several photographs become one PDF. Raises Invalid or documents' UploadRefused."""
    at = at or timezone.now()
    dossier = Dossier.objects.get(pk=dossier_id)
    rule = rule_of(dossier, key)
    if not uploads:
        raise Invalid({key: _("Choose a file or take a photograph.")})
    stored = _store(rule, uploads, user, at)
    with transaction.atomic():
        locked = editable(dossier_id, user=user)
        paper, _created = Paper.objects.get_or_create(
            dossier=locked, key=key, defaults={"position": position_of(locked, key)}
        )
        if not rule.many_files:
            _replaced_by(locked, paper, stored).update(removed_at=at)
        source = "scan" if user.is_officer else "upload"
        # Nobody has seen the new file.
        Paper.objects.filter(pk=paper.pk).update(
            verdict=Paper.Verdict.UNSEEN, source=source, digitised=Paper.Digitised.NONE
        )
        Digitisation.objects.filter(paper=paper).delete()  # what was digitised was another file
        return PaperFile.objects.create(
            paper=paper, file=stored, position=paper.files.count(), revision=locked.answers_revision, added_at=at
        )


def _replaced_by(dossier: Dossier, paper: Paper, stored: StoredFile) -> QuerySet[PaperFile]:
    """The files a new one takes the place of. Photographs add up: each is one more page of the same paper.

    What was sent before the officer asked for a new one is always replaced.
    """
    live = paper.files.filter(removed_at=None)
    if not stored.is_image:
        return live
    asked_at = dossier.supplements.filter(state="sent").aggregate(at=Max("sent_at"))["at"]
    pages = Q(file__extension__in=IMAGES)
    return live.exclude(pages & Q(added_at__gte=asked_at) if asked_at else pages)


def join_pages(dossier_id: int, *, user: User, at: datetime | None = None) -> int:
    """Photographs of one paper become one PDF, in their order; returns how many papers were joined.

    A paper whose pictures cannot be joined stays as it is: nothing is lost, officers see the pictures.
    """
    at = at or timezone.now()
    dossier = Dossier.objects.get(pk=dossier_id)
    joined = 0
    for rule in content_of(dossier.procedure_version_id).papers:
        live = PaperFile.objects.filter(paper__dossier=dossier, paper__key=rule.key, removed_at=None)
        pages = list(live.select_related("file").order_by("position", "pk"))
        if rule.is_uploaded and not rule.many_files and len(pages) > 1 and all(one.file.is_image for one in pages):
            joined += _join(dossier_id, rule, pages, user, at)
    return joined


def _join(dossier_id: int, rule: PaperRule, pages: list[PaperFile], user: User, at: datetime) -> bool:
    limit = rule.max_mb * 1024 * 1024
    try:
        stored = combine_images(
            [one.file for one in pages],
            room="dossiers",
            purpose=_purpose(user),
            owner=user,
            max_bytes=limit,
            at=at,
            name=f"{rule.key}.pdf",
        )
    except UploadRefused:
        return False
    with transaction.atomic():
        dossier = editable(dossier_id, user=user)
        paper = Paper.objects.get(dossier=dossier, key=rule.key)
        paper.files.filter(pk__in=[one.pk for one in pages]).update(removed_at=at)
        PaperFile.objects.create(
            paper=paper, file=stored, position=paper.files.count(), revision=dossier.answers_revision, added_at=at
        )
    return True


def _store(rule: PaperRule, uploads: Sequence[UploadedFile], user: User, at: datetime) -> StoredFile:
    limit = rule.max_mb * 1024 * 1024
    if len(uploads) == 1:
        accept = frozenset(rule.accept)
        return store_upload(
            uploads[0], room="dossiers", purpose=_purpose(user), owner=user, accept=accept, max_bytes=limit, at=at
        )
    return combine_images(
        uploads, room="dossiers", purpose=_purpose(user), owner=user, max_bytes=limit, at=at, name=f"{rule.key}.pdf"
    )


def _purpose(user: User) -> str:
    """Officers scan the papers of a whole counter: their sending has a quota of its own."""
    return "counter_scan" if user.is_officer else "paper"


def remove(
    dossier_id: int, *, user: User, file_id: str, at: datetime | None = None, restore: bool = False
) -> PaperFile:
    """Take a file out of a paper, or put it back; raises Invalid when the dossier has no such file."""
    with transaction.atomic():
        dossier = editable(dossier_id, user=user)
        found = PaperFile.objects.filter(paper__dossier=dossier, file__public_id=file_id).first()
        if found is None:
            raise Invalid({"file": _("The dossier has no such file.")})
        found.removed_at = None if restore else (at or timezone.now())
        found.save(update_fields=["removed_at"])
    return found


def missing(dossier: Dossier, content: Content, case: str, answers: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """A sentence for each paper that is compulsory and has no usable file."""
    wanted = [rule for rule in rules(dossier, content, case, answers, at) if rule.required]
    usable = {key for (key,) in _USABLE.rows(dossier=dossier.pk)} if wanted else set()
    return {
        rule.key: _("Add this paper: %(name)s.") % {"name": rule.name.vi} for rule in wanted if rule.key not in usable
    }


_USABLE = Prepared(
    lambda dossier: (
        PaperFile.objects.filter(paper__dossier=dossier, removed_at=None)
        .exclude(file__state__in=["infected", "refused", "erased"])
        .values_list("paper__key")
    ),
    dossier=int,
)


def forget_all(dossier: Dossier) -> None:
    """Give up the files of a draft that is thrown away; the sweep of documents erases them."""
    files = StoredFile.objects.filter(pk__in=PaperFile.objects.filter(paper__dossier=dossier).values("file"))
    ids = list(files.values_list("pk", flat=True))
    PaperFile.objects.filter(paper__dossier=dossier).delete()
    # A reused paper belongs to the dossier it came from, which keeps it.
    elsewhere = PaperFile.objects.filter(file__in=ids).values("file")
    results = Result.objects.filter(file__in=ids).values("file")
    lonely = StoredFile.objects.filter(pk__in=ids).exclude(pk__in=elsewhere).exclude(pk__in=results)
    lonely.update(erase_after=timezone.now())


def rule_of(dossier: Dossier, key: str) -> PaperRule:
    """The rule of an uploaded paper of this version; raises Invalid."""
    content = content_of(dossier.procedure_version_id)
    for paper in content.papers:
        if paper.key == key and paper.is_uploaded:
            return paper
    raise Invalid({key: _("The dossier has no such paper.")})


def position_of(dossier: Dossier, key: str) -> int:
    """Where the paper stands in the list of the catalogue."""
    content = content_of(dossier.procedure_version_id)
    return [paper.key for paper in content.papers].index(key)
