"""A hand-over list on paper: as it was made, and once more as it was confirmed; each is drawn once and kept."""

from typing import Any

from django.utils import timezone

from agencies.names import Names, names_on
from common import units
from common.money import vnd
from documents.models import StoredFile
from documents.render import render_pdf
from documents.services import erase, store_bytes
from dossiers.models import HandOver, HandOverItem, PaperForm
from dossiers.services import paper_forms
from dossiers.services.hand_overs import KINDS
from dossiers.services.paper_contexts import form_words, heading
from dossiers.terms import terms_of


def printed(hand_over: HandOver) -> StoredFile:
    """The stored paper of a list, drawn now if nobody has printed it since it was made (or confirmed); raises RenderFailed."""
    column = "confirmed_file" if hand_over.confirmed_at else "file"
    kept = getattr(hand_over, column)
    return kept if kept else _made(hand_over, column)


def _made(hand_over: HandOver, column: str) -> StoredFile:
    form = paper_forms.form_on(KINDS[HandOver.Direction(hand_over.direction)], timezone.localdate(hand_over.made_at))
    if form is None:
        raise PaperForm.DoesNotExist
    context = values(hand_over, form)
    pdf = render_pdf(form.template, context, title=f"{form.title} {hand_over.number}")
    name = f"ban-giao-{hand_over.day:%Y%m%d}-{hand_over.serial:04d}.pdf"
    file = store_bytes(
        pdf, room="dossiers", purpose="paper.hand_over", name=name, owner=None, at=timezone.now(), retention="dossier"
    )
    if HandOver.objects.filter(pk=hand_over.pk, **{column: None}).update(**{column: file}):
        return file
    erase(file.pk)  # a colleague printed it at the same time
    return StoredFile.objects.get(pk=HandOver.objects.values_list(column, flat=True).get(pk=hand_over.pk))


def values(hand_over: HandOver, form: PaperForm) -> dict[str, Any]:
    """What stands on the list; names as of the day it was made."""
    day = timezone.localdate(hand_over.made_at)
    giver, receiver = sides(hand_over)
    agency = hand_over.counter if hand_over.is_to_department else hand_over.department
    rows = [_row(item) for item in _items(hand_over)]
    return {
        **form_words(form),
        **heading(agency, on=day, at_counter=hand_over.is_to_department),
        "number": hand_over.number,
        "date": day,
        "giver": giver,
        "receiver": receiver,
        "day": hand_over.day,
        "is_to_department": hand_over.is_to_department,
        "rows": rows,
        "totals": {
            "dossiers": len(rows),
            "fees": sum(bool(row["fee"]) for row in rows),
            "by_post": sum(row["by_post"] for row in rows),
        },
        "given_by": hand_over.made_by.display_name,
        "taken_by": hand_over.confirmed_by.display_name if hand_over.confirmed_by else "",
        "confirmed_at": hand_over.confirmed_at,
        "differences": sum(bool(row["difference"]) for row in rows),
    }


def sides(hand_over: HandOver) -> tuple[str, str]:
    """The units that give and take, as they were called on the day of the list."""
    day = timezone.localdate(hand_over.made_at)
    counter: Names = names_on(hand_over.counter, day)
    department: Names = names_on(hand_over.department, day)
    pair = (counter.one_stop_vi, department.name_vi)
    return pair if hand_over.is_to_department else (pair[1], pair[0])


def _items(hand_over: HandOver) -> list[HandOverItem]:
    return list(hand_over.items.select_related("dossier__party", "result").order_by("position"))


def _row(item: HandOverItem) -> dict[str, Any]:
    dossier = item.dossier
    paid = " (đã nộp)" if item.is_paid else ""
    return {
        "code": dossier.code,
        "procedure": terms_of(dossier).content.title.vi,
        "result_number": item.result.number if item.result else "",
        "owner": dossier.party.full_name,
        "address": units.address_line(dossier.party.address) if item.result else "",
        "fee": f"{vnd(item.amount)}{paid}" if item.amount else "",
        "by_post": item.by_post,
        "at": item.at,
        "difference": item.difference or ("Không nhận được" if item.has_arrived is False else ""),
    }
