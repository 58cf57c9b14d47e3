"""What the watch tells whom: officers on the site and by e-mail, the citizen when nobody has answered in time.

Whoever reads the news later than the dossier moved on tells nobody: what the alarm speaks of must still be so.
"""

from datetime import date
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
from dossiers.models import Alarm
from dossiers.services import watching
from dossiers.terms import terms_of
from notifications.models import Message
from notifications.services import About, Text, public_address, queue

Ladder, Rung = Alarm.Ladder, Alarm.Rung
# Heading and sentence for the officers; an apology that was never sent is only noted and shown in its list.
_WORDS: dict[tuple[str, str], tuple[str, str]] = {
    (Ladder.INTAKE, Rung.WARNED): (
        gettext_noop("A filing waits for an answer: 4 working hours"),
        gettext_noop("Dossier %(code)s was filed 4 working hours ago and is not answered. Answer it before %(due)s."),
    ),
    (Ladder.INTAKE, Rung.ESCALATED): (
        gettext_noop("Nobody has answered a filing for 6 working hours"),
        gettext_noop("Dossier %(code)s is to be answered before %(due)s. Give it to somebody, or answer it yourself."),
    ),
    (Ladder.INTAKE, Rung.BREACHED): (
        gettext_noop("A filing was not answered within 8 working hours"),
        gettext_noop("Dossier %(code)s was to be answered before %(due)s. This is recorded, the citizen was told."),
    ),
    (Ladder.STEP, Rung.WARNED): (
        gettext_noop("A step of a dossier is due soon"),
        gettext_noop("Dossier %(code)s: the step “%(step)s” is planned until %(due)s."),
    ),
    (Ladder.STEP, Rung.BREACHED): (
        gettext_noop("A step of a dossier takes longer than planned"),
        gettext_noop("Dossier %(code)s: the step “%(step)s” was planned until %(due)s, held by %(holder)s."),
    ),
    (Ladder.APOLOGY, Rung.WARNED): (
        gettext_noop("An apology is drafted, in case the dossier will be late"),
        gettext_noop(
            "Dossier %(code)s is due on %(due)s. If it will be late, read, change and send the draft of form 04."
        ),
    ),
    (Ladder.APOLOGY, Rung.ESCALATED): (
        gettext_noop("One working day left to apologise"),
        gettext_noop(
            "Dossier %(code)s is due on %(due)s and no apology was sent. After the due date none can be sent."
        ),
    ),
    (Ladder.OPINION, Rung.BREACHED): (
        gettext_noop("An agency has not given its opinion in time"),
        gettext_noop(
            "Dossier %(code)s: %(agency)s was to answer before %(due)s and has not. Go on without it, or ask again: its "
            "silence is no agreement, and the due date of the dossier stays."
        ),
    ),
}


def alarm_news() -> tuple[str, ...]:
    """The names of the news that are told."""
    return tuple(f"dossier.{ladder}_{rung}" for ladder, rung in _WORDS)


def tell_alarm(news: News) -> None:
    """Reaction: tell whom the rung concerns, each in their language, once per piece of news and person."""
    related = ("dossier", "dossier__assignee", "agency", "holder")
    alarm = Alarm.objects.select_related(*related).get(pk=news.data["alarm"])
    if not watching.still_stands(alarm):
        return
    for person in concerned(alarm):
        with override(person.language):
            _tell(alarm, person, news)
    if (alarm.ladder, alarm.rung) == (Ladder.INTAKE, Rung.BREACHED):
        _tell_citizen(alarm, news)


def concerned(alarm: Alarm) -> list[User]:
    """Who acts: whoever holds the dossier, or all of the post; higher rungs go to the head, else to the leader."""
    day = timezone.localdate(alarm.at)
    if alarm.ladder == Ladder.APOLOGY:
        roles = [Role.LEADER] if alarm.rung == Rung.WARNED else [Role.LEADER, Role.HEAD]
        people = [person for role in roles for person in holders(role, alarm.agency_id, day)]
        return list(dict.fromkeys(people))
    if alarm.ladder == Ladder.OPINION:
        return _who_decides(alarm, day)
    if alarm.rung == Rung.WARNED:
        holder = alarm.dossier.assignee
        return [holder] if holder else holders(alarm.role, alarm.agency_id, day)
    heads = {Role.RECEPTION: Role.ONE_STOP_HEAD, Role.CASHIER: Role.ONE_STOP_HEAD}.get(alarm.role, Role.HEAD)  # type: ignore[call-overload]
    above = [] if alarm.role == heads else holders(heads, alarm.agency_id, day)
    return above or holders(Role.LEADER, alarm.agency_id, day)


def _who_decides(alarm: Alarm, day: date) -> list[User]:
    """Whoever has the dossier now, who asked, and their head (else the leader)."""
    asked = alarm.dossier.consultations.filter(seq=alarm.seq).select_related("asked_by").first()
    people = [alarm.dossier.assignee, asked.asked_by if asked else None]
    lead = holders(Role.HEAD, alarm.agency_id, day) or holders(Role.LEADER, alarm.agency_id, day)
    return list(dict.fromkeys([*filter(None, people), *lead]))


def _tell(alarm: Alarm, person: User, news: News) -> None:
    heading, line = (_(words) for words in _WORDS[alarm.ladder, alarm.rung])
    line %= _facts(alarm, person.language)
    common: dict[str, Any] = {
        "kind": news.name,
        "recipient_id": person.pk,
        "language": person.language,
        "about": About("alarm", alarm.pk, news.agency_code),  # not among what the applicant was sent
    }
    key = news.key(f"desk:{person.pk}")
    queue(key=f"{key}:site", channel=Message.Channel.SITE, destination="", text=Text(heading, line), **common)
    if person.email:
        address = public_address(reverse("dossiers:officer_dossier", args=[alarm.dossier.code]))
        text = Text(heading, f"{line}\n\n{address}")
        queue(key=f"{key}:email", channel=Message.Channel.EMAIL, destination=person.email, text=text, **common)


def _facts(alarm: Alarm, language: str) -> dict[str, str]:
    dossier = alarm.dossier
    step = next((step for step in terms_of(dossier).steps if step.no == dossier.step_no), None)
    return {
        "code": dossier.code or "",
        "due": notices.moment(alarm.due_at),
        "step": step.title.in_(language) if step else "",
        "holder": alarm.holder.display_name if alarm.holder else _("nobody yet"),
        "agency": _agency_asked(alarm, language),
    }


def _agency_asked(alarm: Alarm, language: str) -> str:
    if alarm.ladder != Ladder.OPINION:
        return ""
    asked = alarm.dossier.consultations.filter(seq=alarm.seq).select_related("agency").first()
    return asked.agency.name["en" if language.startswith("en") else "vi"] if asked else ""


def _tell_citizen(alarm: Alarm, news: News) -> None:
    dossier = notices.load(alarm.dossier_id)
    with override(notices.language_of(dossier)):
        place = notices.place(dossier)
        values = {"code": dossier.code, "due": notices.moment(alarm.due_at), "place": place}
        lines = (
            _("Your dossier %(code)s was to be answered before %(due)s. Nobody has answered it yet. We apologise.")
            % values,
            _("This is recorded, and the head of %(place)s was told to see to it now.") % values,
            _("You need not do anything, and need not file it again: we write to you as soon as it is answered."),
        )
        short = _("was not answered in time, we are sorry; the head of the one-stop was told")
        notices.deliver(dossier, news, notices.Notice(short, _("Your dossier was not answered in time"), lines))
