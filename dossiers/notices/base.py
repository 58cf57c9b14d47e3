"""What every notice of a dossier is made of: the words, the dossier, dates as they are written."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from common.outbox import News
from dossiers.models import Dossier, DossierText
from dossiers.terms import terms_of


@dataclass(frozen=True)
class Notice:
    """What one piece of news says: a short line (SMS), a heading and sentences (e-mail, site)."""

    short: str
    heading: str
    lines: tuple[str, ...] = ()


def load(dossier_id: int) -> Dossier:
    """The dossier with everything a notice speaks of."""
    related = ("applicant", "party", "receiving_agency", "deciding_agency", "procedure")
    return Dossier.objects.select_related(*related).get(pk=dossier_id)


def language_of(dossier: Dossier) -> str:
    """The language the applicant chose."""
    return dossier.applicant.language if dossier.applicant else "vi"


def title(dossier: Dossier) -> str:
    """The name of the procedure in the applicant's language."""
    return terms_of(dossier).content.title.in_(language_of(dossier))


def item_names(dossier: Dossier) -> dict[str, str]:
    """What papers and answers are called in the applicant's language, by key."""
    content, language = terms_of(dossier).content, language_of(dossier)
    names = {paper.key: paper.name.in_(language) for paper in content.papers}
    if content.eform:
        names |= {field.key: field.label.in_(language) for field in content.eform.fields()}
    return names


def moment(at: datetime | None) -> str:
    """`16:30 25/11/2026` in Viet Nam."""
    return timezone.localtime(at).strftime("%H:%M %d/%m/%Y") if at else ""


def day(at: datetime | None) -> str:
    """`25/11/2026` in Viet Nam."""
    return timezone.localtime(at).strftime("%d/%m/%Y") if at else ""


def reason(dossier: Dossier, news: News) -> str:
    """The public reason of the act that is told of; empty without one."""
    text = DossierText.objects.filter(dossier=dossier, seq=news.data["seq"], purpose="reason", is_public=True).first()
    return text.text if text else ""
