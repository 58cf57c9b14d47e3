"""Filing: a draft that is saved from the first field on, and submitted once however often the button is pressed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.services import facts
from agencies.models import Agency, CalendarRevision
from common import units
from common.prepared import Prepared
from common.writing import Part, inserted, updated, values_of
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Answers, Delivery, Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.services import parties, quoting, uploads
from dossiers.services.editing import editable, is_prepared, may_write
from dossiers.services.performing import SYSTEM, actor_of, perform
from dossiers.services.validity import validity_of
from procedures import eforms, fees
from procedures.content import Content
from procedures.models import ProcedureVersion
from procedures.services import content_of

DRAFT_DAYS = 30


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
            delivery=_first_delivery(content),
            decides_at_once=content.route.decide_at_once,
            created_at=at,
            draft_expires_on=timezone.localdate(at) + timedelta(days=DRAFT_DAYS),
        )
        Answers.objects.create(dossier=draft, answers=answers, by=user, at=at)
        Delivery.objects.create(dossier=draft)
    return draft


def _first_delivery(content: Content) -> str:
    """The way that needs no further word: online, else the counter; nobody gets a parcel without having asked."""
    return next((way for way in ("online", "counter") if way in content.result.delivery), content.result.delivery[0])


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
            dossier.draft_expires_on = timezone.localdate(row.at) + timedelta(days=DRAFT_DAYS)
            dossier.save(update_fields=["updated_at", "draft_expires_on"])
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


def delivery_fault(dossier: Dossier) -> str:
    """A sentence when the chosen way of handing over cannot be carried out yet; empty when it can."""
    if dossier.delivery != Dossier.Delivery.POST:
        return ""
    stored = Delivery.objects.get(dossier=dossier)
    choice = DeliveryChoice(dossier.delivery, stored.receiver, stored.phone, stored.address)
    try:
        _check_postal(choice)
    except Invalid:
        return _("Write who receives the parcel and where.")
    return ""


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
    cleaned: Mapping[str, Any] = field(default_factory=dict)  # the answers as they bind once all is right

    @property
    def is_ready(self) -> bool:
        """Nothing is missing."""
        return not (self.answers or self.papers or self.other)


def check(dossier: Dossier, answers: Mapping[str, Any], *, at: datetime) -> Check:
    """Everything that must be right before submission, found all at once."""
    content = content_of(dossier.procedure_version_id)
    case = quoting.case_key(content, answers, at)
    checked = eforms.clean_answers(content, case, answers, at=at)
    other = {}
    if not quoting.agencies(dossier, answers, at):
        other["agency"] = _("Choose the commune that handles your dossier.")
    if fault := delivery_fault(dossier):
        other["delivery"] = fault
    if outdated := validity_of(dossier, at).fault:
        other["version"] = outdated
    missing = uploads.missing(dossier, content, case, answers, at)
    return Check(checked.errors, missing, other, checked.answers)


def use_current_version(draft_id: int, *, user: User, at: datetime | None = None) -> Dossier:
    """Move a draft to the version in force, keeping what was typed and sent; raises Invalid when none is in force."""
    with transaction.atomic():
        dossier = editable(draft_id, user=user)
        rows = ProcedureVersion.objects.in_force(timezone.localdate(at))
        current = rows.filter(procedure=dossier.procedure_id).first()
        if current is None or not dossier.is_draft:
            raise Invalid({"version": _("This procedure is no longer offered.")})
        content = content_of(current.pk)
        dossier.procedure_version, dossier.case_key = current, content.cases[0].key
        dossier.decides_at_once = content.route.decide_at_once
        if dossier.delivery not in content.result.delivery:
            dossier.delivery = _first_delivery(content)
        dossier.save(update_fields=["procedure_version", "case_key", "decides_at_once", "delivery"])
    return dossier


def submit(
    draft_id: int,
    *,
    user: User,
    undertaking: bool,
    quoted_total: int | None = None,
    assistance: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    locked: Dossier | None = None,
) -> Dossier:
    """draft → 1 (and on to 6 when a fee is due before acceptance). Pressing the button again returns the same dossier.

    Raises Invalid with every reason it cannot be filed; `quoted_total` (VND) is what the citizen saw at check-answers.
    What the counter prepared needs `assistance`, the ids that prove the citizen's confirmation (services.assisting).
    `locked`: the row as this transaction has locked and read it (`under_lock`).
    """
    at = at or timezone.now()
    with transaction.atomic():
        # The first press locks the draft; any later one finds it filed and gets the very same dossier.
        draft: Any = locked or _locked_draft(draft_id)
        actor = actor_of(user, draft)
        if not actor.is_applicant or (is_prepared(draft) and not assistance):
            raise Denied(_("You may not do this on this dossier."))
        if not draft.is_draft:
            return draft
        stored = ANSWERS.all(dossier=draft.pk, revision=draft.answers_revision)[0]
        answers, quote = ready(draft, undertaking=undertaking, quoted_total=quoted_total, at=at, stored=stored)

        def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
            dossier.filed_at = at
            return {"beside": _fix(dossier, stored, quote, answers, user=user, at=at)}

        done = perform(draft.pk, "submit", actor=actor, at=at, prepare=prepare, data=assistance, locked=draft)
        if quote.total_before:
            done = perform(draft.pk, "await_prepayment", actor=SYSTEM, at=at, locked=done.dossier)
    return done.dossier


def under_lock(rows: DossierQuerySet) -> DossierQuerySet:
    """Drafts, locked, with all that is asked of one at filing, and the newest calendar as `calendar_now`."""
    newest = CalendarRevision.objects.order_by("-number").values("pk")[:1]
    return rows.annotate(calendar_now=Subquery(newest)).under_lock(READ)


_AGENCY = "key code level kind commune_code valid_from valid_to"
READ = {
    "procedure": "code level classification owner successor",
    "procedure__owner": _AGENCY,
    "procedure_version": "procedure state effective_from effective_to",
    "receiving_agency": _AGENCY,
    "organisation": "tax_code name representative verified_at province_code commune_code address_line",
    "applicant": "kind full_name phone email is_active",
    "applicant__person": "user full_name national_id birth_date sex email contact_phone identity_level identity_source"
    " province_code commune_code address_line",
}


DRAFT = Prepared(lambda pk: under_lock(Dossier.objects.filter(pk=pk)), pk=int)
ANSWERS = Prepared(
    lambda dossier, revision: Answers.objects.filter(dossier=dossier, revision=revision), dossier=int, revision=int
)


def _locked_draft(draft_id: int) -> Any:
    found = DRAFT.first(pk=draft_id)
    if found is None:
        raise Dossier.DoesNotExist
    return found


def _fix(
    draft: Any, stored: Answers, quote: fees.Quote, answers: Mapping[str, Any], *, user: User, at: datetime
) -> list[Part]:
    """Freeze what was declared, the fee and the applicant; the rows to be written with the event."""
    before = values_of(stored)
    stored.answers = dict(answers)
    quoting.fix(draft, answers, quote, at, calendar_id=draft.calendar_now)
    person = draft.applicant if draft.applicant_id == user.pk else user  # read with the draft
    party = parties.party_of(draft, person)
    return [*updated(stored, before), *inserted(quoting.lines(draft, quote)), *inserted([party])]


def ready(
    draft: Dossier, *, undertaking: bool, quoted_total: int | None, at: datetime, stored: Answers | None = None
) -> tuple[dict[str, Any], fees.Quote]:
    """The answers as they bind and the fee of a draft that can be filed now; raises Invalid with every reason it cannot.

    `stored`: the row of its answers, when the caller has read it.
    """
    stored = stored or draft.answers.get(revision=draft.answers_revision)
    checked = check(draft, stored.answers, at=at)
    errors = _errors(checked)
    if not undertaking:
        errors["undertaking"] = _("Tick that you vouch for what you declare.")
    if errors:
        raise Invalid(errors)
    answers = dict(checked.cleaned)
    quote = quoting.quote_for(draft, answers, at)
    if quoted_total is not None and quoted_total != quote.total_before + quote.total_after:
        raise Invalid({"quote": _("The fee has changed since you looked. Check it once more.")})
    return answers, quote


def _errors(result: Check) -> dict[str, str]:
    errors = {f"field:{key}": text for key, text in result.answers.items()}
    errors |= {f"paper:{key}": text for key, text in result.papers.items()}
    return errors | dict(result.other)


def amend(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Dossier:
    """1 → 1: the citizen's changes before an officer opened intake become the dossier's answers."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        newest = dossier.answers.order_by("-revision").first()
        answers = newest.answers if newest else {}
        if errors := _errors(check(dossier, answers, at=at)):
            raise Invalid(errors)
        if newest and newest.revision > dossier.answers_revision:
            quoting.requote(dossier, answers, at)
            dossier.answers_revision = newest.revision

    dossier = Dossier.objects.get(pk=dossier_id)
    actor = actor_of(user, dossier)
    return perform(dossier_id, "amend", actor=actor, version=version, at=at, prepare=prepare).dossier


def delete_draft(draft_id: int, *, user: User) -> None:
    """Throw a draft away with everything in it; a filed dossier is never deleted."""
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=draft_id)
        if not may_write(dossier, user) or not dossier.is_draft:
            raise Conflict(dossier)
        uploads.forget_all(dossier)
        dossier.delete()


def drop_expired_drafts(*, at: datetime) -> int:
    """Delete drafts whose last day has passed, with their answers and files; returns how many. Every save moves the day."""
    ids = Dossier.objects.drafts().filter(draft_expires_on__lt=timezone.localdate(at)).values_list("pk", flat=True)
    return sum(_drop(draft_id, at) for draft_id in list(ids))


def _drop(draft_id: int, at: datetime) -> bool:
    with transaction.atomic():
        expired = Dossier.objects.drafts().filter(pk=draft_id, draft_expires_on__lt=timezone.localdate(at))
        draft = expired.select_for_update(of=("self",), skip_locked=True).first()
        if draft is None:
            return False
        uploads.forget_all(draft)
        draft.delete()
    return True
