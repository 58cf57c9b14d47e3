"""{% panel "slot" subject %}: the one way upper rooms appear on the pages of lower ones."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from common import panels

register = template.Library()


@register.simple_tag(takes_context=True)
def panel(context: template.Context, slot: str, subject: Any) -> SafeString:
    """Draw every panel of `slot` for `subject`, in order; an empty text when there is none."""
    request = context.get("request")
    user = getattr(request, "user", None)
    drawn = [render_to_string(name, data, request=request) for name, data in panels.collect(slot, subject, user)]
    return mark_safe("".join(drawn))  # noqa: S308 - each part was autoescaped by its own template
