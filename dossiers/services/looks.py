"""What officers have seen: written when a dossier is opened, so that badges vanish; and what came that is no act."""

from datetime import datetime, timedelta

from accounts.models import User
from common.writing import Part
from dossiers.models import Arrival, Dossier, Look

KEPT = timedelta(days=400)
_LOOKED = f"""INSERT INTO {Look._meta.db_table} AS l (user_id, dossier_id, seq, arrival)
VALUES (%s, %s, %s, (SELECT coalesce(max(id), 0) FROM {Arrival._meta.db_table} WHERE dossier_id = %s))
ON CONFLICT (user_id, dossier_id) DO UPDATE
SET seq = greatest(l.seq, excluded.seq), arrival = greatest(l.arrival, excluded.arrival), at = now() RETURNING id"""  # noqa: S608


def looked(dossier: Dossier, user: User) -> Part:
    """The look of an officer at a dossier as it was read, to be written with the note of the access in one statement."""
    values = (user.pk, dossier.pk, dossier.head_seq, dossier.pk)
    return Part(_LOOKED, values, types=("bigint",) * len(values))


def note_arrival(dossier_id: int, kind: str, *, at: datetime, by: User | None = None) -> Arrival:
    """A message or an opinion came (`Arrival.Kind`): every officer's list says so until they have opened the dossier."""
    return Arrival.objects.create(dossier_id=dossier_id, kind=kind, by=by, at=at)


def forget_looks(*, at: datetime) -> int:
    """Nightly: looks nobody needs any more; returns how many."""
    return Look.objects.filter(at__lt=at - KEPT).delete()[0]
