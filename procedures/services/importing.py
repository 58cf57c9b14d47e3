"""Imports of the catalogue: taking a file, the dry run, and writing what was accepted into drafts."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import jobs
from common.models import Job
from documents.models import Retention, StoredFile
from documents.refusals import UploadRefused
from documents.services import keep_until, read_clean, store_upload
from procedures.models import CatalogueImport, ImportRow, ProcedureVersion
from procedures.services import comparing
from procedures.transfers.checking import Finding
from procedures.transfers.problems import Unreadable
from procedures.transfers.tidying import tidy

if TYPE_CHECKING:
    from accounts.models import User

MOST_BYTES = 25 * 1024 * 1024
BATCH = 100
KEPT = timedelta(days=90)
CHECK_JOB, APPLY_JOB = "catalogue.check", "catalogue.apply"
State = CatalogueImport.State
Format = CatalogueImport.Format

# What the store says about papers of a dossier has another remedy here.
REFUSALS = {
    "wrong_type": _("This kind of file is not accepted here. Choose .xlsx, .csv or .json; save .xls and .xlsm files as .xlsx."),
    "office_locked": _("The workbook is locked by a password or saved in an old form. Save it as .xlsx without a password."),
    "office_active": _("The workbook holds a macro or another file. Save it as .xlsx without macros and choose it again."),
    "office_links": _("The workbook loads something from outside. Paste the values alone and choose it again."),
    "office_broken": _("The workbook is damaged or did not arrive whole. Open it, save it again and choose the new file."),
    "office_too_complex": _("The workbook would become too large when opened. Split it and send the parts."),
    "too_complex": _("The workbook is too complex to be checked. Split it and send the parts."),
    "content_differs": _("What is inside the file does not match its name. Save it anew as .xlsx, .csv or .json."),
    "too_large": _("The file is larger than 25 MB. Split it and send the parts."),
}  # fmt: skip


def receive(
    upload: UploadedFile, *, actor: "User", at: datetime, is_national: bool = False, is_complete: bool = False
) -> CatalogueImport:
    """Store the file and have it checked; nothing is written to the catalogue. Raises UploadRefused."""
    accept = frozenset({"json"} if is_national else {"xlsx", "csv", "json"})
    try:
        stored = store_upload(
            upload, room="procedures", purpose="import", owner=actor, accept=accept, max_bytes=MOST_BYTES, at=at,
            retention=Retention.TECHNICAL,
        )  # fmt: skip
    except UploadRefused as refused:
        refused.message = REFUSALS.get(refused.code, refused.message)
        raise
    with transaction.atomic():
        made = CatalogueImport.objects.create(
            file=stored, name=stored.original_name, format=Format.NATIONAL if is_national else stored.extension, by=actor, at=at,
            is_complete=is_national and is_complete,
        )  # fmt: skip
        keep_until(stored.pk, at + KEPT)
        jobs.enqueue(CHECK_JOB, key=f"{CHECK_JOB}:{made.pk}", payload={"import": made.pk})
    return made


def check(job: Job) -> None:
    """The dry run: every row compared, every fault noted, nothing written but the report."""
    found = CatalogueImport.objects.select_related("file").get(pk=job.payload["import"])
    if found.state not in {State.UPLOADED, State.CHECKING}:
        return
    if found.file.is_waiting:
        raise jobs.Postpone(timezone.now() + timedelta(seconds=2), "the virus scan is not done")
    if not found.file.is_clean:
        infected = found.file.state == StoredFile.State.INFECTED
        _refuse(job, found, Unreadable("infected" if infected else "scan_refused"))
        return
    found.rows.all().delete()
    _progress(found, 0, 0)
    try:
        compared = comparing.open_file(read_clean(found.file), found.format, is_complete=found.is_complete)
        counts = _write_rows(job, found, compared)
    except Unreadable as fault:
        _refuse(job, found, fault)
        return
    notes = [note.stored() for note in compared.notes]
    with jobs.fenced(job):
        CatalogueImport.objects.filter(pk=found.pk).update(
            state=State.CHECKED, counts=counts, notes=notes, checked_at=timezone.now(), done=compared.total
        )


def _write_rows(job: Job, found: CatalogueImport, compared: comparing.Compared) -> dict[str, int]:
    counts: dict[str, int] = {}
    number = 0
    _progress(found, 0, compared.total)
    for findings in batches(compared.findings()):
        if not jobs.renew(job):
            raise jobs.LeaseLost
        rows = store(found, findings, after=number)
        number += len(rows)
        _progress(found, number, compared.total)
        for row in rows:
            counts[row.kind] = counts.get(row.kind, 0) + 1
    if not number:
        raise Unreadable("empty")
    return counts


def store(found: CatalogueImport, findings: list[Finding], *, after: int) -> list[ImportRow]:
    """Findings as rows of an import, numbered from `after` + 1."""
    rows = [_row(found, after + place, finding) for place, finding in enumerate(findings, 1)]
    return ImportRow.objects.bulk_create(rows)


def batches(findings: Iterator[Finding]) -> Iterator[list[Finding]]:
    """Findings in lists of a hundred."""
    batch: list[Finding] = []
    for finding in findings:
        batch.append(finding)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _progress(found: CatalogueImport, done: int, total: int) -> None:
    CatalogueImport.objects.filter(pk=found.pk).update(state=State.CHECKING, done=min(done, total), total=total)


def _row(found: CatalogueImport, number: int, finding: Finding) -> ImportRow:
    base = finding.base
    return ImportRow(
        batch=found, number=number, kind=finding.kind, procedure_id=base.procedure_id if base else None,
        code=tidy(finding.code)[:40], name=tidy(finding.name)[:500], facts=asdict(finding.facts), content=finding.document,
        base_sha256=base.sha256 if base else "", parts=finding.parts,
        problems=[problem.stored() for problem in finding.problems],
        has_warnings=any(not problem.is_error for problem in finding.problems),
    )  # fmt: skip


def _refuse(job: Job, found: CatalogueImport, fault: Unreadable) -> None:
    refusal = {"code": fault.code, "values": fault.values_said}
    with jobs.fenced(job):
        found.rows.all().delete()
        CatalogueImport.objects.filter(pk=found.pk).update(
            state=State.REFUSED, refusal=refusal, checked_at=timezone.now()
        )


def give_up(job: Job) -> None:
    """The check or the writing failed for good: said on the page, rows that wait may be accepted again."""
    found = CatalogueImport.objects.get(pk=job.payload["import"])
    if job.kind == CHECK_JOB:
        found.state, found.refusal = State.REFUSED, {"code": "crashed", "values": {}}
    else:
        found.state = State.APPLIED
        found.rows.filter(outcome=ImportRow.Outcome.ACCEPTED).update(outcome=ImportRow.Outcome.NONE)
    found.save(update_fields=["state", "refusal"])


def accept(found: CatalogueImport, numbers: list[int] | None, *, with_warnings: bool, at: datetime) -> int:
    """Accept right rows (all, or those of the numbers) and have them written; returns how many. 0 when nothing is left."""
    with transaction.atomic():
        locked = CatalogueImport.objects.select_for_update().get(pk=found.pk)
        if locked.state not in {State.CHECKED, State.APPLIED}:
            return 0
        rows = locked.rows.filter(kind__in=["new", "changed", "gone"], outcome="")
        if numbers is not None:
            rows = rows.filter(number__in=numbers)
        elif not with_warnings:
            rows = rows.filter(has_warnings=False)
        count = rows.update(outcome=ImportRow.Outcome.ACCEPTED)
        if count:
            locked.state, locked.rounds = State.APPLYING, locked.rounds + 1
            locked.done, locked.total = 0, count
            locked.save(update_fields=["state", "rounds", "done", "total"])
            key = f"{APPLY_JOB}:{locked.pk}:{locked.rounds}"
            jobs.enqueue(APPLY_JOB, key=key, payload={"import": locked.pk})
    return count


def apply(job: Job) -> None:
    """Write every accepted row, each in a transaction of its own, so that a worker that dies loses nothing."""
    from procedures.services.import_rows import write_row

    found = CatalogueImport.objects.select_related("file", "by").get(pk=job.payload["import"])
    waiting = found.rows.filter(outcome=ImportRow.Outcome.ACCEPTED).order_by("number")
    for place, pk in enumerate(list(waiting.values_list("pk", flat=True)), 1):
        write_row(pk, found, at=timezone.now())
        if place % 20 == 0:
            CatalogueImport.objects.filter(pk=found.pk).update(done=place)
            if not jobs.renew(job):
                raise jobs.LeaseLost
    with jobs.fenced(job):
        CatalogueImport.objects.filter(pk=found.pk).update(state=State.APPLIED, applied_at=timezone.now())


def base_of(row: ImportRow) -> ProcedureVersion | None:
    """What a row is compared with: the open draft of its procedure, else the version in force, else the last one."""
    if row.procedure is None:
        return None
    versions = row.procedure.versions
    return versions.open().first() or row.procedure.current_version or versions.order_by("-number").first()


def loads(data: bytes) -> Any:
    """JSON of a stranger; raises Unreadable naming line and column."""
    try:
        return json.load(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig"))
    except json.JSONDecodeError as error:
        raise Unreadable("json_broken", line=error.lineno, column=error.colno) from None
    except UnicodeDecodeError:
        raise Unreadable("csv_encoding") from None
    except RecursionError:
        raise Unreadable("json_deep") from None
    except ValueError:  # a number of thousands of figures
        raise Unreadable("json_shape") from None
