"""E-forms: from the document of a version to pages, clean answers and summaries."""

from procedures.eforms.checking import Checked, Errors, clean_answers, section_done, validate_answers
from procedures.eforms.context import Context
from procedures.eforms.filling import case_answers, locked_keys, prefill
from procedures.eforms.forms import SectionForm, build_form, fields_form, form_class
from procedures.eforms.summary import Row, SummarySection, summary

__all__ = [
    "Checked",
    "Context",
    "Errors",
    "Row",
    "SectionForm",
    "SummarySection",
    "build_form",
    "case_answers",
    "clean_answers",
    "fields_form",
    "form_class",
    "locked_keys",
    "prefill",
    "section_done",
    "summary",
    "validate_answers",
]
