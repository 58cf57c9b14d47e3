"""Sentences several modules need."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def label_of(field: Any) -> str:
    """The label of a field in the language of the reader."""
    return str(field.label.in_(get_language() or "vi"))


def missing(field: Any) -> str:
    """What to do about an unanswered question."""
    if field.type == "choice":
        return _("Choose “%(label)s”") % {"label": label_of(field)}
    if field.type == "table":
        return _("Fill in at least one row of “%(label)s”") % {"label": label_of(field)}
    if field.type == "address":
        return _("Choose the commune of “%(label)s”") % {"label": label_of(field)}
    return _("Write “%(label)s”") % {"label": label_of(field)}
