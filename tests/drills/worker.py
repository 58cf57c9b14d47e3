"""Drill A: the worker is killed again and again, Redis dies and hangs, while dossiers are on their way."""

import time
from collections.abc import Iterator

from django.utils import timezone

from accounts.services import codes
from common.models import Job
from tests.drills import books
from tests.drills.journeys import ACTED, AT_ONCE, Journey, mixed
from tests.drills.probe import Probe
from tests.drills.report import Report, say
from tests.drills.stage import Aside, Stage, until

JOURNEYS, LAST, CODES = 24, 6, 16
ACTS_EACH = 9  # about; where among the acts things break
SETTLED_WITHIN = 90  # seconds after the last kill
AWAY = 10.0  # seconds that Redis is gone, and hangs
SLOW_CARRIER = 0.25  # the carrier books an SMS and answers later: a kill then falls between the two
GIVE_UP = 240  # seconds without any act: somebody waits for a thing that never comes
FAULTS = ("worker",) * 5 + ("beat", "redis gone", "redis hung")


class KilledWorker:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report = stage, Report("killed worker")
        self.since = books.Marks.now()
        self.refused: list[str] = []
        self.outage: Aside | None = None

    def run(self) -> Report:
        self.stage.sandbox.script("sms.send", "late", times=0, seconds=SLOW_CARRIER)
        probe = Probe(self.stage).start()
        journeys, last = mixed(self.stage, JOURNEYS), self._drafts()
        acts = self._on_their_way(journeys)
        self._end_outage()
        killed_at = self._last_kill(last)
        self._settle(killed_at)
        probe.stop()
        self.stage.sandbox.http.delete("/faults").raise_for_status()
        self._compare([*journeys, *last], acts, probe)
        return self.report

    def _drafts(self) -> list[Journey]:
        drafts = [Journey(self.stage, JOURNEYS + n, AT_ONCE, "online") for n in range(LAST)]
        for journey in drafts:
            journey.draft()
        return drafts

    # ── the way ──
    def _on_their_way(self, journeys: list[Journey]) -> int:
        """One act of one dossier after the other, in random order, until all are through; returns how many."""
        chance, under_way = self.stage.chance, {journey.number: journey.steps() for journey in journeys}
        faults = self._faults(len(journeys) * ACTS_EACH)
        by_number, acts, codes_at = {j.number: j for j in journeys}, 0, self._codes(len(journeys) * ACTS_EACH)
        acted_at = time.monotonic()
        while under_way and time.monotonic() - acted_at < GIVE_UP:
            number = chance.choice(sorted(under_way))
            if self._step(under_way, number, by_number[number]):
                acts, acted_at = acts + 1, time.monotonic()
                self._send_codes(codes_at.get(acts, 0))
                self._break(faults.get(acts, ""), acts)
                time.sleep(chance.uniform(0, 0.25))
            else:
                time.sleep(0.05)
        self.refused += [f"dossier {by_number[n].dossier_id} never got through" for n in under_way]
        return acts

    def _step(self, under_way: dict[int, Iterator[bool]], number: int, journey: Journey) -> bool:
        try:
            return next(under_way[number]) is ACTED
        except StopIteration:
            del under_way[number]
            return True
        except Exception as error:
            self.refused.append(f"dossier {journey.dossier_id}: {type(error).__name__} {error}"[:200])
            del under_way[number]
            return True

    def _faults(self, acts: int) -> dict[int, str]:
        """Which act each fault follows."""
        order = list(FAULTS)
        self.stage.chance.shuffle(order)
        part = acts // (len(order) + 1)
        places = [part * n + self.stage.chance.randrange(part * 3 // 4) for n in range(1, len(order) + 1)]
        return dict(zip(places, order, strict=True))

    def _codes(self, acts: int) -> dict[int, int]:
        places = [self.stage.chance.randrange(1, acts) for _ in range(CODES)]
        return {place: places.count(place) for place in places}

    def _send_codes(self, count: int) -> None:
        for _ in range(count):
            now = timezone.now()
            phone = f"+8498{self.stage.chance.randrange(10**7):07d}"
            network = f"{phone} {now:%s}"
            codes.issue_code(phone=phone, purpose="register", binding="drill", network=network, language="vi", at=now)

    # ── breaking ──
    def _break(self, what: str, act: int) -> None:
        if not what:
            return
        self._end_outage()
        if what == "worker":
            until(in_the_middle, 3, pause=0.02)
        time.sleep(self.stage.chance.uniform(0, 0.3))
        say(f"act {act}: {what}")
        if what in {"worker", "beat"}:
            self.stage.kill(what)
        else:
            self.outage = Aside(lambda: self._redis(what))

    def _redis(self, what: str) -> None:
        self.stage.phase = what
        if what == "redis gone":
            self.stage.keep_down("redis", AWAY)
        else:
            self.stage.hang("redis", AWAY)
        self.stage.phase = "calm"

    def _end_outage(self) -> None:
        if self.outage:
            self.outage.done()
            self.outage = None

    def _last_kill(self, last: list[Journey]) -> float:
        """The last kill falls into a burst of news."""
        for journey in last:
            journey.submit()
        until(in_the_middle, 3, pause=0.02)
        time.sleep(self.stage.chance.uniform(0, 0.3))
        waiting = len(books.open_work(self.stage.sandbox))
        count = self.stage.kill("worker")
        say(f"the last kill: {count} processes, {waiting} pieces of work open")
        self.report.told("work open at the moment of the last kill", waiting)
        return time.monotonic()

    # ── afterwards ──
    def _settle(self, killed_at: float) -> None:
        left = until(lambda: not books.open_work(self.stage.sandbox), SETTLED_WITHIN + 60)
        seconds = time.monotonic() - killed_at
        say(f"everything at rest {seconds:.0f} s after the last kill" if left else "work is left")
        words = f"{seconds:.0f} s" if left else f"never: {books.open_work(self.stage.sandbox)[:3]}"
        met = bool(left) and seconds <= SETTLED_WITHIN
        self.report.held("everything done after the last kill", words, f"≤ {SETTLED_WITHIN} s", met=met)

    def _compare(self, journeys: list[Journey], acts: int, probe: Probe) -> None:
        report, sandbox = self.report, self.stage.sandbox
        report.told("dossiers, acts", f"{len(journeys)}, {acts + len(journeys)}")
        report.told("broken", ", ".join(f"{self.stage.kills.count(k)} × {k}" for k in dict.fromkeys(self.stage.kills)))
        report.none("acts of people that went through", self.refused, acts)
        books.compare_work(report, self.since)
        books.compare_messages(report, sandbox, self.since)
        books.compare_what_was_owed(report, journeys)
        books.compare_money(report, sandbox, self.since)
        books.compare_parcels(report, sandbox, self.since)
        probe.tell(report)


def in_the_middle() -> bool:
    """A worker holds a job now."""
    return Job.objects.filter(state="ready", lease_until__gt=timezone.now()).exists()
