"""Filing: a draft that is saved from the first field on, and submitted once however often the button is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.services import facts
from agencies.models import Agency, CalendarRevision
from common import units
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Answers, Delivery, Dossier
from dossiers.services import parties, quoting, uploads
from dossiers.services.editing import editable
from dossiers.services.performing import SYSTEM, actor_of, perform
from procedures import eforms
from procedures.models import ProcedureVersion
from procedures.services import content_of

DRAFT_DAYS = 60


@dataclass(frozen=True)
class DeliveryChoice:
    """How the result is wanted. `counter_commune`: the commune whose counter keeps it; address and receiver: for the post."""

    kind: str
    receiver: str = ""
    phone: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    counter_commune: str = ""


def start(
    *, user: User, version: ProcedureVersion, organisation: Organisation | None = None, at: datetime | None = None
) -> Dossier:
    """A new draft with everything the account already knows filled in."""
    at = at or timezone.now()
    content = content_of(version.pk)
    answers = eforms.prefill(content, facts(user, organisation))
    with transaction.atomic():
        draft = Dossier.objects.create(
            procedure_id=version.procedure_id,
            procedure_version=version,
            case_key=content.cases[0].key,
            applicant=user,
            organisation=organisation,
            calendar=CalendarRevision.objects.latest("number"),
            receiving_agency=quoting.first_agency(version, user, at),
            delivery=content.result.delivery[0],
            decides_at_once=content.route.decide_at_once,
            created_at=at,
            draft_expires_on=timezone.localdate(at) + timedelta(days=DRAFT_DAYS),
        )
        Answers.objects.create(dossier=draft, answers=answers, by=user, at=at)
        Delivery.objects.create(dossier=draft)
    return draft


def save_answers(draft_id: int, *, user: User, answers: Mapping[str, Any], at: datetime | None = None) -> Answers:
    """Lay `answers` over what is stored; a draft's answers are overwritten, a filed dossier's get the next revision.

    What is not yet right is saved too: nothing typed is lost. Raises Conflict when the dossier can no longer be edited.
    """
    with transaction.atomic():
        dossier = editable(draft_id, user=user)
        revision = dossier.answers_revision if dossier.is_draft else dossier.answers_revision + 1
        stored = dossier.answers.filter(revision=dossier.answers_revision).get()
        row, _created = Answers.objects.get_or_create(
            dossier=dossier, revision=revision, defaults={"answers": stored.answers, "by": user}
        )
        row.answers = {**row.answers, **answers}
        row.by, row.at = user, at or timezone.now()
        row.save(update_fields=["answers", "by", "at"])
        if dossier.is_draft:
            dossier.updated_at = row.at
            dossier.save(update_fields=["updated_at"])
    return row


def choose_delivery(draft_id: int, *, user: User, choice: DeliveryChoice) -> None:
    """Keep how the result is wanted; raises Invalid naming the field."""
    with transaction.atomic():
        dossier = editable(draft_id, user=user)
        counter = _check_delivery(dossier, choice)
        Delivery.objects.filter(dossier=dossier).update(
            receiver=choice.receiver, phone=choice.phone, address=dict(choice.address), counter=counter
        )
        dossier.delivery = choice.kind
        dossier.save(update_fields=["delivery"])


def _check_delivery(dossier: Dossier, choice: DeliveryChoice) -> Agency | None:
    content = content_of(dossier.procedure_version_id)
    if choice.kind not in content.result.delivery:
        raise Invalid({"kind": _("Choose how you want to receive the result.")})
    if choice.kind == Dossier.Delivery.POST:
        _check_postal(choice)
    if choice.kind == Dossier.Delivery.COUNTER and choice.counter_commune:
        counter = Agency.objects.valid_on(timezone.localdate()).of_commune(choice.counter_commune).first()
        if counter is None:
            raise Invalid({"counter_commune": _("Choose a commune of the list.")})
        return counter
    return None


def _check_postal(choice: DeliveryChoice) -> None:
    errors = {}
    if not choice.receiver.strip():
        errors["receiver"] = _("Write the name of the person who receives the parcel.")
    if not choice.phone:
        errors["phone"] = _("Write a mobile number the postman can call.")
    if not units.is_commune(choice.address.get("province", ""), choice.address.get("commune", "")):
        errors["address"] = _("Choose the province and the commune.")
    if not choice.address.get("line", "").strip():
        errors["line"] = _("Write house number, street or village.")
    if errors:
        raise Invalid(errors)


def choose_agency(draft_id: int, *, user: User, commune_code: str, at: datetime | None = None) -> None:
    """The commune whose committee handles a commune-level procedure; raises Invalid for a commune outside the province."""
    with transaction.atomic():
        dossier = editable(draft_id, user=user)
        agency = Agency.objects.valid_on(timezone.localdate(at)).of_commune(commune_code).first()
        if agency is None:
            raise Invalid({"agency": _("Choose a commune of the list.")})
        if not dossier.is_draft:
            raise Conflict(dossier)
        dossier.receiving_agency = agency
        dossier.save(update_fields=["receiving_agency"])


@dataclass(frozen=True)
class Check:
    """What still stands between a draft and its submission: sentences by field, paper and for the whole."""

    answers: Mapping[str, str]
    papers: Mapping[str, str]
    other: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        """Nothing is missing."""
        return not (self.answers or self.papers or self.other)


def check(dossier: Dossier, answers: Mapping[str, Any], *, at: datetime) -> Check:
    """Everything that must be right before submission, found all at once."""
    content = content_of(dossier.procedure_version_id)
    case = quoting.case_key(content, answers, at)
    wrong = eforms.validate_answers(content, case, answers, at=at)
    other = {}
    if not quoting.agencies(dossier, answers, at):
        other["agency"] = _("Choose the commune that handles your dossier.")
    if not ProcedureVersion.objects.filter(pk=dossier.procedure_version_id, state="published").exists():
        other["version"] = _("This procedure has changed. Look at the new version before you file.")
    return Check(wrong, uploads.missing(dossier, content, case, answers, at), other)


def submit(
    draft_id: int, *, user: User, undertaking: bool, quoted_total: int | None = None, at: datetime | None = None
) -> Dossier:
    """draft → 1 (and on to 6 when a fee is due before acceptance). Pressing the button again returns the same dossier.

    Raises Invalid with every reason it cannot be filed; `quoted_total` (VND) is what the citizen saw at check-answers.
    """
    at = at or timezone.now()
    with transaction.atomic():
        # The first press locks the draft; any later one finds it filed and gets the very same dossier.
        draft = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=draft_id)
        actor = actor_of(user, draft)
        if not actor.is_applicant:
            raise Denied(_("You may not do this on this dossier."))
        if not draft.is_draft:
            return draft
        answers = draft.answers.get(revision=draft.answers_revision).answers
        _may_submit(draft, answers, undertaking, at)
        quote = quoting.quote_for(draft, answers, at)
        if quoted_total is not None and quoted_total != quote.total_before + quote.total_after:
            raise Invalid({"quote": _("The fee has changed since you looked. Check it once more.")})

        def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
            quoting.freeze(dossier, answers, quote, at)
            parties.snapshot(dossier, user)
            dossier.filed_at = at
            return {}

        done = perform(draft.pk, "submit", actor=actor, at=at, prepare=prepare)
        if quote.total_before:
            done = perform(draft.pk, "await_prepayment", actor=SYSTEM, at=at)
    return done.dossier


def _may_submit(draft: Dossier, answers: Mapping[str, Any], undertaking: bool, at: datetime) -> None:
    result = check(draft, answers, at=at)
    errors = {f"field:{key}": text for key, text in result.answers.items()}
    errors |= {f"paper:{key}": text for key, text in result.papers.items()}
    errors |= dict(result.other)
    if not undertaking:
        errors["undertaking"] = _("Tick that you vouch for what you declare.")
    if errors:
        raise Invalid(errors)


def amend(dossier_id: int, *, user: User, at: datetime | None = None) -> Dossier:
    """1 → 1: the citizen's changes before an officer opened intake become the dossier's answers."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        newer = dossier.answers.filter(revision=dossier.answers_revision + 1).first()
        if newer is not None:
            wrong = check(dossier, newer.answers, at=at)
            if not wrong.is_ready:
                raise Invalid({**{f"field:{k}": v for k, v in wrong.answers.items()}, **wrong.papers, **wrong.other})
            dossier.answers_revision += 1

    dossier = Dossier.objects.get(pk=dossier_id)
    return perform(dossier_id, "amend", actor=actor_of(user, dossier), at=at, prepare=prepare).dossier


def delete_draft(draft_id: int, *, user: User) -> None:
    """Throw a draft away with everything in it; a filed dossier is never deleted."""
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=draft_id)
        if not actor_of(user, dossier).is_applicant or not dossier.is_draft:
            raise Conflict(dossier)
        uploads.forget_all(dossier)
        dossier.delete()
