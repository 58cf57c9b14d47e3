"""Ways out: handing over the result, withdrawing, stopping, extending, a new appointment."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import calendar_of
from common.outbox import News
from dossiers.errors import Conflict, Invalid
from dossiers.models import Dossier, HandedOver, Result
from dossiers.services import joint, routing
from dossiers.services.performing import SYSTEM, Done, actor_of, perform
from dossiers.terms import terms_of
from dossiers.workflow import State


@dataclass(frozen=True)
class Proof:
    """What proves that the receiver took the result, already checked. `signature`: an SVG path; `mandate`: kind, number, day."""

    proof: str = HandedOver.Proof.SLIP
    is_authorised: bool = False
    national_id: str = ""
    mandate: str = ""
    signature: str = ""


def return_at_counter(
    dossier_id: int,
    *,
    user: User,
    receiver: str,
    proof: Proof | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """9 → 10 at the counter: who received it, and what proves it, is kept with the result.

    Without a `proof` (see services.returning) the receiver has signed the printed record.
    """
    proof = proof or Proof()

    def prepare(dossier: Dossier, at: datetime) -> None:
        name = receiver.strip()[:120]
        if not name:
            raise Invalid({"receiver": _("Write the name of the person who receives the result.")})
        valid = Result.objects.filter(dossier=dossier, revoked_at=None)
        valid.update(receiver=name)
        if result := valid.order_by("-revision").first():
            HandedOver.objects.create(result=result, receiver=name, officer=user, at=at, **asdict(proof))

    data = {"proof": proof.proof, "is_authorised": proof.is_authorised}
    return perform(
        dossier_id, "return_at_counter", actor=actor_of(user), version=version, at=at, prepare=prepare, data=data
    )


def return_online(news: News) -> None:
    """Reaction to a resolved dossier whose result is wanted online: published to the account at once, 9 → 10."""
    dossier = Dossier.objects.get(pk=news.subject_id)
    if dossier.is_part:
        return  # handed in to the citizen's dossier (services.joint)
    if dossier.state == State.RESOLVED and dossier.delivery == Dossier.Delivery.ONLINE:
        perform(dossier.pk, "return_online", actor=SYSTEM)


def delivered(dossier_id: int, *, at: datetime, parcel: str) -> bool:
    """9 → 10: the post delivered the parcel; False when the dossier is not waiting for that."""
    return _by_post(dossier_id, "return_by_post", at, parcel)


def came_back(dossier_id: int, *, at: datetime, parcel: str) -> bool:
    """The post could not deliver: the result waits at the return desk; False when the dossier is not waiting for that."""
    return _by_post(dossier_id, "take_back_parcel", at, parcel)


def _by_post(dossier_id: int, name: str, at: datetime, parcel: str) -> bool:
    try:
        with transaction.atomic():  # whoever calls this goes on in its own transaction after a Conflict
            perform(dossier_id, name, actor=SYSTEM, at=at, data={"parcel": parcel})
    except Conflict:
        return False
    return True


def withdraw(
    dossier_id: int, *, user: User, reason: str = "", version: int | None = None, at: datetime | None = None
) -> Done:
    """1, 2 → 7 at once, or a request from 4, 5, 6 that the deciding unit agrees to."""
    dossier = Dossier.objects.get(pk=dossier_id)
    direct = dossier.state in {State.NEW, State.RECEIVED}
    name = "withdraw" if direct else "ask_withdrawal"

    def prepare(dossier: Dossier, at: datetime) -> None:
        if direct:
            routing.close(dossier, at, ended_by=user.pk, direction="end")
            joint.call_off(dossier, at, is_withdrawn=True)

    return perform(
        dossier_id, name, actor=actor_of(user, dossier), version=version, at=at, reason=reason, prepare=prepare
    )


def agree_withdrawal(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4, 5, 6 → 7: the deciding unit agrees, before a decision is signed."""
    return _ending(dossier_id, "agree_withdrawal", user, "", version, at)


def stop(dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 8: on a legal ground, form 05."""
    return _ending(dossier_id, "stop", user, reason, version, at)


def stop_unpaid(
    dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """6 → 8: the fee after examination was never paid; raises Invalid while the citizen still has time."""
    return _ending(dossier_id, "stop_unpaid", user, reason, version, at)


def _ending(dossier_id: int, name: str, user: User, reason: str, version: int | None, at: datetime | None) -> Done:
    def prepare(dossier: Dossier, at: datetime) -> None:
        if name == "stop_unpaid" and dossier.answer_by and at <= dossier.answer_by:
            raise Invalid({"": _("The citizen still has time to pay.")})
        routing.close(dossier, at, ended_by=user.pk, direction="end")
        joint.call_off(dossier, at, is_withdrawn=name == "agree_withdrawal")

    return perform(dossier_id, name, actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare)


def extend(
    dossier_id: int, *, user: User, extension: str, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """4 → 4: a lawful extension named in the catalogue moves the due date."""

    def prepare(dossier: Dossier, at: datetime) -> dict[str, str]:
        if extension not in {item.key for item in terms_of(dossier).terms.extensions}:
            raise Invalid({"extension": _("The catalogue names no such extension for this procedure.")})
        if dossier.clock_entries.filter(kind="legal_extension", reason_code=extension).exists():
            raise Invalid({"extension": _("This extension was used already.")})
        return {"extension": extension}

    return perform(
        dossier_id, "extend", actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare,
        data={"extension": extension},
    )  # fmt: skip


def reappoint(
    dossier_id: int, *, user: User, on: datetime, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """Form 04: an apology with a new appointment, once and before the due date; the due date and its lateness stay."""

    def prepare(dossier: Dossier, at: datetime) -> dict[str, datetime]:
        if dossier.due_at and at > dossier.due_at:
            raise Invalid({"": _("The due date has passed: an apology must be sent before it.")})
        if dossier.due_at and on <= dossier.due_at:
            raise Invalid({"on": _("The new appointment must lie after the due date.")})
        if not calendar_of(dossier.calendar_id, dossier.deciding_agency_id).is_working(timezone.localdate(on)):
            raise Invalid({"on": _("Choose a working day.")})
        return {"appointment_at": on}

    return perform(
        dossier_id, "reappoint", actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare
    )
