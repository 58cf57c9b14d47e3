"""The catalogue as it was on any past day, listed and counted on the scale of levels of that day."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from common.text import clean
from procedures.forms_catalogue import DayForm
from procedures.models import NEW_LEVELS_FROM, ProcedureVersion, ServiceLevel
from procedures.services import history
from procedures.views.admin.access import catalogue_or_department, page

SIZE = 50


@catalogue_or_department
@require_safe
def catalogue_on(request: PersonRequest) -> HttpResponse:
    """`?ngay=` a day, `muc=` one level, `sau=` the code after which the page begins."""
    form = DayForm(request.GET)
    day: date = (form.cleaned_data["ngay"] if form.is_valid() else None) or timezone.localdate()
    shares = history.shares_on(day)
    level = request.GET.get("muc", "")
    level = level if level in {share.level for share in shares} else ""
    rows = history.levels_on(day)
    if level:
        rows = rows.filter(**{history.column(day): level})
    after = clean(request.GET.get("sau", ""))[:24]
    some = list(rows.filter(code__gt=after).select_related("service__procedure").order_by("code")[: SIZE + 1])
    shown = some[:SIZE]
    context = {
        "form": form,
        "day": day,
        "shares": shares,
        "total": shares[0].total if shares else 0,
        "is_new": history.uses_new_levels(day),
        "new_from": NEW_LEVELS_FROM,
        "level": level,
        "rows": _with_versions(shown, day),
        "next_url": f"?ngay={day:%Y-%m-%d}&muc={level}&sau={shown[-1].code}" if len(some) > SIZE else "",
        "previous_url": f"?ngay={day:%Y-%m-%d}&muc={level}" if after else "",
        "previous_label": _("from the beginning"),
    }
    return page(request, "procedures/admin/history/day.html", context, status=422 if form.errors else 200)


def _with_versions(rows: list[ServiceLevel], day: date) -> list[dict[str, Any]]:
    """Each record with the version in force that day, where the catalogue has one."""
    ids = [row.service.procedure_id for row in rows if row.service]
    versions = ProcedureVersion.objects.in_force(day).filter(procedure__in=ids).values_list("procedure_id", "number")
    numbers = dict(versions)
    return [
        {"row": row, "procedure": row.service.procedure if row.service else None,
         "number": numbers.get(row.service.procedure_id) if row.service else None}
        for row in rows
    ]  # fmt: skip
