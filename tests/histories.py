"""What a dossier went through, compared with the flow chart of the law."""

import itertools

from dossiers.models import Dossier, DossierEvent
from dossiers.workflow import edges


def walked(dossier_id: int) -> list[tuple[str, str]]:
    """The (from, to) states of its events, in order."""
    rows = DossierEvent.objects.filter(dossier_id=dossier_id).order_by("seq")
    return list(rows.values_list("from_state", "to_state"))


def is_path(dossier_id: int) -> bool:
    """Whether the history is a path of the chart that ends where the dossier is."""
    steps, found = {(edge.source, edge.target) for edge in edges()}, walked(dossier_id)
    joined = all(before[1] == after[0] for before, after in itertools.pairwise(found))
    return joined and set(found) <= steps and found[-1][1] == Dossier.objects.get(pk=dossier_id).state
