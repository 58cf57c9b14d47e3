"""What the citizen would read if an act were carried out now: the act is done for real and rolled back.

So the due date in the text is the one the act would set, and nothing can differ from what is sent later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import override

from common.outbox import News
from dossiers import notices
from dossiers.models import Dossier, DossierEvent
from dossiers.services.performing import rehearsal
from dossiers.workflow import acts
from notifications.sms_text import unaccent

_ACTS = acts()


@dataclass(frozen=True)
class Letter:
    """One notice as it would go out: SMS line, heading and sentences of the e-mail, number of a form, language."""

    short: str
    heading: str
    lines: tuple[str, ...]
    form: str = ""
    language: str = "vi"


def preview(dossier: Dossier, run: Callable[[], Any]) -> list[Letter]:
    """The letters `run` (a service call on this dossier) would cause; raises what the service raises, changes nothing."""
    with transaction.atomic(), rehearsal():
        run()
        letters = [letter for event in _events_since(dossier) if (letter := _letter(event)) is not None]
        transaction.set_rollback(True)
    return letters


def _events_since(dossier: Dossier) -> list[DossierEvent]:
    return list(DossierEvent.objects.filter(dossier=dossier, seq__gt=dossier.version).order_by("seq"))


def _letter(event: DossierEvent) -> Letter | None:
    act = _ACTS[event.name]
    news = News(
        0, act.news, "dossier", event.dossier_id, event.agency_code, event.actor_id, {"seq": event.seq}, event.at
    )
    changed = notices.load(event.dossier_id)
    language = notices.language_of(changed)
    with override(language):
        notice = notices.words(changed, news)
        if notice is None:
            return None
        short = unaccent(notices.short_text(changed, notice))
        return Letter(short, notice.heading, notice.lines, act.form, language)
