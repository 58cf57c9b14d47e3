"""An inter-agency dossier for the tests: sports' own procedure with parts at industry and trade, and at finance.

`industry` and `finance` begin at once, `second` (industry again) after `industry`. Giang holds every post at industry and
trade, Loan at finance. Nothing is moved on but by the services and the worker.
"""

from datetime import date, datetime
from typing import Any

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services import appoint
from common import jobs, outbox
from dossiers import terms
from dossiers.models import Branch, Dossier
from dossiers.services import actor_of, fees, intake, perform, routing
from procedures.content import dump, parse
from procedures.models import Procedure
from procedures.services import content_of, publish, save_draft
from tests import cast
from tests.dossiers.consulting_cast import AT, TENNIS, vn
from tests.procedures.answers import answers

CLUB, NOTICE = "sports-club-certificate", "promotion-notification"
PARTS: tuple[dict[str, Any], ...] = (
    {"key": "industry", "title": {"vi": "Phần công thương"}, "procedure": NOTICE, "agency_key": "sct"},
    {"key": "finance", "title": {"vi": "Phần tài chính"}, "procedure": CLUB, "agency_key": "stc"},
    {"key": "second", "title": {"vi": "Phần công thương tiếp theo"}, "procedure": NOTICE, "agency_key": "sct",
     "after": ["industry"]},
)  # fmt: skip


def code_of(key: str) -> str:
    """The code of a procedure, as a route names it."""
    return str(Procedure.objects.get(key=key).code)


def joint_document(parts: tuple[dict[str, Any], ...] = PARTS, **route: Any) -> dict[str, Any]:
    """The document of the sports procedure with these parts."""
    document = dump(content_of(cast.procedure(TENNIS).current_version_id))
    children = [part | {"procedure": code_of(part["procedure"])} for part in parts]
    document["route"] = {**document["route"], "children": children, **route}
    return document


def make_joint(parts: tuple[dict[str, Any], ...] = PARTS, **route: Any) -> None:
    """The sports procedure gets parts at other agencies, in force since Friday."""
    version = save_draft(cast.procedure(TENNIS), joint_document(parts, **route))
    publish(version, actor=None, effective_from=date(2026, 11, 20), at=vn(20))


def as_if_joint(monkeypatch: Any) -> None:
    """The same for tests whose transactions stay: nothing is published, the route is read with the parts."""
    real, version = terms.content_of, cast.procedure(TENNIS).current_version_id
    joint = parse(joint_document())
    monkeypatch.setattr(terms, "content_of", lambda pk: joint if pk == version else real(pk))


def loan() -> User:
    """Every post at finance."""
    found = cast.officer("loan", "Phùng Thị Loan")
    for role in (Role.RECEPTION, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK):
        appoint(found, Agency.objects.get(key="stc"), role, actor=None, since=cast.SINCE)
    return found


def filed(people: cast.Cast) -> Dossier:
    """Filed and paid on Monday at 09:00."""
    found = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=AT, order="test")
    return found


def accepted(people: cast.Cast) -> Dossier:
    """Received on Monday at 09:00, its parts opened, held by Bảo, who examines it."""
    found = filed(people)
    intake.receive(found.pk, user=people.hanh, at=AT)
    work()
    return routing.claim(found.pk, user=people.bao, at=AT).dossier


def work() -> None:
    """What the worker does: news, then the jobs of the parts."""
    while outbox.drain():
        pass
    for job in jobs.lease(50, kinds=["dossier.parts"]):
        jobs.run(job)
    while outbox.drain():
        pass


def branch(dossier: Dossier, key: str) -> Branch:
    return Branch.objects.select_related("child", "agency").get(parent=dossier, key=key)


def finish(row: Branch, user: User, at: datetime, outcome: str = "granted") -> None:
    """The agency of the part issues its result: what goes before (drafting, signing) has tests of its own."""
    Dossier.objects.filter(pk=row.child_id).update(result_state="signed", outcome=outcome)
    perform(row.child_id, "resolve" if outcome == "granted" else "reject", actor=actor_of(user), at=at)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)
