"""The read model of the post: where the parcel of a dossier is, written by the room above."""

from dossiers.models import Dossier


def set_post_state(dossier_id: int, state: str) -> None:
    """Copy the parcel's state (at most 20 characters) to the dossier's column; touches nothing else."""
    Dossier.objects.filter(pk=dossier_id).exclude(post_state=state).update(post_state=state)
