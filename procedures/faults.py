"""What pydantic found wrong with a document, in sentences and with the place named."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

MOST = 50
SENTENCES = {
    "missing": gettext_noop("This part is missing"),
    "string_too_short": gettext_noop("Write something here"),
    "string_too_long": gettext_noop("This text is too long"),
    "string_type": gettext_noop("This must be a text"),
    "string_pattern_mismatch": gettext_noop("Use small letters without marks, figures, _ and - only"),
    "extra_forbidden": gettext_noop("This name is not known here"),
    "literal_error": gettext_noop("Use one of: %(expected)s"),
    "enum": gettext_noop("Use one of: %(expected)s"),
    "union_tag_invalid": gettext_noop("There is no such kind; use one of: %(expected_tags)s"),
    "union_tag_not_found": gettext_noop("Say of which kind this is (type)"),
    "greater_than_equal": gettext_noop("Write %(ge)s or more"),
    "less_than_equal": gettext_noop("Write %(le)s or less"),
    "too_short": gettext_noop("At least %(min_length)s is needed"),
    "tuple_type": gettext_noop("This must be a list"),
    "model_type": gettext_noop("This must be a group of names and values"),
    "model_attributes_type": gettext_noop("This must be a group of names and values"),
    "bool_parsing": gettext_noop("This must be true or false"),
    "bool_type": gettext_noop("This must be true or false"),
}
NUMBERS = ("int_", "float_", "finite_")
# What the models themselves refuse.
RULES = (
    (
        r"conditions name unknown fields: (?P<names>.*)",
        gettext_noop("A condition names a question that does not exist: %(names)s"),
    ),
    (
        r"(?P<name>\S+) names unknown fields: (?P<names>.*)",
        gettext_noop("“%(name)s” names a question that does not exist: %(names)s"),
    ),
    (
        r"a case without a condition stands last.*",
        gettext_noop("Put the case without a condition last: it takes what the others leave"),
    ),
    (r"two fields with one key", gettext_noop("Two questions have the same key")),
    (r"two (?P<what>\w+) with one key", gettext_noop("Two parts have the same key: %(what)s")),
    (r"unknown cases: (?P<names>.*)", gettext_noop("There is no such case: %(names)s")),
    (r"fee (?P<name>\S+) has no rate", gettext_noop("Write the amount of the fee “%(name)s”")),
    (r"choice (?P<name>\S+): two options.*", gettext_noop("Two answers of “%(name)s” are the same")),
    (r"choice (?P<name>\S+): options or.*", gettext_noop("Write the answers to choose from, one a line")),
    (r"a quantity from a field.*", gettext_noop("Choose the question that says how many are paid")),
    (
        r"a quantity from a table.*",
        gettext_noop("Choose the table with its two columns and write the price of each unit"),
    ),
    (r"a condition .*", gettext_noop("A condition compares one question in one way, or joins several by all or any")),
)


def sentences(error: ValidationError) -> list[tuple[tuple[str, ...], str]]:
    """[(path in the document, sentence)], at most fifty."""
    return [(_path(item["loc"]), sentence(item)) for item in error.errors()[:MOST]]


def _path(loc: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in loc)


def sentence(item: Mapping[str, Any]) -> str:
    """One fault in words."""
    kind, context = str(item["type"]), item.get("ctx") or {}
    if kind == "value_error":
        return _of_rule(str(context.get("error", "")))
    if kind in SENTENCES:
        return str(_(SENTENCES[kind]) % context)
    if kind.startswith(NUMBERS):
        return _("This must be a number")
    if kind.startswith("date"):
        return _("Write the day as 2026-11-25")
    return _("This value does not fit here")


def _of_rule(message: str) -> str:
    for shape, words in RULES:
        if found := re.fullmatch(shape, message):
            return str(_(words) % found.groupdict())
    return _("This value does not fit here")


def at_fields(error: ValidationError, names: set[str]) -> dict[str, str]:
    """{input of the page, or "": sentence}: the last word of the path that is an input wins."""
    found: dict[str, str] = {}
    for path, words in sentences(error):
        name = next((name for part in reversed(path) for name in _inputs(part, path) if name in names), "")
        where = "" if name else " → ".join(part for part in path if not part.startswith("function-"))
        found.setdefault(name, f"{where}: {words}" if where else words)
    return found


def _inputs(part: str, path: tuple[str, ...]) -> tuple[str, ...]:
    language = path[-1] if path and path[-1] in {"vi", "en"} else "vi"
    return part, f"{part}_{language}"
