"""Two answers at once, an answer and the sweep at once: one counts, the other is told. Staged as in test_races."""

import pytest

from dossiers.models import Consultation, Dossier, DossierEvent
from dossiers.services import consulting
from dossiers.services.consulting import answer_consultation, count_silences, recall_consultation
from tests import cast
from tests.dossiers.consulting_cast import SILENT_STEP, ask, examined, silence_is_agreement, vn
from tests.dossiers.test_races import Meeting, both, meet_behind, without_locks
from tests.histories import is_path

pytestmark = pytest.mark.django_db(transaction=True)


def second_officer(agency):
    from agencies.models import Role
    from agencies.services import appoint

    found = cast.officer("hoa", "Lăng Thị Hoa")
    appoint(found, agency, Role.LEADER, actor=None, since=cast.SINCE)
    return found


def answer_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    dossier = examined(people)
    asked = ask(people, dossier)
    second = second_officer(asked.agency)
    meet_behind(monkeypatch, consulting, "_open", Meeting("both have read the question"))
    found = both(
        lambda: answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25)),
        lambda: answer_consultation(asked, user=second, outcome="disagree", answer="Không", at=vn(25)),
    )
    return dossier, found


def answered_once(dossier: Dossier, found: list[str]) -> bool:
    events = DossierEvent.objects.filter(dossier=dossier, name="answer_consultation")
    return found == ["Conflict", "done"] and events.count() == 1 and is_path(dossier.pk)


def test_of_two_answers_at_once_one_counts_and_the_other_is_told(people, monkeypatch):
    dossier, found = answer_race(people, monkeypatch)
    assert answered_once(dossier, found)
    assert Dossier.objects.get(pk=dossier.pk).open_opinions == 0
    given = DossierEvent.objects.get(dossier=dossier, name="answer_consultation")
    assert Consultation.objects.get().outcome == given.data["outcome"]


def test_negative_control_without_the_lock_the_second_is_not_told(people, monkeypatch):
    without_locks(monkeypatch)
    assert not answered_once(*answer_race(people, monkeypatch))


def silence_race(people, monkeypatch) -> tuple[Dossier, list[str]]:
    """The answer comes at the very moment at which the sweep counts the silence."""
    silence_is_agreement(monkeypatch)
    dossier = examined(people)
    asked = ask(people, dossier, step_no=SILENT_STEP)
    meet_behind(monkeypatch, consulting, "_open", Meeting("both have read the question"))
    found = both(
        lambda: answer_consultation(asked, user=people.giang, outcome="disagree", answer="Không", at=vn(30)),
        lambda: count_silences(vn(30)),
    )
    return dossier, found


def ended_once(dossier: Dossier, found: list[str]) -> bool:
    names = DossierEvent.objects.filter(dossier=dossier, name__in=("answer_consultation", "count_silence"))
    return not any(one.startswith("crash") for one in found) and names.count() == 1 and is_path(dossier.pk)


def test_an_answer_and_the_counting_of_silence_never_both_end_a_question(people, monkeypatch):
    assert ended_once(*silence_race(people, monkeypatch))


def test_negative_control_without_the_lock_both_end_it(people, monkeypatch):
    without_locks(monkeypatch)
    assert not ended_once(*silence_race(people, monkeypatch))


def test_an_answer_and_going_on_without_never_both_end_a_question(people, monkeypatch):
    dossier = examined(people)
    asked = ask(people, dossier)
    meet_behind(monkeypatch, consulting, "_open", Meeting("both have read the question"))
    found = both(
        lambda: answer_consultation(asked, user=people.giang, outcome="agree", at=vn(25)),
        lambda: recall_consultation(
            dossier.pk, user=people.cuong, consultation=asked.public_id, reason="Đã đủ", at=vn(25)
        ),
    )
    assert found == ["Conflict", "done"]
    assert Dossier.objects.get(pk=dossier.pk).open_opinions == 0
