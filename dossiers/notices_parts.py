"""Whom the end of a part is told: whoever has the citizen's dossier; their head as well when it ended badly."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.models import User
from agencies.models import Role
from agencies.standing import holders
from common.outbox import News
from common.templatetags.mc import pick
from dossiers import notices
from dossiers.models import Branch, Dossier, DossierEvent
from dossiers.notices.base import Notice, language_of, load
from dossiers.workflow import State
from notifications.models import Message
from notifications.services import About, Text, public_address, queue

ENDED = "dossier.part_ended"
BADLY = frozenset({Branch.State.REJECTED, Branch.State.STOPPED, Branch.State.WITHDRAWN})
_ONE_DONE = (
    gettext_noop("A part at another agency is done"),
    gettext_noop("Dossier %(code)s: the part “%(part)s” of %(agency)s is done. Still waited for: %(n)s."),
)
_ALL_DONE = (
    gettext_noop("All parts at other agencies are done"),
    gettext_noop("Dossier %(code)s waits for no other agency any more: the part “%(part)s” of %(agency)s came last."),
)
_BAD = (
    gettext_noop("A part at another agency ended without what was asked"),
    gettext_noop(
        "Dossier %(code)s: the part “%(part)s” of %(agency)s was refused or stopped. Parts that wait for it do not begin. "
        "Decide: go on without them with a reason, or propose an answer to the whole."
    ),
)


def tell_part(news: News) -> None:
    """Reaction to the end of a part: officers hear of it; the citizen only of what comes after the whole was decided."""
    event = DossierEvent.objects.get(dossier=news.subject_id, seq=news.data["seq"])
    branch = Branch.objects.select_related("agency").get(parent=news.subject_id, key=event.data["part"])
    dossier = load(news.subject_id)
    for person in _concerned(dossier, branch, news):
        with override(person.language):
            _tell(dossier, branch, person, news)
    if dossier.state in {State.RESOLVED, State.RETURNED}:
        with override(language_of(dossier)):
            notices.deliver(dossier, news, _late_part(branch))


def _concerned(dossier: Dossier, branch: Branch, news: News) -> list[User]:
    day = timezone.localdate(news.at)
    agency = dossier.handling_agency_id or 0
    own = [dossier.assignee] if dossier.assignee else holders(Role(dossier.step_role or Role.RECEPTION), agency, day)
    heads = (holders(Role.HEAD, agency, day) or holders(Role.LEADER, agency, day)) if branch.state in BADLY else []
    return list(dict.fromkeys([*own, *heads]))


def _tell(dossier: Dossier, branch: Branch, person: User, news: News) -> None:
    heading, line = (_(words) for words in _words(dossier, branch))
    line %= {
        "code": dossier.code,
        "part": pick(branch.title),
        "agency": pick(branch.agency.name),
        "n": dossier.open_children,
    }
    common: dict[str, Any] = {
        "kind": news.name,
        "recipient_id": person.pk,
        "language": person.language,
        "about": About("branch", branch.pk, news.agency_code),  # not among what the applicant was sent
    }
    key = news.key(f"part:{branch.pk}:{person.pk}")
    queue(key=f"{key}:site", channel=Message.Channel.SITE, destination="", text=Text(heading, line), **common)
    if person.email:
        url = public_address(reverse("dossiers:officer_dossier", args=[dossier.code]))
        text = Text(heading, f"{line}\n\n{url}")
        queue(key=f"{key}:email", channel=Message.Channel.EMAIL, destination=person.email, text=text, **common)


def _words(dossier: Dossier, branch: Branch) -> tuple[str, str]:
    if branch.state in BADLY:
        return _BAD
    return _ONE_DONE if dossier.open_children else _ALL_DONE


def _late_part(branch: Branch) -> Notice:
    """What the citizen reads of a part that nobody waited for."""
    return Notice(
        _("has news of a part that was still open"),
        _("A part of your dossier has ended"),
        (
            _("The part “%(part)s” of %(agency)s has ended. Read its result on the page of your dossier.")
            % {"part": pick(branch.title), "agency": pick(branch.agency.name)},
        ),
    )
