"""What the citizen would read if an act were carried out now: the act is done for real and rolled back.

So the due date in the text is the one the act would set, and nothing can differ from what is sent later.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from agencies.models import calendar_of
from common.outbox import News
from dossiers import clock, notices
from dossiers.models import Dossier, DossierEvent
from dossiers.services import issuing, paper_contexts, paper_forms
from dossiers.services.performing import rehearsal
from dossiers.terms import terms_of
from dossiers.workflow import acts
from notifications.sms_text import unaccent

_ACTS = acts()
REQUESTED = "dossier.supplement_requested"


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


def letter_of(dossier: Dossier, name: str, also: str = "") -> Letter | None:
    """The notice of news that needs no act to be worded, as it would go out now; `also`: a text that goes with it."""
    letter = _told(dossier.pk, News(0, name, "dossier", dossier.pk, "", None, {}, timezone.now()), kind="")
    return replace(letter, lines=(*letter.lines, also)) if letter and also else letter


def proposed(dossier: Dossier, run: Callable[[], Any]) -> list[Letter]:
    """What a proposed request for a supplement would tell the applicant, were it sent today; changes nothing."""
    with transaction.atomic(), rehearsal():
        _propose(dossier, run)
        news = News(0, REQUESTED, "dossier", dossier.pk, "", None, {}, timezone.now())
        letter = _told(dossier.pk, news, kind="supplement")
        transaction.set_rollback(True)
    return [letter] if letter else []


def paper(
    dossier: Dossier, run: Callable[[], Any], form: str, *, is_proposal: bool = False
) -> paper_contexts.Sheet | None:
    """The form `run` would produce (`form`: its kind), ready to be rendered; None where the law of today knows no such form.

    Raises what the service raises, changes nothing.
    """
    with transaction.atomic(), rehearsal():
        _propose(dossier, run) if is_proposal else run()
        fresh = Dossier.objects.select_related("receiving_agency", "deciding_agency", "party").get(pk=dossier.pk)
        with_form = [event for event in _events_since(dossier) if is_proposal or _ACTS[event.name].form == form]
        making = issuing.unsaved(fresh, with_form[-1], form)
        sheet = paper_contexts.form_sheet(making) if making else None
        transaction.set_rollback(True)
    return sheet


def _propose(dossier: Dossier, run: Callable[[], Any]) -> None:
    """The act, and the citizen's limit as if the request went out at once (only inside a transaction that is undone)."""
    run()
    limit, calendar = terms_of(dossier).answer_limit, calendar_of(dossier.calendar_id)
    Dossier.objects.filter(pk=dossier.pk).update(answer_by=clock.due_at(limit, timezone.now(), calendar))


def _events_since(dossier: Dossier) -> list[DossierEvent]:
    found = DossierEvent.objects.filter(dossier=dossier, seq__gt=dossier.version)
    return list(found.select_related("actor").order_by("seq"))


def _letter(event: DossierEvent) -> Letter | None:
    act = _ACTS[event.name]
    news = News(
        0, act.news, "dossier", event.dossier_id, event.agency_code, event.actor_id, {"seq": event.seq}, event.at
    )
    return _told(event.dossier_id, news, kind=act.form)


def _told(dossier_id: int, news: News, *, kind: str) -> Letter | None:
    changed = notices.load(dossier_id)
    language = notices.language_of(changed)
    with override(language):
        notice = notices.words(changed, news)
        if notice is None:
            return None
        short = unaccent(notices.short_text(changed, notice))
        form = paper_forms.form_on(kind, timezone.localdate(news.at)) if kind else None
        return Letter(short, notice.heading, notice.lines, form.number if form else "", language)
