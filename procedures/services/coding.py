"""The national code of a procedure that was published under a provincial one."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from procedures.models import Procedure, ServiceLevel
from procedures.services.projecting import project

if TYPE_CHECKING:
    from accounts.models import User

NATIONAL = re.compile(r"[123]\.\d{6}")


def give_national_code(procedure: Procedure, code: str, *, actor: "User", at: datetime) -> Procedure:
    """From now on the procedure is shown under its national code; the provincial one leads there for ever.

    Raises ValidationError for another shape, a code that is taken, or a procedure that has one.
    """
    wanted = code.strip()
    with transaction.atomic():
        locked = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
        _check(locked, wanted)
        old, locked.code, locked.national_code = locked.code, wanted, wanted
        locked.save(update_fields=["code", "national_code"])
        for service in locked.services.all():
            service.code = f"{wanted}.{service.number:02d}"
            service.save(update_fields=["code"])
            ServiceLevel.objects.filter(service=service).update(code=service.code)
        project(locked, on=timezone.localdate(at))
        data = {"old": old, "new": wanted}
        record("procedure.coded", actor_id=actor.pk, subject_type="procedure", subject_id=locked.pk, data=data)
    return locked


def _check(procedure: Procedure, wanted: str) -> None:
    if procedure.national_code:
        raise ValidationError(_("The procedure has its national code already."))
    if not NATIONAL.fullmatch(wanted):
        raise ValidationError(_("A national code looks like 1.001193: 1, 2 or 3, a point and six digits."))
    other = Procedure.objects.by_code(wanted).first()
    if other is not None:
        raise ValidationError(_("%(code)s belongs to “%(name)s”.") % {"code": wanted, "name": other.name_vi})
