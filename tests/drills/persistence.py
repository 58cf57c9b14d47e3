"""People who press again after an error page: their next act follows from what the database says, never from memory."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from agencies.models import Role
from dossiers import chain
from dossiers.models import Dossier, DossierEvent, StepRun
from dossiers.services import endings, intake, results
from postal.models import Parcel
from postal.services import desk
from tests.drills.journeys import ACTED, WAITS, Journey

MOVES = 5  # accepted, in transit, at the office, with the postman, delivered
# Acts that a dossier sees once in its life, whatever breaks; `claim` and `forward` come once a step.
ONCE = ("submit", "await_prepayment", "settle_prepayment", "claim_intake", "receive", "start_processing", "sign_result",
        "resolve", "resolve_at_once", "return_at_counter", "return_online", "return_by_post")  # fmt: skip


@dataclass
class Persistent(Journey):
    """One dossier; `press()` performs whatever is to be done next. What was acknowledged is kept for the comparison."""

    is_drafted: bool = False
    is_paid: bool = False
    moves: int = 0
    kept: dict[int, str] = field(default_factory=dict)  # hash of the event by its number, as it was read after an act

    @property
    def is_over(self) -> bool:
        """The result is in the citizen's hands."""
        return self.is_drafted and self.dossier.state == "returned"

    def press(self) -> bool:
        """One act (ACTED), or nothing to be done by people now (WAITS); raises what the services raise."""
        if not self.is_drafted:
            self.draft()  # after a failure half-way the person begins a new draft
            self.is_drafted = True
            return ACTED
        act = self._acts().get(self.dossier.state)
        acted = act() if act else WAITS
        if acted:
            now = self.dossier
            self.kept[now.head_seq] = now.head_hash
        return acted

    def _acts(self) -> dict[str, Callable[[], bool]]:
        return {
            "draft": self._submit,
            "payment": self._pay,
            "new": self._take_or_receive,
            "received": self._decide_at_once,
            "processing": self._handle,
            "resolved": self._give,
        }

    def _submit(self) -> bool:
        self.submit()
        return ACTED

    def _pay(self) -> bool:
        if self.is_paid:
            return WAITS
        self.stage.sandbox.pay(self.attempt().pay_url)
        self.is_paid = True
        return ACTED

    def _take_or_receive(self) -> bool:
        take_or_receive = intake.claim_intake if self.dossier.assignee_id is None else intake.receive
        take_or_receive(self.dossier_id, user=self.who(Role.RECEPTION))
        return ACTED

    def _decide_at_once(self) -> bool:
        results.decide_at_once(self.dossier_id, user=self.who(Role.LEADER), version=self.dossier.version)
        return ACTED

    def _handle(self) -> bool:
        self._one_step(self.dossier)
        return ACTED

    def _give(self) -> bool:
        if self.delivery == "counter":
            receiver = self.user.full_name
            endings.return_at_counter(self.dossier_id, user=self.who(Role.RECEPTION), receiver=receiver)
            return ACTED
        parcel = Parcel.objects.filter(dossier=self.dossier_id).first()
        if parcel is None or parcel.state == "registered":
            return WAITS
        if parcel.state == "ordered":
            desk.hand_over(parcel, user=self.who(Role.RECEPTION), at=timezone.now())
        elif self.moves < MOVES:
            self.stage.sandbox.advance(parcel.item_code, receiver=self.user.full_name)
            self.moves += 1
        else:
            return WAITS
        return ACTED

    # ── afterwards ──
    def settle_owed(self) -> None:
        """What the citizen must have been told once by now, from what became of the dossier."""
        names = set(DossierEvent.objects.filter(dossier=self.dossier_id).values_list("name", flat=True))
        first = "await_prepayment" if "await_prepayment" in names else "submit"
        self.owed = ["dossier.settle_prepayment" if "settle_prepayment" in names else f"dossier.{first}"]
        if "receive" in names:
            self.owed += ["dossier.received", "dossier.resolved"]
            self.owed += ["postal.handed_over"] if self.delivery == "post" else []
            self.owed += ["dossier.returned"] if self.delivery != "online" else []

    def lost(self) -> list[str]:
        """Events that were acknowledged and are not there any more, or are others."""
        found = dict(DossierEvent.objects.filter(dossier=self.dossier_id).values_list("seq", "hash"))
        return [f"dossier {self.dossier_id} event {seq}" for seq, hash_ in self.kept.items() if found.get(seq) != hash_]

    def doubled(self) -> list[str]:
        """Acts and steps of the route that are there more than once."""
        times = Counter(DossierEvent.objects.filter(dossier=self.dossier_id).values_list("name", flat=True))
        steps = Counter(StepRun.objects.filter(dossier=self.dossier_id).values_list("step_no", flat=True))
        wrong = [f"dossier {self.dossier_id} {name} {times[name]} times" for name in ONCE if times[name] > 1]
        return wrong + [f"dossier {self.dossier_id} step {no} entered {n} times" for no, n in steps.items() if n > 1]


def broken_chains(dossiers: list[int]) -> list[str]:
    """Dossiers whose chain of events does not hold."""
    wrong = []
    for dossier in Dossier.objects.filter(pk__in=dossiers):
        events = DossierEvent.objects.filter(dossier=dossier).order_by("seq")
        bad = chain.first_broken(events, head_seq=dossier.head_seq, head_hash=dossier.head_hash)
        wrong += [f"dossier {dossier.pk} from event {bad}"] if bad is not None else []
    return wrong
