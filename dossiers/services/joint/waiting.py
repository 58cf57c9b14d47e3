"""Going on without the parts that are open."""

from datetime import datetime
from typing import Any

from accounts.models import User
from dossiers.models import Branch, Dossier
from dossiers.services import routing
from dossiers.services.performing import Done, actor_of, perform


def go_on_without(
    dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """4 → 4: whoever has the dossier goes on without the parts that are open; the reason stays in the history.

    What is begun at another agency goes on there and reaches the citizen later; what can never begin, because a part
    before it ended badly, is dropped. Raises Denied for who does not have the dossier.
    """
    actor = actor_of(user)
    data: dict[str, Any] = {}

    def prepare(dossier: Dossier, at: datetime) -> None:
        routing.at_own_step(dossier, actor)
        rows = list(dossier.branches.select_for_update(of=("self",)).order_by("pk"))
        data["parts"] = [row.key for row in rows if row.is_awaited and row.is_open]
        for row in rows:
            _given_up(row, rows, at)

    return perform(
        dossier_id,
        "go_on_without_parts",
        actor=actor,
        version=version,
        at=at,
        reason=reason,
        prepare=prepare,
        data=data,
    )


def _given_up(row: Branch, rows: list[Branch], at: datetime) -> None:
    if not row.is_open:
        return
    row.is_awaited = False
    if row.state == Branch.State.WAITING and can_never_begin(row, rows):
        row.state, row.ended_at = Branch.State.DROPPED, at
    row.save(update_fields=["is_awaited", "state", "ended_at"])


def can_never_begin(row: Branch, rows: list[Branch]) -> bool:
    """A part before it, or before that one, ended otherwise than well."""
    by_key = {one.key: one for one in rows}
    before = [by_key[key] for key in row.after]
    return any(
        not (one.is_open or one.state == Branch.State.GRANTED) or (one.is_open and can_never_begin(one, rows))
        for one in before
    )
