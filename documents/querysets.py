"""Reading rules of stored files. There is no `visible_to` here: who may see a file is known by the room that links it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from documents.models import StoredFile  # noqa: F401

STORING_LIMIT = timedelta(hours=1)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    """Chainable filters."""

    def clean(self) -> "StoredFileQuerySet":
        """Files that may be opened."""
        return self.filter(state="clean")

    def waiting_for_scan(self) -> "StoredFileQuerySet":
        """Files that the scanner has not seen."""
        return self.filter(state="checking")

    def half_stored(self, at: datetime) -> "StoredFileQuerySet":
        """Rows whose bytes never arrived: the process died between row and file."""
        return self.filter(state="storing", created_at__lt=at - STORING_LIMIT)

    def due_for_erasure(self, at: datetime) -> "StoredFileQuerySet":
        """Files whose time of keeping is over."""
        return self.filter(erase_after__lte=at).exclude(state="erased")

    def sent_since(self, owner_id: int, since: datetime) -> "StoredFileQuerySet":
        """What one user sent from `since` on; counted for the quota, whatever became of the files."""
        return self.filter(owner_id=owner_id, created_at__gte=since)
