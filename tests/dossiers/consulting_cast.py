"""What the tests of consultations share: a dossier at the examiner, a question, a route whose law makes silence agreement."""

from datetime import UTC, datetime, timedelta
from typing import Any

from agencies.models import Agency
from dossiers import terms
from dossiers.clock import Limit
from dossiers.models import Consultation, Dossier
from dossiers.services import consulting, fees, intake, routing
from procedures.content import Step, Text
from tests import cast
from tests.procedures.answers import answers

TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY
QUESTION = "Địa điểm có phù hợp quy hoạch không?"
LAW = "Điều 12 khoản 3 Nghị định 00/2026/NĐ-CP (ví dụ)"
SILENT_STEP = 90
SECOND = timedelta(seconds=1)


def vn(day: int, hour: int = 9, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Viet Nam."""
    return datetime(2026, month, day, hour - 7, minute, tzinfo=UTC)


def examined(people: cast.Cast) -> Dossier:
    """Received on Monday at 09:00 and held by Bảo, who examines it."""
    found = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=AT, order="test")
    intake.receive(found.pk, user=people.hanh, at=AT)
    return routing.claim(found.pk, user=people.bao, at=AT).dossier


def ask(people: cast.Cast, dossier: Dossier, agency: str = "sct", **more: Any) -> Consultation:
    """Bảo asks; three working days unless said otherwise."""
    values = {"question": QUESTION, "limit": Limit(3, "working_day"), "at": AT} | more
    user = values.pop("user", people.bao)
    consulting.consult(dossier.pk, user=user, agency=Agency.objects.get(key=agency), **values)
    return Consultation.objects.open().filter(dossier=dossier, agency__key=agency).get()


def silence_is_agreement(monkeypatch: Any, hours: float = 24) -> None:
    """Give every route a consultation step whose law makes silence agreement."""
    real = terms.content_of
    words = Text(vi="Lấy ý kiến")
    step = Step(
        no=SILENT_STEP, role="consultation", title=words, action=words, hours=hours, agency="other",
        silence_is_agreement=True, legal_basis=LAW,
    )  # fmt: skip

    def changed(version_id: int) -> Any:
        content = real(version_id)
        steps = (*content.route.steps, step)
        return content.model_copy(update={"route": content.route.model_copy(update={"steps": steps})})

    monkeypatch.setattr(terms, "content_of", changed)
