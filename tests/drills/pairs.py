"""Drill G: 500 random pairs of acts on one dossier at the same moment; only histories the law knows may remain."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from agencies.models import Role
from dossiers.errors import Refused
from dossiers.models import Dossier, DossierEvent, Paper
from dossiers.services import actor_of, available, endings, filing, intake, results, routing, supplements
from dossiers.services.supplements import Missing
from dossiers.views.officer.page import DossierPage
from tests.drills.journeys import FREE, GRANTED, Journey
from tests.drills.people import at_once
from tests.drills.persistence import broken_chains
from tests.drills.report import Report, say
from tests.drills.stage import Stage
from tests.histories import is_path

PAIRS, OPEN = 500, 12  # pairs; dossiers that are under way side by side
SEEN = 0.6  # how often both people act on the page as they saw it (with its version)
STRAY = 0.1  # how often a person tries what the page does not offer: an old page, other software
REASON = "Theo quy định của pháp luật."
ROLES = (Role.RECEPTION, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK)
Act = tuple[str, Callable[..., Any]]  # name in the flow chart; takes (dossier, person) and version

# What officers do, by its name in the flow chart; the citizen's own acts below. Endings come seldom, or little would be left.
DESK: dict[str, Callable[..., Any]] = {
    "claim_intake": lambda d, u, **v: intake.claim_intake(d.pk, user=u, **v),
    "receive": lambda d, u, **v: intake.receive(d.pk, user=u, **v),
    "refuse_intake": lambda d, u, **v: intake.refuse_intake(d.pk, user=u, reason=REASON, **v),
    "request_supplement_at_intake": lambda d, u, **v: supplements.request_at_intake(
        d.pk, user=u, missing=_missing(d), message=REASON, **v
    ),
    "claim": lambda d, u, **v: routing.claim(d.pk, user=u, **v),
    "forward": lambda d, u, **v: routing.forward(d.pk, user=u, **v),
    "send_back": lambda d, u, **v: routing.send_back(d.pk, user=u, reason=REASON, **v),
    "draft_result": lambda d, u, **v: results.draft(d.pk, user=u, decision=GRANTED, **v),
    "draft_supplement": lambda d, u, **v: supplements.draft(d.pk, user=u, missing=_missing(d), message=REASON, **v),
    "approve_supplement": lambda d, u, **v: supplements.approve(d.pk, user=u, **v),
    "discard_supplement": lambda d, u, **v: supplements.discard(d.pk, user=u, **v),
    "request_supplement": lambda d, u, **v: supplements.request(d.pk, user=u, **v),
    "confirm_supplement": lambda d, u, **v: supplements.confirm(d.pk, user=u, **v),
    "return_supplement": lambda d, u, **v: supplements.not_complete(d.pk, user=u, reason=REASON, **v),
    "sign_result": lambda d, u, version=None, **v: results.sign(d.pk, user=u, version=version or d.version, **v),
    "resolve": lambda d, u, **v: results.issue(d.pk, user=u, **v),
    "agree_withdrawal": lambda d, u, **v: endings.agree_withdrawal(d.pk, user=u, **v),
    "stop": lambda d, u, **v: endings.stop(d.pk, user=u, reason=REASON, **v),
    "reopen": lambda d, u, **v: results.reopen(d.pk, user=u, reason=REASON, **v),
}
CITIZEN: dict[str, Callable[..., Any]] = {
    "amend": lambda d, u, **v: filing.amend(d.pk, user=u, **v),
    "withdraw": lambda d, u, **v: endings.withdraw(d.pk, user=u, **v),
    "ask_withdrawal": lambda d, u, **v: endings.withdraw(d.pk, user=u, **v),
    "send_supplement": lambda d, u, **v: supplements.send(d.pk, user=u, **v),
    "supplement_intake": lambda d, u, **v: supplements.send(d.pk, user=u, **v),
}
SELDOM = {"refuse_intake", "withdraw", "stop", "agree_withdrawal", "ask_withdrawal"}


def _missing(dossier: Dossier) -> list[Missing]:
    key = Paper.objects.filter(dossier=dossier).order_by("position").values_list("key", flat=True)[0]
    return [Missing("paper", key, REASON)]


class Pairs:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report = stage, Report("pairs")
        self.journeys: list[Journey] = []
        self.under_way: list[Journey] = []
        self.outcomes: Counter[str] = Counter()
        self.crashed: list[str] = []
        self.both_won: list[str] = []

    def run(self) -> Report:
        """Pairs on dossiers that go on from where the pair before left them."""
        say(f"{PAIRS} pairs of acts at the same moment")
        begun, done = time.monotonic(), 0
        while done < PAIRS:
            journey = self._dossier()
            possible = list(self._possible(journey))
            if len(possible) < 2:
                self._go_on(journey)
                continue
            self._meet(journey, possible)
            done += 1
        self.report.told("dossiers, seconds", f"{len(self.journeys)}, {time.monotonic() - begun:.0f}")
        self._compare(done)
        return self.report

    def _dossier(self) -> Journey:
        """One of those under way; ended ones make place for new ones."""
        while len(self.under_way) < OPEN:
            journey = Journey(self.stage, len(self.journeys), FREE, "online")
            list(journey.file())
            self.journeys.append(journey)
            self.under_way.append(journey)
        return self.stage.chance.choice(self.under_way)

    def _possible(self, journey: Journey) -> Iterator[tuple[str, User, Callable[..., Any]]]:
        """(act, person, what it does): as a rule what the person's page offers now, now and then anything their posts allow."""
        dossier = journey.dossier
        people = [(journey.who(role), DESK) for role in ROLES] + [(journey.user, CITIZEN)]
        for person, acts in people:
            offered = DossierPage(dossier, person, timezone.now()).offer if acts is DESK else acts
            for name in available(dossier, actor_of(person)):
                is_wanted = name in offered or self.stage.chance.random() < STRAY
                is_seldom = name in SELDOM and self.stage.chance.random() >= 0.2
                if name in acts and is_wanted and not is_seldom:
                    yield name, person, acts[name]

    def _go_on(self, journey: Journey) -> None:
        """Nothing to collide here: what is left is done alone; where that is nothing, another dossier takes its place."""
        possible = list(self._possible(journey))
        alone = self._act(journey.dossier, *possible[0], {}) if possible else "ended"
        if alone != "done":
            self.under_way.remove(journey)

    def _meet(self, journey: Journey, possible: list[tuple[str, User, Callable[..., Any]]]) -> None:
        """Two of them at the same moment; now and then one person presses twice."""
        chance, dossier = self.stage.chance, journey.dossier
        pair = chance.sample(possible, 2) if chance.random() < 0.85 else [chance.choice(possible)] * 2
        seen = {"version": dossier.version} if chance.random() < SEEN else {}
        found = at_once([lambda one=one: self._act(dossier, *one, seen) for one in pair])
        self.outcomes["/".join(sorted(found))] += 1
        if seen and found == ["done", "done"]:
            self.both_won.append(f"dossier {dossier.pk}: {pair[0][0]} and {pair[1][0]}")

    def _act(self, dossier: Dossier, name: str, person: User, act: Callable[..., Any], seen: dict[str, Any]) -> str:
        """ "done", "refused" with a reason people read, or what crashed."""
        try:
            act(dossier, person, **seen)
        except Refused:
            return "refused"
        except Exception as crash:
            self.crashed.append(f"dossier {dossier.pk} {name}: {type(crash).__name__}: {crash}"[:160])
            return "crashed"
        finally:
            connection.close()
        return "done"

    def _compare(self, done: int) -> None:
        report, ids = self.report, [journey.dossier_id for journey in self.journeys]
        report.told("how the pairs ended", ", ".join(f"{what} × {n}" for what, n in self.outcomes.most_common()))
        report.told("acts that were performed", DossierEvent.objects.filter(dossier__in=ids).count())
        report.none("never an error, always a done act or a reason", self.crashed, 2 * done)
        report.none("of two who saw the same page at most one acts", self.both_won, done)
        report.none("histories are paths of the flow chart", [str(pk) for pk in ids if not is_path(pk)], len(ids))
        report.none("chains of events hold", broken_chains(ids), len(ids))
        report.held("pairs in which both acts met", self.outcomes["done/refused"], "some",
                    met=self.outcomes["done/refused"] > 0)  # fmt: skip
