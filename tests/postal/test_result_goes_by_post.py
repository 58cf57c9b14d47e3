"""From the signed result to the citizen's door, with the post's real protocol."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from agencies.standing import standing_of
from common.models import Job, OutboxRow
from dossiers.errors import Denied, Invalid
from dossiers.models import DossierEvent
from dossiers.services.performing import Actor, perform
from notifications.models import Message
from postal import services
from postal.models import Parcel
from postal.panels import parcel_panel, timeline_entries
from postal.tracking import is_s10
from tests.payments.fees_cast import drain, run_jobs
from tests.postal.post_cast import Posted, decide, event, resolved, send, settle_all
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(posted: Posted, outside_world: Sandbox) -> Posted:
    """The parcel is booked with the post."""
    assert run_jobs("post.order") == 1
    return posted


class TestBooking:
    def test_resolved_dossier_gets_one_parcel_however_often_the_news_comes(self, posted):
        for _ in range(3):
            services.ensure_parcel(posted.fresh())
        parcel = Parcel.objects.get()
        assert (parcel.state, parcel.receiver, parcel.phone) == ("registered", "Trần Văn Hải", "+84987654321")
        assert posted.fresh().post_state == "registered"
        assert Job.objects.filter(kind="post.order").count() == 1

    def test_result_wanted_at_the_counter_gets_no_parcel(self, db):
        resolved("counter")
        drain()
        assert not Parcel.objects.exists()

    def test_second_open_parcel_is_refused_by_the_database(self, posted):
        with pytest.raises(IntegrityError), transaction.atomic():
            Parcel.objects.create(dossier=posted.dossier, receiver="x", phone="y")

    def test_parcel_is_booked_under_our_own_reference_and_gets_a_tracking_number(self, booked, outside_world):
        parcel = booked.parcel()
        assert (parcel.state, parcel.booking) == ("ordered", "booked")
        assert is_s10(parcel.item_code)
        rows = outside_world.book("post")["parcels"]
        assert [(row["reference"], row["item_code"]) for row in rows] == [(str(parcel.public_id), parcel.item_code)]
        assert booked.fresh().post_state == "ordered"

    def test_lost_answer_is_asked_for_again_and_books_one_parcel(self, posted, outside_world):
        outside_world.script("post.order", "lost_answer", times=1)
        run_jobs("post.order")
        assert posted.parcel().state == "registered"
        run_jobs("post.order", early=True)
        rows = outside_world.book("post")["parcels"]
        assert [row["item_code"] for row in rows] == [posted.parcel().item_code]

    def test_refusal_of_the_post_leaves_the_counter_as_the_way_out(self, posted, outside_world):
        outside_world.script("post.order", "refuse", times=1)
        run_jobs("post.order")
        parcel = posted.parcel()
        assert (parcel.state, parcel.booking) == ("registered", "refused")
        services.cancel(parcel, user=posted.people.hanh, at=timezone.now())
        assert posted.parcel().state == "cancelled"
        assert (posted.fresh().delivery, posted.dossier.post_state) == ("counter", "cancelled")

    def test_post_that_is_down_for_hours_is_waited_for(self, posted, outside_world):
        outside_world.script("post.order", "error_500", times=20)
        for _ in range(20):
            run_jobs("post.order", early=True)
        assert (posted.parcel().state, posted.parcel().booking) == ("registered", "waiting")
        run_jobs("post.order", early=True)
        assert posted.parcel().state == "ordered"

    def test_news_and_jobs_carry_ids_only(self, booked):
        services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        news = OutboxRow.objects.get(name="postal.handed_over").data
        assert news == {"parcel": str(booked.parcel().public_id)}
        for payload in Job.objects.filter(kind__startswith="post.").values_list("payload", flat=True):
            assert payload == {"parcel": booked.parcel().pk}


class TestTheDesk:
    def test_return_desk_hands_the_parcel_over_once(self, booked):
        services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        assert booked.parcel().state == "handed_over"
        with pytest.raises(Invalid):
            services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        drain()
        assert Message.objects.filter(kind="postal.handed_over", channel="sms").count() == 1

    @pytest.mark.parametrize("who", ["giang", "kien", "bao", "dung"])
    def test_officer_without_a_post_at_this_return_desk_cannot_hand_over(self, booked, who):
        with pytest.raises(Denied):
            services.hand_over(booked.parcel(), user=booked.people.officers[who], at=timezone.now())

    def test_parcel_that_is_not_booked_cannot_be_handed_over(self, posted):
        with pytest.raises(Invalid):
            services.hand_over(posted.parcel(), user=posted.people.hanh, at=timezone.now())

    def test_parcel_the_post_has_cannot_be_kept_at_the_counter(self, booked):
        services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        with pytest.raises(Invalid):
            services.cancel(booked.parcel(), user=booked.people.hanh, at=timezone.now())

    def test_button_works_for_the_desk_and_is_unknown_to_others(self, booked, client):
        address = f"/can-bo/buu-gui/{booked.parcel().public_id}/giao/"
        for who, status in ((booked.people.hai, 404), (booked.people.mai, 404), (booked.people.giang, 404)):
            client.force_login(who)
            assert client.post(address).status_code == status
        client.force_login(booked.people.bao)
        assert client.post(address).status_code == 403
        client.force_login(booked.people.hanh)
        assert client.get(address).status_code == 405
        answer = client.post(address, {"next": "//evil.example/"})
        assert (answer.status_code, answer["Location"]) == (302, "/can-bo/")
        assert booked.parcel().state == "handed_over"

    def test_second_press_says_so_and_is_no_error(self, booked, client):
        address = f"/can-bo/buu-gui/{booked.parcel().public_id}/giao/"
        client.force_login(booked.people.hanh)
        for _ in range(2):
            assert client.post(address, {"next": "/can-bo/"}).status_code == 302
        assert OutboxRow.objects.filter(name="postal.handed_over").count() == 1


class TestTheEnd:
    def walk(self, posted: Posted, *statuses: str) -> None:
        for status in statuses:
            assert send(event(posted.parcel(), status)) == 200
        settle_all()

    def test_delivery_closes_the_dossier_with_the_tracking_number_as_proof(self, booked):
        services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        self.walk(booked, "accepted", "in_transit", "at_office", "out_for_delivery", "delivered")
        assert (booked.fresh().state, booked.dossier.post_state) == ("returned", "delivered")
        last = DossierEvent.objects.filter(dossier=booked.dossier).latest("seq")
        assert (last.name, last.data) == ("return_by_post", {"parcel": booked.parcel().item_code})

    def test_parcel_that_comes_back_waits_at_the_counter(self, booked):
        self.walk(booked, "accepted", "out_for_delivery", "delivery_failed", "returning", "returned")
        assert (booked.fresh().state, booked.dossier.delivery) == ("resolved", "counter")
        assert booked.parcel().state == "returned"

    def test_failed_delivery_is_told_to_the_citizen(self, booked):
        self.walk(booked, "accepted", "out_for_delivery", "delivery_failed")
        drain()
        assert Message.objects.filter(kind="postal.delivery_failed", channel="sms").count() == 1

    def test_parcel_taken_along_without_a_word_of_the_desk_is_told_once(self, booked):
        self.walk(booked, "accepted", "in_transit")
        assert booked.parcel().handed_over_at is not None
        assert OutboxRow.objects.filter(name="postal.handed_over").count() == 1

    def test_silent_post_is_asked_and_its_events_are_settled(self, booked, outside_world):
        parcel = booked.parcel()
        for _ in range(5):
            outside_world.advance(parcel.item_code)
        Parcel.objects.filter(pk=parcel.pk).update(created_at=timezone.now() - timedelta(hours=13))
        assert run_jobs("post.poll", early=True) == 1
        assert booked.fresh().state == "returned"
        assert run_jobs("post.poll", early=True) == 1
        assert Job.objects.get(kind="post.poll").state == "done"

    def test_dossier_reopened_after_the_return_gets_a_new_parcel(self, booked, outside_world):
        services.cancel(booked.parcel(), user=booked.people.hanh, at=timezone.now())
        dung = Actor(booked.people.dung.pk, standing_of(booked.people.dung))
        perform(booked.dossier.pk, "reopen", actor=dung, reason="Sai tên")
        type(booked.dossier).objects.filter(pk=booked.dossier.pk).update(delivery="post")
        decide(booked.people, booked.dossier.pk, timezone.now())
        drain()
        assert Parcel.objects.filter(dossier=booked.dossier).count() == 2

    def test_history_shows_the_parcel_newest_first_in_plain_words(self, booked):
        services.hand_over(booked.parcel(), user=booked.people.hanh, at=timezone.now() - timedelta(hours=1))
        now = timezone.now()
        for minute, status in enumerate(("accepted", "out_for_delivery")):
            send(event(booked.parcel(), status, at=(now + timedelta(minutes=minute)).isoformat()))
        settle_all()
        with override("en"):
            told = [(str(entry["title"]), entry["text"]) for entry in timeline_entries(booked.fresh())]
        assert told == [
            ("The postman is bringing the result", "Bưu cục Kỳ Lừa"),
            ("The post has accepted the result", "Bưu cục Kỳ Lừa"),
            ("The result was handed to the post", f"Tracking number {booked.parcel().item_code}"),
        ]


class TestPanels:
    def test_panel_and_history_cost_at_most_three_queries(self, booked, django_assert_max_num_queries):
        dossier, user = booked.fresh(), booked.people.hai
        with django_assert_max_num_queries(1):
            panel = parcel_panel(dossier, user)
        with django_assert_max_num_queries(2):
            timeline_entries(dossier)
        assert panel and not panel["may_hand_over"]

    def test_only_the_return_desk_sees_the_buttons(self, booked):
        shown = {
            name: parcel_panel(booked.fresh(), booked.people.officers[name])["may_hand_over"]
            for name in ("hanh", "bao")
        }
        assert shown == {"hanh": True, "bao": False}

    def test_dossier_without_a_parcel_costs_nothing(self, db, django_assert_num_queries):
        found = resolved("counter").dossier
        with django_assert_num_queries(0):
            assert parcel_panel(found, None) is None
            assert timeline_entries(found) == []
