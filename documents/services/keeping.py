"""Keeping and erasing: retention, bytes without a row, rows without bytes."""

import logging
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from common import jobs
from documents.models import StoredFile
from documents.services.intake import SCAN_JOB

logger = logging.getLogger(__name__)
ORPHAN_AGE = timedelta(hours=24)
BATCH = 500


def keep_until(file_id: int, erase_after: datetime | None, *, retention: str | None = None) -> None:
    """Set when a file is erased (None: not yet known) and, if given, its class of retention."""
    values: dict[str, object] = {"erase_after": erase_after}
    if retention:
        values["retention"] = retention
    StoredFile.objects.filter(pk=file_id).update(**values)


def erase(file_id: int) -> None:
    """Erase the bytes and the name; the row stays with its digest as evidence. Doing it again does nothing."""
    with transaction.atomic():
        file = StoredFile.objects.select_for_update().get(pk=file_id)
        if file.state in {StoredFile.State.ERASED, StoredFile.State.STORING}:
            return
        default_storage.delete(file.storage_name)
        file.state, file.original_name = StoredFile.State.ERASED, f"{file.public_id}.{file.extension}"
        file.save(update_fields=["state", "original_name"])


def sweep(*, at: datetime) -> dict[str, int]:
    """What beat runs every night: finish off half-stored rows, bytes without a row, due erasures, forgotten scans."""
    return {
        "half_stored": _drop_half_stored(at),
        "orphans": sum(_drop_orphans(folder, at) for folder in _recent_folders(at)),
        "erased": _erase_due(at),
        "rescanned": _remind_scans(),
    }


def _drop_half_stored(at: datetime) -> int:
    rows = list(StoredFile.objects.half_stored(at)[:BATCH])
    for row in rows:
        default_storage.delete(row.storage_name)
        row.delete()
    return len(rows)


def _recent_folders(at: datetime) -> list[str]:
    """`<room>/<yyyy>/<mm>` of this month and the last, for every room that has files."""
    first = timezone.localtime(at).replace(day=1)
    months = [f"{moment:%Y/%m}" for moment in (first, first - timedelta(days=1))]
    rooms = StoredFile.objects.order_by("room").values_list("room", flat=True).distinct()
    return [f"{room}/{month}" for room in rooms for month in months]


def _drop_orphans(folder: str, at: datetime) -> int:
    """Files older than a day that no row names (a transaction was rolled back after its bytes were written)."""
    try:
        stored = {f"{folder}/{name}" for name in default_storage.listdir(folder)[1]}
    except FileNotFoundError:
        return 0
    known = set(StoredFile.objects.filter(storage_name__startswith=f"{folder}/").values_list("storage_name", flat=True))
    dropped = 0
    for name in sorted(stored - known):
        if default_storage.get_modified_time(name) < at - ORPHAN_AGE:
            default_storage.delete(name)
            dropped += 1
    if dropped:
        logger.warning("documents.orphans_dropped folder=%s count=%s", folder, dropped)
    return dropped


def _erase_due(at: datetime) -> int:
    due = list(StoredFile.objects.due_for_erasure(at).values_list("pk", flat=True)[:BATCH])
    for file_id in due:
        erase(file_id)
    return len(due)


def _remind_scans() -> int:
    """Every waiting file has a job; one whose row was lost or restored from a backup gets a new one."""
    waiting = StoredFile.objects.waiting_for_scan().values_list("pk", flat=True)[:BATCH]
    return sum(jobs.enqueue(SCAN_JOB, key=f"{SCAN_JOB}:{file_id}", payload={"file": file_id}) for file_id in waiting)
