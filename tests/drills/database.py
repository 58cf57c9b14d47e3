"""Drill D: PostgreSQL is killed (the postmaster, single backends) while dossiers are on their way."""

import contextlib
import os
import signal
import time
from pathlib import Path
from random import Random
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from psycopg2 import Error as PsycopgError
from psycopg2 import connect

from tests.drills import books
from tests.drills.journeys import AT_ONCE, CRIMINAL_RECORD, DELIVERY, ROUTE
from tests.drills.persistence import Persistent, broken_chains
from tests.drills.probe import DATABASE_AWAY, Probe
from tests.drills.report import Report, say
from tests.drills.stage import Aside, Stage, members, until
from tests.drills.worker import SETTLED_WITHIN, SLOW_CARRIER, in_the_middle

JOURNEYS, LAST, LANES = 15, 6, 2
ACTS_EACH = 8  # about
FAULTS = ("server",) * 3 + ("connection",) * 4
NOTICED_WITHIN = 10.0  # seconds until the server ends all connections after one of its processes was killed
BACK_WITHIN = 60.0  # seconds that the launcher may take to start the server again
GIVE_UP = 150  # seconds for all journeys
APP = "postgres: motcua_app"


class KilledDatabase:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report, self.since = stage, Report("killed database"), books.Marks.now()
        self.acts, self.again, self.refused = 0, 0, list[str]()
        self.away: list[float] = []  # seconds without a server, of each kill

    def run(self) -> Report:
        self.stage.sandbox.script("sms.send", "late", times=0, seconds=SLOW_CARRIER)
        procedures = (ROUTE, AT_ONCE, CRIMINAL_RECORD)
        journeys = [Persistent(self.stage, n, procedures[n % 3], DELIVERY[(n // 3) % 3]) for n in range(JOURNEYS)]
        last = [Persistent(self.stage, JOURNEYS + n, AT_ONCE, "online") for n in range(LAST)]
        for journey in last:
            journey.press()
        probe = Probe(self.stage).start()
        lanes = self._set_out(journeys)
        self._break_often(lanes)
        back_at = self._last_kill(last)
        for lane in lanes:
            lane.done()
        self._settle(back_at)
        probe.stop()
        self.stage.sandbox.http.delete("/faults").raise_for_status()
        self._compare(journeys, last, probe)
        return self.report

    # ── the way ──
    def _set_out(self, journeys: list[Persistent]) -> list[Aside]:
        """Two crowds that press at the same time while the server dies under them."""
        seeds = [self.stage.chance.random() for _ in range(LANES)]
        return [Aside(lambda n=n: self._lane(journeys[n::LANES], Random(seeds[n]))) for n in range(LANES)]

    def _break_often(self, lanes: list[Aside]) -> None:
        chance, faults = self.stage.chance, list(FAULTS)
        chance.shuffle(faults)
        part = JOURNEYS * ACTS_EACH // (len(faults) + 1)
        for number, fault in enumerate(faults, 1):
            place = part * number + chance.randrange(max(1, part * 3 // 4))
            until(lambda place=place: self.acts >= place or not any(lane.is_alive() for lane in lanes), GIVE_UP, 0.02)
            self._break(fault)

    def _lane(self, journeys: list[Persistent], chance: Random) -> None:
        end = time.monotonic() + GIVE_UP
        under_way = list(journeys)
        while under_way and time.monotonic() < end:
            journey = chance.choice(under_way)
            if self._press(journey) is None:
                under_way.remove(journey)
            time.sleep(chance.uniform(0, 0.15))
        self.refused += [f"dossier {journey.dossier_id} never got through" for journey in under_way]

    def _press(self, journey: Persistent) -> bool | None:
        """True or False as `press` says; None when the journey has ended (well, or with a refusal that is noted)."""
        try:
            acted = journey.press()
            self.acts += acted
            return None if not acted and journey.is_over else acted
        except (DatabaseError, InterfaceError):
            self.again += 1
            connection.close()
            time.sleep(0.2)  # the person reads "try again" and presses again
            return False
        except Exception as error:
            self.refused.append(f"dossier {journey.dossier_id}: {type(error).__name__} {error}"[:200])
            return None

    # ── breaking ──
    def _break(self, what: str) -> None:
        time.sleep(self.stage.chance.uniform(0, 0.3))
        self.stage.phase = DATABASE_AWAY
        with contextlib.closing(connect(**connection.get_connection_params())) as witness:
            begun = time.monotonic()
            done = self._kill_server() if what == "server" else self._kill_connection()
            # A busy machine notices late that a process is gone; until then the server takes connections it will cut.
            until(lambda: is_cut(witness), NOTICED_WITHIN, pause=0.02)
        is_back = until(accepts, BACK_WITHIN, pause=0.05)
        self.away.append(time.monotonic() - begun)
        self.stage.phase = "calm" if is_back else DATABASE_AWAY
        say(f"act {self.acts}: PostgreSQL's {what} killed ({done}), back after {self.away[-1]:.1f} s")

    def _kill_server(self) -> str:
        return f"{self.stage.kill('postgres')} process"

    def _kill_connection(self) -> str:
        """`kill -9` one working backend; the server then ends all others and recovers."""
        victim = until(busy_backend, 1.5, pause=0.005) or next(iter(backends()), (0, "none"))
        self.stage.kills.append("a connection of PostgreSQL")
        if victim[0]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim[0], signal.SIGKILL)
        return victim[1]

    def _last_kill(self, last: list[Persistent]) -> float:
        """The last kill falls into a burst of news. Returns when the server was back."""
        for journey in last:
            while journey.dossier.state == "draft":
                self._press(journey)
        until(in_the_middle, 3, pause=0.02)
        waiting = len(books.open_work(self.stage.sandbox))
        self.report.told("work open at the moment of the last kill", waiting)
        connection.close()
        self._break("server")
        return time.monotonic()

    # ── afterwards ──
    def _settle(self, back_at: float) -> None:
        left = until(lambda: not books.open_work(self.stage.sandbox), SETTLED_WITHIN + 60)
        seconds = time.monotonic() - back_at
        words = f"{seconds:.0f} s" if left else f"never: {books.open_work(self.stage.sandbox)[:3]}"
        say(f"everything at rest {words} after the server was back")
        met = bool(left) and seconds <= SETTLED_WITHIN
        self.report.held("everything done after the server was back", words, f"≤ {SETTLED_WITHIN} s", met=met)

    def _compare(self, journeys: list[Persistent], last: list[Persistent], probe: Probe) -> None:
        report, sandbox, everybody = self.report, self.stage.sandbox, [*journeys, *last]
        report.told("dossiers, acts", f"{len(everybody)}, {self.acts}")
        report.told("broken", ", ".join(f"{self.stage.kills.count(k)} × {k}" for k in dict.fromkeys(self.stage.kills)))
        slowest = max(self.away)
        report.held("the launcher has the server back", f"after at most {slowest:.1f} s", f"≤ {BACK_WITHIN:.0f} s",
                    met=slowest <= BACK_WITHIN)  # fmt: skip
        report.told("acts that a kill cut off (pressed again)", self.again)
        report.none("acts of people that went through", self.refused, self.acts)
        kept = sum(len(journey.kept) for journey in everybody)
        report.none("acknowledged acts are still there", [text for j in everybody for text in j.lost()], kept)
        report.none("no act is there twice", [text for j in everybody for text in j.doubled()], len(everybody))
        report.none("chains of events hold", broken_chains([j.dossier_id for j in everybody]), len(everybody))
        for journey in everybody:
            journey.settle_owed()
        books.compare_work(report, self.since)
        books.compare_messages(report, sandbox, self.since)
        books.compare_what_was_owed(report, journeys)
        books.compare_money(report, sandbox, self.since)
        books.compare_parcels(report, sandbox, self.since)
        probe.tell(report)


def accepts() -> bool:
    """The server takes a new connection and answers."""
    connection.close()
    try:
        with contextlib.closing(connect(**connection.get_connection_params())) as line, line.cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except PsycopgError:
        return False


def is_cut(line: Any) -> bool:
    """Whether the server has ended this connection."""
    try:
        with line.cursor() as cursor:
            cursor.execute("SELECT 1")
            return False
    except PsycopgError:
        return True


def backends() -> list[tuple[int, str]]:
    """(process, what it is doing) of every connection of the product."""
    server, found = set(members("postgres")), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace").strip("\0 ")
            parent = int((entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            if words.startswith(APP) and parent in server:
                found.append((int(entry.name), words.rpartition("] ")[2]))
    return found


def busy_backend() -> tuple[int, str] | None:
    """A connection in the middle of something."""
    return next((row for row in backends() if row[1] != "idle"), None)
