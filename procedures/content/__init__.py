"""The one JSON document of a version of a procedure, checked by pydantic.

Difference, roll-back, pinning, import and export are comparisons of these documents; a published one never changes.
"""

from procedures.content.base import Channel, Evidence, Limit, Text, Unit
from procedures.content.cases import Case, Extension, Supplement, Terms
from procedures.content.conditions import Condition, holds
from procedures.content.document import Content, canonical, digest, dump, missing_parts, parse
from procedures.content.eform import EForm, Section
from procedures.content.fees import Fee, Quantity, Rate
from procedures.content.papers import Paper
from procedures.content.route import Child, Result, Route, Step, Visit

__all__ = [
    "Case",
    "Channel",
    "Child",
    "Condition",
    "Content",
    "EForm",
    "Evidence",
    "Extension",
    "Fee",
    "Limit",
    "Paper",
    "Quantity",
    "Rate",
    "Result",
    "Route",
    "Section",
    "Step",
    "Supplement",
    "Terms",
    "Text",
    "Unit",
    "Visit",
    "canonical",
    "digest",
    "dump",
    "holds",
    "missing_parts",
    "parse",
]
