"""Inter-agency dossiers at the desk: the parts of the whole, or the whole a part belongs to."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dossiers.models import Branch, Dossier
from dossiers.services.awaiting import branches_of, waits_here
from dossiers.views.officer.page import DossierPage


@dataclass(frozen=True)
class PartLine:
    """One part; `url` is empty for who may not see the dossier of the other agency."""

    branch: Branch
    url: str


def of(page: DossierPage) -> dict[str, Any]:
    """Parts and whole for the page of a dossier; asks nothing for a procedure without parts."""
    return {"branches": _parts(page), "waits_for_parts": waits_here(page.dossier), "whole": _whole(page)}


def _parts(page: DossierPage) -> list[PartLine]:
    found = branches_of(page.dossier)
    ids = [one.child_id for one in found if one.child_id]
    seen = (
        set(Dossier.objects.visible_to_officer(page.user).filter(pk__in=ids).values_list("pk", flat=True))
        if ids
        else ()
    )
    return [PartLine(one, _url(one.child) if one.child and one.child_id in seen else "") for one in found]


def _whole(page: DossierPage) -> dict[str, str] | None:
    """Code and, for who may see it, address of the citizen's own dossier."""
    whole = page.dossier.parent
    if whole is None:
        return None
    is_seen = Dossier.objects.visible_to_officer(page.user).filter(pk=whole.pk).exists()
    return {"code": whole.code or "", "url": _url(whole) if is_seen else ""}


def _url(dossier: Dossier) -> str:
    return reverse("dossiers:officer_dossier", args=[dossier.code])
