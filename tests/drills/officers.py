"""Drill F: twenty officers press "next dossier" and act at once on 200 dossiers; nobody gets what a colleague holds."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import httpx
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services import appoint
from dossiers import queues
from dossiers.models import Dossier, DossierEvent, StepRun
from portal.demo.people import PASSWORD, SINCE
from tests.drills import books
from tests.drills.journeys import FREE, WHERE, Journey
from tests.drills.people import Browser, at_once, hidden
from tests.drills.persistence import broken_chains
from tests.drills.report import Report, say
from tests.drills.stage import Aside, Stage, until

OFFICERS, DOSSIERS, DUELS, FILING = 20, 200, 6, 3
TWICE = 0.15  # how often an act is sent once more with the version that was seen before
GIVE_UP = 240  # seconds for all dossiers
SETTLED_WITHIN = 150
NEXT, LIST = "/can-bo/tiep-theo/", "/can-bo/ho-so/"
WAY = (
    "claim_intake",
    "receive",
    "start_processing",
    "claim",
    "draft_result",
    "forward",
)  # each act once, in this order
COUNT = re.compile(r'<a href="[^"]*\?tab=([a-z]+)"[^>]*>[^<]*<b>(\d+)</b>')
RECEPTION, SPECIALIST = "receive", "work"  # the tab of each half of the officers


class Officers:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report, self.since = stage, Report("officers"), books.Marks.now()
        self.answers: Counter[tuple[str, int]] = Counter()
        self.given: list[tuple[str, str, int]] = []  # tab, code and officer of every dossier that "next" led to
        self.done: list[tuple[str, str, int]] = []  # act, code and officer of every act that was carried out
        self.wrong: list[str] = []
        self.lock = threading.Lock()
        self.gate, self.at_work = threading.Event(), 0  # nobody takes the next dossier while the gate is shut
        self.gate.set()
        self.journeys: list[Journey] = []

    def run(self) -> Report:
        desks = [Browser.of(user) for user in self._officers()]
        self._file()
        begun = time.monotonic()
        self._duels(desks)
        self._everybody(desks)
        say(f"all handed on after {time.monotonic() - begun:.0f} s")
        self.report.told("dossiers, officers, seconds", f"{DOSSIERS}, {OFFICERS}, {time.monotonic() - begun:.0f}")
        self._compare_counts(desks, "at the end")
        self._compare()
        return self.report

    def _officers(self) -> list[User]:
        """Half of them at the counter, half in the department, with posts of the drill's own."""
        agency, found = Agency.objects.get(key=WHERE[FREE]), []
        for number in range(OFFICERS):
            name = f"thu-tai-{number + 1:02d}"
            user = User.objects.filter(username=name).first() or User.objects.create_user(
                name, PASSWORD, kind=User.Kind.OFFICER, full_name=f"Cán bộ thử tải {number + 1:02d}"
            )
            appoint(user, agency, Role.RECEPTION if number % 2 == 0 else Role.SPECIALIST, actor=None, since=SINCE)
            found.append(user)
        self.ids = [user.pk for user in found]
        return found

    def _file(self) -> None:
        say(f"{DOSSIERS} dossiers are filed")
        self.journeys = [Journey(self.stage, number, FREE, "online") for number in range(DOSSIERS)]
        lanes = [
            Aside(lambda n=n: [list(journey.file()) for journey in self.journeys[n::FILING]]) for n in range(FILING)
        ]
        for lane in lanes:
            lane.done()
        self.codes = dict(Dossier.objects.filter(pk__in=self._mine()).values_list("code", "pk"))

    def _mine(self) -> list[int]:
        return [journey.dossier_id for journey in self.journeys]

    # ── the same dossier ──
    def _duels(self, desks: list[Browser]) -> None:
        """Everybody at the counter presses "take over" on the same open page at the same moment: one gets it."""
        counter, wrong = [(n, desk) for n, desk in enumerate(desks) if n % 2 == 0], []
        for code in self.stage.chance.sample(sorted(self.codes), DUELS):
            version = Dossier.objects.get(code=code).version
            page = reverse("dossiers:officer_act", args=[code, "nhan-ve-toi"])
            acts = [lambda d=desk: d.post(page, version=version, tab=RECEPTION).status_code for _n, desk in counter]
            statuses = at_once(acts)
            self.answers.update(("duel", status) for status in statuses)
            if Counter(statuses) != Counter({302: 1, 409: len(counter) - 1}):
                wrong.append(f"{code}: {dict(Counter(statuses))}")
            winner = counter[statuses.index(302)][0] if 302 in statuses else 0
            self.given.append((RECEPTION, code, winner))
            self.done.append(("claim_intake", code, winner))
        self.report.none("taken by one, the others read what happened (409)", wrong, DUELS)

    # ── everybody ──
    def _everybody(self, desks: list[Browser]) -> None:
        held = {n: [code for _tab, code, who in self.given if who == n] for n in range(OFFICERS)}
        seeds = [self.stage.chance.random() for _ in desks]
        lanes = [
            Aside(lambda n=n, desk=desk: self._work(n, desk, held[n], Random(seeds[n]))) for n, desk in enumerate(desks)
        ]
        until(lambda: self._count_of("receive") >= DOSSIERS // 2 or not any(lane.is_alive() for lane in lanes), GIVE_UP)
        with self.lock:
            self.gate.clear()
        until(lambda: self.at_work == 0, 60, pause=0.05)
        self._compare_counts(desks, "half-way")
        self.gate.set()
        for lane in lanes:
            lane.done()

    def _work(self, number: int, desk: Browser, held: list[str], chance: Random) -> None:
        """What was taken first, then "next dossier" until the whole province is through."""
        tab, end = (RECEPTION, SPECIALIST)[number % 2], time.monotonic() + GIVE_UP
        try:
            for code in held:
                with self._busy():
                    self._handle(number, desk, tab, code, chance)
            while time.monotonic() < end and not self._is_over(tab):
                with self._busy():
                    code = self._next(number, desk, tab)
                    if code:
                        self._handle(number, desk, tab, code, chance)
                time.sleep(0 if code else 0.7)
        except httpx.HTTPError as error:
            self._note(self.wrong, f"officer {number}: {type(error).__name__}")
        finally:
            connection.close()

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """One dossier from "next" to its last act; waits at the gate before it."""
        while True:
            self.gate.wait()
            with self.lock:
                if self.gate.is_set():
                    self.at_work += 1
                    break
        try:
            yield
        finally:
            with self.lock:
                self.at_work -= 1

    def _next(self, number: int, desk: Browser, tab: str) -> str:
        answer = desk.post(NEXT, tab=tab)
        self._count("next", answer)
        code = answer.headers.get("Location", "").removeprefix(LIST).partition("/")[0]
        if code not in self.codes:
            return ""
        self._note(self.given, (tab, code, number))
        self._note(self.done, ("claim_intake" if tab == RECEPTION else "claim", code, number))
        return code

    def _is_over(self, tab: str) -> bool:
        """Both halves know when nothing more can come: every dossier has had its last act here."""
        return self._count_of("receive" if tab == RECEPTION else "forward") >= DOSSIERS

    def _count_of(self, name: str) -> int:
        with self.lock:
            return sum(act == name for act, _code, _who in self.done)

    def _handle(self, number: int, desk: Browser, tab: str, code: str, chance: Random) -> None:
        """Open the dossier, then the acts of this half; now and then one is sent twice."""
        page = desk.get(f"{LIST}{code}/?tab={tab}")
        self._count("page", page)
        if tab == RECEPTION:
            acts = [("receive", "tiep-nhan", {"sure": "1"})]
        else:
            text = {"outcome": "granted", "text": "Hồ sơ đủ điều kiện theo quy định."}
            acts = [("draft_result", "du-thao", text), ("forward", "chuyen-tiep", {})]
        first = reverse("dossiers:officer_act", args=[code, acts[0][1]])
        version = int(hidden(desk.get(f"{first}?tab={tab}").text).get("version", -1))
        for name, slug, form in acts:
            address = reverse("dossiers:officer_act", args=[code, slug])
            answer = desk.post(address, version=version, tab=tab, **form)
            self._count(name, answer)
            if answer.status_code == 302:
                self._note(self.done, (name, code, number))
            else:
                self._note(self.wrong, f"{code} {name} by the officer who holds it: {answer.status_code}")
            if chance.random() < TWICE:
                self._count("sent again", desk.post(address, version=version, tab=tab, **form))
            version += 1  # what the page shows after the act

    def _count(self, what: str, answer: httpx.Response) -> None:
        with self.lock:
            self.answers[what, answer.status_code] += 1

    def _note(self, place: list[object], what: object) -> None:
        with self.lock:
            place.append(what)

    # ── afterwards ──
    def _compare_counts(self, desks: list[Browser], when: str) -> None:
        """The numbers on the tabs of a counter's and a department's officer, and the lists behind them."""
        wrong, seen = [], 0
        for number in (0, 1):
            shown = {key: int(text) for key, text in COUNT.findall(desks[number].get(LIST).text)}
            viewer = queues.viewer_of(User.objects.get(pk=self.ids[number]), timezone.now())
            for key, count in shown.items():
                seen += 1
                behind = queues.of_tab(viewer, key).count()
                wrong += [f"{key}: {count} shown, {behind} in the list"] if count != behind else []
            wrong += [f"officer {number} sees no counts"] if not shown else []
        self.report.none(f"counts of the queue are the database's, {when}", wrong, seen)

    def _compare(self) -> None:
        report, ids = self.report, self._mine()
        told = ", ".join(f"{what} {status} × {n}" for (what, status), n in sorted(self.answers.items()))
        report.told("answers", told)
        bad = [f"{what}: {status}" for what, status in self.answers if status not in {200, 302, 409}]
        report.none("pages, redirects and conflicts (409), never an error", bad, sum(self.answers.values()))
        again = [status for what, status in self.answers if what == "sent again"]
        report.none("an act sent again is a conflict", [str(s) for s in again if s != 409],
                    self.answers["sent again", 409])  # fmt: skip
        report.none("acts of officers on what they hold", self.wrong, len(self.done))
        report.none("no dossier given to two officers", list(_twice(self.given)), len(self.given))
        report.none("each act is there once, by who pressed", list(self._different()), len(self.done))
        report.none("every step of the route entered once", _steps(ids), len(ids))
        report.none("chains of events hold", broken_chains(ids), len(ids))
        left = until(lambda: not books.open_work(self.stage.sandbox), SETTLED_WITHIN)
        report.held("everything at rest", "yes" if left else books.open_work(self.stage.sandbox)[:3], "yes",
                    met=bool(left))  # fmt: skip
        for journey in self.journeys:
            journey.owed = ["dossier.submit", "dossier.received"]
        books.compare_what_was_owed(report, self.journeys)
        books.compare_work(report, self.since)
        books.compare_messages(report, self.stage.sandbox, self.since)

    def _different(self) -> Iterator[str]:
        """Acts of the database that nobody was told of, told acts that are not there, and doubles."""
        told = {(self.codes[code], act): self.ids[who] for act, code, who in self.done}
        events = DossierEvent.objects.filter(dossier__in=self._mine(), name__in=WAY).order_by("dossier", "seq")
        found: dict[int, list[str]] = {pk: [] for pk in self._mine()}
        for pk, name, actor in events.values_list("dossier", "name", "actor"):
            found[pk].append(name)
            if name != "start_processing" and told.get((pk, name)) != actor:
                yield f"dossier {pk} {name} by {actor}, answered to {told.get((pk, name))}"
        yield from (f"dossier {pk}: {names}" for pk, names in found.items() if tuple(names) != WAY)


def _twice(given: list[tuple[str, str, int]]) -> Iterator[str]:
    times = Counter((tab, code) for tab, code, _who in given)
    yield from (f"{code} in {tab}: {n} times" for (tab, code), n in times.items() if n > 1)


def _steps(ids: list[int]) -> list[str]:
    runs = Counter(StepRun.objects.filter(dossier__in=ids).values_list("dossier", "step_no"))
    wrong = [f"dossier {pk} step {no}: {n} times" for (pk, no), n in runs.items() if n > 1]
    open_ = Counter(StepRun.objects.filter(dossier__in=ids, ended_at=None).values_list("dossier", flat=True))
    return wrong + [f"dossier {pk}: {open_[pk]} open steps" for pk in ids if open_[pk] != 1]
