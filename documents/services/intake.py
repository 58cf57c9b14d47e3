"""Receiving files: from people (checked, then scanned by a job) and from our own printing office."""

import hashlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from common import jobs
from documents import checks, kinds, names, quotas
from documents.checks.verdicts import Verdict
from documents.models import Retention, StoredFile
from documents.refusals import UploadRefused

logger = logging.getLogger(__name__)
MB = 1024 * 1024
MAX_PICTURES = 30
SCAN_JOB = "documents.scan"


@dataclass(frozen=True)
class _Candidate:
    """A checked file in the temporary folder, on its way into the storage."""

    path: Path
    name: str
    kind: str
    verdict: Verdict


@dataclass(frozen=True)
class _Filing:
    """Whose file it is, what for, since when."""

    room: str
    purpose: str
    owner: Any
    at: datetime
    retention: str


def store_upload(
    uploaded_file: UploadedFile,
    *,
    room: str,
    purpose: str,
    owner: AbstractBaseUser | None,
    accept: set[str] | frozenset[str],
    max_bytes: int,
    at: datetime,
    retention: str = Retention.DOSSIER,
) -> StoredFile:
    """Check one uploaded file and store it in state "checking"; a durable job scans it for viruses.

    `accept` holds kinds out of pdf, jpg, png, docx, xlsx. Raises UploadRefused with a sentence for the person.
    """
    name = names.clean_name(uploaded_file.name or "")
    kind = _kind(name, accept)
    _check_size(uploaded_file.size or 0, max_bytes)
    with _folder() as folder:
        path = _copy(uploaded_file, folder / "in")
        verdict = _checked(path, kind, folder / "out")
        final = folder / "out" if kind in kinds.IMAGES else path
        candidate = _Candidate(final, names.ending_as(name, kind, kinds.KINDS[kind].endings), kind, verdict)
        return _store(candidate, _Filing(room, purpose, owner, at, retention))


def combine_images(
    pictures: Sequence[UploadedFile | StoredFile],
    *,
    room: str,
    purpose: str,
    owner: AbstractBaseUser | None,
    max_bytes: int,
    at: datetime,
    name: str,
    retention: str = Retention.DOSSIER,
) -> StoredFile:
    """Several photographs (uploads, or stored pictures not found bad) become one PDF of A4 pages, in their order.

    Stored like an upload: state "checking", scanned by the job. Raises UploadRefused.
    """
    if not pictures:
        raise UploadRefused("no_pictures")
    if len(pictures) > MAX_PICTURES:
        raise UploadRefused("too_many_pictures", limit=MAX_PICTURES)
    with _folder() as folder:
        pairs = [_picture(picture, folder / str(index), max_bytes) for index, picture in enumerate(pictures)]
        verdict = checks.combine(pairs, folder / "out.pdf")
        _raise_refusal(verdict, "pdf")
        _check_size((folder / "out.pdf").stat().st_size, max_bytes)
        title = names.ending_as(names.clean_name(name), "pdf", ("pdf",))
        candidate = _Candidate(folder / "out.pdf", title, "pdf", verdict)
        return _store(candidate, _Filing(room, purpose, owner, at, retention))


def store_bytes(
    data: bytes,
    *,
    room: str,
    purpose: str,
    name: str,
    owner: AbstractBaseUser | None,
    at: datetime,
    kind: str = "pdf",
    pages: int = 0,
    retention: str = Retention.DOSSIER,
) -> StoredFile:
    """Store a paper that this system made itself: clean at once, no scan, no quota. Raises UploadRefused("cannot_store")."""
    with _folder() as folder:
        (folder / "own").write_bytes(data)
        candidate = _Candidate(folder / "own", names.clean_name(name), kind, Verdict(pages=pages))
        row = _row(candidate, _Filing(room, purpose, owner, at, retention))
        return _write(row, candidate, StoredFile.State.CLEAN)


def _kind(name: str, accept: set[str] | frozenset[str]) -> str:
    kind = kinds.kind_of_name(name)
    if kind is None and name.lower().endswith((".heic", ".heif")):
        raise UploadRefused("heic")
    if kind is None or kind not in accept:
        raise UploadRefused("wrong_type", accepted=", ".join(sorted(one.upper() for one in accept)))
    return kind


def _check_size(size: int, max_bytes: int) -> None:
    if not size:
        raise UploadRefused("empty")
    if size > max_bytes:
        raise UploadRefused("too_large", size=f"{size / MB:.1f}".replace(".", ","), limit=max_bytes // MB)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is gone afterwards; a full disk is told to the person, not shown as a fault."""
    try:
        with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
            yield Path(folder)
    except OSError as error:
        logger.error("documents.cannot_store errno=%s", error.errno)
        raise UploadRefused("cannot_store") from None


def _copy(uploaded_file: UploadedFile, path: Path) -> Path:
    with path.open("wb") as target:
        for chunk in uploaded_file.chunks():
            target.write(chunk)
    return path


def _checked(path: Path, kind: str, output: Path) -> Verdict:
    """First bytes here, the structure in the checking process; raises UploadRefused."""
    with path.open("rb") as stream:
        head = stream.read(kinds.SNIFF_BYTES)
    if kind in kinds.OFFICE and head.startswith(kinds.OLE_MAGIC):
        raise UploadRefused("office_locked")
    if not kinds.agrees(kind, head):
        raise UploadRefused("content_differs", ending=kind.upper())
    verdict = checks.check(path, kind, output)
    _raise_refusal(verdict, kind)
    return verdict


def _raise_refusal(verdict: Verdict, kind: str) -> None:
    if verdict.refused == "content_differs":
        raise UploadRefused("content_differs", ending=kind.upper())
    if verdict.refused:
        raise UploadRefused(verdict.refused)


def _picture(picture: UploadedFile | StoredFile, path: Path, max_bytes: int) -> tuple[Path, str]:
    """One picture in the temporary folder, with its kind."""
    if isinstance(picture, StoredFile):
        if picture.state not in {StoredFile.State.CLEAN, StoredFile.State.CHECKING} or not picture.is_image:
            raise UploadRefused("not_a_picture")
        with default_storage.open(picture.storage_name) as stored:
            path.write_bytes(stored.read())
        return path, picture.extension
    kind = kinds.kind_of_name(names.clean_name(picture.name or ""))
    if kind not in kinds.IMAGES:
        raise UploadRefused("not_a_picture")
    _check_size(picture.size or 0, max_bytes)
    _copy(picture, path)
    if not kinds.agrees(kind, path.read_bytes()[: kinds.SNIFF_BYTES]):
        raise UploadRefused("content_differs", ending=kind.upper())
    return path, kind


def _store(candidate: _Candidate, filing: _Filing) -> StoredFile:
    with transaction.atomic():
        if filing.owner is not None:
            _hold_to_quota(filing, candidate.path.stat().st_size)
        row = _row(candidate, filing)
    return _write(row, candidate, StoredFile.State.CHECKING)


def _hold_to_quota(filing: _Filing, size: int) -> None:
    """Count under a lock per user, so that many uploads at once cannot slip past together; raises UploadRefused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.quota'), %s)", [filing.owner.pk % 2**31])
    quota = quotas.quota_of(filing.purpose)
    since = filing.at - quotas.WINDOW
    sent = StoredFile.objects.sent_since(filing.owner.pk, since).filter(purpose=filing.purpose)
    if sent.count() >= quota.files:
        raise UploadRefused("quota_files", count=quota.files)
    if (sent.aggregate(sum=Sum("size"))["sum"] or 0) + size > quota.megabytes * MB:
        raise UploadRefused("quota_bytes", limit=quota.megabytes)


def _row(candidate: _Candidate, filing: _Filing) -> StoredFile:
    """The row that stands before the bytes do: a file without a row cannot come to be."""
    public_id = uuid4()
    with candidate.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return StoredFile.objects.create(
        public_id=public_id,
        room=filing.room,
        purpose=filing.purpose,
        original_name=candidate.name,
        extension=candidate.kind,
        size=candidate.path.stat().st_size,
        sha256=digest,
        pages=candidate.verdict.pages,
        warning=candidate.verdict.warning,
        owner=filing.owner,
        created_at=filing.at,
        storage_name=f"{filing.room}/{timezone.localtime(filing.at):%Y/%m}/{public_id}",
        retention=filing.retention,
    )


def _write(row: StoredFile, candidate: _Candidate, state: str) -> StoredFile:
    """Bytes into the storage, then the state; without room for the bytes the row goes again."""
    try:
        with candidate.path.open("rb") as stream:
            stored_as = default_storage.save(row.storage_name, File(stream))
        if stored_as != row.storage_name:
            raise OSError(f"the storage renamed a file of room {row.room}")
    except OSError:
        row.delete()
        raise
    with transaction.atomic():
        row.state = state
        row.save(update_fields=["state"])
        if state == StoredFile.State.CHECKING:
            jobs.enqueue(SCAN_JOB, key=f"{SCAN_JOB}:{row.pk}", payload={"file": row.pk})
    return row
