"""Whom an inter-agency dossier waits for, and where it stops for them; `services.joint` opens, counts and gives up parts."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import ngettext

from common.templatetags.mc import pick
from dossiers.errors import Invalid
from dossiers.models import Branch, Dossier
from dossiers.terms import terms_of
from dossiers.workflow import State


def branches_of(dossier: Dossier) -> list[Branch]:
    """The parts in the order of the route, with agency and dossier; no statement for a procedure without parts."""
    if not terms_of(dossier).content.route.children or dossier.accepted_at is None:
        return []
    return list(dossier.branches.select_related("agency", "child").order_by("position"))


def awaited(dossier: Dossier) -> QuerySet[Branch]:
    """The parts that have not ended and that nobody has given up."""
    return Branch.objects.filter(parent=dossier, is_awaited=True, state__in=Branch.AWAITED)


def waited_for(dossier: Dossier) -> list[Branch]:
    """The parts that are waited for; asks nothing of the database when there is none."""
    if not dossier.open_children:
        return []
    return list(awaited(dossier).select_related("agency").order_by("position"))


def asked_by_parts(dossiers: Iterable[Dossier]) -> dict[int, Dossier]:
    """By dossier, the part of it at another agency that waits for a supplement; the one due first where there are several."""
    parents = [one.pk for one in dossiers if one.open_children]
    if not parents:
        return {}
    found = Dossier.objects.filter(parent__in=parents, state=State.SUPPLEMENT, supplement_sent_at=None)
    return {one.parent_id: one for one in found.order_by("-answer_by") if one.parent_id}


def waits_here(dossier: Dossier) -> bool:
    """Whether the step the dossier is at is not left before the parts have ended."""
    return bool(dossier.open_children) and dossier.step_no >= terms_of(dossier).content.route.waits_at


def no_part_is_open(dossier: Dossier) -> None:
    """Raise Invalid at the step that waits for the parts, while one of them is open; it names them."""
    if waits_here(dossier):
        every_part_is_in(dossier)


def every_part_is_in(dossier: Dossier) -> None:
    """Raise Invalid while a part is open, whatever the step: nothing is issued over an open part."""
    found = waited_for(dossier)
    if not found:
        return
    names = ", ".join(f"{pick(one.title)} ({pick(one.agency.name)})" for one in found)
    text = ngettext(
        "A part at another agency is not done yet: %(parts)s. Wait for it, or go on without it and say why.",
        "%(n)s parts at other agencies are not done yet: %(parts)s. Wait for them, or go on without them and say why.",
        len(found),
    )
    raise Invalid({"": text % {"n": len(found), "parts": names}})
