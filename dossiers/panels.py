"""What dossiers show on pages of lower rooms."""

from typing import Any

from dossiers.models import Dossier
from dossiers.workflow import State
from procedures.models import ProcedureVersion


def running_panel(version: ProcedureVersion, user: Any) -> dict[str, int]:
    """How many filed dossiers still run on a procedure, and how many drafts people fill in, whatever the version."""
    rows = Dossier.objects.filter(procedure=version.procedure_id)
    return {"number": rows.open().count(), "drafts": rows.filter(state=State.DRAFT).count()}
