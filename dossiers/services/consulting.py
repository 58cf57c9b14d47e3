"""Opinions of other agencies: asked, given, taken back, or counted as agreement where a law says so.

Asking never moves the limit of the dossier. Each question has its own limit on the opening hours of the agency asked.
When that passes, only the route's own legal text makes silence agreement; else the watch alarms whoever has the dossier
and their lead, who go on without the opinion or ask again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, calendar_of
from agencies.standing import Standing, standing_of
from common.templatetags.mc import pick
from documents.models import StoredFile
from documents.services import keep_until, store_upload
from dossiers import clock
from dossiers.clock import Limit
from dossiers.clock.words import limit_words
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Arrival, Consultation, Dossier, Outage, OutageShift
from dossiers.querysets_consultations import OPINION_ROLES, ConsultationQuerySet
from dossiers.services import looks, messaging, routing
from dossiers.services.performing import SYSTEM, Actor, Done, actor_of, perform
from dossiers.terms import answer_limit_of, terms_of
from procedures.content import Step

Outcome = Consultation.Outcome
ANSWERS = (Outcome.AGREE, Outcome.DISAGREE, Outcome.NO_OPINION)
MOST = {"working_day": 60, "hour": 80}
LONGEST_QUESTION, LONGEST_ANSWER = 4000, 8000
ACCEPT = frozenset({"pdf", "jpg", "png", "docx"})
LARGEST = 15 * 1024 * 1024
PURPOSE = "opinion"
UNUSED = timedelta(days=1)  # a file that was handed in and never sent


# ── asking ──
def consult(
    dossier_id: int,
    *,
    user: User,
    agency: Agency,
    question: str,
    limit: Limit,
    step_no: int = 0,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """4 → 4: ask another agency. `step_no`: which consultation of the route this is (0: none of them).

    One that was asked before and let its limit pass is asked again: the old question ends. Raises Denied for who does
    not have the dossier, Invalid for an agency that cannot be asked, a limit shorter than the law's where silence binds.
    """
    actor = actor_of(user)
    data: dict[str, Any] = {}

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        routing.at_own_step(dossier, actor)
        _may_be_asked(agency, dossier, at)
        ended = _asked_before(dossier, agency, at)
        asked = _question(dossier, agency, question, limit, step_no, at)
        asked.asked_by = user
        asked.save()
        data.update(consultation=asked.pk, agency=agency.code)
        return {"consultation": asked, "limit": limit, "ended": ended}

    return perform(dossier_id, "consult", actor=actor, version=version, at=at, prepare=prepare, data=data)


def _may_be_asked(agency: Agency, dossier: Dossier, at: datetime) -> None:
    if agency.pk in {dossier.handling_agency_id, dossier.deciding_agency_id}:
        raise Invalid({"agency": _("This agency handles the dossier itself: ask another one.")})
    if not agency.is_valid_on(timezone.localdate(at)):
        raise Invalid({"agency": _("This agency does not exist any more: ask its successor.")})


def _asked_before(dossier: Dossier, agency: Agency, at: datetime) -> list[Consultation]:
    found = Consultation.objects.open().filter(dossier=dossier, agency=agency).first()
    if found is None:
        return []
    if at <= found.due_at:
        until = timezone.localtime(found.due_at).strftime("%H:%M %d/%m/%Y")
        raise Invalid({"agency": _("This agency was asked already and has until %(until)s.") % {"until": until}})
    _end(found, dossier, at, Outcome.RECALLED)
    return [found]


def _question(
    dossier: Dossier, agency: Agency, question: str, limit: Limit, step_no: int, at: datetime
) -> Consultation:
    words = messaging.clean(question)
    if not words:
        raise Invalid({"question": _("Write what the agency is to say something about.")})
    if len(words) > LONGEST_QUESTION:
        raise Invalid({"question": _("A question has at most %(n)s characters.") % {"n": LONGEST_QUESTION}})
    if limit.amount > MOST.get(limit.unit, 0):
        raise Invalid({"limit_amount": _("Give at most 60 working days, or 80 working hours.")})
    step = _step(dossier, step_no)
    due_at = _due_at(dossier, agency, limit, at)
    is_binding = bool(step and step.silence_is_agreement)
    if step and is_binding:
        _whole_limit(dossier, agency, step, due_at, at)
    return Consultation(
        dossier=dossier, seq=dossier.head_seq + 1, step_no=step_no, agency=agency,
        asked_from_id=dossier.handling_agency_id or 0, asked_at=at, question=words, limit_amount=limit.amount,
        limit_unit=limit.unit, due_at=due_at, silence_is_agreement=is_binding,
        legal_basis=step.legal_basis if step and is_binding else "",
    )  # fmt: skip


def _step(dossier: Dossier, step_no: int) -> Step | None:
    if not step_no:
        return None
    found = next((step for step in terms_of(dossier).consultations if step.no == step_no), None)
    if found is None:
        raise Invalid({"step_no": _("The route has no such consultation.")})
    return found


def _due_at(dossier: Dossier, agency: Agency, limit: Limit, at: datetime) -> datetime:
    return clock.due_at(limit, at, calendar_of(dossier.calendar_id, agency.pk))


def _whole_limit(dossier: Dossier, agency: Agency, step: Step, due_at: datetime, at: datetime) -> None:
    """Silence binds after the whole limit of the law, never after a shorter one an officer chose."""
    legal = answer_limit_of(step)
    if legal and due_at < _due_at(dossier, agency, legal, at):
        text = _("Silence counts as agreement only after the whole limit: %(limit)s.")
        raise Invalid({"limit_amount": text % {"limit": limit_words(legal)}})


# ── answering ──
def attach(consultation: Consultation, *, user: User, upload: UploadedFile, at: datetime | None = None) -> StoredFile:
    """Check and store a file of an answer that is not sent yet; raises documents' UploadRefused, Denied."""
    at = at or timezone.now()
    _answers_for(consultation, user)
    stored = store_upload(upload, room="dossiers", purpose=PURPOSE, owner=user, accept=ACCEPT, max_bytes=LARGEST, at=at)
    keep_until(stored.pk, at + UNUSED)
    return stored


def attached(public_id: str | UUID | None, *, user: User) -> StoredFile | None:
    """The file of that id if this person handed it in for an answer that is not sent yet."""
    try:
        key = UUID(str(public_id))
    except ValueError:
        return None
    mine = StoredFile.objects.filter(public_id=key, owner=user, room="dossiers", purpose=PURPOSE)
    return mine.exclude(pk__in=Consultation.objects.filter(file__isnull=False).values("file")).first()


def answer_consultation(
    consultation: Consultation,
    *,
    user: User,
    outcome: str,
    answer: str = "",
    file: StoredFile | None = None,
    at: datetime | None = None,
) -> Done:
    """4, 5, 6: the agency that was asked gives its opinion; the first answer counts, a second is a Conflict.

    Whoever asked does not answer. Raises Denied, Invalid without an outcome or, for a disagreement, without reasons.
    """
    code, words = _answers_for(consultation, user), messaging.clean(answer)
    _check_answer(outcome, words)
    actor = Actor(user_id=user.pk, standing=standing_of(user), consulted=code)
    data: dict[str, Any] = {"consultation": consultation.pk, "agency": code, "outcome": outcome}
    data |= _instead_of(standing_of(user), consultation.agency_id)

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        found = _open(dossier, consultation.pk)
        found.answer, found.file, found.ended_by = words, file, user
        _end(found, dossier, at, outcome)
        if file is not None:
            keep_until(file.pk, None)
        looks.note_arrival(dossier.pk, Arrival.Kind.OPINION, at=at, by=user)
        return {"ended": [found]}

    return perform(consultation.dossier_id, "answer_consultation", actor=actor, at=at, prepare=prepare, data=data)


def _answers_for(consultation: Consultation, user: User) -> str:
    """The code of the agency this person answers for; raises Denied."""
    found = Consultation.objects.asked_of(user).filter(pk=consultation.pk).select_related("agency").first()
    if found is None or found.asked_by_id == user.pk:
        raise Denied(_("Only officers of the agency that was asked give its opinion, and never who asked."))
    return found.agency.code


def _instead_of(standing: Standing, agency_id: int) -> dict[str, int]:
    """Whom a substitute answers for, when no post of their own gives them the right."""
    held = [standing.instead_of(role, agency_id) for role in OPINION_ROLES if standing.has(role, agency_id)]
    return {"instead_of": held[0]} if held and held[0] and all(held) else {}


def _check_answer(outcome: str, words: str) -> None:
    if outcome not in ANSWERS:
        raise Invalid({"outcome": _("Choose: agrees, does not agree, or has no opinion to give.")})
    if outcome == Outcome.DISAGREE and not words:
        raise Invalid({"answer": _("Write why the agency does not agree, and the law behind it.")})
    if len(words) > LONGEST_ANSWER:
        raise Invalid({"answer": _("An opinion has at most %(n)s characters.") % {"n": LONGEST_ANSWER}})


def _open(dossier: Dossier, pk: int) -> Consultation:
    """The question, still open under the lock of its dossier; raises Conflict."""
    found = Consultation.objects.get(pk=pk, dossier=dossier)
    if not found.is_open:
        raise Conflict(dossier)
    return found


def _end(found: Consultation, dossier: Dossier, at: datetime, outcome: str) -> None:
    found.ended_at, found.ended_seq, found.outcome = at, dossier.head_seq + 1, outcome
    found.save()


# ── going on without ──
def recall_consultation(
    dossier_id: int,
    *,
    user: User,
    consultation: str | UUID,
    reason: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """4, 5, 6: whoever handles the dossier goes on without an opinion; the reason stays in the history."""
    data: dict[str, Any] = {}

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        wanted = Consultation.objects.filter(dossier=dossier, public_id=consultation).select_related("agency").first()
        if wanted is None:
            raise Invalid({"consultation": _("Choose which question is taken back.")})
        found = _open(dossier, wanted.pk)
        found.ended_by = user
        _end(found, dossier, at, Outcome.RECALLED)
        data.update(consultation=found.pk, agency=wanted.agency.code)
        return {"ended": [found]}

    return perform(
        dossier_id, "recall_consultation", actor=actor_of(user), version=version, at=at, reason=reason,
        prepare=prepare, data=data,
    )  # fmt: skip


def count_silences(at: datetime) -> int:
    """Every question whose limit has passed and whose law makes silence agreement; returns how many. May run twice."""
    due = over(at).filter(is_binding()).order_by("due_at", "pk")
    return sum(_count_silence(pk, dossier, at) for pk, dossier in list(due.values_list("pk", "dossier_id")))


def over(at: datetime) -> ConsultationQuerySet:
    """Open questions whose limit has passed."""
    return Consultation.objects.open().filter(due_at__lt=at)


def is_binding() -> Q:
    """Whether silence may count: a law says so, and the agency could answer all the time it had.

    Where an outage on record fell into the limit and its time was not given back to this question, nobody's silence is
    an answer: somebody has to decide.
    """
    within = Outage.objects.filter(began_at__lt=OuterRef("due_at"), ended_at__gt=OuterRef("asked_at"))
    given_back = OutageShift.objects.filter(outage=OuterRef("pk"), consultation=OuterRef(OuterRef("pk")))
    hit = within.filter(Q(agencies=None) | Q(agencies=OuterRef("agency"))).exclude(Exists(given_back))
    return Q(silence_is_agreement=True) & ~Q(Exists(hit))


def _count_silence(pk: int, dossier_id: int, at: datetime) -> bool:
    """False when the agency answered, or the question was ended, before this sweep had the dossier."""
    data: dict[str, Any] = {"consultation": pk, "outcome": Outcome.SILENT}

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        found = _open(dossier, pk)
        if found.due_at >= at:
            raise Conflict(dossier)
        data["agency"] = found.agency.code
        _end(found, dossier, at, Outcome.SILENT)
        looks.note_arrival(dossier.pk, Arrival.Kind.OPINION, at=at)
        return {"ended": [found]}

    try:
        with transaction.atomic():
            perform(dossier_id, "count_silence", actor=SYSTEM, at=at, prepare=prepare, data=data)
    except Conflict:
        return False
    return True


# ── being told ──
def waited_for(dossier: Dossier) -> list[Consultation]:
    """The questions nobody has answered yet, the one due first first; asks nothing of the database when there is none."""
    if not dossier.open_opinions:
        return []
    found = Consultation.objects.open().filter(dossier=dossier).select_related("agency")
    return list(found.order_by("due_at", "pk"))


def names_of(found: Iterable[Consultation]) -> str:
    """The agencies that were asked, in Vietnamese or English as the reader has it."""
    return ", ".join(str(pick(one.agency.name)) for one in found)


def decides_knowingly(dossier: Dossier, *, without_opinions: bool) -> None:
    """Nobody signs over an open opinion unawares: raises Invalid until the signer says that they decide without it."""
    found = [] if without_opinions else waited_for(dossier)
    if found:
        text = _("Not answered yet: %(agencies)s. Say that you decide without it, or wait for it.")
        raise Invalid({"without_opinions": text % {"agencies": names_of(found)}})
