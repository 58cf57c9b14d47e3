"""The whole history of a dossier: who took part, what happened, the clock in words, papers made, messages; also for print."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from agencies.models import calendar_of
from dossiers import clock
from dossiers.services import clockwork
from dossiers.views.officer import history
from dossiers.views.officer.page import DossierPage

EXPLAINED = ("intake", "handling", "supplement")


def whole(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    """Everything of the part "History and clock"; `?in=1` draws it for paper."""
    dossier = page.dossier
    issued = dossier.issued_papers.select_related("file", "signed_by").order_by("seq")
    return {
        "people": people(page.events),
        "steps": history.steps(dossier, page.now),
        "ledger": history.ledger(page.ledger_rows),
        "explained": explained(page),
        "alarms": history.alarms(dossier),
        "issued": list(issued),
        "talk": list(dossier.messages.select_related("author").order_by("pk")),
        "is_print": request.GET.get("in") == "1",
        "printed_at": page.now,
    }


def people(events: list[Any]) -> list[dict[str, Any]]:
    """Who acted in which role, from when to when and how often; in the order they came in."""
    found: dict[tuple[int | None, str], dict[str, Any]] = {}
    for event in sorted(events, key=lambda one: one.seq):
        key = (event.actor_id, event.actor_role)
        name = event.actor.display_name if event.actor else _("The system")
        row = found.setdefault(
            key, {"name": name, "role": history.role_words(event.actor_role), "first": event.at, "acts": 0}
        )
        row["last"], row["acts"] = event.at, row["acts"] + 1
    return list(found.values())


def explained(page: DossierPage) -> list[dict[str, Any]]:
    """Each limit that ran, as one sentence: how long, from when, what was left out, until when."""
    entries = [clockwork.as_entry(row) for row in page.ledger_rows]
    calendar = calendar_of(page.dossier.calendar_id)
    tracks = [track for track in EXPLAINED if any(entry.track == track for entry in entries)]
    return [
        {"track": history.TRACKS[track], "sentence": clock.explain(entries, track, calendar).sentence}  # type: ignore[arg-type]
        for track in tracks
    ]
