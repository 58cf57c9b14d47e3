"""The decision: drafted by one, signed by another, numbered, sealed and issued.

Signing and sealing are outside calls: the number is reserved first, the PDF is made and signed without an open
transaction, then the transition is performed if nothing changed meanwhile. A missing key leaves the draft unsigned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Role
from common.crypto import random_text
from documents.models import StoredFile
from documents.signing import Look
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier, Result
from dossiers.services import awaiting, codes, consulting, result_papers, routing
from dossiers.services.performing import Actor, Done, actor_of, is_rehearsal, perform
from dossiers.terms import terms_of
from dossiers.workflow import State, acts, may

GRANTED, REJECTED = "granted", "rejected"
NUMBER_KIND = {GRANTED: "KQ", REJECTED: "TB"}
Also = Callable[[], None]  # done in the transaction of the act
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letters or digits that are read wrongly


@dataclass(frozen=True)
class Decision:
    """What the specialist proposes: granted or rejected, the text of the result, until when it holds (else: see catalogue)."""

    outcome: str
    text: str
    until: date | None = None


def draft(
    dossier_id: int, *, user: User, decision: Decision, version: int | None = None, at: datetime | None = None
) -> Done:
    """4 → 4: draft the result (or write the draft anew); a negative answer needs its reasons."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        routing.at_own_step(dossier, actor)
        _check(decision)
        _write_draft(dossier, decision, user, at)
        return {"outcome": decision.outcome}

    return perform(
        dossier_id,
        "draft_result",
        actor=actor,
        version=version,
        at=at,
        prepare=prepare,
        data={"outcome": decision.outcome},
    )


def _write_draft(dossier: Dossier, decision: Decision, user: User, at: datetime) -> None:
    """The draft of the current revision; writing it anew takes back a signature.

    A number belongs to a kind of paper: when the proposal turns round, the entry that held one is cancelled, not reused.
    """
    numbered = dossier.results.filter(revoked_at=None).exclude(number="").exclude(outcome=decision.outcome)
    numbered.update(revoked_at=at, revoke_ground=Result.Ground.REDRAFTED)
    drafted = {
        "outcome": decision.outcome,
        "title": _title(dossier, decision.outcome),
        "text": decision.text,
        "asks_until": decision.until if decision.outcome == GRANTED else None,
        "drafted_by": user,
        "drafted_at": at,
    }
    Result.objects.update_or_create(
        dossier=dossier,
        revision=_revision(dossier),
        defaults={**drafted, "signed_by": None, "signed_at": None, "file": None},
        create_defaults={**drafted, "verify_code": new_verify_code()},
    )


def sign(
    dossier_id: int,
    *,
    user: User,
    version: int,
    at: datetime | None = None,
    digest: str = "",
    without_opinions: bool = False,
    also: Also | None = None,
    signed: bytes = b"",
) -> Done:
    """4 → 4: sign the drafted result as the one whom the route names; who drafted it never signs.

    `without_opinions`: the signer knows that an agency which was asked has not answered, and decides without it.
    `digest`: of the content that was shown (result_papers.digest_of); anything else is a Conflict. `signed`: the paper
    of `ready` with the same `at`, signed together with others. Raises documents.signing.SigningUnavailable when no key is
    there: the result stays drafted.
    """
    at = at or timezone.now()
    result = reserve(dossier_id, user=user, version=version, at=at, digest=digest, without_opinions=without_opinions)
    is_sealed = not _goes_to_clerk(result.dossier)
    file = result_papers.make_signed(result, signer=user, at=at, is_sealed=is_sealed, signed=signed)
    return record_signature(result, user=user, version=version, at=at, file=file, also=also)


def ready(dossier_id: int, *, user: User, version: int, at: datetime, digest: str) -> tuple[bytes, Look]:
    """The numbered paper before its signature, for signing it together with others; raises what `sign` raises."""
    return result_papers.ready(
        reserve(dossier_id, user=user, version=version, at=at, digest=digest), signer=user, at=at
    )


def record_signature(
    result: Result, *, user: User, version: int, at: datetime, file: StoredFile, also: Also | None = None
) -> Done:
    """The second half of signing: the act itself, with a paper that carries the signature (and, without a clerk, the seal)."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any] | None:
        _may_sign(dossier, actor)
        until = result_papers.valid_until(dossier, result, timezone.localdate(at))
        signed = {"signed_by": user, "signed_at": at, "file": file, "valid_until": until}
        if not Result.objects.filter(pk=result.pk, revoked_at=None).update(**signed):
            raise Conflict(dossier, since=version)
        if also:
            also()
        step = routing.next_step(dossier)
        if step is None or step.role == Role.RECEPTION:
            return None
        return routing.enter(dossier, step, at, ended_by=user.pk, direction="forward")

    with transaction.atomic():
        done = perform(
            result.dossier_id,
            "sign_result",
            actor=actor,
            version=version,
            at=at,
            prepare=prepare,
            data=_file_facts(result, file),
        )
        has_clerk = done.dossier.step_role == Role.CLERK
        return done if has_clerk else _issue(result.dossier_id, user, None, at, file)


def _goes_to_clerk(dossier: Dossier) -> bool:
    step = routing.next_step(dossier)
    return step is not None and step.role == Role.CLERK


def issue(
    dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None, also: Also | None = None
) -> Done:
    """4 → 9: the clerk puts the agency's seal beside the signature and issues the numbered result.

    Raises documents.signing.SigningUnavailable when the seal's key is not there: the result stays signed.
    """
    at = at or timezone.now()
    result = _to_be_sealed(dossier_id, actor_of(user), version)
    # What is only shown is not sealed: it is taken back at once.
    file = result_papers.seal(result, at=at) if result and not is_rehearsal() else None
    return _issue(dossier_id, user, version, at, file, also, sealed=result.file_id if result else None)


def _to_be_sealed(dossier_id: int, actor: Actor, version: int | None) -> Result | None:
    """The signed result; None when the act will be refused anyway, in its own words."""
    dossier = Dossier.objects.get(pk=dossier_id)
    act = acts()["reject" if dossier.outcome == REJECTED else "resolve"]
    fits = dossier.state == State.PROCESSING and dossier.result_state == "signed" and may(dossier, actor, act.by)
    if not fits or (version is not None and version != dossier.version):
        return None
    routing.at_own_step(dossier, actor)
    return current(dossier)


def _issue(
    dossier_id: int,
    user: User,
    version: int | None,
    at: datetime,
    file: StoredFile | None,
    also: Also | None = None,
    sealed: int | None = None,
) -> Done:
    """The act of issuing; `file` carries signature and seal, `sealed` is the paper the seal was put on."""
    actor = actor_of(user)
    outcome = Dossier.objects.values_list("outcome", flat=True).get(pk=dossier_id)

    def prepare(dossier: Dossier, at: datetime) -> None:
        routing.at_own_step(dossier, actor)
        awaiting.every_part_is_in(dossier)
        result = current(dossier)
        if result is None or result.file_id is None:
            raise Invalid({"": _("The result has no signed file yet.")})
        if not is_rehearsal() and (file is None or sealed not in (None, result.file_id)):
            raise Conflict(dossier, since=version)  # signed anew while the seal was put on
        end_of_route(dossier, at, user)
        issued = {"issued_by": user, "issued_at": at} | ({"file": file} if file else {})
        Result.objects.filter(pk=result.pk).update(**issued)
        if also:
            also()

    name = "reject" if outcome == REJECTED else "resolve"
    data = {"file": file.pk, "sha256": file.sha256} if file else {}
    return perform(dossier_id, name, actor=actor, version=version, at=at, prepare=prepare, data=data)


def decide_at_once(dossier_id: int, *, user: User, version: int, text: str = "", at: datetime | None = None) -> Done:
    """2 → 9: an officer with the right to decide makes, signs and issues the result in one go; nothing was drafted."""
    actor, at = actor_of(user), at or timezone.now()
    result = _reserve_at_once(dossier_id, actor, version, text, at)
    file = result_papers.make_signed(result, signer=user, at=at, is_sealed=True)

    def prepare(dossier: Dossier, at: datetime) -> None:
        until = result_papers.valid_until(dossier, result, timezone.localdate(at))
        Result.objects.filter(pk=result.pk).update(
            signed_by=user, signed_at=at, issued_by=user, issued_at=at, file=file, valid_until=until
        )
        end_of_route(dossier, at, user)

    return perform(
        dossier_id,
        "resolve_at_once",
        actor=actor,
        version=version,
        at=at,
        prepare=prepare,
        data=_file_facts(result, file),
    )


def revoke(
    dossier_id: int,
    *,
    user: User,
    ground: str,
    reason: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """10 → 10: the leader revokes a result that was handed over. The ground is public, the reason is for the holder."""
    grounds = set(Result.Ground.values) - {Result.Ground.REDRAFTED, Result.Ground.CORRECTED}

    def prepare(dossier: Dossier, at: datetime) -> None:
        if ground not in grounds:
            raise Invalid({"ground": _("Choose why the result holds no more.")})
        valid = dossier.results.filter(revoked_at=None, issued_at__isnull=False)
        valid.update(revoked_at=at, revoked_by=user, revoke_ground=ground)

    return perform(
        dossier_id,
        "revoke_result",
        actor=actor_of(user),
        version=version,
        at=at,
        reason=reason,
        prepare=prepare,
        data={"ground": ground},
    )


def reopen(dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None) -> Done:
    """9 → 4: a result that was not handed over is corrected; the old one is revoked, the next one is a new revision."""

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        valid = dossier.results.filter(revoked_at=None)
        valid.update(revoked_at=at, revoked_by=user, revoke_ground=Result.Ground.CORRECTED)
        step = next(step for step in terms_of(dossier).steps if step.role != Role.RECEPTION)
        return routing.enter(dossier, step, at, ended_by=user.pk, direction="back")

    return perform(dossier_id, "reopen", actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare)


def current(dossier: Dossier) -> Result | None:
    """The result that counts: the newest one that was not revoked."""
    return dossier.results.filter(revoked_at=None).order_by("-revision").select_related("file").first()


def new_verify_code() -> str:
    """Sixteen characters that are easy to read aloud: 80 bits, the secret printed in the QR code of the result."""
    return random_text(16, ALPHABET)


def reserve(
    dossier_id: int, *, user: User, version: int, at: datetime, digest: str = "", without_opinions: bool = False
) -> Result:
    """Check everything that can be checked before signing and give the result its number; raises as `sign`."""
    actor = actor_of(user)
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        if dossier.version != version or dossier.state != State.PROCESSING or dossier.result_state != "drafted":
            raise Conflict(dossier, since=version)
        _may_sign(dossier, actor)
        result = dossier.results.filter(revoked_at=None).order_by("-revision").first()
        if result is None:
            raise Invalid({"": _("There is no drafted result.")})
        if result.drafted_by_id == actor.user_id:
            raise Denied(_("Who drafted a result never signs it: another leader must sign."))
        awaiting.no_part_is_open(dossier)
        consulting.decides_knowingly(dossier, without_opinions=without_opinions)
        if digest and result_papers.digest_of(result_papers.content_of(dossier, result, user)) != digest:
            raise Conflict(dossier, since=version)
        return _number(dossier, result, at)


def _reserve_at_once(dossier_id: int, actor: Actor, version: int, text: str, at: datetime) -> Result:
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        if dossier.version != version or dossier.state != State.RECEIVED:
            raise Conflict(dossier, since=version)
        if not (actor.standing and actor.standing.has(Role.LEADER, dossier.handling_agency_id)):
            raise Denied(_("You may not do this on this dossier."))
        if typed_by(dossier) == actor.user_id:
            raise Denied(_("Who typed the dossier at the counter does not sign it as well: another leader must sign."))
        defaults = {
            "outcome": GRANTED,
            "title": _title(dossier, GRANTED),
            "text": text,
            "verify_code": new_verify_code(),
        }
        result, _created = Result.objects.get_or_create(dossier=dossier, revision=_revision(dossier), defaults=defaults)
        return _number(dossier, result, at)


def typed_by(dossier: Dossier) -> int | None:
    """Who entered the dossier at the counter: what is decided at once rests on their words, so another one signs."""
    if dossier.filed_by != Dossier.FiledBy.TYPED:
        return None
    return dossier.events.filter(name="receive_at_counter").values_list("actor", flat=True).first()


def _number(dossier: Dossier, result: Result, at: datetime) -> Result:
    """The number of the register, under the lock of its sequence; one that was given stays, whatever became of signing."""
    if not result.number:
        agency, kind = routing.issuing_agency(dossier, at), NUMBER_KIND[result.outcome]
        year, serial = codes.next_result_serial(agency.code if agency else "", kind, at)
        result.number = codes.result_number(agency.code if agency else "", kind, year, serial)
        result.numbered_by, result.number_kind = agency, kind
        result.number_year, result.number_serial = year, serial
        result.save(update_fields=["number", "numbered_by", "number_kind", "number_year", "number_serial"])
    return result


def _may_sign(dossier: Dossier, actor: Actor) -> None:
    role = terms_of(dossier).content.route.signing_role
    if not (actor.standing and actor.standing.has(role, dossier.handling_agency_id)):
        raise Denied(_("The route gives the signature to another post."))
    if not terms_of(dossier).signs_at(dossier.step_no):
        raise Denied(_("The dossier is at another step of its route."))
    if dossier.assignee_id not in (None, actor.user_id):
        raise Denied(_("A colleague is handling this dossier."))


def _revision(dossier: Dossier) -> int:
    newest = dossier.results.order_by("-revision").first()
    if newest is None:
        return 1
    return newest.revision + (1 if newest.revoked_at else 0)


def _check(decision: Decision) -> None:
    if decision.outcome not in (GRANTED, REJECTED):
        raise Invalid({"outcome": _("Choose: grant, or reject.")})
    if decision.outcome == REJECTED and not decision.text.strip():
        raise Invalid({"text": _("A negative answer gives its reasons and the law behind them.")})


def _title(dossier: Dossier, outcome: str) -> dict[str, str]:
    content = terms_of(dossier).content
    if outcome == GRANTED:
        return {"vi": content.result.name.vi, "en": content.result.name.in_("en")}
    return {"vi": "Thông báo từ chối giải quyết hồ sơ", "en": "Notice of rejection"}


def end_of_route(dossier: Dossier, at: datetime, user: User) -> None:
    """Close the route: what is left is handing over at the counter."""
    routing.close(dossier, at, ended_by=user.pk, direction="end")
    last = terms_of(dossier).steps[-1]
    dossier.step_no, dossier.step_role, dossier.assignee_id = last.no, Role.RECEPTION, None
    dossier.handling_agency_id = dossier.deciding_agency_id


def _file_facts(result: Result, file: StoredFile) -> dict[str, Any]:
    return {"result": result.pk, "file": file.pk, "sha256": file.sha256}


def note_viewed(result_id: int, *, at: datetime | None = None) -> None:
    """The applicant fetched the result from the account; only the first time counts."""
    Result.objects.filter(pk=result_id, viewed_at=None).update(viewed_at=at or timezone.now())
