"""{% load eforms %}: draw the fields of a section form; texts of the catalogue in the reader's language."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procedures import presenting
from procedures.eforms import SectionForm

register = template.Library()


@register.simple_tag
def eform(form: SectionForm) -> SafeString:
    """All fields of the form, without <form> and buttons."""
    return form.draw()


@register.simple_tag
def eform_attributes(form: SectionForm) -> SafeString:
    """Attributes of the <form> for static/procedures/eform.js: `<form method="post" {% eform_attributes form %}>`."""
    stored = json.dumps(form.answers_elsewhere(), ensure_ascii=False)
    return format_html('data-eform data-answers="{}"', stored)


@register.filter
def say(text: Any) -> str:
    """A Text of a document in the reader's language."""
    return presenting.say(text) if text else ""
