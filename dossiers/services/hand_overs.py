"""Lists by which dossiers go to a department and results come back: made of one day's acts, numbered, printed, confirmed.

Who gives makes the list, who takes confirms it and names what differs; it is never the same person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, Agency
from agencies.standing import Standing, standing_of
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, DossierEvent, FeeLine, HandOver, HandOverItem, Result
from dossiers.services import codes, paper_forms
from dossiers.services.slip_contexts import day_of

Direction = HandOver.Direction
# Acts by which a file leaves the one-stop, and by which a result is ready to go back to it.
ACTS = {
    Direction.DEPARTMENT: ("start_processing", "confirm_supplement"),
    Direction.COUNTER: ("resolve", "reject", "resolve_at_once"),
}
KINDS = {Direction.DEPARTMENT: "hand_over_dossiers", Direction.COUNTER: "hand_over_results"}
MOST = 100  # rows of a list: more take the printing process longer than anybody should wait
LOOKED_AT = 2000  # closed dossiers of an agency that may still belong to the day, newest first


@dataclass
class Group:
    """What one counter and one department hand over to each other on a day."""

    counter: Agency
    department: Agency
    events: list[DossierEvent] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What a form calls it."""
        return f"{self.counter.pk}-{self.department.pk}"


# ── choosing ──
def candidates(user: User, direction: str, day: date) -> list[Group]:
    """The acts of that day which stand on no list yet, by counter and department; only where this person may give."""
    giving = _giving(standing_of(user), direction)
    groups: dict[tuple[int, int], Group] = {}
    for event in _events(direction, day, giving):
        dossier = event.dossier
        department = dossier.deciding_agency if direction == Direction.COUNTER else dossier.handling_agency
        if dossier.receiving_agency is None or department is None:
            continue
        place = (dossier.receiving_agency.pk, department.pk)
        groups.setdefault(place, Group(dossier.receiving_agency, department)).events.append(event)
    return list(groups.values())


def _giving(standing: Standing, direction: str) -> list[int]:
    return standing.agency_ids(COUNTER_ROLES if direction == Direction.DEPARTMENT else HANDLING_ROLES)


def _events(direction: str, day: date, giving: list[int]) -> list[DossierEvent]:
    column = "receiving_agency" if direction == Direction.DEPARTMENT else "deciding_agency"
    first, last = day_of(day)
    found = DossierEvent.objects.filter(
        dossier__in=_dossiers(column, giving), name__in=ACTS[Direction(direction)], at__gte=first, at__lt=last
    )
    listed = HandOverItem.objects.filter(dossier_id__in=found.values("dossier"), at__gte=first, at__lt=last)
    known = set(listed.values_list("dossier", "seq"))
    related = ("dossier__party", "dossier__receiving_agency", "dossier__handling_agency", "dossier__deciding_agency",
               "dossier__procedure")  # fmt: skip
    rows = found.select_related(*related).order_by("at", "pk")[: MOST * 4]
    return [event for event in rows if (event.dossier_id, event.seq) not in known and _is_wanted(event, direction)]


def _dossiers(column: str, giving: list[int]) -> list[int]:
    """Open dossiers of these agencies through the partial index, and the newest of the others."""
    found: set[int] = set()
    for agency in giving:
        mine = Dossier.objects.filter(**{column: agency})
        found.update(mine.open().values_list("pk", flat=True))
        found.update(mine.filed().order_by("-pk").values_list("pk", flat=True)[:LOOKED_AT])
    return list(found)


def _is_wanted(event: DossierEvent, direction: str) -> bool:
    """Results that go to the account alone are handed to nobody."""
    return direction == Direction.DEPARTMENT or event.dossier.delivery != Dossier.Delivery.ONLINE


# ── making ──
def make(
    *, user: User, direction: str, day: date, group: str, events: Iterable[int], at: datetime | None = None
) -> HandOver:
    """Make a list of the chosen acts of one group; numbered per giver, direction and year under a row lock.

    Raises Invalid when nothing fitting is chosen or a colleague has listed one of them meanwhile.
    """
    at = at or timezone.now()
    wanted = set(events)
    found = next((one for one in candidates(user, direction, day) if one.key == group), None)
    chosen = [event for event in found.events if event.pk in wanted] if found else []
    if found is None or not chosen or len(chosen) != len(wanted):
        raise Invalid(
            {"": _("Tick at least one dossier. Dossiers a colleague has listed meanwhile are no longer here.")}
        )
    if len(chosen) > MOST:
        raise Invalid({"": _("A list holds %(most)s dossiers at most: make two.") % {"most": MOST}})
    try:
        with transaction.atomic():
            return _written(found, Direction(direction), day, chosen, user, at)
    except IntegrityError as error:
        raise Invalid(
            {"": _("A colleague has listed one of these dossiers meanwhile. Look at the list again.")}
        ) from error


def _written(
    group: Group, direction: HandOver.Direction, day: date, events: list[DossierEvent], user: User, at: datetime
) -> HandOver:
    giver = group.counter if direction == Direction.DEPARTMENT else group.department
    kind, year = KINDS[direction], timezone.localdate(at).year
    serial = codes.next_paper_serial(giver.code, kind, year)
    form = paper_forms.form_on(kind, timezone.localdate(at))
    made = HandOver.objects.create(
        direction=direction, counter=group.counter, department=group.department, day=day, year=year, serial=serial,
        number=paper_forms.number_words(form, serial, giver.code) if form else str(serial), made_by=user, made_at=at,
    )  # fmt: skip
    HandOverItem.objects.bulk_create(_items(made, events))
    return made


def _items(made: HandOver, events: list[DossierEvent]) -> list[HandOverItem]:
    ids = [event.dossier_id for event in events]
    issued = Result.objects.filter(dossier__in=ids, revoked_at=None, issued_at__isnull=False).order_by("revision")
    results = {row.dossier_id: row for row in issued} if not made.is_to_department else {}
    amounts = _amounts(ids)
    return [
        HandOverItem(
            hand_over=made, position=position, dossier=event.dossier, seq=event.seq, at=event.at,
            result=results.get(event.dossier_id), amount=amounts.get(event.dossier_id, 0),
            is_paid=event.dossier.fee_state == Dossier.FeeState.PAID,
            by_post=event.dossier.delivery == Dossier.Delivery.POST,
        )
        for position, event in enumerate(events, start=1)
    ]  # fmt: skip


def _amounts(dossier_ids: list[int]) -> dict[int, int]:
    rows = FeeLine.objects.filter(dossier__in=dossier_ids).values("dossier").annotate(total=Sum("amount"))
    return {row["dossier"]: row["total"] for row in rows}


# ── confirming ──
def may_confirm(hand_over: HandOver, user: User) -> bool:
    """The receiving side, and not who made the list."""
    standing = standing_of(user)
    if hand_over.confirmed_at or hand_over.made_by_id == user.pk:
        return False
    if hand_over.is_to_department:
        return hand_over.department_id in standing.agency_ids(HANDLING_ROLES)
    return hand_over.counter_id in standing.agency_ids(COUNTER_ROLES)


def confirm(
    hand_over_id: int, *, user: User, arrived: Iterable[int], differences: Mapping[int, str], at: datetime | None = None
) -> HandOver:
    """The receiving side says what has arrived (ids of items) and names each difference; once.

    Raises Denied for everybody else, Invalid when it was confirmed already or something missing is not explained.
    """
    at, there = at or timezone.now(), set(arrived)
    with transaction.atomic():
        row = HandOver.objects.select_for_update().get(pk=hand_over_id)
        if row.confirmed_at:
            raise Invalid({"": _("This list was confirmed already.")})
        if not may_confirm(row, user):
            raise Denied(_("The receiving side confirms a list, and not the person who made it."))
        items = list(row.items.all())
        errors = _unexplained(items, there, differences)
        if errors:
            raise Invalid(errors)
        for item in items:
            item.has_arrived, item.difference = item.pk in there, differences.get(item.pk, "").strip()[:500]
        HandOverItem.objects.bulk_update(items, ["has_arrived", "difference"])
        row.confirmed_by, row.confirmed_at = user, at
        row.save(update_fields=["confirmed_by", "confirmed_at"])
    return row


def _unexplained(items: list[HandOverItem], there: set[int], differences: Mapping[int, str]) -> dict[str, str]:
    missing = [item for item in items if item.pk not in there and not differences.get(item.pk, "").strip()]
    return {f"difference-{item.pk}": _("Write what is missing or different.") for item in missing}
