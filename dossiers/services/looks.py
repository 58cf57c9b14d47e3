"""Who has looked at a dossier before."""

from accounts.models import User
from audit.services import was_viewed
from dossiers.models import Dossier


def has_looked_at(user: User, code: str) -> bool:
    """Whether this person opened the dossier of that code at some time, visible to them or not any more."""
    found = Dossier.objects.by_code(code).values_list("pk", flat=True).first()
    return found is not None and was_viewed(user.pk, "dossier", found)
