"""What changed on a dossier since the officer last looked: answers with their old values, papers, events of others.

Read only when there are events the officer has not seen; the usual page costs nothing more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.prepared import Prepared
from dossiers.models import DossierEvent, PaperFile

if TYPE_CHECKING:
    from dossiers.views.officer.page import DossierPage

# What the applicant changes and hands in again; a part gets it with the supplement of the whole.
SENT = ("amend", "supplement_intake", "send_supplement", "update_part")
BEGAN = ("submit", "receive_at_counter", "open_part", *SENT)
_EVENTS = Prepared(
    lambda dossier, seq: DossierEvent.objects.filter(dossier=dossier, seq__gt=seq).order_by("seq"), dossier=int, seq=int
)
_SENT_BEFORE = Prepared(
    lambda dossier, seq: (
        DossierEvent.objects.filter(dossier=dossier, seq__lte=seq, name__in=BEGAN)
        .order_by("-seq")
        .values_list("at")[:1]
    ),
    dossier=int,
    seq=int,
)
_REMOVED = Prepared(
    lambda dossier, after: PaperFile.objects.filter(paper__dossier=dossier, removed_at__gt=after).select_related(
        "file", "paper"
    ),
    dossier=int,
    after=datetime,
)


@dataclass(frozen=True)
class Changes:
    """`answers`: {key: old value}; `papers`: {key: old files}; `seen`: the last event the officer had seen."""

    seen: int | None = None
    events: tuple[DossierEvent, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()  # of the changed answers and papers, for the banner
    papers: dict[str, list[PaperFile]] = field(default_factory=dict)
    at: datetime | None = None  # when the applicant last changed something

    @property
    def words(self) -> str:
        """How many places changed, and which (the first five)."""
        places = ngettext("%(n)s place changed", "%(n)s places changed", len(self.labels)) % {"n": len(self.labels)}
        rest = ", …" if len(self.labels) > 5 else ""
        return f"{places}: {', '.join(self.labels[:5])}{rest}." if self.labels else ""


NONE = Changes()


def of(page: "DossierPage", seen: int | None) -> Changes:
    """What others did after event `seen`; nothing for somebody who never looked, or has seen everything."""
    if seen is None or seen >= page.dossier.head_seq:
        return Changes(seen=seen)
    events = [event for event in _EVENTS.all(dossier=page.dossier.pk, seq=seen) if event.actor_id != page.user.pk]
    sent = [event for event in events if event.name in SENT]
    if not sent:
        return Changes(seen=seen, events=tuple(events))
    answers, labels = _answers(page, sent)
    papers = _papers(page, seen)
    names = (*labels, *(page.name_of(key) for key in papers))
    return Changes(seen, tuple(events), answers, names, papers, sent[-1].at)


def _answers(page: "DossierPage", sent: list[DossierEvent]) -> tuple[dict[str, str], list[str]]:
    """({key: value as it was}, labels) of the answers that read differently now."""
    revisions = [event.data["answers_revision"] for event in sent if "answers_revision" in event.data]
    if not revisions:
        return {}, []
    before = {row.key: shown(row) for part in page.sections_of(min(revisions) - 1) for row in part.rows}
    now = {row.key: (row.label, shown(row)) for part in page.sections for row in part.rows}
    changed = {key: before.get(key, "") for key, (_label, value) in now.items() if before.get(key, "") != value}
    return changed, [now[key][0] for key in changed]


def shown(row: Any) -> str:
    """An answer of the summary as one text, tables row by row."""
    lines = (" · ".join(f"{label}: {value}" for label, value in line) for line in row.table or ())
    return "\n".join(lines) if row.table else str(row.value)


def _papers(page: "DossierPage", seen: int) -> dict[str, list[PaperFile]]:
    """{key: files that were taken out} of papers with a file that came after what the officer had seen was sent."""
    before = _SENT_BEFORE.rows(dossier=page.dossier.pk, seq=seen)
    if not before:
        return {}
    after = before[0][0]
    removed: dict[str, list[PaperFile]] = {}
    for one in _REMOVED.all(dossier=page.dossier.pk, after=after):
        removed.setdefault(one.paper.key, []).append(one)
    new = [paper.key for paper in page.papers if any(one.added_at > after for one in page.files.get(paper.pk, []))]
    return {key: removed.get(key, []) for key in dict.fromkeys([*new, *removed])}


def drawn_answer(changes: Changes, key: str, value: SafeString) -> SafeString:
    """The value with what it was before, when it changed."""
    if key not in changes.answers:
        return value
    old = changes.answers[key] or _("empty")
    return format_html(
        '<ins class="mc-changed">{}</ins> <small class="mc-was">{} <del>{}</del></small>', value, _("Before:"), old
    )


def drawn_paper(changes: Changes, code: str, key: str) -> SafeString:
    """What a paper replaces, with the way to the old file."""
    if key not in changes.papers:
        return SafeString("")
    files = changes.papers[key]
    old = ((reverse("dossiers:officer_file", args=[code, one.file.public_id]), one.file.original_name) for one in files)
    links = format_html_join(", ", '<a class="govuk-link" href="{}">{}</a>', old)
    words = _("New since you last looked, in place of:") if files else _("New since you last looked")
    return format_html('<small class="mc-was"><strong>{}</strong> {}</small>', words, links)
