"""Which form a paper has on a day: number, title and template from one dated table, so that a circular is a row."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from dossiers.models import PaperForm

# What a kind is called on pages; its full title stands in the table.
LABELS: dict[str, Any] = {
    "receipt": pgettext_lazy("paper", "Receipt and appointment"),
    "supplement": pgettext_lazy("paper", "Request to complete the dossier"),
    "refusal": pgettext_lazy("paper", "Refusal to receive"),
    "apology": pgettext_lazy("paper", "Apology and new appointment"),
    "stop": pgettext_lazy("paper", "Notice that processing was stopped"),
    "control_slip": pgettext_lazy("paper", "Control slip"),
    "acknowledgement": pgettext_lazy("paper", "Acknowledgement of the result"),
    "joint_receipt": pgettext_lazy("paper", "Receipt for several dossiers"),
}
DATA = Path(__file__).parent.parent / "data" / "paper_forms.json"


def load_forms() -> dict[str, int]:
    """Load the forms of the circulars; a row of the same kind and first day is brought up to date. Idempotent."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["forms"]
    created = 0
    with transaction.atomic():
        # Rows that end come first: a form that takes another's place must not overlap it for a moment.
        for row in sorted(rows, key=lambda row: row["valid_from"]):
            key = {"kind": row["kind"], "valid_from": date.fromisoformat(row["valid_from"])}
            values = {name: value for name, value in row.items() if name not in key}
            values["valid_to"] = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
            created += PaperForm.objects.update_or_create(**key, defaults=values)[1]
    return {"paper_forms": created}


def form_on(kind: str, day: date) -> PaperForm | None:
    """The form of that kind in force on the (local) day; None where the law knew none, as the stop notice before 2025."""
    valid = Q(valid_to=None) | Q(valid_to__gt=day)
    return PaperForm.objects.filter(valid, kind=kind, valid_from__lte=day).first()


def number_words(form: PaperForm, serial: int, agency_code: str) -> str:
    """`0012/HDHS`, `0003/XL-H37.12`: the serial of the year and the symbol of the form."""
    return f"{serial:04d}/{form.symbol.replace('{agency}', agency_code)}"


def label_of(kind: str) -> str:
    """What a kind of paper is called on a page."""
    return str(LABELS.get(kind, kind))
