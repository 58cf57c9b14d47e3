"""{% load eforms %}: draw the fields of a section form; texts of the catalogue in the reader's language."""

import json
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procedures import presenting
from procedures.eforms import SectionForm

register = template.Library()


@register.simple_tag
def eform(form: SectionForm) -> SafeString:
    """All fields of the form, without <form> and buttons, and the script that hides questions which do not apply."""
    stored = json.dumps(form.answers_elsewhere(), ensure_ascii=False)
    return format_html(
        '{}<div hidden data-eform-answers="{}"></div><script src="{}" defer></script>',
        form.draw(),
        stored,
        static("procedures/eform.js"),
    )


@register.filter
def say(text: Any) -> str:
    """A Text of a document in the reader's language."""
    return presenting.say(text) if text else ""
