"""Whether a draft can still be filed: its procedure may have changed, or ended, while somebody filled in the form."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.mc import pick, vn_date
from dossiers.models import Dossier
from procedures.models import Procedure, ProcedureVersion

CHAIN = 5  # a successor may itself have been replaced


@dataclass(frozen=True)
class Validity:
    """`fault`: the sentence that stands against filing, empty when nothing does. Nothing typed is lost either way."""

    fault: str = ""
    has_ended: bool = False  # no version holds any more; else there is a newer one
    successor: Procedure | None = None


def validity_of(draft: Dossier, at: datetime) -> Validity:
    """What the law of that day says about filing this draft."""
    day = timezone.localdate(at)
    if not draft.is_draft or draft.procedure_version.holds_on(day):
        return Validity()
    if ProcedureVersion.objects.in_force(day).filter(procedure=draft.procedure_id).exists():
        return Validity(_("This procedure has changed. Look at the new version before you file."))
    successor = successor_of(draft.procedure, day)
    return Validity(_ended(draft.procedure_version, successor), has_ended=True, successor=successor)


def successor_of(procedure: Procedure, day: date) -> Procedure | None:
    """The procedure in force that day that took the place of this one."""
    found: Procedure | None = procedure
    for _step in range(CHAIN):
        found = found.successor if found else None
        if found is None or ProcedureVersion.objects.in_force(day).filter(procedure=found).exists():
            return found
    return None


def _ended(version: ProcedureVersion, successor: Procedure | None) -> str:
    values = {
        "day": vn_date(version.effective_to + timedelta(days=1)) if version.effective_to else "",
        "name": pick(successor.title) if successor else "",
    }
    if successor is not None:
        return _("This procedure is no longer in force since %(day)s. Use “%(name)s” instead.") % values
    return _("This procedure is no longer in force since %(day)s. Ask the one-stop counter what applies now.") % values
