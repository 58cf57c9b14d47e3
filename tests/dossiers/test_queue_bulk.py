"""Many dossiers at once: what is shown is what is done, each dossier by itself, nothing twice, and each says why not."""

from datetime import UTC, datetime, timedelta

import pgtrigger
import pytest
import time_machine
from django.test import Client

from accounts.models import User
from common import jobs
from common.models import Job
from dossiers import queues
from dossiers.models import BulkItem, BulkRun, Dossier, DossierEvent
from dossiers.services import bulk, bulk_acts, intake, performing, routing
from tests import cast
from tests.dossiers.copies import copies
from tests.dossiers.test_desk_in_the_browser import paid
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
QUEUE = "/can-bo/ho-so/"
BULK = "/can-bo/hang-loat/"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def filed(people):
    return cast.filed(people.hai, FREE, answers(FREE))


def many(people, number: int) -> list[Dossier]:
    """Untaken new dossiers at the counter of industry and trade, with a history of their own."""
    return [filed(people) for _n in range(number)]


def choose(client, dossiers=(), act="take", place="tab=receive", **more) -> BulkRun:
    sent = {"viec": act, "danh-sach": place, "chon": [one.pk for one in dossiers], **more}
    answer = client.post(BULK, sent)
    assert answer.url.startswith(BULK), answer.url
    return BulkRun.objects.get(public_id=answer.url.removeprefix(BULK).strip("/"))


def start(client, run) -> None:
    client.post(f"{BULK}{run.public_id}/lam/")


def lease() -> Job:
    """What a worker takes; the database's clock is not the one of these tests."""
    Job.objects.filter(state="ready").update(due_at=LONG_AGO)
    return jobs.lease(kinds=["dossier.bulk"])[0]


def work() -> None:
    """What the worker does until nothing is due."""
    while Job.objects.filter(state="ready").update(due_at=LONG_AGO):
        assert jobs.run_due()


def states(run) -> dict[int, str]:
    return dict(run.items.values_list("dossier", "state"))


def test_the_preview_says_of_each_dossier_what_will_be_done_and_does_nothing(people):
    free, mine, signed = many(people, 3)
    intake.claim_intake(mine.pk, user=people.giang, at=cast.MONDAY)
    intake.receive(signed.pk, user=people.giang, at=cast.MONDAY)
    client = client_of(people.giang)
    run = choose(client, [free, mine, signed])
    assert states(run) == {free.pk: "waiting", mine.pk: "excluded", signed.pk: "waiting"}
    page = client.get(f"{BULK}{run.public_id}/").content.decode()
    assert "Bạn đang giữ hồ sơ này." in page and "Làm với 2 hồ sơ" in page
    assert Dossier.objects.get(pk=free.pk).assignee_id is None and not Job.objects.filter(kind="dossier.bulk").exists()


def test_what_was_shown_is_done_in_the_background_one_by_one(people):
    chosen = many(people, 3)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    assert "0 trên 3" in client.get(f"{BULK}{run.public_id}/").content.decode()
    assert "0 trên 3" in client.get(QUEUE).content.decode()
    work()
    assert set(states(run).values()) == {"done"}
    assert set(Dossier.objects.filter(pk__in=[one.pk for one in chosen]).values_list("assignee", flat=True)) == {
        people.giang.pk
    }
    assert "làm được 3 trên 3" in client.get(f"{BULK}{run.public_id}/").content.decode()
    assert BulkRun.objects.get().state == "done"


def test_a_double_click_makes_one_run(people):
    chosen = many(people, 2)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    start(client, run)
    work()
    start(client, run)
    assert Job.objects.filter(kind="dossier.bulk").count() == 1
    assert DossierEvent.objects.filter(name="claim_intake").count() == 2


def test_of_500_of_which_20_changed_meanwhile_480_are_done_and_20_say_why(people):
    first = filed(people)
    twins = copies(first, 499)
    with_history(first, twins)
    client = client_of(people.giang)
    run = choose(client, place="tab=receive", ca="1")
    assert run.items.filter(state="waiting").count() == 500
    start(client, run)
    second = receptionist("giang2")
    changed = [one.pk for one in twins[10:30]]
    for pk in changed:
        intake.claim_intake(pk, user=second, at=cast.MONDAY)
    work()
    found = states(run)
    assert sum(state == "done" for state in found.values()) == 480
    assert {pk for pk, state in found.items() if state == "refused"} == set(changed)
    words = set(run.items.filter(state="refused").values_list("words", flat=True))
    assert words == {"Hồ sơ đã thay đổi sau khi bạn xem trước: mở ra xem lại."}
    assert Dossier.objects.filter(assignee=people.giang, version=2).count() == 480
    assert Dossier.objects.filter(assignee=second, version=2).count() == 20
    assert DossierEvent.objects.filter(name="claim_intake").count() == 500  # none half done, none twice


def with_history(first, twins) -> None:
    """The event that a copied dossier's head points to."""
    event = DossierEvent.objects.get(dossier=first)
    rows = []
    for twin in twins:
        copy = DossierEvent.objects.get(pk=event.pk)
        copy.pk, copy.dossier = None, twin
        rows.append(copy)
    with pgtrigger.ignore():
        DossierEvent.objects.bulk_create(rows)


def receptionist(name, *roles):
    from agencies.models import Agency, Role
    from agencies.services import appoint

    user = cast.officer(name, "Nông Văn Hai")
    for role in roles or (Role.RECEPTION,):
        appoint(user, Agency.objects.get(key="sct"), role, actor=None, since=cast.SINCE)
    return user


def test_more_than_500_are_cut_off_and_the_page_says_so(people):
    copies(filed(people), 520)
    client = client_of(people.giang)
    assert "500 hồ sơ đầu trong 521" in client.get(QUEUE, {"tab": "receive"}).content.decode()
    run = choose(client, ca="1")
    assert run.items.count() == 500 and run.left_out == 21
    assert "21 hồ sơ đứng sau không bị đụng tới" in client.get(f"{BULK}{run.public_id}/").content.decode()


def test_the_whole_list_means_the_list_with_its_filters(people):
    one, other = many(people, 2)
    intake.claim_intake(other.pk, user=people.giang, at=cast.MONDAY)
    run = choose(client_of(people.giang), act="take", place="tab=receive&holder=nobody", ca="1")
    assert states(run) == {one.pk: "waiting"}


def test_a_worker_that_dies_midway_is_followed_by_one_that_does_the_rest_and_nothing_twice(people, monkeypatch):
    chosen = many(people, 4)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    job = lease()
    real, taken = bulk._one, []

    def dies(*args):
        if len(taken) == 2:
            raise KeyboardInterrupt  # nothing catches it, as nothing catches the end of a process
        taken.append(args)
        real(*args)

    monkeypatch.setattr(bulk, "_one", dies)
    with pytest.raises(KeyboardInterrupt):
        bulk.work(job)
    monkeypatch.setattr(bulk, "_one", real)
    assert sorted(states(run).values()) == ["done", "done", "waiting", "waiting"]
    Job.objects.filter(pk=job.pk).update(lease_until=LONG_AGO)
    work()
    assert set(states(run).values()) == {"done"}
    assert DossierEvent.objects.filter(name="claim_intake").count() == 4


def test_a_worker_that_lost_its_lease_does_nothing_more(people):
    run = choose(client_of(people.giang), many(people, 2))
    start(client_of(people.giang), run)
    late = lease()
    Job.objects.filter(pk=late.pk).update(lease_until=LONG_AGO)
    jobs.lease(kinds=["dossier.bulk"])
    with pytest.raises(jobs.LeaseLost):
        bulk.work(late)
    assert set(states(run).values()) == {"waiting"}


def test_negative_control_without_the_fence_the_late_worker_goes_on(people, monkeypatch):
    run = choose(client_of(people.giang), many(people, 2))
    start(client_of(people.giang), run)
    late = lease()
    Job.objects.filter(pk=late.pk).update(lease_until=LONG_AGO)
    jobs.lease(kinds=["dossier.bulk"])
    monkeypatch.setattr(bulk, "_mine", lambda job, key: BulkItem.objects.get(pk=key))
    bulk.work(late)
    assert set(states(run).values()) == {"done"}


def test_a_long_run_lets_other_jobs_have_their_turn(people, monkeypatch):
    run = choose(client_of(people.giang), many(people, 3))
    start(client_of(people.giang), run)
    monkeypatch.setattr(bulk, "SLICE", -1.0)
    jobs.run(lease())
    job = Job.objects.get(kind="dossier.bulk")
    assert job.state == "ready" and job.attempts == 0 and set(states(run).values()) == {"waiting"}
    monkeypatch.undo()
    work()
    assert set(states(run).values()) == {"done"}


def test_a_fault_leaves_its_dossier_as_it_was_and_the_others_go_on(people, monkeypatch):
    chosen = many(people, 3)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    real = performing.lock

    def faulty(pk):
        if pk == chosen[1].pk:
            raise RuntimeError("fault")
        return real(pk)

    monkeypatch.setattr(performing, "lock", faulty)
    work()
    assert states(run) == {chosen[0].pk: "done", chosen[1].pk: "failed", chosen[2].pk: "done"}
    assert Dossier.objects.get(pk=chosen[1].pk).version == 1
    assert "lỗi của hệ thống" in client.get(f"{BULK}{run.public_id}/").content.decode()


def test_what_is_not_done_yet_can_be_left_undone(people):
    chosen = many(people, 3)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    job = lease()
    bulk._one(job, run, run.items.order_by("position").first().pk)
    client.post(f"{BULK}{run.public_id}/dung/")
    bulk.work(job)
    assert sorted(states(run).values()) == ["cancelled", "cancelled", "done"]
    assert "làm xong 1 hồ sơ, để nguyên 2 hồ sơ" in client.get(f"{BULK}{run.public_id}/").content.decode()
    assert BulkRun.objects.get().state == "cancelled"


def test_a_shown_run_that_is_dropped_can_no_longer_be_started(people):
    client = client_of(people.giang)
    run = choose(client, many(people, 1))
    client.post(f"{BULK}{run.public_id}/dung/")
    start(client, run)
    assert not Job.objects.filter(kind="dossier.bulk").exists()


def test_rights_are_asked_again_when_it_is_done(people):
    from agencies.models import Post

    chosen = many(people, 2)
    client = client_of(people.giang)
    run = choose(client, chosen)
    start(client, run)
    Post.objects.filter(user=people.giang).update(valid_to=cast.SINCE)  # moved to another agency meanwhile
    work()
    assert set(states(run).values()) == {"refused"}
    assert set(run.items.values_list("words", flat=True)) == {"Bạn không có quyền làm việc này với hồ sơ."}


def test_an_officer_who_left_ends_the_run(people):
    run = choose(client_of(people.giang), many(people, 1))
    start(client_of(people.giang), run)
    people.giang.is_active = False
    people.giang.save()
    work()
    assert set(states(run).values()) == {"failed"} and BulkRun.objects.get().state == "done"


def test_dossiers_of_other_agencies_cannot_be_chosen_and_runs_of_others_do_not_exist(people):
    dossier = filed(people)
    other = client_of(people.hanh)
    run = choose(other, [dossier])
    assert not run.items.exists()
    for address in ("", "lam/", "dung/"):
        method = other.get if not address else other.post
        mine = choose(client_of(people.giang), [dossier])
        assert method(f"{BULK}{mine.public_id}/{address}").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [{}, {"viec": "take"}, {"viec": "nope", "chon": "1"}, {"viec": "return_at_counter", "ca": "1"}, {"viec": "assign", "ca": "1"},
     {"viec": "take", "chon": ["x", "-1", "9" * 30, "\x00"]}],
)  # fmt: skip
def test_nothing_chosen_or_an_act_that_needs_words_is_said_and_is_no_fault(people, sent):
    filed(people)
    answer = client_of(people.giang).post(BULK, {"danh-sach": "tab=receive", **sent})
    assert answer.status_code == 302 and answer.url == QUEUE + "?tab=receive"
    assert not BulkRun.objects.exists()


def test_the_head_assigns_and_releases_many_at_once(people):
    from agencies.models import Role

    chosen = many(people, 2)
    for one in chosen:
        intake.receive(one.pk, user=people.giang, at=cast.MONDAY)
    specialist = receptionist("chuyenvien", Role.SPECIALIST)
    client = client_of(people.giang)
    for act, more, holder in (("assign", {"nguoi": specialist.pk}, specialist.pk), ("release", {}, None)):
        run = choose(client, chosen, act=act, place="tab=all", **more)
        start(client, run)
        work()
        assert set(states(run).values()) == {"done"}, list(run.items.values_list("words"))
        assert set(Dossier.objects.values_list("assignee", flat=True)) == {holder}


def test_clean_dossiers_are_received_and_those_with_a_bad_paper_are_left_out(people):
    clean, bad, unscanned = many(people, 3)
    from documents.models import StoredFile

    bad.papers.update(verdict="invalid", reason="Ảnh tối")
    with pgtrigger.ignore():  # as it lies there before the scanner has looked
        StoredFile.objects.filter(pk__in=unscanned.papers.values("files__file")).update(state="scanning")
    client = client_of(people.giang)
    run = choose(client, [clean, bad, unscanned], act="receive")
    assert states(run) == {clean.pk: "waiting", bad.pk: "excluded", unscanned.pk: "excluded"}
    start(client, run)
    work()
    assert Dossier.objects.get(pk=clean.pk).state == "processing"


def test_dossiers_are_handed_on_only_where_the_result_is_drafted(people):
    drafted, empty = many(people, 2)
    from dossiers.services import results
    from dossiers.services.results import Decision

    for one in (drafted, empty):
        intake.receive(one.pk, user=people.giang, at=cast.MONDAY)
    results.draft(drafted.pk, user=people.giang, decision=Decision("granted", "Đồng ý."))
    client = client_of(people.giang)
    run = choose(client, [drafted, empty], act="forward", place="tab=work")
    step = Dossier.objects.get(pk=drafted.pk).step_no
    assert states(run) == {drafted.pk: "waiting", empty.pk: "excluded"}
    start(client, run)
    work()
    assert Dossier.objects.get(pk=drafted.pk).step_no > step


def test_the_preview_tells_what_the_services_would_say(people):
    """Of every act and every kind of dossier: what the preview lets through the service does, what it leaves out it refuses."""
    new, mine, received = many(people, 3)
    intake.claim_intake(mine.pk, user=people.giang, at=cast.MONDAY)
    intake.receive(received.pk, user=people.giang, at=cast.MONDAY)
    from django.db import transaction

    from dossiers.errors import Refused

    for act in bulk_acts.ACTS.values():
        for dossier in Dossier.objects.filter(pk__in=[new.pk, mine.pk, received.pk]):
            facts = bulk_acts.facts_of([dossier], people.giang, people.giang)
            words = bulk_acts.why_not(act, dossier, facts)
            try:
                with transaction.atomic():
                    act.run(dossier.pk, people.giang, dossier.version, people.giang)
                    transaction.set_rollback(True)
                refused = False
            except Refused:
                refused = True
            idle = act.key in {"take", "assign", "release"}  # done again it changes nothing: the preview leaves it out
            assert bool(words) == refused or (idle and not refused), (act.key, dossier.state, words)


def test_old_runs_are_forgotten(people):
    client = client_of(people.giang)
    choose(client, many(people, 1))
    assert bulk.forget_runs(at=cast.MONDAY + timedelta(days=1)) == 0
    assert bulk.forget_runs(at=cast.MONDAY + timedelta(days=3)) > 0
    assert not BulkRun.objects.exists()


# ── the next dossier ──
def test_the_next_dossier_comes_from_the_tab_of_the_page_first(people):
    new, received = many(people, 2)
    intake.receive(received.pk, user=people.giang, at=cast.MONDAY)
    client = client_of(people.giang)
    assert received.code in client.post("/can-bo/tiep-theo/", {"tab": "work"}).url
    assert new.code in client.post("/can-bo/tiep-theo/", {"tab": "work"}).url


def test_the_next_dossier_is_never_one_whose_result_the_signer_drafted(people):
    from agencies.models import Role
    from agencies.services import appoint
    from dossiers.services import results
    from dossiers.services.results import Decision

    dossier = paid(people, at=cast.MONDAY)
    intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đồng ý."))
    for user in (people.bao, people.cuong):
        routing.forward(dossier.pk, user=user, at=cast.MONDAY)
    appoint(people.bao, dossier.handling_agency, Role.LEADER, actor=None, since=cast.SINCE)
    drafter = User.objects.get(pk=people.bao.pk)
    viewer = queues.viewer_of(drafter, cast.MONDAY)
    assert queues.of_tab(viewer, "sign").exists() and not queues.takable(viewer, "sign").exists()
    assert client_of(drafter).post("/can-bo/tiep-theo/", {"tab": "sign"}).url == QUEUE + "?tab=sign"
    assert dossier.code in client_of(people.dung).post("/can-bo/tiep-theo/", {"tab": "sign"}).url


def test_a_withdrawal_at_another_step_is_not_given_to_the_leader_as_the_next_to_take(people):
    from dossiers.services import endings

    dossier = filed(people)
    intake.receive(dossier.pk, user=people.giang, at=cast.MONDAY)
    endings.withdraw(dossier.pk, user=people.hai, reason="Đổi ý", at=cast.MONDAY)
    from agencies.models import Role

    leader = receptionist("lanhdao", Role.LEADER)
    answer = client_of(leader).post("/can-bo/tiep-theo/", {"tab": "sign"})
    assert answer.url == QUEUE + "?tab=sign"
