"""{% load eforms %}: draw the fields of a section form; texts of the catalogue in the reader's language."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

from procedures import presenting
from procedures.eforms import SectionForm

register = template.Library()


@register.simple_tag
def eform(form: SectionForm) -> SafeString:
    """All fields of the form, without <form> and buttons; put `data-eform` on the form for the script."""
    return form.draw()


@register.filter
def say(text: Any) -> str:
    """A Text of a document in the reader's language."""
    return presenting.say(text) if text else ""
