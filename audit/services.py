"""Writing of the access log."""

from collections.abc import Mapping
from typing import Any

from audit.models import Access
from common.writing import inserted, write


def record(
    action: str,
    *,
    actor_id: int | None,
    subject_type: str,
    subject_id: int,
    agency_code: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Note that `actor_id` did `action` (dossier.viewed, file.downloaded…) to a subject; `data` holds ids and codes only."""
    row = Access(
        action=action,
        actor_id=actor_id,
        subject_type=subject_type,
        subject_id=subject_id,
        agency_code=agency_code,
        data=dict(data or {}),
    )
    write(inserted([row]))


def was_viewed(actor_id: int, subject_type: str, subject_id: int) -> bool:
    """Whether this person has looked at the subject before."""
    looks = Access.objects.filter(subject_type=subject_type, subject_id=subject_id, actor=actor_id)
    return looks.filter(action=f"{subject_type}.viewed").exists()
