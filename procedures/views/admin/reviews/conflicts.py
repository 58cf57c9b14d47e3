"""Two people on one procedure: the second sees what the first has written and keeps her own text."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse

from accounts.requests import PersonRequest
from procedures.forms_reviews import AnswerForm, ReturnForm
from procedures.models import CampaignItem
from procedures.services.reviewing import ItemStale


def item_conflict(request: PersonRequest, found: CampaignItem, stale: ItemStale) -> HttpResponse:
    """409: what stands there now beside what she typed. Nothing was saved; sending it again writes hers."""
    from procedures.views.admin.reviews.tasks import item_page

    is_answer = request.POST.get("act") == "answer"
    form = AnswerForm(request.POST) if is_answer else None
    return_form = ReturnForm(request.POST) if request.POST.get("act") == "return" else None
    clashes = clashes_of(found, form) if form is not None else []
    return item_page(
        request, found, errors=[str(stale)], form=form, return_form=return_form, clashes=clashes, status=409
    )


def clashes_of(found: CampaignItem, form: AnswerForm) -> list[tuple[str, str, str]]:
    """(label, what stands there now, what she typed) of everything that differs."""
    now, typed = dict(words_of(AnswerForm.of(found))), dict(words_of(form.data))
    names = list(dict.fromkeys([*now, *typed]))
    return [
        (name, now.get(name, ""), typed.get(name, "")) for name in names if now.get(name, "") != typed.get(name, "")
    ]


def words_of(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, words) of everything an answer says."""
    form = AnswerForm()
    group, found = "", []
    for name, field in form.fields.items():
        label = str(field.label)
        if name.endswith("_answer"):
            group = label
        elif group:
            label = f"{group} · {label}"
        if words := _words(field, values.get(name)):
            found.append((label, words))
    return found


def _words(field: forms.Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
    return str(value).strip()
