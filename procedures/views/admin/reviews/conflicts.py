"""Two people on one procedure: the second sees what the first has written and keeps her own text."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from accounts.requests import PersonRequest
from procedures.forms_reviews import AnswerForm, ReturnForm
from procedures.models import CampaignItem
from procedures.services.reviewing import ItemStale
from procedures.views.admin.conflicts import Conflict, Difference, differing, save_again, words_of


def item_conflict(request: PersonRequest, found: CampaignItem, stale: ItemStale) -> HttpResponse:
    """409: what stands there now beside what she typed. Nothing was saved; sending it again writes hers."""
    from procedures.views.admin.reviews.tasks import item_page

    is_answer = request.POST.get("act") == "answer"
    form = AnswerForm(request.POST) if is_answer else None
    return_form = ReturnForm(request.POST) if request.POST.get("act") == "return" else None
    told = of_item(found, str(stale), form, reload_url=request.path)
    return item_page(request, found, form=form, return_form=return_form, conflict=told, status=409)


def of_item(found: CampaignItem, message: str, form: AnswerForm | None, *, reload_url: str = "") -> Conflict:
    """The conflict about an item as it is now, with what differs from the answer she typed."""
    decided = found.decided_at and (not found.answered_at or found.decided_at > found.answered_at)
    by, at = (found.decided_by, found.decided_at) if decided else (found.answered_by, found.answered_at)
    differs = _differs(found, form) if form is not None else None
    way_on = save_again() if form is not None and reload_url else ""
    return Conflict(message, by=by, at=at, way_on=way_on, differs=differs, reload_url=reload_url)


def _differs(found: CampaignItem, form: AnswerForm) -> tuple[Difference, ...]:
    now, typed = dict(told(AnswerForm.of(found))), dict(told(form.data))
    return differing((name, now.get(name, ""), typed.get(name, "")) for name in dict.fromkeys([*now, *typed]))


def told(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of everything an answer says."""
    form = AnswerForm()
    group, found = "", []
    for name, field in form.fields.items():
        label = str(field.label)
        if name.endswith("_answer"):
            group = label
        elif group:
            label = f"{group} · {label}"
        if words := words_of(field, values.get(name)):
            found.append((label, words))
    return found
