"""Two workers and two officers at once over one inter-agency dossier. Staged as in test_races, each with its control."""

import threading

import pytest

from dossiers.models import Branch, Dossier, DossierEvent
from dossiers.services import intake, joint, performing
from dossiers.services.joint import ending, opening
from tests import cast
from tests.dossiers.consulting_cast import AT, vn
from tests.dossiers.joint_cast import accepted, as_if_joint, branch, filed, finish, fresh, loan, work
from tests.dossiers.test_races import Meeting, both, meet_after, without_locks
from tests.histories import is_path

pytestmark = pytest.mark.django_db(transaction=True)


# ── two officers accept, two workers open ──
def acceptance_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    from agencies.models import Agency, Role
    from agencies.services import appoint

    as_if_joint(monkeypatch)
    parent = filed(people)
    second = cast.officer("hanh2", "Nông Thị Hạnh Hai")
    appoint(second, Agency.objects.get(key="svhttdl"), Role.RECEPTION, actor=None, since=cast.SINCE)
    meet_after(monkeypatch, performing, "_permit", Meeting("both have read the dossier"))
    found = both(*(lambda user=user: intake.receive(parent.pk, user=user, at=AT) for user in (people.hanh, second)))
    work()
    return parent, found


def opened_once(parent: Dossier) -> bool:
    rows = Branch.objects.filter(parent=parent)
    return rows.count() == 3 and Dossier.objects.filter(parent=parent).count() == 2


def test_two_officers_who_accept_at_once_open_the_parts_once(people, monkeypatch):
    parent, found = acceptance_race(people, monkeypatch)
    assert found == ["Conflict", "done"]
    assert opened_once(parent) and is_path(parent.pk)


def worker_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    """The same news told twice: two workers come to the parts at the same moment."""
    as_if_joint(monkeypatch)
    parent = filed(people)
    intake.receive(parent.pk, user=people.hanh, at=AT)
    meet_after(monkeypatch, opening, "_draft", Meeting("both have read the plan"))
    found = both(*(lambda: joint.settle(parent.pk, at=AT) for _ in range(2)))
    return parent, found


def test_two_workers_at_once_open_each_part_once(people, monkeypatch):
    parent, found = worker_race(people, monkeypatch)
    assert found == ["done", "done"] and opened_once(parent)


def test_negative_control_without_the_lock_both_open_it(people, monkeypatch):
    without_locks(monkeypatch)
    parent, found = worker_race(people, monkeypatch)
    assert not (found == ["done", "done"] and opened_once(parent))


# ── the last two parts end at the same moment ──
def ending_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    as_if_joint(monkeypatch)
    parent = accepted(people)
    finish(branch(parent, "industry"), people.giang, vn(25))
    work()
    officer = loan()
    finish(branch(parent, "second"), people.giang, vn(26))
    finish(branch(parent, "finance"), officer, vn(26))
    # One job for each end; both have read how things stand before either writes.
    monkeypatch.setattr(ending, "_count", first_meets(ending._count, Meeting("both have read which parts ended")))
    found = both(*(lambda: joint.settle(parent.pk, at=vn(26)) for _ in range(2)))
    return parent, found


def first_meets(real, meeting):
    """Each of the two comes to the meeting with the first part it counts."""
    came = threading.local()

    def staged(*args):
        if not getattr(came, "is_here", False):
            came.is_here = True
            meeting()
        return real(*args)

    return staged


def released_once(parent: Dossier, found: list[str]) -> bool:
    told = DossierEvent.objects.filter(dossier=parent, name="note_part")
    parts = sorted(event.data["part"] for event in told)
    is_told_once = parts == ["finance", "industry", "second"]
    return found == ["done", "done"] and is_told_once and fresh(parent).open_children == 0 and is_path(parent.pk)


def test_when_the_last_two_parts_end_at_once_the_dossier_is_released_once_and_not_forgotten(people, monkeypatch):
    assert released_once(*ending_race(people, monkeypatch))


def test_negative_control_without_the_lock_it_is_not_released_once(people, monkeypatch):
    without_locks(monkeypatch)
    assert not released_once(*ending_race(people, monkeypatch))
