"""{% load dossiers %}: what pages of the case file write in their own way."""

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Any

from django import template
from django.conf import settings

from agencies.models import Role
from agencies.standing import standing_of
from common import units
from dossiers.services import assistance

register = template.Library()


MOUTHS = {1: "M8 16.5q4-4 8 0", 2: "M8 16q4-2 8 0", 3: "M8 15.5h8", 4: "M8 15q4 2 8 0", 5: "M8 14.5q4 4 8 0"}


@register.inclusion_tag("dossiers/citizen/face.html")
def face(score: Any) -> dict[str, str]:
    """A face for a score from 1 to 5; decoration, the words stand beside it."""
    return {"mouth": MOUTHS.get(int(score), MOUTHS[3])}


@register.inclusion_tag("dossiers/officer/counter_nav.html", takes_context=True)
def counter_nav(context: Any, here: str = "") -> dict[str, Any]:
    """The ways between the pages of the counter; receipts only for who takes cash."""
    roles = standing_of(context["request"].user).roles
    return {"here": here, "is_cashier": Role.CASHIER in roles, "receives": Role.RECEPTION in roles}


@register.simple_tag(takes_context=True)
def keep_key(context: Any) -> str:
    """The key under which this officer's browser encrypts what is typed; another officer's pages carry another one."""
    user = context["request"].user
    secret = hmac.new(settings.BLIND_INDEX_KEY.encode(), f"keep:{user.pk}".encode(), sha256).digest()
    return b64encode(secret).decode()


@register.simple_tag
def assisted_by(dossier: Any) -> str:
    """The officer who prepared the dossier with the citizen; empty for what was filed alone."""
    return assistance.assisted_by(dossier)


@register.filter
def address_line(address: Any) -> str:
    """`{"line", "commune", "province"}` as one line, the way envelopes are written."""
    return units.address_line(address) if isinstance(address, dict) else ""
