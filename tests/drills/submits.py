"""Drill E: one draft is submitted twenty times at once, by the page and over the API; there is one dossier."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from django.urls import reverse
from django.utils import timezone

from accounts.services import tokens
from common.models import OutboxRow
from dossiers.models import Dossier, DossierEvent
from payments.models import PaymentOrder
from tests.drills import books
from tests.drills.journeys import AT_ONCE, CRIMINAL_RECORD, ROUTE, Journey
from tests.drills.people import Browser, at_once, hidden
from tests.drills.persistence import broken_chains
from tests.drills.report import Report, say
from tests.drills.stage import WEB, Stage, until

PRESSES = 20
ROUNDS = {"page": 6, "API, one key": 4, "API, twenty keys": 4}
PROCEDURES = (ROUTE, AT_ONCE, CRIMINAL_RECORD)
FILED = {"submit", "await_prepayment"}
SETTLED_WITHIN = 90
Press = Callable[[], tuple[int, str]]  # status, and the code of the dossier it led to ("" when to none)


class Submits:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report, self.since = stage, Report("submits"), books.Marks.now()
        self.journeys: list[Journey] = []
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.overlaps: list[int] = []
        self.waits: list[str] = []

    def run(self) -> Report:
        kinds = [kind for kind, rounds in ROUNDS.items() for _ in range(rounds)]
        self.stage.chance.shuffle(kinds)
        say(f"{len(kinds)} drafts are submitted {PRESSES} times each, at once")
        for number, kind in enumerate(kinds):
            self._round(number, kind)
        left = until(lambda: not books.open_work(self.stage.sandbox), SETTLED_WITHIN)
        self.report.held("everything at rest", "yes" if left else books.open_work(self.stage.sandbox)[:3], "yes",
                         met=bool(left))  # fmt: skip
        self._compare()
        return self.report

    def _round(self, number: int, kind: str) -> None:
        journey = Journey(self.stage, number, PROCEDURES[number % len(PROCEDURES)], "online")
        journey.draft()
        self.journeys.append(journey)
        presses = list(self._pressing(kind, journey.dossier, journey))
        times: list[tuple[float, float]] = []
        answers = at_once([_timed(press, times) for press in presses])
        self.overlaps.append(_most_at_once(times))
        self.statuses.update(f"{kind}: {status}" for status, _code in answers)
        codes = {code for _status, code in answers}
        if codes != {journey.dossier.code} or "" in codes:
            self.wrong.append(f"{kind}: dossier {journey.dossier_id} {journey.dossier.code}: {Counter(answers)}")
        first = "await_prepayment" if journey.dossier.state == "payment" else "submit"
        journey.owed = [f"dossier.{first}"]

    def _pressing(self, kind: str, draft: Dossier, journey: Journey) -> Iterator[Press]:
        if kind == "page":
            page = reverse("dossiers:check", args=[draft.procedure.code, draft.public_id])
            first = Browser.of(journey.user)
            form = {"undertaking": "on", "quoted_total": hidden(first.get(page).text)["quoted_total"]}
            for _ in range(PRESSES):
                yield lambda window=first.again(): _led_to(window.post(page, **form))
            return
        _token, secret = tokens.issue_token(journey.user, scope="citizen", at=timezone.now(), name="drill")
        keys = [f"{draft.public_id}-{number if kind == 'API, twenty keys' else 0}" for number in range(PRESSES)]
        for key in keys:
            yield lambda key=key: self._call(draft, secret, key)

    def _call(self, draft: Dossier, secret: str, key: str) -> tuple[int, str]:
        """Submit as a program does: told that the same call is under way (409 and Retry-After), it asks again."""
        headers: dict[str, Any] = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        address, end = f"{WEB}/api/v1/dossiers/{draft.public_id}/submit/", time.monotonic() + 60
        with httpx.Client(timeout=60, trust_env=False, headers=headers) as http:
            while True:
                answer = http.post(address, json={"undertaking": True})
                if answer.status_code != 409 or "Retry-After" not in answer.headers or time.monotonic() > end:
                    return answer.status_code, answer.json().get("code", "") or ""
                self.waits.append(key)
                time.sleep(int(answer.headers["Retry-After"]))

    # ── afterwards ──
    def _compare(self) -> None:
        report, ids = self.report, [journey.dossier_id for journey in self.journeys]
        count = PRESSES * len(ids)
        report.told("answers", ", ".join(f"{n} × {what}" for what, n in sorted(self.statuses.items())))
        report.told("calls told that the same call is under way (409), asked again", len(self.waits))
        report.told(
            "most presses under way at once (least and most of a round)", f"{min(self.overlaps)}, {max(self.overlaps)}"
        )
        report.none("all twenty answers lead to the one dossier", self.wrong, count)
        errors = [what for what in self.statuses if what.rpartition(" ")[2] not in {"200", "302"}]
        report.none("answers without error", errors, count)
        report.none("one dossier, one code", _codes(ids), len(ids))
        report.none("one filing in its history", _filings(ids), len(ids))
        report.none("one order where a fee is due, else none", _orders(ids), len(ids))
        report.none("told to the workers once", _news(ids), len(ids))
        report.none("chains of events hold", broken_chains(ids), len(ids))
        books.compare_what_was_owed(report, self.journeys)
        books.compare_work(report, self.since)
        books.compare_messages(report, self.stage.sandbox, self.since)


def _timed(press: Press, times: list[tuple[float, float]]) -> Press:
    def timed() -> tuple[int, str]:
        begun = time.monotonic()
        answer = press()
        times.append((begun, time.monotonic()))
        return answer

    return timed


def _most_at_once(times: list[tuple[float, float]]) -> int:
    return max(sum(begun <= moment <= ended for begun, ended in times) for moment, _ in times)


def _led_to(answer: httpx.Response) -> tuple[int, str]:
    place = answer.headers.get("Location", "").split("/")
    return answer.status_code, place[2] if answer.status_code == 302 and place[1] == "ho-so" else ""


def _codes(ids: list[int]) -> list[str]:
    codes = Dossier.objects.filter(pk__in=ids).values_list("code", flat=True)
    return [f"{code} {n} times" for code, n in Counter(codes).items() if n > 1 or not code]


def _filings(ids: list[int]) -> list[str]:
    wrong = []
    for pk in ids:
        names = Counter(DossierEvent.objects.filter(dossier=pk, name__in=FILED).values_list("name", flat=True))
        is_paid_first = Dossier.objects.get(pk=pk).state == "payment"
        if names != Counter(FILED if is_paid_first else ["submit"]):
            wrong.append(f"dossier {pk}: {dict(names)}")
    return wrong


def _orders(ids: list[int]) -> list[str]:
    orders = Counter(PaymentOrder.objects.filter(dossier__in=ids).values_list("dossier", flat=True))
    waits = set(Dossier.objects.filter(pk__in=ids, state="payment").values_list("pk", flat=True))
    return [f"dossier {pk}: {orders[pk]} orders" for pk in ids if orders[pk] != (pk in waits)]


def _news(ids: list[int]) -> list[str]:
    told = Counter(
        OutboxRow.objects.filter(subject_type="dossier", subject_id__in=ids, name="dossier.submit").values_list(
            "subject_id", flat=True
        )
    )
    return [f"dossier {pk}: told {told[pk]} times" for pk in ids if told[pk] != 1]
