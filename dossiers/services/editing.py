"""When a citizen, or the counter for them, may change a dossier."""

from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.errors import Conflict, Denied
from dossiers.models import Dossier
from dossiers.services.performing import actor_of
from dossiers.workflow import State


def editable(dossier_id: int, *, user: User) -> Dossier:
    """The locked dossier if this person may change it now (draft, unopened, or a supplement is asked), else Conflict."""
    dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
    if not may_write(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    waits = dossier.state == State.SUPPLEMENT and dossier.supplement_sent_at is None
    if dossier.is_draft or waits or (dossier.state == State.NEW and dossier.opened_at is None):
        return dossier
    raise Conflict(dossier)


def may_write(dossier: Dossier, user: User) -> bool:
    """Its applicant; while the counter prepares it for them, the officers of that counter and nobody else."""
    if is_prepared(dossier):
        return Dossier.objects.prepared_at_counter_of(user).filter(pk=dossier.pk).exists()
    return actor_of(user, dossier).is_applicant


def is_prepared(dossier: Dossier) -> bool:
    """A draft that an officer enters for somebody."""
    return dossier.is_draft and dossier.filed_by != Dossier.FiledBy.SELF
