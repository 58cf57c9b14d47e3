"""Drill C: notices of the bank and events of the post come twice, shuffled, late, damaged and forged; the books agree."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import httpx
from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.gateways import signed_headers
from payments.models import PaymentAttempt, PaymentNotice
from payments.services import asking
from postal.models import Parcel, ParcelEvent
from sandbox import signing
from tests.drills import books
from tests.drills.journeys import AT_ONCE, CRIMINAL_RECORD, ROUTE, Journey
from tests.drills.report import Report, say
from tests.drills.stage import WEB, Stage, until
from tests.drills.two_tills import TwoTills

PAYING, POSTED = 24, 8
IPN, EVENTS = "/payments/vnpay/ipn/", "/postal/events/"
IPN_FAULTS = (
    "duplicate",
    "out_of_order",
    "late",
    "lost_answer",
    "bad_signature",
    "wrong_amount",
    "down",
    "drop",
    "slow",
)
POST_FAULTS = ("duplicate", "out_of_order", "late", "lost_answer", "bad_signature", "down", "slow")
REPLAYS, FORGERIES = 6, 20  # of each notice or event
LIVES = (  # what becomes of a parcel
    ("accepted", "in_transit", "at_office", "out_for_delivery", "delivered"),
    ("accepted", "in_transit", "at_office", "out_for_delivery", "delivery_failed", "redelivery", "delivered"),
    ("accepted", "in_transit", "at_office", "out_for_delivery", "delivery_failed", "redelivery",
     "delivery_failed", "redelivery", "delivered"),
    ("accepted", "in_transit", "at_office", "out_for_delivery", "delivery_failed", "returning", "returned"),
)  # fmt: skip


class Callbacks:
    """The drill; `run` gives its report."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.report, self.since = stage, Report("callbacks"), books.Marks.now()
        self.web = httpx.Client(base_url=WEB, timeout=30, trust_env=False)

    def run(self) -> Report:
        procedures = (ROUTE, CRIMINAL_RECORD)
        journeys = [Journey(self.stage, n, AT_ONCE, "post") for n in range(POSTED)]
        journeys += [Journey(self.stage, n, procedures[n % 2], "counter") for n in range(POSTED, PAYING)]
        for journey in journeys:
            exhaust(journey.file())
        self._pay(journeys)
        self._prove_money(journeys)
        self._post(journeys[:POSTED])
        self._prove_parcels(journeys[:POSTED])
        left = until(lambda: not books.open_work(self.stage.sandbox), 60)
        self.report.held(
            "everything at rest", "yes" if left else books.open_work(self.stage.sandbox)[:3], "yes", met=left
        )
        books.compare_work(self.report, self.since)
        books.compare_money(self.report, self.stage.sandbox, self.since)
        books.compare_parcels(self.report, self.stage.sandbox, self.since)
        TwoTills(self.stage, self.report).run()
        books.compare_messages(self.report, self.stage.sandbox, self.since)
        return self.report

    # ── the bank ──
    def _pay(self, journeys: list[Journey]) -> None:
        """Everybody pays; every third one fails first. The notices meet every fault."""
        waiting = [journey for journey in journeys if journey.dossier.state == "payment"]
        say(f"{len(waiting)} fees are paid; the bank's notices come twice, shuffled, damaged, late or never")
        for number, journey in enumerate(waiting):
            if number % 3 == 2:
                self.stage.sandbox.pay(journey.attempt().pay_url, code=self.stage.chance.choice(("24", "51", "13")))
                until(lambda j=journey: j.dossier.fee_state == "due", 20)
            self._script("vnpay.ipn", IPN_FAULTS[number % len(IPN_FAULTS)])
            self.stage.sandbox.pay(journey.attempt().pay_url)
        self._at_rest("vnpay")
        for journey in waiting:  # a notice that never came: the payer's way back makes the portal ask
            if journey.dossier.fee_state != "paid":
                asking.query_now(journey.last_attempt(), at=timezone.now())
        unpaid = [journey for journey in waiting if journey.dossier.fee_state != "paid"]
        self.report.none("fees settled", [f"dossier {journey.dossier_id}" for journey in unpaid], len(waiting))

    def _prove_money(self, journeys: list[Journey]) -> None:
        """Replays in any order change nothing, forgeries are refused and change nothing."""
        attempts = PaymentAttempt.objects.filter(pk__gt=self.since.attempt)
        kept = PaymentNotice.objects.filter(attempt__in=attempts, is_verified=True)
        genuine = [row.raw for row in kept]
        before = self._money()
        replays = genuine * REPLAYS
        self.stage.chance.shuffle(replays)
        codes = Counter(self._tell_bank(replays))
        known = {"02", "04"}  # 04: the damaged amount, refused for ever
        self.report.held(
            "replayed notices confirmed as known",
            f"{sum(codes.values())}: {dict(codes)}",
            known,
            met=set(codes) <= known,
        )
        forged = [text for raw in genuine for text in self._forged(raw)]
        codes = Counter(self._tell_bank(forged))
        self.report.held(
            "forged notices refused", f"{sum(codes.values())}: {dict(codes)}", "97", met=set(codes) == {"97"}
        )
        self.report.held("money untouched by them", "", "the same rows", met=self._money() == before)

    def _tell_bank(self, raws: list[str]) -> Iterator[str]:
        def tell(raw: str) -> str:
            return str(self.web.get(f"{IPN}?{raw}").json().get("RspCode"))

        with ThreadPoolExecutor(8) as pool:
            yield from pool.map(tell, raws)

    def _forged(self, raw: str) -> Iterator[str]:
        """One byte of a value changed, a parameter less, a sum raised, another key."""
        chance, parts = self.stage.chance, raw.split("&")
        for _ in range(FORGERIES - 3):
            place = chance.randrange(len(raw))
            letter = chance.choice([c for c in "0123456789abcdefXYZ" if c.lower() != raw[place].lower()])
            yield raw[:place] + quote(letter) + raw[place + 1 :]
        without = chance.randrange(len(parts))
        yield "&".join(parts[:without] + parts[without + 1 :])
        fields = dict(httpx.QueryParams(raw))
        fields.pop("vnp_SecureHash")
        yield signing.vnpay_query(fields, "not the key of the contract")
        yield signing.vnpay_query(fields | {"vnp_Amount": "100"}, "")

    def _money(self) -> list[object]:
        attempts = PaymentAttempt.objects.filter(pk__gt=self.since.attempt).order_by("pk")
        entries = [list(attempt.order.entries.order_by("pk").values_list()) for attempt in attempts]
        return [list(attempts.values_list("pk", "state", "provider_ref", "paid_at")), entries]

    # ── the post ──
    def _post(self, journeys: list[Journey]) -> None:
        """Parcels live through failed deliveries and returns; the events meet every fault."""
        for journey in journeys:
            exhaust(journey.decide())
        for journey in journeys:
            exhaust(journey.to_the_post())
        say(f"{len(journeys)} parcels travel; the post's events come twice, shuffled, damaged or late")
        lives = {journey.number: list(LIVES[n % len(LIVES)]) for n, journey in enumerate(journeys)}
        faults = 0
        while any(lives.values()):
            journey = self.stage.chance.choice([j for j in journeys if lives[j.number]])
            if self.stage.chance.random() < 0.6:
                self._script("post.event", POST_FAULTS[faults % len(POST_FAULTS)])
                faults += 1
            self.stage.sandbox.advance(journey.parcel.item_code, to=lives[journey.number].pop(0))
        self._at_rest("post")

    def _prove_parcels(self, journeys: list[Journey]) -> None:
        until(lambda: not books.open_work(self.stage.sandbox), 60)
        events = self.stage.sandbox.book("post")["events"]
        mine = {str(journey.parcel.public_id) for journey in journeys}
        events = [{k: v for k, v in event.items() if k != "id"} for event in events if event["reference"] in mine]
        kept = ParcelEvent.objects.filter(reference__in=mine)
        self.report.held("events of the post kept once", f"{kept.count()} of {len(events)}", "all",
                         met=kept.count() == len(events))  # fmt: skip
        before = self._parcels()
        replays = events * REPLAYS
        self.stage.chance.shuffle(replays)
        answers = Counter(self._tell_post(replays, settings.POSTAL_SECRETS[0], 0))
        self.report.held("replayed events known", f"{sum(answers.values())}: {dict(answers)}", "known",
                         met=set(answers) == {(200, "known")})  # fmt: skip
        forged = Counter(self._tell_post(events, "another secret", 0))
        forged += Counter(self._tell_post(events, settings.POSTAL_SECRETS[0], -600))
        self.report.held("forged and outdated events refused", f"{sum(forged.values())}: {dict(forged)}", 401,
                         met={status for status, _ in forged} == {401})  # fmt: skip
        until(lambda: not books.open_work(self.stage.sandbox), 60)
        self.report.held("parcels untouched by them", "", "the same rows", met=self._parcels() == before)
        self._prove_ends(journeys)

    def _prove_ends(self, journeys: list[Journey]) -> None:
        ends = {"delivered": "returned", "returned": "resolved"}  # what came back waits at the counter
        wrong = [
            f"dossier {j.dossier_id} {j.dossier.state}" for j in journeys if j.dossier.state != ends[j.parcel.state]
        ]
        self.report.none("dossiers end with their parcels", wrong, len(journeys))

    def _tell_post(self, events: list[dict[str, object]], secret: str, shift: int) -> Iterator[tuple[int, str]]:
        def tell(event: dict[str, object]) -> tuple[int, str]:
            body = json.dumps(event, ensure_ascii=False).encode()
            headers = signed_headers(body, secret, at=timezone.now() + timedelta(seconds=shift))
            answer = self.web.post(EVENTS, content=body, headers=headers)
            return answer.status_code, answer.json().get("status", "")

        with ThreadPoolExecutor(8) as pool:
            yield from pool.map(tell, events)

    def _parcels(self) -> list[object]:
        rows = Parcel.objects.filter(pk__gt=self.since.parcel).order_by("pk")
        return list(rows.values_list("pk", "state", "rank", "item_code", "moved_at", "ended_at"))

    # ── both ──
    def _script(self, target: str, mode: str) -> None:
        self.stage.sandbox.script(target, mode, times=1, seconds=self.stage.chance.uniform(0.5, 3))

    def _at_rest(self, name: str) -> None:
        """The vendor has nothing left to tell."""
        until(lambda: all(row["state"] != "pending" for row in self.stage.sandbox.book(name)["notices"]), 60)


def exhaust(steps: Iterator[bool]) -> None:
    """Perform all acts of one part of a journey, waiting where it waits."""
    end = time.monotonic() + 90
    for acted in steps:
        if not acted:
            if time.monotonic() > end:
                raise TimeoutError("waited in vain for the worker")
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.05)
