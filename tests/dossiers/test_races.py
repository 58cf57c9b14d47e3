"""Two people at once, on the real database: who comes second is told so, and nothing happens twice.

Every race is staged: both threads have read the row (or one waits for the other's lock) before either writes. Every race
has its negative control: with the lock taken away the same rule must break, otherwise it would prove nothing.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from dossiers import queues
from dossiers.errors import Refused
from dossiers.models import CodeSequence, Dossier, DossierEvent, Party
from dossiers.querysets import DossierQuerySet
from dossiers.queues import reading
from dossiers.services import filing, intake, performing, results, routing
from dossiers.services.performing import perform
from dossiers.services.results import Decision
from dossiers.views.citizen import access
from tests import cast
from tests.common.side_by_side import Other, Signal
from tests.histories import is_path
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
FREE = "promotion-notification"
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY
MEETING = 1.5  # seconds the first waits for the second, who may be held by the lock
UNLOCKED = 8.0  # without the lock nobody is held: the second comes, however busy the machine is


class Meeting:
    """A named barrier: both come here after reading; with the lock on, the second cannot, and the first goes on alone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.barrier = threading.Barrier(2)

    def __call__(self) -> None:
        try:
            self.barrier.wait(MEETING)
        except threading.BrokenBarrierError:
            pass


def meet_after(monkeypatch, module, function: str, meeting: Meeting) -> None:
    """Both threads come to the meeting right before `function` runs."""
    real = getattr(module, function)

    def staged(*args, **kwargs):
        meeting()
        return real(*args, **kwargs)

    monkeypatch.setattr(module, function, staged)


def meet_behind(monkeypatch, module, function: str, meeting: Meeting) -> None:
    """Both threads come to the meeting when `function` has read what they decide by, and before either writes.

    Without a lock the one who comes to it late would else read what the other has written by then.
    """
    real = getattr(module, function)

    def staged(*args, **kwargs):
        found = real(*args, **kwargs)
        meeting()
        return found

    monkeypatch.setattr(module, function, staged)


def without_locks(monkeypatch) -> None:
    """The negative control: rows are read without a lock."""
    monkeypatch.setitem(globals(), "MEETING", UNLOCKED)
    monkeypatch.setattr(DossierQuerySet, "select_for_update", lambda self, **_options: self)
    for locking in (performing.LOCKED, filing.DRAFT, access.LOCKED):
        monkeypatch.setattr(locking, "plan", None)  # compiled anew, without the lock
    monkeypatch.setattr(reading, "_one", reading._one.__wrapped__)


def both(*works: Callable[[], object]) -> list[str]:
    """What each came to: "done", the refusal's name, or the crash's."""

    def run(work: Callable[[], object]) -> str:
        try:
            work()
        except Refused as refusal:
            return type(refusal).__name__
        except Exception as crash:
            return f"crash: {type(crash).__name__}"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(future.result() for future in [pool.submit(run, work) for work in works])


# ── two officers take one dossier ──
def claim_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    second = cast.officer("giang2", "Nông Văn Hai")
    from agencies.models import Role
    from agencies.services import appoint

    appoint(second, dossier.receiving_agency, Role.RECEPTION, actor=None, since=cast.SINCE)
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(
        *(lambda user=user: intake.claim_intake(dossier.pk, user=user, at=AT) for user in (people.giang, second))
    )
    return dossier, found


def claimed_once(dossier: Dossier, found: list[str]) -> bool:
    events = DossierEvent.objects.filter(dossier=dossier, name="claim_intake").count()
    return found == ["Denied", "done"] and events == 1


def test_two_officers_who_take_one_dossier_at_once_one_has_it_and_the_other_is_told(people, monkeypatch):
    assert claimed_once(*claim_race(people, monkeypatch))


def test_negative_control_without_the_lock_both_believe_they_have_it(people, monkeypatch):
    without_locks(monkeypatch)
    dossier, found = claim_race(people, monkeypatch)
    assert not claimed_once(dossier, found)
    assert found == ["crash: IntegrityError", "done"]  # only the unique event number stops the second


# ── two officers press the same button ──
def button_race(people, monkeypatch) -> tuple[Dossier, list[int]]:
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    second = cast.officer("giang2", "Nông Văn Hai")
    from agencies.models import Role
    from agencies.services import appoint

    appoint(second, dossier.receiving_agency, Role.RECEPTION, actor=None, since=cast.SINCE)
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    answers_of: list[int] = []

    def press(user) -> None:
        person = Client(raise_request_exception=False)
        person.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
        page = f"/can-bo/ho-so/{dossier.code}/viec/nhan-ve-toi/"
        answers_of.append(person.post(page, {"version": dossier.version}).status_code)

    with time_machine.travel(AT):
        both(*(lambda user=user: press(user) for user in (people.giang, second)))
    return dossier, sorted(answers_of)


def test_two_officers_who_press_take_it_over_at_once_one_has_it_and_the_other_reads_so(people, monkeypatch):
    dossier, found = button_race(people, monkeypatch)
    assert found == [302, 409]
    assert DossierEvent.objects.filter(dossier=dossier, name="claim_intake").count() == 1


def test_negative_control_without_the_lock_both_buttons_go_through_to_the_event(people, monkeypatch):
    without_locks(monkeypatch)
    _dossier, found = button_race(people, monkeypatch)
    assert found == [302, 500]  # only the unique event number stops the second


# ── next dossier ──
def next_race(people, monkeypatch) -> list[str]:
    for _n in range(2):
        cast.filed(people.mai, FREE, answers(FREE))
    second = cast.officer("giang2", "Nông Văn Hai")
    from agencies.models import Agency, Role
    from agencies.services import appoint

    appoint(second, Agency.objects.get(key="sct"), Role.RECEPTION, actor=None, since=cast.SINCE)
    meet_after(monkeypatch, intake, "take", Meeting("both have chosen their next dossier"))

    def work(user) -> None:
        tab = queues.of_tab(queues.viewer_of(user, AT), "receive")
        assert intake.next_dossier(user=user, queryset=tab, at=AT) is not None

    return both(*(lambda user=user: work(user) for user in (people.giang, second)))


def test_two_officers_who_ask_for_the_next_dossier_get_two(people, monkeypatch):
    assert next_race(people, monkeypatch) == ["done", "done"]
    assert Dossier.objects.exclude(assignee=None).values("assignee").distinct().count() == 2


def test_negative_control_without_skip_locked_they_choose_the_same(people, monkeypatch):
    without_locks(monkeypatch)
    assert next_race(people, monkeypatch) != ["done", "done"]


def next_while_something_is_written(people, monkeypatch) -> bool:
    """Whether the only dossier that waits is given although another transaction holds its row for a moment."""
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    is_held, has_looked = Signal("the row is held"), Signal("the officer has looked past it")
    real = intake._most_urgent

    def staged(queryset, *, skip_locked):
        found = real(queryset, skip_locked=skip_locked)
        has_looked.say()
        return found

    monkeypatch.setattr(intake, "_most_urgent", staged)

    def hold() -> None:
        with transaction.atomic():
            Dossier.objects.select_for_update().get(pk=dossier.pk)
            is_held.say()
            has_looked.wait()

    other = Other(hold)
    is_held.wait()
    tab = queues.of_tab(queues.viewer_of(people.giang, AT), "receive")
    given = intake.next_dossier(user=people.giang, queryset=tab, at=AT)
    other.result()
    return given is not None


def test_the_last_dossier_that_waits_is_given_although_it_is_locked_for_a_moment(people, monkeypatch):
    assert next_while_something_is_written(people, monkeypatch)


def test_negative_control_who_never_waits_for_a_lock_is_told_that_none_waits(people, monkeypatch):
    once = intake._most_urgent
    monkeypatch.setattr(
        intake,
        "_most_urgent",
        lambda queryset, *, skip_locked: once(queryset, skip_locked=True) if skip_locked else None,
    )
    assert not next_while_something_is_written(people, monkeypatch)


# ── the citizen withdraws while the officer decides ──
def withdraw_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    from dossiers.services import endings

    dossier = cast.filed(people.mai, FREE, answers(FREE))
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(
        lambda: endings.withdraw(dossier.pk, user=people.mai, at=AT),
        lambda: intake.refuse_intake(dossier.pk, user=people.giang, reason="Sai cơ quan", at=AT),
    )
    return dossier, found


def one_won(dossier: Dossier, found: list[str]) -> bool:
    return found == ["Conflict", "done"] and is_path(dossier.pk)


def test_withdrawing_and_refusing_at_once_one_wins_and_the_other_is_told(people, monkeypatch):
    assert one_won(*withdraw_race(people, monkeypatch))


def test_negative_control_without_the_lock_both_go_ahead(people, monkeypatch):
    without_locks(monkeypatch)
    assert not one_won(*withdraw_race(people, monkeypatch))


def signed(people) -> Dossier:
    """A dossier whose result is signed and waits for the clerk, with a withdrawal asked before."""
    from dossiers.services import fees

    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=AT, order="test")
    intake.receive(dossier.pk, user=people.hanh, at=AT)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    return routing.forward(dossier.pk, user=people.cuong, at=AT).dossier


def decide_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    """The leader signs while the head agrees to a withdrawal."""
    from dossiers.services import endings

    dossier = signed(people)
    endings.withdraw(dossier.pk, user=people.mai, at=AT)
    version = Dossier.objects.get(pk=dossier.pk).version
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(
        lambda: results.sign(dossier.pk, user=people.dung, version=version, at=AT),
        lambda: slowly(lambda: endings.agree_withdrawal(dossier.pk, user=people.cuong, at=AT)),
    )
    return dossier, found


def slowly(work: Callable[[], object]) -> None:
    """Signing draws and signs a PDF first; the other waits for that before the race begins."""
    signing_is_ready.wait(20)
    work()


signing_is_ready = threading.Event()


def stage_signing(monkeypatch) -> None:
    from dossiers.services import result_papers

    real = result_papers.make_signed
    signing_is_ready.clear()

    def made(*args, **kwargs):
        file = real(*args, **kwargs)
        signing_is_ready.set()
        return file

    monkeypatch.setattr(result_papers, "make_signed", made)


def test_signing_and_agreeing_to_a_withdrawal_at_once_never_both_happen(people, monkeypatch):
    stage_signing(monkeypatch)
    dossier, found = decide_race(people, monkeypatch)
    assert one_won(dossier, found)
    row = Dossier.objects.get(pk=dossier.pk)
    assert (row.state, row.result_state) in {("withdrawn", "drafted"), ("processing", "signed")}


def test_negative_control_without_the_lock_signing_and_withdrawing_collide(people, monkeypatch):
    stage_signing(monkeypatch)
    without_locks(monkeypatch)
    assert not one_won(*decide_race(people, monkeypatch))


# ── a dossier is submitted twice ──
def pressed_in_a_program(draft: Dossier, people) -> str:
    return filing.submit(draft.pk, user=people.mai, undertaking=True, at=AT).code


def pressed_on_the_page(draft: Dossier, people) -> str:
    """Where it leads; the row is locked as the address names it, and submitted as it was read."""
    browser = Client()
    browser.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    address = reverse("dossiers:check", args=[draft.procedure.code, draft.public_id])
    answer = browser.post(address, {"undertaking": "on"})
    assert answer.status_code == 302
    return str(answer.url)


def submit_race(people, monkeypatch, press) -> tuple[Dossier, list[str], list[str]]:
    draft = cast.draft(people.mai, FREE, answers(FREE))
    meet_after(monkeypatch, filing, "ready", Meeting("both presses found a draft"))
    found: list[str] = []
    with time_machine.travel(AT):
        done = both(*[lambda: found.append(press(draft, people))] * 2)
    return draft, done, found


def filed_once(draft: Dossier, found: list[str], codes: list[str]) -> bool:
    submitted = DossierEvent.objects.filter(dossier=draft, name="submit").count()
    numbers = CodeSequence.objects.filter(scope__startswith="dossier:").values_list("last", flat=True)
    parties = Party.objects.filter(dossier=draft).count()
    return (found, len(set(codes)), submitted, list(numbers), parties) == (["done", "done"], 1, 1, [1], 1)


PRESSES = pytest.mark.parametrize("press", [pressed_in_a_program, pressed_on_the_page])


@PRESSES
def test_two_presses_of_submit_file_one_dossier_with_one_code(people, monkeypatch, press):
    assert filed_once(*submit_race(people, monkeypatch, press))


@PRESSES
def test_negative_control_without_the_lock_the_second_press_crashes(people, monkeypatch, press):
    without_locks(monkeypatch)
    assert not filed_once(*submit_race(people, monkeypatch, press))


# ── twenty officers, forty dossiers ──
def test_twenty_askings_at_once_take_each_dossier_once(people):
    from tests.dossiers.copies import copies

    first = cast.filed(people.mai, FREE, answers(FREE))
    copies(first, 11)
    user = people.giang
    start = threading.Barrier(4)

    def work() -> None:
        start.wait(10)
        for _n in range(3):
            tab = queues.of_tab(queues.viewer_of(user, AT), "receive")
            with transaction.atomic():
                intake.next_dossier(user=user, queryset=tab, at=AT)

    assert both(work, work, work, work) == ["done"] * 4
    assert DossierEvent.objects.filter(name="claim_intake").values("dossier").distinct().count() == 12
    assert DossierEvent.objects.filter(name="claim_intake").count() == 12


def test_a_version_that_moved_on_is_refused_whatever_the_act(people):
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    actor = performing.actor_of(people.giang)
    perform(dossier.pk, "claim_intake", actor=actor, version=dossier.version, at=AT, user_id=people.giang.pk)
    for name in ("receive", "refuse_intake", "request_supplement_at_intake", "claim_intake"):
        with pytest.raises(Refused):
            perform(dossier.pk, name, actor=actor, version=dossier.version, at=AT, reason="x")
