"""How the ten national states of a dossier look: label word for word, colour role, icon.

The numbers and labels are those of the National Portal; which transitions exist is the business of the dossiers' room.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Look:
    """Label and appearance of a state; `tone` is a role of mc-badge."""

    label: str | Promise
    tone: str
    icon: str = ""


# In the order of the national numbers: draft is 0, then 1 to 10. The labels' msgids are those of the workflow.
STATES: dict[str, Look] = {
    "draft": Look(pgettext_lazy("dossier state", "Draft"), "plain", "edit"),
    "new": Look(pgettext_lazy("dossier state", "Newly registered"), "blue"),
    "received": Look(pgettext_lazy("dossier state", "Received"), "ok"),
    "refused": Look(pgettext_lazy("dossier state", "Not received"), "bad"),
    "processing": Look(pgettext_lazy("dossier state", "In processing"), "info"),
    "supplement": Look(pgettext_lazy("dossier state", "Supplement requested"), "wait"),
    "payment": Look(pgettext_lazy("dossier state", "Financial obligation requested"), "wait"),
    "withdrawn": Look(pgettext_lazy("dossier state", "Withdrawn at the citizen's request"), "info"),
    "stopped": Look(pgettext_lazy("dossier state", "Processing stopped"), "info"),
    "resolved": Look(pgettext_lazy("dossier state", "Processing completed"), "ok"),
    "returned": Look(pgettext_lazy("dossier state", "Result returned"), "ok", "check"),
}
CLASSES = {
    "full": Look(pgettext_lazy("class of procedure", "Full-process"), "full", "disc"),
    "partial": Look(pgettext_lazy("class of procedure", "Partial"), "partial", "half"),
    "info": Look(pgettext_lazy("class of procedure", "Information only"), "info", "info"),
}


def look_of(state: int | str) -> Look:
    """The look of a state by name or national number; an unknown one is shown as it is."""
    if str(state).isdigit():
        return list(STATES.values())[int(state)]
    return STATES.get(str(state), Look(str(state), "info"))
