"""Papers are noted, numbered and drawn: the reaction notes which paper an act owes, a durable job numbers and draws it.

The number is given to the noted row in a transaction of its own before the paper is drawn: a paper that fails keeps it
and is drawn again, so there are no gaps. What was drawn is never drawn again: another print gives the same bytes.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import HANDLING_ROLES, Agency
from common import jobs
from common.models import Job
from common.outbox import News
from documents.models import StoredFile
from documents.render import render_pdf
from documents.services import (
    erase,
    store_bytes,
)
from dossiers.errors import Invalid
from dossiers.models import (
    Dossier,
    DossierEvent,
    IssuedPaper,
    PaperForm,
)
from dossiers.services import (
    codes,
    paper_contexts,
    paper_forms,
    slip_contexts,
)
from dossiers.services.corrections.reorganisation import at_the_time
from dossiers.services.paper_contexts import (
    DECIDED,
    Making,
    Sheet,
)
from dossiers.workflow import acts

Size = IssuedPaper.Size
SIZED = {Size.A5: "dossiers/papers/form01_a5.html", Size.SLIP: "dossiers/papers/form01_slip.html"}
NAMES = {
    "receipt": "giay-tiep-nhan",
    "supplement": "phieu-bo-sung",
    "refusal": "phieu-tu-choi",
    "apology": "xin-loi-hen-lai",
    "stop": "thong-bao-dung",
    "control_slip": "phieu-kiem-soat",
    "acknowledgement": "xac-nhan-nhan-ket-qua",
    "joint_receipt": "bien-nhan-nhieu-ho-so",
}


# ── noted ──
def order_form(news: News) -> None:
    """Reaction: an act that owes a paper gets it, once per event."""
    event = DossierEvent.objects.select_related("dossier__receiving_agency", "dossier__deciding_agency").get(
        dossier=news.subject_id, seq=news.data["seq"]
    )
    kind = acts()[event.name].form
    paper = note(event.dossier, event, kind) if kind else None
    if paper:
        jobs.enqueue("dossier.form", key=f"form:{paper.pk}", payload={"paper": paper.pk})


def note(dossier: Dossier, event: DossierEvent, kind: str) -> IssuedPaper | None:
    """The row of the paper that an event owes; None where the law of that day knew no such form."""
    form = paper_forms.form_on(kind, timezone.localdate(event.at))
    if form is None:
        return None
    return _row(
        dossier, form, seq=event.seq, at=event.at, signer_id=event.actor_id, agency=_agency(dossier, event, kind)
    )


def _row(
    dossier: Dossier, form: PaperForm, *, seq: int, at: datetime, signer_id: int | None, agency: Agency | None
) -> IssuedPaper:
    paper, _created = IssuedPaper.objects.get_or_create(
        dossier=dossier,
        seq=seq,
        kind=form.kind,
        size=Size.A4,
        defaults={
            "form": form.number, "form_set": form.form_set, "agency": agency, "issued_at": at,
            "year": timezone.localdate(at).year, "signed_by_id": signer_id,
        },
    )  # fmt: skip
    return paper


def _agency(dossier: Dossier, event: DossierEvent, kind: str) -> Agency | None:
    """The agency whose paper it is, as of the act: a dossier that has moved to a successor since changes nothing."""
    is_decided = kind in DECIDED
    if event.agency_code and (event.actor_role in HANDLING_ROLES) == is_decided:
        return Agency.objects.get(code=event.agency_code)
    return dossier.deciding_agency if is_decided else dossier.receiving_agency


def unsaved(dossier: Dossier, event: DossierEvent, kind: str) -> Making | None:
    """The paper an event would owe, without a row and without a number: to be looked at before the act."""
    form = paper_forms.form_on(kind, timezone.localdate(event.at))
    if form is None:
        return None
    agency = _agency(dossier, event, kind)
    row = IssuedPaper(
        dossier=dossier, seq=event.seq, kind=kind, size=Size.A4, issued_at=event.at, agency=agency, form=form.number,
        form_set=form.form_set, signed_by_id=event.actor_id,
    )  # fmt: skip
    return Making(row, dossier, event, form)


# ── numbered ──
def numbered(paper: IssuedPaper) -> IssuedPaper:
    """Give the paper its number, if its form has one and it has none yet. Commits by itself, outside of a transaction."""
    if paper.serial is not None or paper.agency is None:
        return paper
    form = form_of(paper)
    if not form.symbol:
        return paper
    with transaction.atomic():
        row = IssuedPaper.objects.select_for_update(of=("self",)).select_related("agency").get(pk=paper.pk)
        if row.serial is None and row.agency and row.year:
            row.serial = codes.next_paper_serial(row.agency.code, row.kind, row.year)
            row.number = paper_forms.number_words(form, row.serial, row.agency.code)
            row.save(update_fields=["serial", "number"])
    return row


def form_of(paper: IssuedPaper) -> PaperForm:
    """The form in force on the day of the paper; raises PaperForm.DoesNotExist."""
    found = paper_forms.form_on(paper.kind, timezone.localdate(paper.issued_at))
    if found is None:
        raise PaperForm.DoesNotExist
    return found


# ── drawn ──
def make_form(job: Job) -> None:
    """Job: number one paper, draw and store it; a second run finds it made and stops."""
    paper = _paper(job.payload["paper"])
    if paper.file_id:
        return
    file = _drawn(numbered(paper))
    with jobs.fenced(job):
        IssuedPaper.objects.filter(pk=paper.pk, file=None).update(file=file)


def printed(paper: IssuedPaper, size: str = Size.A4) -> StoredFile:
    """The stored bytes of a paper in a size, drawn now if nobody has printed it in that size yet.

    Raises Invalid for a size the paper does not have, RenderFailed when it cannot be drawn.
    """
    if size != Size.A4 and paper.kind != "receipt":
        raise Invalid({"size": _("This paper is printed on A4 only.")})
    base = numbered(_paper(paper.pk))
    row = base if size == Size.A4 else _sized(base, size)
    if row.file is None:
        _link(row, _drawn(row))
    file = IssuedPaper.objects.select_related("file").get(pk=row.pk).file
    if file is None:
        raise Invalid({"": _("The paper could not be stored. Try again.")})
    return file


def _paper(pk: int) -> IssuedPaper:
    return IssuedPaper.objects.select_related("agency", "signed_by", "file").get(pk=pk)


def _sized(base: IssuedPaper, size: str) -> IssuedPaper:
    """The row of another size: the same number."""
    same = ("form", "form_set", "agency_id", "issued_at", "year", "serial", "number", "signed_by_id")
    row, _created = IssuedPaper.objects.get_or_create(
        dossier_id=base.dossier_id,
        seq=base.seq,
        kind=base.kind,
        size=size,
        defaults={name: getattr(base, name) for name in same},
    )
    return _paper(row.pk)


def _link(row: IssuedPaper, file: StoredFile) -> None:
    """Whoever drew the paper first has made it; what a second one drew at the same time is erased."""
    if not IssuedPaper.objects.filter(pk=row.pk, file=None).update(file=file):
        erase(file.pk)


def _drawn(paper: IssuedPaper) -> StoredFile:
    sheet = sheet_of(paper)
    pdf = render_pdf(sheet.template, sheet.context, title=sheet.title, is_slip=paper.size == Size.SLIP)
    size = "" if paper.size == Size.A4 else f"-{paper.size}"
    name = f"{NAMES[paper.kind]}{size}-{paper.dossier.code}.pdf"
    return store_bytes(pdf, room="dossiers", purpose=f"paper.{paper.kind}", name=name, owner=None, at=timezone.now())


def sheet_of(paper: IssuedPaper) -> Sheet:
    """Template and values of a paper, as of its act."""
    dossier = Dossier.objects.select_related("receiving_agency", "deciding_agency", "party").get(pk=paper.dossier_id)
    dossier = at_the_time(dossier, paper.seq)  # a reorganisation may have come between the act and its paper
    event = DossierEvent.objects.select_related("actor").get(dossier=dossier, seq=paper.seq)
    making = Making(paper, dossier, event, form_of(paper))
    sheet = slip_contexts.slip_sheet(making) if paper.kind in slip_contexts.ASKED else paper_contexts.form_sheet(making)
    return Sheet(SIZED.get(Size(paper.size), sheet.template), sheet.title, sheet.context)


# ── asked for by an officer ──
def ask(dossier: Dossier, kind: str, *, user: User, at: datetime | None = None) -> IssuedPaper:
    """A control slip, an acknowledgement of the result or one receipt for several dossiers, as the dossier stands now.

    As long as nothing has happened since, asking again gives the same paper. Raises Invalid where there is nothing to print.
    """
    _may_ask(dossier, kind)
    at = at or timezone.now()
    form = paper_forms.form_on(kind, timezone.localdate(at))
    if form is None:
        raise Invalid({"kind": _("There is no such form on that day.")})
    paper = _row(dossier, form, seq=dossier.head_seq, at=at, signer_id=user.pk, agency=dossier.receiving_agency)
    printed(paper)
    return _paper(paper.pk)


def _may_ask(dossier: Dossier, kind: str) -> None:
    if against := reason_against(dossier, kind):
        raise Invalid({"kind": against})


def reason_against(dossier: Dossier, kind: str) -> str:
    """Why this paper cannot be printed of the dossier now; empty when it can."""
    if kind not in slip_contexts.ASKED:
        return _("Choose a paper of the list.")
    if kind == "acknowledgement" and slip_contexts.current_result(dossier) is None:
        return _("The dossier has no issued result yet.")
    if dossier.accepted_at is None:
        return _("The dossier has not been received yet.")
    return ""
