"""Departments hear when a campaign opens, when an answer comes back, 7, 3 and 1 days before the last day, and when it is late."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils.translation import override

from accounts.models import User
from agencies.models import Post, Role
from notifications.models import Message
from notifications.services import About, Text, public_address, queue
from procedures import notices
from procedures.models import Campaign, CampaignTask
from procedures.querysets_reviews import UNSENT
from procedures.services.reviewing import campaigns

STAGES = (1, 3, 7)  # days before the last day, nearest first
LATE = "late"


def sweep(*, on: date, at: datetime) -> int:
    """Nightly: open what begins today, remind who has not sent everything. Returns how many departments were reminded now.

    Running it again tells nobody anything twice; a night that was missed is made up for by the nearest reminder.
    """
    for campaign in list(campaigns.coming(on)):
        try:
            campaigns.open_campaign(campaign.pk, actor=None, at=at)
        except ValidationError:
            continue  # nothing falls into its scope yet: the province sees it on its page
        tell_opened(campaign)
    waiting = CampaignTask.objects.filter(campaign__state=Campaign.State.OPEN, items__state__in=UNSENT).distinct()
    return sum(remind(task, on=on) for task in waiting.select_related("campaign", "agency"))


def stage(due_on: date, *, on: date) -> str:
    """Which reminder belongs to that day: "7", "3", "1", "late", or none yet."""
    left = (due_on - on).days
    if left < 0:
        return LATE
    return next((str(days) for days in STAGES if left <= days), "")


def remind(task: CampaignTask, *, on: date) -> bool:
    """Remind a department once of each stage; true when somebody heard it now."""
    step = stage(task.campaign.due_on, on=on)
    return bool(step) and _tell(task, f"remind.{step}.{task.campaign.due_on:%Y%m%d}", "remind", on) > 0


def tell_opened(campaign: Campaign) -> None:
    """Every department of the campaign hears that it has something to answer."""
    for task in campaign.tasks.select_related("campaign", "agency"):
        _tell(task, "opened", "opened", campaign.opens_on)


def tell_returned(task: CampaignTask, *, on: date, at: datetime) -> None:
    """A department hears that answers came back; once an hour, however many they are."""
    _tell(task, f"returned.{at:%Y%m%d%H}", "returned", on)


def _tell(task: CampaignTask, event: str, kind: str, on: date) -> int:
    told = 0
    for contact in contacts(task, on):
        with override(contact.language):
            notice = notices.of_campaign(kind, task, on=on)
        told += _queue(task, contact, f"campaign:{task.pk}:{event}:{contact.pk}", kind, notice)
    return told


def contacts(task: CampaignTask, on: date) -> list[User]:
    """The department's contacts of that day."""
    posts = Post.objects.valid_on(on).filter(role=Role.DEPARTMENT, agency=task.agency_id)
    return list(User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("pk"))


def _queue(task: CampaignTask, contact: User, key: str, kind: str, notice: notices.Notice) -> int:
    """Site and e-mail; 1 when it was not said before."""
    if Message.objects.filter(key=f"{key}:site").exists():
        return 0
    address = public_address(notices.address(task))
    common = {
        "kind": f"campaign.{kind}",
        "recipient_id": contact.pk,
        "language": contact.language,
        "about": About("campaign_task", task.pk, task.agency.code),
    }
    body = "\n\n".join((*notice.lines, address))
    site = Text(notice.heading, "\n\n".join(notice.lines))
    queue(key=f"{key}:site", channel=Message.Channel.SITE, destination="", text=site, **common)  # type: ignore[arg-type]
    if contact.email:
        text = Text(notice.heading, body)
        queue(key=f"{key}:email", channel=Message.Channel.EMAIL, destination=contact.email, text=text, **common)  # type: ignore[arg-type]
    return 1
