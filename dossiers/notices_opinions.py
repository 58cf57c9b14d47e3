"""Whom an opinion is told: the agency that is asked, then whoever asked. Officers only; no text of either goes along."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.models import User
from agencies.models import Role
from agencies.standing import holders
from common.outbox import News
from dossiers import notices
from dossiers.models import Consultation
from notifications.models import Message
from notifications.services import About, Text, public_address, queue

ASKED, GIVEN = "dossier.opinion_asked", "dossier.opinion_given"
RECALLED, SILENCE = "dossier.opinion_recalled", "dossier.opinion_by_silence"
_WORDS: dict[str, tuple[str, str]] = {
    ASKED: (
        gettext_noop("Your agency is asked for an opinion"),
        gettext_noop("%(asker)s asks %(agency)s for an opinion on dossier %(code)s, until %(due)s."),
    ),
    GIVEN: (
        gettext_noop("An opinion was given"),
        gettext_noop("%(agency)s has given its opinion on dossier %(code)s. Read it on the page of the dossier."),
    ),
    RECALLED: (
        gettext_noop("An opinion is no longer asked for"),
        gettext_noop(
            "%(asker)s goes on with dossier %(code)s without the opinion of %(agency)s. Nothing is to be done."
        ),
    ),
    SILENCE: (
        gettext_noop("Silence counts as agreement"),
        gettext_noop("%(agency)s did not answer before %(due)s on dossier %(code)s: by %(law)s it agrees."),
    ),
}


def opinion_news() -> tuple[str, ...]:
    """The names of the news that are told."""
    return tuple(_WORDS)


def tell_opinion(news: News) -> None:
    """Reaction: tell each person concerned once; whoever reads the news late tells nothing that is over."""
    field = "seq" if news.name == ASKED else "ended_seq"
    found = Consultation.objects.filter(dossier=news.subject_id, **{field: news.data["seq"]})
    for asked in found.select_related("dossier__assignee", "agency", "asked_from", "asked_by"):
        if news.name == ASKED and not asked.is_open:
            continue
        for person in _concerned(asked, news):
            with override(person.language):
                _tell(asked, person, news)


def _concerned(asked: Consultation, news: News) -> list[User]:
    day = timezone.localdate(news.at)
    if news.name in {ASKED, RECALLED}:
        return next((people for role in (Role.HEAD, Role.LEADER, Role.SPECIALIST)
                     if (people := holders(role, asked.agency_id, day))), [])  # fmt: skip
    return list(dict.fromkeys(filter(None, (asked.asked_by, asked.dossier.assignee))))


def _tell(asked: Consultation, person: User, news: News) -> None:
    heading, line = (_(words) for words in _WORDS[news.name])
    line %= _facts(asked, person.language)
    common: dict[str, Any] = {
        "kind": news.name,
        "recipient_id": person.pk,
        "language": person.language,
        "about": About("consultation", asked.pk, news.agency_code),  # not among what the applicant was sent
    }
    key = news.key(f"opinion:{asked.pk}:{person.pk}")
    queue(key=f"{key}:site", channel=Message.Channel.SITE, destination="", text=Text(heading, line), **common)
    if person.email:
        text = Text(heading, f"{line}\n\n{public_address(_page(asked, news))}")
        queue(key=f"{key}:email", channel=Message.Channel.EMAIL, destination=person.email, text=text, **common)


def _page(asked: Consultation, news: News) -> str:
    if news.name in {ASKED, RECALLED}:
        return reverse("dossiers:opinion", args=[asked.public_id])
    return reverse("dossiers:officer_part", args=[asked.dossier.code, "y-kien"])


def _facts(asked: Consultation, language: str) -> dict[str, str]:
    key = "en" if language.startswith("en") else "vi"
    return {
        "code": asked.dossier.code or "",
        "agency": asked.agency.name[key],
        "asker": asked.asked_from.name[key],
        "due": notices.moment(asked.due_at),
        "law": asked.legal_basis,
    }
