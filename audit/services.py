"""Writing of the access log."""

from collections.abc import Iterable, Mapping
from typing import Any

from audit.models import Access
from common.writing import Part, inserted, new_row, write


def record(
    action: str,
    *,
    actor_id: int | None,
    subject_type: str,
    subject_id: int,
    agency_code: str = "",
    data: Mapping[str, Any] | None = None,
    beside: Iterable[Part] = (),
) -> None:
    """Note that `actor_id` did `action` (dossier.viewed, file.downloaded…) to a subject; `data` holds ids and codes only.

    `beside`: what the room writes of the same access, in the same statement.
    """
    noting = noted(
        action,
        actor_id=actor_id,
        subject_type=subject_type,
        subject_id=subject_id,
        agency_code=agency_code,
        data=data,
    )
    write([*noting, *beside])


def noted(
    action: str,
    *,
    actor_id: int | None,
    subject_type: str,
    subject_id: int,
    agency_code: str = "",
    data: Mapping[str, Any] | None = None,
) -> list[Part]:
    """What `record` writes, for a room that sends it to the database together with something else."""
    row = new_row(
        Access,
        action=action,
        actor_id=actor_id,
        subject_type=subject_type,
        subject_id=subject_id,
        agency_code=agency_code,
        data=dict(data or {}),
    )
    return inserted([row])
