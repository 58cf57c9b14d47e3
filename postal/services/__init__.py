"""Writing rules of the post. Locks are always taken in the order dossier, parcel."""

from postal.services.booking import ensure_parcel
from postal.services.desk import cancel, hand_over
from postal.services.moving import record_event

__all__ = ["cancel", "ensure_parcel", "hand_over", "record_event"]
