"""Events of the post: believed only when proven, kept once, and a parcel stands at the highest rank whatever the order."""

import json
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.gateways import signed_headers
from postal import services
from postal.models import STATE_OF, Parcel, ParcelEvent
from postal.services import moving
from tests.payments.races import at_once
from tests.postal.post_cast import Posted, event, raw_send, resolved, send, settle_all, snapshot

WHOLE_LIFE = [
    ("accepted", 1),
    ("in_transit", 1),
    ("at_office", 1),
    ("out_for_delivery", 1),
    ("delivery_failed", 1),
    ("redelivery", 1),
    ("delivery_failed", 2),
    ("redelivery", 2),
    ("returning", 1),
    ("delivered", 1),
]


@pytest.mark.django_db
class TestProof:
    def test_replayed_event_is_kept_once_and_answered_alike(self, posted):
        fields = event(posted.parcel(), "accepted")
        assert [send(fields) for _ in range(20)] == [200] * 20
        settle_all()
        assert ParcelEvent.objects.count() == 1
        assert posted.parcel().state == "accepted"

    @pytest.mark.parametrize("minutes", [-6, 6, -600])
    def test_event_signed_too_long_ago_or_ahead_is_refused(self, posted, minutes):
        before = snapshot()
        assert send(event(posted.parcel(), "delivered"), at=timezone.now() + timedelta(minutes=minutes)) == 401
        assert snapshot() == before

    def test_forged_events_change_nothing_and_the_true_one_is_taken(self, posted, settings):
        fields = event(posted.parcel(), "delivered")
        body = json.dumps(fields).encode()
        headers = signed_headers(body, settings.POSTAL_SECRETS[0], at=timezone.now())
        before = snapshot()
        for number in range(0, len(body), 7):
            assert raw_send(body[:number] + b"~" + body[number + 1 :], headers) == 401
        for forged in (
            {},
            {"X-Timestamp": headers["X-Timestamp"]},
            headers | {"X-Signature": ""},
            headers | {"X-Signature": headers["X-Signature"][:-1] + "g"},
            headers | {"X-Timestamp": str(int(headers["X-Timestamp"]) + 1)},
            signed_headers(body, "another secret", at=timezone.now()),
        ):
            assert raw_send(body, forged) == 401
        assert snapshot() == before
        assert raw_send(body, headers) == 200

    def test_old_and_new_secret_are_both_good_while_they_are_exchanged(self, posted, settings):
        old = settings.POSTAL_SECRETS[0]
        settings.POSTAL_SECRETS = ["the-new-secret", old]
        assert send(event(posted.parcel(), "accepted"), secret=old) == 200
        assert send(event(posted.parcel(), "in_transit"), secret="the-new-secret") == 200

    @pytest.mark.parametrize(
        "broken",
        [
            {"rank": 999},
            {"rank": "10"},
            {"status": "lost"},
            {"at": "yesterday"},
            {"at": "2026-11-21T10:00:00"},
            {"event_id": ""},
            {"item_code": None},
        ],
    )
    def test_signed_event_that_makes_no_sense_is_refused_and_not_kept(self, posted, broken):
        assert send(event(posted.parcel(), "accepted") | broken) == 400
        assert not ParcelEvent.objects.exists()

    def test_event_about_an_unknown_parcel_is_kept_for_a_person_and_answered(self, posted):
        assert send(event(posted.parcel(), "delivered", reference="no-parcel-of-ours")) == 200
        settle_all()
        assert ParcelEvent.objects.get().outcome == "unknown"
        assert posted.fresh().state == "resolved"

    def test_event_that_mixes_two_parcels_moves_neither(self, posted):
        Parcel.objects.update(item_code="RL473124829VN")
        assert send(event(posted.parcel(), "delivered", item_code="RL000000005VN")) == 200
        settle_all()
        assert ParcelEvent.objects.get().outcome == "mismatch"
        assert (posted.parcel().state, posted.fresh().state) == ("registered", "resolved")

    def test_event_before_the_answer_to_our_order_teaches_us_the_tracking_number(self, posted):
        send(event(posted.parcel(), "accepted", item_code="RL473124829VN"))
        settle_all()
        assert (posted.parcel().item_code, posted.parcel().state) == ("RL473124829VN", "accepted")

    def test_only_post_is_answered_and_too_much_is_refused(self, posted, client):
        assert client.get("/postal/events/").status_code == 405
        assert raw_send(b"x" * 70_000, {}) == 413


@pytest.mark.django_db
class TestOrder:
    def play(self, posted: Posted, order: list[tuple[str, int]]) -> tuple[str, int]:
        """Hear the events in this order, then take it all back; the parcel's last state and rank."""
        with transaction.atomic():
            for status, attempt in order:
                send(event(posted.parcel(), status, attempt))
            settle_all()
            parcel = posted.parcel()
            transaction.set_rollback(True)
        return parcel.state, parcel.rank

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(order=st.lists(st.sampled_from(WHOLE_LIFE), min_size=1, max_size=8))
    def test_parcel_stands_at_the_highest_rank_whatever_comes_when_and_how_often(self, posted, order):
        status, attempt = max(order, key=lambda item: event(posted.parcel(), *item)["rank"])
        assert self.play(posted, order) == (STATE_OF[status], event(posted.parcel(), status, attempt)["rank"])

    def test_every_order_of_the_last_three_events_closes_the_dossier(self, posted):
        for order in permutations([("out_for_delivery", 1), ("delivery_failed", 1), ("delivered", 1)]):
            with transaction.atomic():
                for status, attempt in order:
                    send(event(posted.parcel(), status, attempt))
                settle_all()
                assert (posted.fresh().state, posted.parcel().state) == ("returned", "delivered"), order
                transaction.set_rollback(True)

    def test_negative_control_where_the_last_event_wins_the_parcel_goes_backwards(self, posted, monkeypatch):
        monkeypatch.setattr(moving, "_leads_on", lambda parcel, event: True)
        orders = permutations([("accepted", 1), ("in_transit", 1), ("out_for_delivery", 1)])
        assert {self.play(posted, list(order))[0] for order in orders} != {"out_for_delivery"}


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_same_event_twenty_times_at_once_is_kept_once_and_all_are_answered_200(self):
        posted = resolved()
        services.ensure_parcel(posted.dossier)
        fields = event(posted.parcel(), "accepted")
        assert at_once([lambda: send(fields)] * 20) == [200] * 20
        assert ParcelEvent.objects.count() == 1

    def test_all_events_settled_by_several_workers_at_once_end_at_delivered(self):
        posted = resolved()
        services.ensure_parcel(posted.dossier)
        for status, attempt in WHOLE_LIFE:
            send(event(posted.parcel(), status, attempt))
        at_once([settle_all] * 4)
        settle_all()
        assert posted.parcel().state == "delivered"
        assert posted.fresh().state == "returned"
