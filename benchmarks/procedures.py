"""Two procedures of the bench: a form of 40 fields for filing, one of 60 fields with ten papers for the rich dossier."""

import copy
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from procedures.models import Procedure, ProcedureVersion
from procedures.services import publish, save_draft

MODEL = Path(__file__).resolve().parent.parent / "procedures" / "data" / "criminal-record-certificate.json"
KINDS = ("text", "text", "number", "date", "choice", "long_text", "phone", "email")


def ensure(key: str, *, fields: int, papers: int, at: datetime) -> ProcedureVersion:
    """The published version of a bench procedure, made when missing."""
    found = ProcedureVersion.objects.filter(procedure__key=key, state="published").first()
    if found:
        return found
    with transaction.atomic():
        return _make(key, fields, papers, at)


def _make(key: str, fields: int, papers: int, at: datetime) -> ProcedureVersion:
    model = Procedure.objects.get(key="criminal-record-certificate")
    code = f"L.9{fields:05d}"
    procedure = Procedure.objects.create(
        key=key, local_code=code, code=code, level=model.level, also_levels=[], owner=model.owner, field=model.field,
        audience=model.audience, name_vi=key, name_en=key,
    )  # fmt: skip
    draft = save_draft(procedure, content(fields, papers))
    return publish(draft, actor=None, effective_from=date(2026, 1, 1), at=at)


def content(fields: int, papers: int) -> dict[str, Any]:
    """The real document of a certificate, with a form and papers of this size; its fee falls due after examination."""
    document: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))["versions"][0]["content"]
    chunks = [list(range(start, min(start + 10, fields))) for start in range(0, fields, 10)]
    document["eform"] = {
        "generic": False,
        "sections": [
            {"key": f"part{number}", "title": words(f"Phần {number}"), "fields": [field(n) for n in chunk]}
            for number, chunk in enumerate(chunks)
        ],
    }
    document["papers"] = [_paper(document["papers"][0], number) for number in range(papers)]
    document["fees"] = [{**copy.deepcopy(document["fees"][0]), "timing": "after", "exemptions": []}]
    document["name"] = words(f"Thủ tục đo tốc độ, {fields} trường")
    document["short_name"] = words(f"Đo tốc độ {fields}")
    return document


def words(text: str) -> dict[str, str]:
    """The same words in both languages."""
    return {"vi": text, "en": text}


def field(number: int) -> dict[str, Any]:
    """Field `number` of a form, its kind by turns."""
    kind = KINDS[number % len(KINDS)]
    found: dict[str, Any] = {"key": f"f{number}", "label": words(f"Trường số {number}"), "type": kind}
    if kind == "choice":
        found["options"] = [{"value": value, "label": words(value)} for value in ("mot", "hai", "ba")]
    return found


def answers(fields: int) -> dict[str, Any]:
    """Right answers for every field."""
    values = {
        "text": "Nguyễn Thị Ánh Tuyết",
        "long_text": "Số 12, ngõ 8, đường Ngô Quyền, phường Đông Kinh",
        "number": 12,
        "date": "2020-05-17",
        "choice": "hai",
        "phone": "0912345678",
        "email": "anh.tuyet@example.vn",
    }
    return {f"f{number}": values[KINDS[number % len(KINDS)]] for number in range(fields)}


def _paper(model: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        **model,
        "key": f"paper{number}",
        "name": words(f"Giấy tờ số {number + 1}"),
        "is_eform": False,
        "required": False,
    }
