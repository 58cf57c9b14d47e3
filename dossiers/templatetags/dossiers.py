"""{% load dossiers %}: what pages of the case file write in their own way."""

from typing import Any

from django import template

from common import units

register = template.Library()


@register.filter
def address_line(address: Any) -> str:
    """`{"line", "commune", "province"}` as one line, the way envelopes are written."""
    return units.address_line(address) if isinstance(address, dict) else ""
