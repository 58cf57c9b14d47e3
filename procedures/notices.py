"""What departments are told about review campaigns, by e-mail and on the site."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.templatetags.mc import vn_date
from procedures.models import CampaignItem, CampaignTask
from procedures.querysets_reviews import UNSENT


@dataclass(frozen=True)
class Notice:
    """A heading and sentences."""

    heading: str
    lines: tuple[str, ...]


def address(task: CampaignTask) -> str:
    """The department's page of the campaign."""
    return reverse("catalogue:review_task", args=[task.campaign_id, task.agency.key])


def of_campaign(kind: str, task: CampaignTask, *, on: date) -> Notice:
    """The words for opened, remind and returned, in the active language."""
    return WORDS[kind](task, on)


def _left(task: CampaignTask) -> str:
    number = task.items.filter(state__in=UNSENT).count()
    words = ngettext("%(number)s procedure is not sent yet.", "%(number)s procedures are not sent yet.", number)
    return words % {"number": number}


def _opened(task: CampaignTask, on: date) -> Notice:
    values = {"name": task.campaign.name, "due": vn_date(task.campaign.due_on), "number": task.items.count()}
    return Notice(
        (_("Review of procedures: %(name)s") % values)[:200],
        (_("Your department is asked to review %(number)s procedures and to send the answers by %(due)s.") % values,),
    )


def _remind(task: CampaignTask, on: date) -> Notice:
    days = (task.campaign.due_on - on).days
    values = {"name": task.campaign.name, "due": vn_date(task.campaign.due_on), "days": days}
    if days < 0:
        line = _("The review “%(name)s” was due on %(due)s. Please send the answers now.") % values
        return Notice(_("The review of your procedures is late"), (line, _left(task)))
    line = _("The answers of the review “%(name)s” are due on %(due)s.") % values
    heading = ngettext("%(days)s day left for the review", "%(days)s days left for the review", days) % values
    return Notice(heading if days else _("The review is due today"), (line, _left(task)))


def _returned(task: CampaignTask, on: date) -> Notice:
    number = task.items.filter(state=CampaignItem.State.RETURNED).count()
    values = {"name": task.campaign.name, "due": vn_date(task.campaign.due_on), "number": number}
    return Notice(
        _("Answers of the review came back"),
        (_("The province returned %(number)s answers of the review “%(name)s”. Each says why.") % values,),
    )


WORDS: dict[str, Callable[[CampaignTask, date], Notice]] = {
    "opened": _opened,
    "remind": _remind,
    "returned": _returned,
}
