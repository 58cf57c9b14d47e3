"""A person who uses the web pages all the time while things break: what was answered, and how fast."""

import statistics
import threading
import time
from dataclasses import dataclass, field

import httpx

from portal.demo.people import PASSWORD
from tests.drills.report import Report
from tests.drills.stage import WEB, Stage

SIGN_IN, PROFILE = "/tai-khoan/dang-nhap/", "/tai-khoan/"
PAGES = ("/", "/thu-tuc/", PROFILE)
PEOPLE = [f"dan.{number:02d}" for number in range(1, 17)]  # sign-ins are limited per account
DATABASE_AWAY = "PostgreSQL gone"  # the only phase in which a page may say "try again" (503)
CALM_ROUNDS = 10  # in calm times somebody signs in each tenth round, in an outage each second one


@dataclass(frozen=True)
class Seen:
    phase: str
    page: str
    status: int
    seconds: float
    retry_after: str = ""


@dataclass
class Probe:
    """Asks for pages in turn, signed in, and signs in anew each round; ends with `stop()`."""

    stage: Stage
    seen: list[Seen] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Probe":
        self.http = self._new_client()
        self._sign_in(self.http, "citizen")
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()
        return self

    def stop(self) -> None:
        self.over.set()
        self.thread.join()

    def _run(self) -> None:
        rounds = 0
        while not self.over.wait(0.3 if self.stage.phase == "calm" else 0.1):
            rounds += 1
            for page in PAGES:
                self._ask(self.http, "GET", page)
            if rounds % (CALM_ROUNDS if self.stage.phase == "calm" else 2) == 0:
                with self._new_client() as fresh:
                    self._sign_in(fresh, PEOPLE[rounds % len(PEOPLE)])

    def _new_client(self) -> httpx.Client:
        return httpx.Client(base_url=WEB, timeout=30, trust_env=False)

    def _sign_in(self, http: httpx.Client, name: str) -> None:
        if self._ask(http, "GET", SIGN_IN) != 200:
            return  # nobody types into a page that says "try again"
        form = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": http.cookies.get("csrftoken", "")}
        self._ask(http, "POST", SIGN_IN, form)

    def _ask(self, http: httpx.Client, method: str, page: str, form: dict[str, str] | None = None) -> int:
        phase, begun, retry_after = self.stage.phase, time.monotonic(), ""
        try:
            answer = http.request(method, page, data=form)
            status, retry_after = answer.status_code, answer.headers.get("Retry-After", "")
        except httpx.HTTPError:
            status = 0
        # What begins calm and ends in an outage belongs to the outage.
        phase = phase if phase != "calm" else self.stage.phase
        self.seen.append(Seen(phase, f"{method} {page}", status, time.monotonic() - begun, retry_after))
        return status

    def tell(self, report: Report) -> None:
        """No error, nobody signed out; how slow in each phase."""
        wrong = [f"{seen.phase}: {seen.page} {seen.status}" for seen in self.seen if not _is_right(seen)]
        report.none("web requests answered without error, nobody signed out", wrong, len(self.seen))
        for phase in dict.fromkeys(seen.phase for seen in self.seen):
            times = [seen.seconds for seen in self.seen if seen.phase == phase]
            words = (
                f"median {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms of {len(times)}"
            )
            report.told(f"… {phase}", words)
        away = [seen for seen in self.seen if seen.phase == DATABASE_AWAY]
        if away:
            said = sum(seen.status == 503 for seen in away)
            words = f"{said} of {len(away)} (the others needed no database or fell before and after)"
            report.held("… of which said “try again” with 503 and Retry-After", words, "some", met=said > 0)


def _is_right(seen: Seen) -> bool:
    if seen.status == 503:
        return seen.phase == DATABASE_AWAY and seen.retry_after.isdecimal()
    return seen.status == (302 if seen.page.startswith("POST") else 200)
