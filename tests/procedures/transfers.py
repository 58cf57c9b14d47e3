"""Files of the catalogue for tests, and their way through check and writing."""

import io
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from accounts.models import User
from common import jobs
from documents.services import settle_scan
from procedures.models import CatalogueImport, Procedure
from procedures.services import exporting, importing
from procedures.transfers import writing
from procedures.transfers.layout import BY_KEY, TABLES

KINDS = [importing.CHECK_JOB, importing.APPLY_JOB]


def exported(kind: str, table: str = "procedures") -> bytes:
    """The whole catalogue as a file."""
    entries = exporting.entries(Procedure.objects.all())
    if kind == "xlsx":
        return writing.as_workbook(entries)
    texts = writing.as_json(entries, at="now") if kind == "json" else writing.as_csv(entries, BY_KEY[table])
    return "".join(texts).encode()


def work() -> None:
    """What the worker does."""
    while taken := jobs.lease(10, kinds=KINDS):
        for job in taken:
            jobs.run(job)


def checked(data: bytes, name: str, user: User, **options: Any) -> CatalogueImport:
    """The file after its dry run; the scanner found nothing."""
    made = importing.receive(SimpleUploadedFile(name, data), actor=user, at=timezone.now(), **options)
    settle_scan(made.file_id, None, at=timezone.now())
    work()
    return CatalogueImport.objects.get(pk=made.pk)


def applied(found: CatalogueImport, numbers: list[int] | None = None) -> CatalogueImport:
    """Its right rows written."""
    importing.accept(found, numbers, with_warnings=True, at=timezone.now())
    work()
    return CatalogueImport.objects.get(pk=found.pk)


def workbook(**sheets: list[list[Any]]) -> bytes:
    """A workbook of tables by key, the first row the heads."""
    book = Workbook()
    book.remove(book.active)
    for key, rows in sheets.items():
        sheet = book.create_sheet(BY_KEY[key].vi if key in BY_KEY else key)
        for row in rows:
            sheet.append(row)
    return saved(book)


def opened(data: bytes) -> Workbook:
    """A workbook to be changed by hand."""
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def heads(table: str) -> list[str]:
    """The names of all columns of a table."""
    return [column.vi for column in BY_KEY[table].columns]


def letter(table: str, key: str) -> int:
    """The number of a column, from 1."""
    return [column.key for column in BY_KEY[table].columns].index(key) + 1


def told(found: CatalogueImport) -> list[tuple[str, str]]:
    """(cell, rule) of every error of an import."""
    return [
        (problem["place"], problem["code"])
        for row in found.rows.all()
        for problem in row.problems
        if problem["is_error"]
    ]


def as_json(*records: dict[str, Any]) -> bytes:
    """Records as a file exported here."""
    return json.dumps({"procedures": list(records)}, ensure_ascii=False).encode()


__all__ = [
    "TABLES",
    "applied",
    "as_json",
    "checked",
    "exported",
    "heads",
    "letter",
    "opened",
    "saved",
    "told",
    "work",
    "workbook",
]
