"""The eight compulsory parts of a procedure in words (Decree 63/2010/NĐ-CP art. 8)."""

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from procedures.content.base import Text
from procedures.content.document import Content, missing_parts


def part_name(part: str) -> str:
    """A compulsory part, as sentences name it."""
    names = {
        "name": pgettext("part of a procedure", "name"),
        "steps": pgettext("part of a procedure", "steps for the citizen"),
        "manner": pgettext("part of a procedure", "ways of filing"),
        "papers": pgettext("part of a procedure", "papers"),
        "time_limit": pgettext("part of a procedure", "time limit"),
        "applicants": pgettext("part of a procedure", "applicants"),
        "agency": pgettext("part of a procedure", "agency"),
        "result": pgettext("part of a procedure", "result"),
    }
    return names[part]


def missing_names(content: Content) -> list[str]:
    """Names of the compulsory parts that are empty."""
    return [part_name(part) for part in missing_parts(content)]


def missing_text(content: Content) -> Text | None:
    """The same names in a row, in both languages; None when all eight are there."""
    if not missing_parts(content):
        return None
    with override("vi"):
        vi = ", ".join(missing_names(content))
    with override("en"):
        return Text(vi=vi, en=", ".join(missing_names(content)))


def refusal(content: Content) -> str:
    """The sentence that refuses publishing, naming each empty part; "" when all eight are there."""
    names = missing_names(content)
    return _("Fill in before publishing: %(parts)s.") % {"parts": ", ".join(names)} if names else ""
