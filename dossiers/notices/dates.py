"""Notices of dates: a new appointment, an extension, a supplement's limit, a date that moved."""

from datetime import datetime

from django.utils.translation import gettext as _

from common.outbox import News
from dossiers.models import Dossier, DossierEvent
from dossiers.notices.base import Notice, day, language_of, moment, reason, title
from dossiers.workflow import State


def reappointed(dossier: Dossier, news: News) -> Notice:
    """The apology with the new appointment (form 04)."""
    on = day(dossier.appointment_at)
    return Notice(
        _("will be late, we are sorry, new appointment %(on)s") % {"on": on},
        _("We are sorry: your dossier will be late"),
        (
            _("Your dossier %(code)s (%(title)s) cannot be answered in time. We apologise. New appointment: %(on)s.")
            % {"code": dossier.code, "title": title(dossier), "on": on},
            _("Reason: %(reason)s") % {"reason": reason(dossier, news)},
        ),
    )


def extended(dossier: Dossier, news: News) -> Notice:
    """The limit was extended by law: the new due date and why."""
    due = day(dossier.due_at)
    return Notice(
        _("has its time limit extended by law, result due %(due)s") % {"due": due},
        _("The time limit was extended by law"),
        (
            _("The result is now due on %(due)s.") % {"due": due},
            _("Reason: %(reason)s") % {"reason": reason(dossier, news)},
        ),
    )


def supplement_time(dossier: Dossier, news: News) -> Notice | None:
    """The time for a supplement is nearly over, or over; None when it came meanwhile."""
    if dossier.state != State.SUPPLEMENT or dossier.supplement_sent_at:
        return None  # it came faster than the news travelled
    values = {"code": dossier.code, "title": title(dossier), "due": moment(dossier.answer_by)}
    if news.name == "dossier.supplement_near":
        return Notice(
            _("still waits for papers, please send them before %(due)s") % values,
            _("Your time to complete the dossier ends soon"),
            (
                _("Dossier %(code)s (%(title)s) still waits for what you were asked for. Send it before %(due)s.")
                % values,
            ),
        )
    return Notice(
        _("was not completed in time, the agency may close it now"),
        _("The time to complete your dossier is over"),
        (
            _("Dossier %(code)s (%(title)s) was to be completed before %(due)s. The agency may close it now.") % values,
            _("Send what is missing at once: as long as the dossier is open, it is still taken."),
        ),
    )


_DATE_TOLD = ("fee", "supplement", "handling", "intake")


def date_moved(dossier: Dossier, news: News) -> Notice | None:
    """The calendar was corrected, or an outage took time: old date, new date, why. Silent where no date moved."""
    event = DossierEvent.objects.get(dossier=dossier, seq=news.data["seq"])
    dates = event.data.get("dates", {})
    track = next((track for track in _DATE_TOLD if track in dates), None)
    if track is None:
        return None
    old, new = (datetime.fromisoformat(text) for text in dates[track])
    values = {"code": dossier.code, "title": title(dossier), "old": moment(old), "new": moment(new)}
    line = {
        "fee": _("The fee for dossier %(code)s (%(title)s) is now to be paid before %(new)s instead of %(old)s."),
        "supplement": _("Dossier %(code)s (%(title)s) is now to be completed before %(new)s instead of %(old)s."),
        "handling": _("The result of dossier %(code)s (%(title)s) is now due on %(new)s instead of %(old)s."),
        "intake": _("Dossier %(code)s (%(title)s) will now be answered before %(new)s instead of %(old)s."),
    }[track]
    return Notice(
        _("has a new date, %(new)s instead of %(old)s") % values,
        _("A date of your dossier has moved"),
        (line % values, _("Reason: %(reason)s") % {"reason": reason(dossier, news)}),
    )


def moved(dossier: Dossier, news: News) -> Notice:
    """Another agency goes on with the dossier; code and dates stay."""
    agency = dossier.deciding_agency
    name = (agency.name_en if language_of(dossier) == "en" else agency.name_vi) if agency else ""
    values = {"code": dossier.code, "title": title(dossier), "agency": name}
    line = _("Dossier %(code)s (%(title)s) is now with %(agency)s, which took over the work of the agency before.")
    same = _("Its code and its dates stay the same; you need not do anything.")
    return Notice(
        _("goes on at %(agency)s") % values, _("Another agency goes on with your dossier"), (line % values, same)
    )
