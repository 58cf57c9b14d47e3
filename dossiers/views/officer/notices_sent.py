"""The notices that went out of a dossier: channel, address without its middle, words, how far they came."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from common.templatetags.mc import mask_phone
from dossiers.views.officer.page import DossierPage
from notifications.models import Message

CHANNELS = {"sms": "SMS", "email": "E-mail"}


def sent(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    """The last hundred, newest first."""
    found = Message.objects.filter(subject_type="dossier", subject_id=page.dossier.pk).order_by("-pk")[:100]
    return {
        "sent": [
            {
                "channel": CHANNELS.get(message.channel, _("On the site")),
                "to": _masked(message),
                "heading": message.subject_line,
                "body": message.body,
                "at": message.sent_at or message.created_at,
                "state": _state_words(message),
                "is_bad": message.state == Message.State.FAILED,
            }
            for message in found
        ]
    }


def _masked(message: Message) -> str:
    """The address without its middle: enough to recognise, too little to copy."""
    if message.channel == Message.Channel.SMS:
        return mask_phone(message.destination)
    name, at, host = message.destination.partition("@")
    return f"{name[:2]}•••@{host}" if at else ""


def _state_words(message: Message) -> str:
    return {
        "queued": _("waiting to be sent"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "failed": _("could not be delivered"),
        "unclear": _("the carrier has not answered"),
    }.get(message.state, message.state)
