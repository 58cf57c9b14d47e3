"""How much one user may send within 24 hours, so that nobody fills the disk. Settings may override single purposes."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

WINDOW = timedelta(hours=24)
MB = 1024 * 1024


@dataclass(frozen=True)
class Quota:
    """Most files and most megabytes of one user within 24 hours."""

    files: int = 300
    megabytes: int = 1_000


DEFAULT = Quota()
# Officers scan the papers of a whole counter; their sending is audited, not rationed like a stranger's.
PURPOSES = {"counter_scan": Quota(files=5_000, megabytes=50_000)}


def quota_of(purpose: str) -> Quota:
    """The quota in force: settings.DOCUMENT_QUOTAS {purpose: Quota}, then ours, then the default."""
    return {**PURPOSES, **getattr(settings, "DOCUMENT_QUOTAS", {})}.get(purpose, DEFAULT)
