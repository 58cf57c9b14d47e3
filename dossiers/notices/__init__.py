"""Which news of a dossier tells whom what: by SMS (no diacritics, no names), by e-mail and on the site.

Every message is inserted once per (news, channel); sending it is the business of `notifications`.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from common.outbox import News
from dossiers.clock import explain
from dossiers.models import Dossier, PaperFile
from dossiers.notices.base import Notice, day, item_names, language_of, load, moment, reason, title
from dossiers.notices.dates import date_moved, extended, moved, reappointed, supplement_time
from dossiers.services import clockwork
from dossiers.terms import terms_of
from dossiers.workflow import State
from notifications.models import Message
from notifications.services import About, Text, public_address, queue

# What people are told of a part by itself, because the law wants it in their hands: forms 02 and 05, a result revoked, a
# message. Everything else they read on the page of the whole, and are told of the whole.
OF_PARTS = frozenset({
    "dossier.supplement_requested", "dossier.supplement_incomplete", "dossier.supplement_near",
    "dossier.supplement_ran_out", "dossier.stopped", "dossier.result_revoked", "dossier.message_from_agency",
})  # fmt: skip


def tell(news: News) -> None:
    """Reaction: tell the applicant; news without words (inner steps) tells nobody."""
    if news.name not in _NOTICES:
        return
    dossier = load(news.subject_id)
    if dossier.is_part and news.name not in OF_PARTS:
        return
    with override(language_of(dossier)):
        notice = words(dossier, news)
        if notice is not None:
            deliver(dossier, news, notice)


def words(dossier: Dossier, news: News) -> Notice | None:
    """What a piece of news says in the active language; None when it tells nobody."""
    build = _NOTICES.get(news.name)
    return build(dossier, news) if build else None


def short_text(dossier: Dossier, notice: Notice) -> str:
    """The SMS as it is sent: no name, no diacritics (the gateway folds them), the address of the dossier."""
    return _short(dossier, notice, public_address(f"/ho-so/{dossier.code}/"))


def tell_bad_file(news: News) -> None:
    """Reaction to documents.file_infected: whoever handed the file in hears which paper it was and sends another one."""
    found = PaperFile.objects.filter(file=news.subject_id).select_related("paper").first()
    if found is None or Dossier.objects.get(pk=found.paper.dossier_id).is_draft:
        return  # a draft shows it on its page of papers
    dossier = load(found.paper.dossier_id)
    with override(language_of(dossier)):
        names = {paper.key: paper.name.in_(language_of(dossier)) for paper in terms_of(dossier).content.papers}
        paper = names.get(found.paper.key, found.paper.key)
        notice = Notice(
            _("has a file that could not be accepted, please send it again"),
            _("A file could not be accepted"),
            (
                _("A file of “%(paper)s” could not be accepted: it is unsafe or unreadable. Please send another one.")
                % {"paper": paper},
            ),
        )
        deliver(dossier, news, notice)


def deliver(dossier: Dossier, news: News, notice: Notice) -> None:
    """Queue the notice on every channel the applicant can be reached by; upper rooms use it for their own news."""
    address = public_address(f"/ho-so/{dossier.code}/")
    about = About("dossier", dossier.pk, news.agency_code)
    common: dict[str, Any] = {
        "kind": news.name,
        "recipient_id": dossier.applicant_id,
        "language": language_of(dossier),
        "about": about,
    }
    body = "\n\n".join((_greeting(dossier), *notice.lines, _("Follow the dossier: %(url)s") % {"url": address}))
    if dossier.party.phone:
        text = Text("", _short(dossier, notice, address))
        queue(key=news.key("sms"), channel=Message.Channel.SMS, destination=dossier.party.phone, text=text, **common)
    if dossier.party.email:
        text = Text(f"{dossier.code}: {notice.heading}", body)
        queue(
            key=news.key("email"), channel=Message.Channel.EMAIL, destination=dossier.party.email, text=text, **common
        )
    if dossier.applicant_id:
        text = Text(notice.heading, "\n\n".join(notice.lines))
        queue(key=news.key("site"), channel=Message.Channel.SITE, destination="", text=text, **common)


def _short(dossier: Dossier, notice: Notice, address: str) -> str:
    return f"[TTHCC] {_('Dossier')} {dossier.code} {notice.short}. {address}"


def _greeting(dossier: Dossier) -> str:
    return _("Dear %(name)s,") % {"name": dossier.party.contact_name or dossier.party.full_name}


def _filed(dossier: Dossier, news: News) -> Notice | None:
    # With a prepaid fee the settling tells it, however late this news is read: the fee may be paid by now.
    if news.name == "dossier.submit" and dossier.fee_lines.filter(timing="before", amount__gt=0).exists():
        return None
    due = moment(dossier.intake_due_at)
    return Notice(
        _("was filed, to be answered before %(due)s") % {"due": due},
        _("We have your dossier"),
        (
            _("Your dossier %(code)s (%(title)s) was filed.") % {"code": dossier.code, "title": title(dossier)},
            _("It will be answered before %(due)s: received, to be completed, or refused with the reason.")
            % {"due": due},
        ),
    )


def _fee_before(dossier: Dossier, news: News) -> Notice | None:
    if dossier.state != State.PAYMENT:
        return None  # paid faster than the news travelled: nobody is asked for money that came
    due = moment(dossier.answer_by)
    return Notice(
        _("waits for the fee, please pay before %(due)s") % {"due": due},
        _("Please pay the fee"),
        (
            _("Your dossier %(code)s (%(title)s) is registered and waits for the fee.")
            % {"code": dossier.code, "title": title(dossier)},
            _("Pay before %(due)s. The dossier counts as filed from the moment the fee is paid.") % {"due": due},
        ),
    )


def _fee_after(dossier: Dossier, news: News) -> Notice | None:
    if dossier.state != State.PAYMENT:
        return None
    due = moment(dossier.answer_by)
    return Notice(
        _("was examined, please pay the fee before %(due)s") % {"due": due},
        _("Please pay the fee"),
        (_("Your dossier was examined. Pay the fee before %(due)s; the time limit waits meanwhile.") % {"due": due},),
    )


def _received(dossier: Dossier, news: News) -> Notice:
    due = moment(dossier.due_at)
    entries = clockwork.ledger(dossier)
    why = explain(entries, "handling", clockwork.calendar_for(dossier, "handling", entries)).sentence if due else ""
    lines = (
        _("Your dossier %(code)s (%(title)s) was received.") % {"code": dossier.code, "title": title(dossier)},
        _("The result is due on %(due)s. %(why)s") % {"due": due, "why": why},
    )
    return Notice(_("was received, result due %(due)s") % {"due": due}, _("Your dossier was received"), lines)


def _supplement(dossier: Dossier, news: News) -> Notice:
    due, request = day(dossier.answer_by), dossier.supplements.order_by("-number").first()
    names = item_names(dossier)
    items = request.items.all() if request else ()
    reasons = [f"- {names.get(item.key, item.key)}: {item.reason}" for item in items if item.reason]
    lines = [
        _("Your dossier %(code)s (%(title)s) is to be completed before %(due)s.")
        % {"code": dossier.code, "title": title(dossier), "due": due}
    ]
    lines += ["\n".join(reasons)] if reasons else []
    lines += [request.message] if request and request.message else []
    return Notice(
        _("is to be completed before %(due)s") % {"due": due}, _("Please complete your dossier"), tuple(lines)
    )


def _with_reason(short: str, heading: str, line: str) -> Callable[[Dossier, News], Notice]:
    def build(dossier: Dossier, news: News) -> Notice:
        first = _(line) % {"code": dossier.code, "title": title(dossier)}
        why = reason(dossier, news)
        lines = (first, _("Reason: %(reason)s") % {"reason": why}) if why else (first,)
        return Notice(_(short), _(heading), lines)

    return build


def _resolved(dossier: Dossier, news: News) -> Notice:
    line = {
        "online": _("The result is in your account."),
        "counter": _("You can collect the result at %(place)s.") % {"place": place(dossier)},
        "post": _("The result will be sent by public post."),
    }[dossier.delivery]
    first = _("Your dossier %(code)s (%(title)s) is resolved.") % {"code": dossier.code, "title": title(dossier)}
    return Notice(_("is resolved, the result is ready"), _("The result is ready"), (first, line, _please_rate(dossier)))


def _please_rate(dossier: Dossier) -> str:
    url = public_address(f"/ho-so/{dossier.code}/danh-gia/")
    return _("How did we do? Two taps are enough: %(url)s") % {"url": url}


def place(dossier: Dossier) -> str:
    """The counter that received it, in the applicant's language."""
    agency = dossier.receiving_agency
    return (agency.one_stop_en if language_of(dossier) == "en" else agency.one_stop_vi) if agency else ""


def _returned(dossier: Dossier, news: News) -> Notice | None:
    if dossier.delivery == "online":
        return None  # told when it was resolved, a moment before
    return Notice(
        _("was handed over"),
        _("The result was handed over"),
        (
            _("The result of dossier %(code)s was handed over on %(at)s.")
            % {"code": dossier.code, "at": moment(dossier.returned_at)},
        ),
    )


def _message(dossier: Dossier, news: News) -> Notice:
    """Only that there is a message: its words stay on the dossier, where they can be erased."""
    return Notice(
        _("has a new message from the agency"),
        _("The agency wrote to you"),
        (
            _("There is a message for you on your dossier %(code)s (%(title)s).")
            % {"code": dossier.code, "title": title(dossier)},
            _("Read and answer it on the page of the dossier."),
        ),
    )


_NOTICES: dict[str, Callable[[Dossier, News], Notice | None]] = {
    "dossier.submit": _filed,
    "dossier.settle_prepayment": _filed,
    "dossier.await_prepayment": _fee_before,
    "dossier.fee_requested": _fee_after,
    "dossier.received": _received,
    "dossier.supplement_requested": _supplement,
    "dossier.supplement_incomplete": _with_reason(
        gettext_noop("is still not complete"),
        gettext_noop("Your dossier is still not complete"),
        gettext_noop("Something is still missing in your dossier %(code)s (%(title)s)."),
    ),
    "dossier.refused": _with_reason(
        gettext_noop("was not received"),
        gettext_noop("Your dossier was not received"),
        gettext_noop("Your dossier %(code)s (%(title)s) was not received."),
    ),
    "dossier.expire_prepayment": _with_reason(
        gettext_noop("was closed, the fee was not paid"),
        gettext_noop("Your dossier was closed"),
        gettext_noop("The fee for dossier %(code)s (%(title)s) was not paid in time."),
    ),
    "dossier.reappointed": reappointed,
    "dossier.extended": extended,
    "dossier.stopped": _with_reason(
        gettext_noop("was stopped"),
        gettext_noop("Your dossier was stopped"),
        gettext_noop("The processing of your dossier %(code)s (%(title)s) was stopped."),
    ),
    "dossier.withdrawn": _with_reason(
        gettext_noop("was withdrawn"),
        gettext_noop("Your dossier was withdrawn"),
        gettext_noop("Your dossier %(code)s (%(title)s) was withdrawn as you asked."),
    ),
    "dossier.supplement_near": supplement_time,
    "dossier.supplement_ran_out": supplement_time,
    "dossier.calendar_recomputed": date_moved,
    "dossier.outage_shifted": date_moved,
    "dossier.moved": moved,
    "dossier.resolved": _resolved,
    "dossier.rejected": _resolved,
    "dossier.returned": _returned,
    "dossier.message_from_agency": _message,
    "dossier.result_revoked": _with_reason(
        gettext_noop("result was revoked, it holds no more"),
        gettext_noop("Your result was revoked"),
        gettext_noop("The result of dossier %(code)s (%(title)s) was revoked. It holds no more."),
    ),
    "dossier.parcel_came_back": _with_reason(
        gettext_noop("result waits for you at the counter"),
        gettext_noop("The result waits at the counter"),
        gettext_noop(
            "The result of dossier %(code)s (%(title)s) does not go by post any more; it waits for you at the counter."
        ),
    ),
}


def news_told() -> frozenset[str]:
    """The names of news that have words."""
    return frozenset(_NOTICES)
