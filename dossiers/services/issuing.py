"""The forms of the one-stop are made by the worker: the reaction notes which paper is owed, a durable job renders it."""

from django.utils import timezone

from common import jobs
from common.models import Job
from common.outbox import News
from documents.render import render_pdf
from documents.services import store_bytes
from dossiers.models import Dossier, DossierEvent, IssuedPaper
from dossiers.services import paper_contexts
from dossiers.services.corrections.reorganisation import at_the_time
from dossiers.workflow import acts


def order_form(news: News) -> None:
    """Reaction: an act that produces one of the forms 01-05 gets its paper, once per event."""
    event = DossierEvent.objects.get(dossier=news.subject_id, seq=news.data["seq"])
    form = acts()[event.name].form
    if not form:
        return
    paper, _created = IssuedPaper.objects.get_or_create(
        dossier_id=news.subject_id,
        seq=event.seq,
        form=form,
        defaults={"form_set": paper_contexts.form_set(event.at), "signed_by_id": event.actor_id},
    )
    jobs.enqueue("dossier.form", key=f"form:{paper.pk}", payload={"paper": paper.pk})


def make_form(job: Job) -> None:
    """Job: render one form and store it; a second run finds it made and stops."""
    paper = IssuedPaper.objects.select_related("dossier").get(pk=job.payload["paper"])
    if paper.file_id:
        return
    dossier = Dossier.objects.select_related("receiving_agency", "deciding_agency", "party").get(pk=paper.dossier_id)
    dossier = at_the_time(dossier, paper.seq)  # a reorganisation may have come between the act and its paper
    event = DossierEvent.objects.select_related("actor").get(dossier=dossier, seq=paper.seq)
    sheet = paper_contexts.form_sheet(dossier, event, paper.form)
    pdf = render_pdf(sheet.template, sheet.context, title=sheet.title)
    name = f"mau-{paper.form}-{dossier.code}.pdf"
    file = store_bytes(pdf, room="dossiers", purpose=f"form{paper.form}", name=name, owner=None, at=timezone.now())
    with jobs.fenced(job):
        IssuedPaper.objects.filter(pk=paper.pk, file=None).update(file=file, form_set=sheet.form_set)
