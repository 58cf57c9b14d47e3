"""The parts of a draft as a task list: what is complete and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures import presenting
from procedures.content import Channel, Content, missing_parts
from procedures.content.words import part_name
from procedures.editing.fees import said
from procedures.eforms.numbers import format_number
from procedures.services.drafting import blank

FRESH_RESULT = blank("-")["result"]["name"]["vi"]


@dataclass(frozen=True)
class Task:
    """One part: where it is edited, what is missing ("" when nothing), what it says now."""

    name: str
    address: str
    missing: str
    summary: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def following(address: str) -> tuple[str, str]:
    """(name, address) of the part that is filled in after the one at this address."""
    order = [
        ("editor_cases", ""),
        ("editor_eform", _("E-form")),
        ("editor_papers", _("Papers")),
        ("editor_fees", _("Fees")),
        ("editor_route", _("Route")),
        ("editor_result", _("Result and visits")),
    ]
    place = [name for name, _words in order].index(address)
    name, words = order[place + 1]
    return words, name


def tasks(content: Content) -> list[Task]:
    """All parts in the order they are filled in."""
    return [
        Task(_("General facts"), "editor_facts", "", said(content.title)),
        _description(content),
        _cases(content),
        _eform(content),
        _papers(content),
        _fees(content),
        _route(content),
        _result(content),
    ]


def _description(content: Content) -> Task:
    lacking = [part_name(key) for key in missing_parts(content) if key in ("steps", "manner", "applicants", "agency")]
    lacking += [] if content.public.legal_basis else [_("legal documents")]
    number = len(content.public.steps)
    summary = ngettext("%(number)s step", "%(number)s steps", number) % {"number": number}
    return Task(_("Description for citizens"), "editor_description", ", ".join(lacking), summary)


def _cases(content: Content) -> Task:
    lacking = part_name("time_limit") if "time_limit" in missing_parts(content) else ""
    number = len(content.cases)
    words = ngettext("%(number)s case", "%(number)s cases", number) % {"number": number}
    time = "" if lacking else presenting.time_words(content)
    return Task(_("Cases and time limits"), "editor_cases", lacking, f"{words}; {time}".rstrip("; "))


def _eform(content: Content) -> Task:
    wanted = content.eform is None and Channel.ONLINE in content.channels and not content.service.info_only
    if content.eform is None:
        return Task(_("E-form"), "editor_eform", _("questions") if wanted else "", "")
    number = len(content.eform.fields())
    summary = ngettext("%(number)s question", "%(number)s questions", number) % {"number": number}
    return Task(_("E-form"), "editor_eform", "", summary)


def _papers(content: Content) -> Task:
    number = len(content.papers)
    summary = ngettext("%(number)s paper", "%(number)s papers", number) % {"number": number}
    return Task(_("Papers"), "editor_papers", "" if number else part_name("papers"), summary if number else "")


def _fees(content: Content) -> Task:
    lacking = "" if content.fees else _("the fee, or that nothing is paid")
    return Task(_("Fees"), "editor_fees", lacking, ", ".join(said(fee.name) for fee in content.fees))


def _route(content: Content) -> Task:
    number = len(content.route.steps)
    summary = ngettext("%(number)s step", "%(number)s steps", number) % {"number": number}
    hours = format_number(sum(step.hours for step in content.route.steps))
    work = _("%(hours)s working hours") % {"hours": hours}
    return Task(_("Route"), "editor_route", "", f"{summary}, {work}")


def _result(content: Content) -> Task:
    is_fresh = content.result.name.vi == FRESH_RESULT
    number = len(content.service.visits)
    visits = ngettext("%(number)s visit", "%(number)s visits", number) % {"number": number}
    summary = f"{said(content.result.name)}; {visits}"
    return Task(_("Result and visits"), "editor_result", _("name of the result") if is_fresh else "", summary)


def used_channels(content: Content) -> Iterator[tuple[str, str]]:
    """(value, words) of the ways this procedure can be filed."""
    words = {Channel.ONLINE: _("Online"), Channel.COUNTER: _("At the counter"), Channel.POST: _("By post")}
    return ((channel.value, words[channel]) for channel in content.channels)
