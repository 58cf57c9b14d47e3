"""The plan of the parts, made when the dossier is accepted: which apply, by which version, where, and until when."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency, calendar_of
from common.writing import inserted
from dossiers import clock
from dossiers.clock import Share
from dossiers.errors import Invalid
from dossiers.models import Branch, Dossier
from dossiers.services import clockwork, quoting, routing
from dossiers.terms import terms_of
from procedures.content import Child
from procedures.content.conditions import holds
from procedures.models import ProcedureVersion
from procedures.services import content_of, part_version


def plan(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """What an act of acceptance takes along: the rows of the parts, and their shares of the limit for the clock.

    Nothing, and no statement, for a route without parts. Sets `open_children`. Raises Invalid for a part whose procedure is
    in force no more: nobody may promise what cannot be opened.
    """
    children = terms_of(dossier).content.route.children
    if not children:
        return {}
    answers = dossier.answers.get(revision=dossier.answers_revision).answers
    day = timezone.localdate(at)
    wanted = [child for child in children if holds(child.show_if, answers, on=day)]
    after = _effective({child.key: child.after for child in children}, {child.key for child in wanted})
    rows = [_branch(dossier, n, child, after[child.key], answers, at) for n, child in enumerate(wanted)]
    shares = [_share(dossier, row) for row in rows]
    ends = clock.ends(shares, at, calendar_of(dossier.calendar_id))
    for row in rows:
        row.planned_at = ends[row.key]
    dossier.open_children = len(rows)
    return {"beside": inserted(rows), "parts": [clock.as_data(share) for share in shares]} if rows else {}


def _effective(after: Mapping[str, Iterable[str]], wanted: set[str]) -> dict[str, list[str]]:
    """Whom each part waits for when some are left out: who waited for one of those waits for what that one waited for."""

    def before(key: str) -> set[str]:
        found: set[str] = set()
        for one in after[key]:
            found |= {one} if one in wanted else before(one)
        return found

    return {key: sorted(before(key)) for key in wanted}


def _branch(
    dossier: Dossier, position: int, child: Child, after: list[str], answers: Mapping[str, Any], at: datetime
) -> Branch:
    version = _version(child, at)
    agency = _agency(child, dossier, at)
    content = content_of(version.pk)
    return Branch(
        parent=dossier,
        position=position,
        key=child.key,
        title=child.title.model_dump(),
        agency=agency,
        procedure_version=version,
        case_key=quoting.case_key(content, taken_answers(child, content, answers), at),
        after=after,
    )


def _version(child: Child, at: datetime) -> ProcedureVersion:
    found = part_version(child.procedure, on=timezone.localdate(at))
    if found is None:
        text = _(
            "The part “%(part)s” cannot be opened: procedure %(code)s is not in force. Tell who keeps the catalogue."
        )
        raise Invalid({"": text % {"part": child.title.vi, "code": child.procedure}})
    return found


def _agency(child: Child, dossier: Dossier, at: datetime) -> Agency:
    found = Agency.objects.filter(pk=routing.agency_of(child, dossier, at) or 0).first()
    if found is None:
        raise Invalid({"": _("The part “%(part)s” has no agency.") % {"part": child.title.vi}})
    return found


def taken_answers(child: Child, content: Any, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers the agency of a part gets: those its own form asks under the same key, or the ones the route names."""
    asked = {field.key for field in content.eform.fields()} if content.eform else set()
    wanted = asked & set(child.answers) if child.answers else asked
    return {key: value for key, value in answers.items() if key in wanted}


def taken_papers(child: Child, content: Any) -> set[str]:
    """The keys of the papers the agency of a part gets; the others stay unread there."""
    asked = {paper.key for paper in content.papers}
    return asked & set(child.papers) if child.papers else asked


def _share(dossier: Dossier, row: Branch) -> Share:
    """The part as the clock of the citizen's limit sees it: the legal limit of its own procedure, on its agency's hours."""
    like = Dossier(
        procedure_version_id=row.procedure_version_id, case_key=row.case_key, intake=dossier.intake
    )  # only to be read
    return Share(
        key=row.key,
        limit=terms_of(like).limit,
        after=tuple(row.after),
        hours_of=clockwork.hours_of(dossier, row.agency_id).get("hours_of", ""),
        agency=row.agency.name,
        title=row.title,
    )
