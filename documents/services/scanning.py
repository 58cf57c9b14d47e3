"""The virus scan: outside any transaction, settled under a row lock, as often as it takes until the scanner has answered."""

import logging
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from common import outbox
from common.gateways import GatewayError
from documents import gateways
from documents.gateways import ScanResult
from documents.models import StoredFile

logger = logging.getLogger(__name__)
INFECTED_KEPT = timedelta(days=30)  # put aside for those who look into it, then erased
UNSCANNED = "unscanned"
# Words of the scanner that tell of its limits, not of a virus.
_LIMITS = {"Heuristics.Limits.": "too_complex", "Heuristics.Encrypted.": "pdf_locked"}


def scan(file_id: int, *, at: datetime) -> StoredFile:
    """Scan one file and store the outcome; does nothing more for a file that already has one.

    Raises GatewayError (not permanent) while the scanner is away: the file stays "checking".
    """
    result = examine(file_id)
    return settle_scan(file_id, result, at=at)


def examine(file_id: int) -> ScanResult | None:
    """Ask the scanner, with no transaction open; None when the file is not waiting or there is no scanner in demo mode.

    Raises GatewayError: not permanent while the scanner is away, permanent when it can never scan this file.
    """
    file = StoredFile.objects.get(pk=file_id)
    if file.state != StoredFile.State.CHECKING:
        return None
    scanner = gateways.scanner()
    if scanner is None:
        if settings.MODE == "production":
            raise GatewayError("scanner_missing", permanent=False)
        return None
    with default_storage.open(file.storage_name) as stream:
        return scanner.scan(cast("BinaryIO", stream))


def settle_scan(file_id: int, result: ScanResult | None, *, at: datetime, refused: str = "") -> StoredFile:
    """Store the outcome once and tell it; `refused` is the code for a file that cannot be scanned."""
    with transaction.atomic():
        file = StoredFile.objects.select_for_update().get(pk=file_id)
        if file.state != StoredFile.State.CHECKING:
            return file
        file.state, file.reason = _outcome(result, refused)
        file.scanned_at = at
        if file.state != StoredFile.State.CLEAN:
            file.erase_after = at + INFECTED_KEPT
        file.save(update_fields=["state", "reason", "scanned_at", "erase_after"])
        _tell(file)
    return file


def _outcome(result: ScanResult | None, refused: str) -> tuple[str, str]:
    if refused:
        return StoredFile.State.REFUSED, refused
    if result is None:
        return StoredFile.State.CLEAN, UNSCANNED
    if result.is_clean:
        return StoredFile.State.CLEAN, ""
    for prefix, code in _LIMITS.items():
        if result.signature.startswith(prefix):
            return StoredFile.State.REFUSED, code
    return StoredFile.State.INFECTED, "infected"


def _tell(file: StoredFile) -> None:
    name = "documents.file_checked" if file.is_clean else "documents.file_infected"
    if not file.is_clean:
        logger.warning("%s file=%s reason=%s", name, file.pk, file.reason)
    outbox.publish(
        name,
        subject_type="documents.StoredFile",
        subject_id=file.pk,
        data={"room": file.room, "purpose": file.purpose, "state": file.state, "reason": file.reason},
    )
