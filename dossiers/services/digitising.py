"""Paper becomes a record, in the order of Circular 01/2023/TT-VPCP: checked, scanned, its key data typed, signed, stored.

Each step is kept by itself: a scan that fails leaves the paper where it was, with the reason, and is done again from
there. Nothing is signed that was not scanned clean; the signed copy takes the place of the scan and carries a code.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from common import outbox
from documents.kinds import IMAGES
from documents.models import StoredFile
from documents.refusals import UploadRefused, sentence
from documents.services import as_pdf, combine_images, read_clean, store_bytes, store_upload
from documents.signing import SigningUnavailable, sign_pdf
from dossiers.errors import Denied, Invalid
from dossiers.models import Digitisation, Dossier, Paper, PaperFile
from dossiers.services import codes, uploads
from dossiers.services.performing import actor_of
from dossiers.terms import terms_of
from dossiers.workflow import HANDLERS, State, may
from dossiers.workflow.acts import RECEPTION
from procedures.content import Paper as PaperRule

Step, Flag = Digitisation.Step, Paper.Digitised
NO_KEY, BROKEN, UNREADABLE = "no_key", "pdf_broken", "paper_unreadable"
CODE_UNSAFE = re.compile(r"[^0-9A-Za-z.]+")


@dataclass(frozen=True)
class KeyData:
    """What the paper says and is found by later. `day`: its date of issue."""

    number: str
    issuer: str
    day: date
    holder: str


@dataclass(frozen=True)
class Row:
    """One paper of the dossier and how far it has come; `file` is its newest live file."""

    rule: PaperRule
    paper: Paper | None
    steps: Digitisation | None
    file: StoredFile | None

    @property
    def next_step(self) -> str:
        """check, scan, wait (for the virus scanner), type, sign; "" when there is nothing to do."""
        if self.paper is not None and self.paper.digitised != Flag.NONE:
            return ""
        if self.steps is None:
            return "check"
        if self.file is None or self.file.state in {StoredFile.State.INFECTED, StoredFile.State.REFUSED}:
            return "scan"
        if self.file.state != StoredFile.State.CLEAN:
            return "wait"
        return "type" if not self.steps.data else "sign"

    @property
    def data(self) -> dict[str, Any]:
        """The key data as typed."""
        return json.loads(self.steps.data) if self.steps and self.steps.data else {}


def rows_of(dossier: Dossier) -> list[Row]:
    """Every paper that can be digitised, in the order of the catalogue."""
    papers = {paper.key: paper for paper in dossier.papers.select_related("steps")}
    live = PaperFile.objects.filter(paper__dossier=dossier, removed_at=None).select_related("file").order_by("pk")
    files = {row.paper_id: row.file for row in live}
    found = []
    for rule in terms_of(dossier).content.papers:
        paper = papers.get(rule.key)
        if paper is not None or (rule.is_uploaded and rule.required):
            steps = getattr(paper, "steps", None)
            found.append(Row(rule, paper, steps, files.get(paper.pk) if paper else None))
    return found


def may_digitise(dossier: Dossier, user: User) -> bool:
    """The counter that received it, or who handles it; from acceptance on until it is closed for good."""
    is_there = dossier.accepted_at is not None and (dossier.is_open or dossier.state == State.RESOLVED)
    return is_there and may(dossier, actor_of(user), (RECEPTION, *HANDLERS)) is not None


def check(
    dossier_id: int, *, user: User, keys: Sequence[str], is_original: bool = True, at: datetime | None = None
) -> int:
    """Step 1: the officer compared the papers with what the dossier asks for; returns how many were new."""
    at, number = at or timezone.now(), 0
    with transaction.atomic():
        dossier = _locked(dossier_id, user)
        for key in keys:
            uploads.rule_of(dossier, key)
            paper, _new = Paper.objects.get_or_create(
                dossier=dossier, key=key, defaults={"position": uploads.position_of(dossier, key), "source": "scan"}
            )
            defaults = {"step": Step.CHECKED, "is_original": is_original, "checked_by": user, "checked_at": at}
            number += Digitisation.objects.get_or_create(paper=paper, defaults=defaults)[1]
    return number


def scan(
    dossier_id: int, *, user: User, key: str, files: Sequence[UploadedFile], at: datetime | None = None
) -> PaperFile:
    """Step 2: the scan of a checked paper. A refused file leaves the step and its reason; raises UploadRefused, Invalid."""
    at = at or timezone.now()
    dossier = Dossier.objects.get(pk=dossier_id)
    rule = uploads.rule_of(dossier, key)
    _steps(dossier, user, key)
    if not files:
        raise Invalid({key: _("Choose a file or take a photograph.")})
    try:
        stored = _stored(rule, files, user, at)
    except UploadRefused as refused:
        Digitisation.objects.filter(paper__dossier=dossier_id, paper__key=key).update(trouble=refused.code[:20])
        raise
    with transaction.atomic():
        steps = _steps(_locked(dossier_id, user), user, key)
        steps.paper.files.filter(removed_at=None).update(removed_at=at)
        row = _added(steps.paper, stored, dossier.answers_revision, at)
        _move(steps, Step.SCANNED, scan=row)
    return row


def _stored(rule: PaperRule, files: Sequence[UploadedFile], user: User, at: datetime) -> StoredFile:
    common: dict[str, Any] = {"room": "dossiers", "purpose": "counter_scan", "owner": user, "at": at}
    limit = rule.max_mb * 1024 * 1024
    if len(files) == 1:
        return store_upload(files[0], accept=frozenset({"pdf", *IMAGES}), max_bytes=limit, **common)
    return combine_images(files, max_bytes=limit, name=f"{rule.key}.pdf", **common)


def _added(paper: Paper, file: StoredFile, revision: int, at: datetime) -> PaperFile:
    return PaperFile.objects.create(
        paper=paper, file=file, position=paper.files.count(), revision=revision, added_at=at
    )


def type_data(dossier_id: int, *, user: User, key: str, data: KeyData, at: datetime | None = None) -> None:
    """Step 3: the key data of the paper, by which it is found and compared later; raises Invalid without a scan."""
    with transaction.atomic():
        dossier = _locked(dossier_id, user)
        steps = _steps(dossier, user, key)
        if _live(steps.paper) is None:
            raise Invalid({key: _("Scan the paper first.")})
        values = {"number": data.number, "issuer": data.issuer, "day": data.day.isoformat(), "holder": data.holder}
        typed = json.dumps(values, ensure_ascii=False)
        _move(steps, Step.TYPED, data=typed, typed_by=user, typed_at=at or timezone.now())


def sign(dossier_id: int, *, user: User, key: str, at: datetime | None = None) -> str:
    """Step 4: the officer's signature (PAdES) on the scan, stored under a code; returns the code. A second press too.

    Raises Invalid while a step before is missing, SigningUnavailable when the key is not there: the paper then waits.
    """
    at = at or timezone.now()
    dossier = Dossier.objects.select_related("receiving_agency").get(pk=dossier_id)
    steps = _steps(dossier, user, key)
    if steps.code:
        return steps.code
    scanned = _ready(steps, key)
    try:
        signed = _signed(scanned, dossier, user)
    except SigningUnavailable as fault:
        is_unreadable = fault.code == UNREADABLE
        Digitisation.objects.filter(pk=steps.pk).update(trouble=BROKEN if is_unreadable else NO_KEY)
        if is_unreadable:
            raise Invalid({key: sentence(BROKEN)}) from None
        raise
    with transaction.atomic():
        dossier = _locked(dossier_id, user)
        steps = _steps(dossier, user, key)
        if steps.code:  # somebody was faster
            return steps.code
        if _ready(steps, key).pk != scanned.pk:
            raise Invalid({key: _("The scan was replaced meanwhile. Look at it, then sign.")})
        return _keep(dossier, steps, signed, user, at)


def _signed(scanned: StoredFile, dossier: Dossier, user: User) -> bytes:
    agency = dossier.receiving_agency
    pdf = as_pdf(read_clean(scanned), scanned.extension)
    place = agency.name_vi if agency else ""
    return sign_pdf(pdf, reason="Số hóa từ bản giấy", location=place, signer_name=user.display_name)


def _keep(dossier: Dossier, steps: Digitisation, signed: bytes, user: User, at: datetime) -> str:
    """The signed copy takes the place of the scan, which stays in the history of the paper."""
    agency = dossier.receiving_agency.code if dossier.receiving_agency else ""
    year, paper = str(timezone.localdate(at).year), steps.paper
    name = f"{paper.key}-{dossier.code}.pdf"
    stored = store_bytes(signed, room="dossiers", purpose="digitised", name=name, owner=None, at=at)
    paper.files.filter(removed_at=None).update(removed_at=at)
    _added(paper, stored, dossier.answers_revision, at)
    serial = codes.next_number(f"digitised:{agency}", year)
    code = f"{agency}.{year}.{CODE_UNSAFE.sub('.', paper.key)}.{serial:06d}"
    _move(steps, Step.SIGNED, file=stored, code=code, signed_by=user, signed_at=at)
    Paper.objects.filter(pk=paper.pk).update(digitised=Flag.DIGITISED, source="scan")
    data = {"paper": paper.pk, "file": stored.pk}
    record("paper.digitised", actor_id=user.pk, subject_type="dossier", subject_id=dossier.pk, data=data)
    outbox.publish(
        "dossier.paper_digitised", subject_type="dossier", subject_id=dossier.pk, agency_code=agency, actor_id=user.pk,
        data={"paper": paper.pk},
    )  # fmt: skip
    return code


def figures(*, agencies: Sequence[int], first: date, last: date) -> Mapping[str, int]:
    """Papers by their flag, of dossiers received at these counters from `first` to `last` (both included)."""
    rows = Paper.objects.filter(
        dossier__receiving_agency__in=agencies,
        dossier__accepted_at__date__gte=first,
        dossier__accepted_at__date__lte=last,
    )
    counted = dict(rows.values_list("digitised").annotate(number=Count("pk")).order_by())
    return {flag: counted.get(flag, 0) for flag in Flag.values}


# ── under the lock ──
def _locked(dossier_id: int, user: User) -> Dossier:
    rows = Dossier.objects.select_related("receiving_agency").select_for_update(of=("self",), no_key=True)
    dossier = rows.get(pk=dossier_id)
    if not may_digitise(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    return dossier


def _steps(dossier: Dossier, user: User, key: str) -> Digitisation:
    if not may_digitise(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    found = Digitisation.objects.filter(paper__dossier=dossier, paper__key=key).select_related("paper").first()
    if found is None:
        raise Invalid({key: _("Check the paper against the original first.")})
    return found


def _move(steps: Digitisation, step: str, **values: Any) -> None:
    Digitisation.objects.filter(pk=steps.pk).update(step=step, trouble="", **values)


def _live(paper: Paper) -> StoredFile | None:
    found = paper.files.filter(removed_at=None).select_related("file").order_by("pk").last()
    return found.file if found else None


def _ready(steps: Digitisation, key: str) -> StoredFile:
    file = _live(steps.paper)
    if file is None or not steps.data:
        raise Invalid({key: _("Scan the paper and type its key data before you sign.")})
    if file.state != StoredFile.State.CLEAN:
        raise Invalid({key: _("The scan is still being checked for viruses. Sign in a moment.")})
    if file.extension not in {"pdf", *IMAGES}:
        raise Invalid({key: _("Only a PDF or a picture can be signed. Scan the paper again.")})
    return file
