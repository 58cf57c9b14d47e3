"""Many results in one go: signed with one PIN, or issued by the clerk with one press.

The list that was shown is written down as an authorisation (see docs/decisions/0055): each dossier with the version and
the digest of the paper, for a quarter of an hour. A durable job then takes them one by one, each in its own transaction,
in which the item is used up; a worker that dies leaves the rest to the next one and nothing is done twice.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.pins import check_pin
from audit.services import record
from common import jobs
from common.models import Job
from documents import signing
from documents.refusals import UploadRefused
from documents.render import RenderFailed
from documents.signing import Look, SigningUnavailable
from dossiers import chain
from dossiers.errors import Conflict, Invalid, Refused
from dossiers.models import Dossier, DossierEvent, ResultBatch, ResultBatchItem
from dossiers.services import results
from dossiers.workflow import acts

MOST = 50
AUTHORISED_FOR = timedelta(minutes=15)
AT_ONCE = 3  # as many are done while the person waits
GRACE = timedelta(seconds=60)  # then the worker looks whether the page's own process got to the end
PAUSE = timedelta(seconds=10)
Act, ItemState = ResultBatch.Act, ResultBatchItem.State
_CHART = acts()


@dataclass(frozen=True)
class Chosen:
    """One line that was ticked: the dossier, its version and, for signing, the digest of the content that was shown."""

    dossier_id: int
    version: int
    digest: str = ""


@dataclass(frozen=True)
class _Signed:
    """A paper signed together with others: its moment, and the paper or why there is none."""

    at: datetime
    made: bytes | SigningUnavailable

    @property
    def paper(self) -> bytes:
        """Raises SigningUnavailable."""
        if isinstance(self.made, SigningUnavailable):
            raise self.made
        return self.made


class _UsedUp(Refused):
    """Another worker has done this item: what was done here is rolled back."""


def authorise(user: User, *, pin: str, chosen: Sequence[Chosen], at: datetime) -> ResultBatch:
    """Check the PIN and write down what it is given for. Raises Invalid, PinRefused, or SigningUnavailable without a key."""
    chosen = _check(user, chosen)
    signing.gateway().certificates()
    check_pin(user, pin, at=at)
    return _open(Act.SIGN, user, chosen, at)


def order_issue(user: User, *, chosen: Sequence[Chosen], at: datetime) -> ResultBatch:
    """The clerk's list. Raises Invalid."""
    chosen = _check(user, chosen)
    return _open(Act.ISSUE, user, chosen, at)


def _check(user: User, chosen: Sequence[Chosen]) -> list[Chosen]:
    """What was ticked of this person's dossiers, each once; unknown and not theirs are the same: left out."""
    ids = [one.dossier_id for one in chosen]
    theirs = set(Dossier.objects.visible_to_officer(user).filter(pk__in=ids).values_list("pk", flat=True))
    found = list({one.dossier_id: one for one in chosen if one.dossier_id in theirs}.values())
    if len(chosen) > MOST:
        raise Invalid({"chon": _("Tick at most %(most)s results at a time.") % {"most": MOST}})
    if not found:
        raise Invalid({"chon": _("Tick at least one result.")})
    return found


def _open(act: str, user: User, chosen: Sequence[Chosen], at: datetime) -> ResultBatch:
    with transaction.atomic():
        batch = ResultBatch(
            act=act, actor=user, language=get_language() or "vi", created_at=at, expires_at=at + AUTHORISED_FOR,
            key_id=chain.current_key_id(),
        )  # fmt: skip
        batch.proof = _proof(batch, [(one.dossier_id, one.version, one.digest) for one in chosen])
        batch.save()
        ResultBatchItem.objects.bulk_create(
            ResultBatchItem(batch=batch, position=n, dossier_id=one.dossier_id, version=one.version, digest=one.digest)
            for n, one in enumerate(chosen, 1)
        )
        record(f"results.{act}_ordered", actor_id=user.pk, subject_type="result_batch", subject_id=batch.pk)
        wait = GRACE if is_quick(len(chosen)) else timedelta()
        jobs.enqueue("dossier.result_batch", key=f"result-batch:{batch.pk}", payload={"batch": batch.pk},
                     due_at=timezone.now() + wait)  # fmt: skip
    return batch


def is_quick(count: int) -> bool:
    """Whether so few are done while the person waits."""
    return count <= AT_ONCE


def _proof(batch: ResultBatch, lines: Iterable[tuple[int, int, str]]) -> str:
    """HMAC over who, what and until when: a row that somebody wrote into the table authorises nothing."""
    facts = [str(batch.public_id), batch.act, batch.actor_id, f"{batch.expires_at.timestamp():.6f}", sorted(lines)]
    key = settings.CHAIN_KEYS[batch.key_id]
    return hmac.new(key.encode(), chain.canonical(facts).encode(), sha256).hexdigest()


def _is_genuine(batch: ResultBatch) -> bool:
    """Whether the list is the one that was authorised."""
    if not chain.knows_key(batch.key_id):
        return False
    lines = ResultBatchItem.objects.filter(batch=batch).values_list("dossier_id", "version", "digest")
    return hmac.compare_digest(_proof(batch, list(lines)), batch.proof)


def run(batch: ResultBatch) -> None:
    """Do what is left of a short list while the person waits; what cannot be reached fails with a sentence."""
    for group in _groups(batch):
        try:
            _go_through(batch, group, lambda: None)
        except SigningUnavailable as away:
            _fail_left(batch, away, group)
    _close(batch)


def run_job(job: Job) -> None:
    """Job: the items of a batch one by one; a key that is away is waited for while the authorisation holds."""
    batch = ResultBatch.objects.select_related("actor").get(pk=job.payload["batch"])

    def still_ours() -> None:
        if not jobs.renew(job):
            raise jobs.LeaseLost

    for group in _groups(batch):
        try:
            _go_through(batch, group, still_ours)
        except SigningUnavailable as away:
            if not away.permanent:
                _wait(batch)
            _fail_left(batch, away, group)
    _close(batch)


def _go_through(batch: ResultBatch, group: list[ResultBatchItem], still_ours: Callable[[], None]) -> None:
    """One group: signed together where the holder of the key can, then each through its own act."""
    signed = _together(batch, group, still_ours)
    for item in group:
        still_ours()
        _one(batch, item, signed.get(item.pk))


def _fail_left(batch: ResultBatch, why: SigningUnavailable, group: list[ResultBatchItem]) -> None:
    """The holder said no. To a refusal for good nobody asks again: many tries with a wrong PIN would lock the key."""
    with override(batch.language):
        for item in _left(batch) if why.permanent else group:
            _fail(item, signing.sentence(why))


def _groups(batch: ResultBatch) -> list[list[ResultBatchItem]]:
    """What is left, in groups that the holder of the key takes under one authorisation."""
    left, size = _left(batch), 1
    if batch.act == Act.SIGN and len(left) > 1:
        try:
            size = signing.most_together(signing.gateway())
        except SigningUnavailable:
            size = 1  # the first item says why
    return [left[at : at + size] for at in range(0, len(left), size)]


def _together(batch: ResultBatch, group: list[ResultBatchItem], still_ours: Callable[[], None]) -> dict[int, _Signed]:
    """A group's papers signed with one authorisation of their hashes. An item that cannot be signed is left out: it is
    then refused, in words, when its turn comes. Raises SigningUnavailable when the holder signs none."""
    papers: dict[int, tuple[bytes, Look]] = {}
    now = timezone.now()
    for item in group if len(group) > 1 else ():
        still_ours()
        with override(batch.language), suppress(Refused, RenderFailed):
            if _still_holds(batch, item, now):
                papers[item.pk] = results.ready(
                    item.dossier_id, user=batch.actor, version=item.version, at=now, digest=item.digest
                )
    if not papers:
        return {}
    signed = signing.sign_together(list(papers.values()), holder=signing.gateway())
    return {pk: _Signed(now, one) for pk, one in zip(papers, signed, strict=True)}


def _wait(batch: ResultBatch) -> None:
    """Try again in a moment. Raises jobs.Postpone."""
    ResultBatch.objects.filter(pk=batch.pk).update(is_waiting=True)
    raise jobs.Postpone(timezone.now() + PAUSE, "signing_unavailable")


def give_up(job: Job) -> None:
    """The job died at every attempt: what is left is told to have failed."""
    batch = ResultBatch.objects.get(pk=job.payload["batch"])
    with override(batch.language):
        for item in _left(batch):
            _fail(item, _("This could not be done because of a fault. Nothing was changed; try again."))
    _close(batch)


def _left(batch: ResultBatch) -> list[ResultBatchItem]:
    return list(ResultBatchItem.objects.filter(batch=batch, state=ItemState.WAITING).order_by("position"))


def _one(batch: ResultBatch, item: ResultBatchItem, signed: _Signed | None = None) -> None:
    """One result through its own service; refusals end in the item, SigningUnavailable (not permanent) is raised.

    `signed`: the paper that was signed together with others, at its own moment.
    """
    now = signed.at if signed else timezone.now()
    with override(batch.language):
        try:
            if not _still_holds(batch, item, timezone.now()):
                return
            if batch.act == Act.SIGN:
                results.sign(
                    item.dossier_id, user=batch.actor, version=item.version, at=now, digest=item.digest,
                    also=lambda: _use(item, now), signed=signed.paper if signed else b"",
                )  # fmt: skip
            else:
                results.issue(
                    item.dossier_id, user=batch.actor, version=item.version, at=now, also=lambda: _use(item, now)
                )
        except Exception as error:
            _answer(item, error)


def _still_holds(batch: ResultBatch, item: ResultBatchItem, now: datetime) -> bool:
    """False, and the item says why, when the authorisation has run out or is not the one that was given."""
    if now > batch.expires_at:
        _fail(item, _("The time for this list ran out before its turn came. Tick it again."))
        return False
    if not _is_genuine(batch):
        _fail(item, _("This list is not the one that was authorised. Nothing was changed."))
        return False
    return True


def _use(item: ResultBatchItem, at: datetime) -> None:
    """Mark the item as used, in the transaction of its act; raises when somebody else did."""
    mine = ResultBatchItem.objects.filter(pk=item.pk, state=ItemState.WAITING)
    if not mine.update(state=ItemState.DONE, ended_at=at, why=""):
        raise _UsedUp


def _answer(item: ResultBatchItem, error: Exception) -> None:
    """Write down why an item failed; raises what is not an answer: a key that may come back, a fault."""
    if isinstance(error, _UsedUp):
        return
    if isinstance(error, Conflict):
        _fail(item, _conflict_words(item, error))
    elif isinstance(error, Refused):
        _fail(item, str(error))
    elif isinstance(error, SigningUnavailable) and error.permanent:
        _fail(item, signing.sentence(error))
    elif isinstance(error, RenderFailed | UploadRefused):
        _fail(item, _("The paper could not be made. Nothing was changed; try again, or open the dossier."))
    else:
        raise error


def _conflict_words(item: ResultBatchItem, error: Conflict) -> str:
    """What happened to the dossier since the list was shown."""
    events = DossierEvent.objects.filter(dossier=item.dossier_id, seq__gt=item.version).order_by("-seq")
    latest = events.select_related("actor").first()
    if latest is None or latest.name not in _CHART:
        return str(error)
    values = {"act": _CHART[latest.name].label, "who": latest.actor.display_name if latest.actor else ""}
    return _("The dossier changed since the list was shown: %(act)s (%(who)s). Look at it again.") % values


def _fail(item: ResultBatchItem, why: str) -> None:
    failed = {"state": ItemState.FAILED, "why": why[:300], "ended_at": timezone.now()}
    ResultBatchItem.objects.filter(pk=item.pk, state=ItemState.WAITING).update(**failed)


def _close(batch: ResultBatch) -> None:
    if not _left(batch):
        ResultBatch.objects.filter(pk=batch.pk, done_at=None).update(done_at=timezone.now(), is_waiting=False)


def progress(batch: ResultBatch) -> dict[str, Any]:
    """The items with their dossiers, and how many are done, failed and left."""
    items = list(batch.items.select_related("dossier__party", "dossier__procedure"))
    counts = {state: sum(item.state == state for item in items) for state in (ItemState.DONE, ItemState.FAILED)}
    done, failed = counts[ItemState.DONE], counts[ItemState.FAILED]
    return {"items": items, "total": len(items), "done": done, "failed": failed, "left": len(items) - done - failed}
