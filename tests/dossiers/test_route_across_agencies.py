"""Department → Office of the People's Committee → chair → Office: the dossier really goes there and back, with three clocks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Role, calendar_of
from agencies.services import appoint
from dossiers import clock, queues, terms
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, DossierEvent, Result, StepRun
from dossiers.services import clockwork, fees, intake, results, routing
from dossiers.services.results import Decision
from dossiers.views.officer import signing
from procedures.content import Step, Text
from procedures.editing.routes import AGENCIES, CHAIR
from tests import cast
from tests.dossiers.consulting_cast import AT, TENNIS
from tests.dossiers.copies import copies
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def office(people) -> dict[str, Any]:
    """Mạnh examines at the Office, Phúc proposes there, Quyên seals; Thắng is the chair."""
    posts = {
        "manh": ("vp", Role.SPECIALIST),
        "phuc": ("vp", Role.HEAD),
        "quyen": ("vp", Role.CLERK),
        "thang": ("ubnd", Role.LEADER),
    }
    found = {}
    for name, (agency, role) in posts.items():
        found[name] = cast.officer(name, f"Nông {name.title()}")
        appoint(found[name], Agency.objects.get(key=agency), role, actor=None, since=cast.SINCE)
    return found


@pytest.fixture(autouse=True)
def route(monkeypatch):
    """Every procedure has the ready-made route that the chair of the province signs."""
    real = terms.content_of

    def step(number: int, role: str, words: str, hours: float, place: str) -> Step:
        text = Text(vi=words)
        rule = {"agency": place} if place in AGENCIES else {"agency": "other", "agency_key": place}
        return Step(no=number, role=role, title=text, action=text, hours=hours, **rule)

    steps = tuple(step(no, role, vi, hours, place) for no, (role, vi, _en, hours, place) in enumerate(CHAIR, 1))

    def changed(version_id: int) -> Any:
        content = real(version_id)
        return content.model_copy(update={"route": content.route.model_copy(update={"steps": steps})})

    monkeypatch.setattr(terms, "content_of", changed)


@pytest.fixture
def dossier(people) -> Dossier:
    found = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=AT, order="test")
    return intake.receive(found.pk, user=people.hanh, at=AT).dossier


def to_the_office(people, dossier) -> Dossier:
    """Drafted, checked and submitted by the department."""
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=AT + HOUR)
    routing.forward(dossier.pk, user=people.bao, at=AT + HOUR)
    routing.forward(dossier.pk, user=people.cuong, at=AT + 2 * HOUR)
    return routing.forward(dossier.pk, user=people.dung, at=AT + 2 * HOUR).dossier


def to_the_chair(people, office, dossier) -> Dossier:
    to_the_office(people, dossier)
    routing.forward(dossier.pk, user=office["manh"], at=AT + 3 * HOUR)
    return routing.forward(dossier.pk, user=office["phuc"], at=AT + 3 * HOUR).dossier


def sees(user, dossier) -> bool:
    return Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()


def test_each_step_moves_the_dossier_and_the_right_to_act_to_its_agency(people, office, dossier):
    assert not any(sees(user, dossier) for user in office.values())
    now = to_the_office(people, dossier)
    assert now.handling_agency.key == "vp" and now.deciding_agency.key == "svhttdl"
    assert sees(office["manh"], dossier) and not sees(office["thang"], dossier)
    with transaction.atomic(), pytest.raises(Denied):
        routing.forward(dossier.pk, user=people.bao, at=AT + 3 * HOUR)
    with transaction.atomic(), pytest.raises(Denied):
        routing.claim(dossier.pk, user=people.cuong, at=AT + 3 * HOUR)
    routing.forward(dossier.pk, user=office["manh"], at=AT + 3 * HOUR)
    now = routing.forward(dossier.pk, user=office["phuc"], at=AT + 3 * HOUR).dossier
    assert now.handling_agency.key == "ubnd" and sees(office["thang"], dossier)
    assert not sees(office["manh"], dossier)


def test_the_department_goes_on_seeing_the_dossier_it_answers_for(people, office, dossier):
    to_the_chair(people, office, dossier)
    assert sees(people.bao, dossier) and sees(people.dung, dossier) and sees(people.hanh, dossier)


def test_a_longer_list_for_the_chair_asks_the_database_no_more_often(people, office, dossier):
    to_the_chair(people, office, dossier)
    drafted = Dossier.objects.get(pk=dossier.pk)

    def asked() -> int:
        viewer = queues.viewer_of(office["thang"], AT + 4 * HOUR)
        with CaptureQueriesContext(connection) as seen:
            rows = signing.rows_of(viewer, signing.to_sign(viewer), ticked=set(), is_all=False)
        assert len(rows) == Dossier.objects.filter(state="processing").count()
        return len(seen)

    asked()  # what a process learns once
    alone = asked()
    result = Result.objects.get(dossier=drafted)
    for twin in copies(drafted, 5):
        result.pk, result.dossier, result.verify_code, result.public_id = None, twin, uuid4().hex[:24], uuid4()
        result.save()
    assert asked() == alone


def test_the_leader_of_the_department_submits_and_only_the_chair_signs(people, office, dossier):
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    at_the_leader = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier
    with transaction.atomic(), pytest.raises(Denied):
        results.sign(dossier.pk, user=people.dung, version=at_the_leader.version, at=AT)
    routing.forward(dossier.pk, user=people.dung, at=AT)
    routing.forward(dossier.pk, user=office["manh"], at=AT)
    now = routing.forward(dossier.pk, user=office["phuc"], at=AT).dossier
    with transaction.atomic(), pytest.raises(Invalid):
        routing.forward(dossier.pk, user=office["thang"], at=AT)
    signed = results.sign(dossier.pk, user=office["thang"], version=now.version, at=AT).dossier
    assert (signed.result_state, signed.handling_agency.key, signed.step_role) == ("signed", "vp", "clerk")


def test_the_result_bears_number_and_name_of_who_signs_it_and_the_dossier_comes_back(people, office, dossier):
    now = to_the_chair(people, office, dossier)
    results.sign(dossier.pk, user=office["thang"], version=now.version, at=AT + 4 * HOUR)
    done = results.issue(dossier.pk, user=office["quyen"], at=AT + 5 * HOUR).dossier
    result = Result.objects.get(dossier=dossier)
    committee = Agency.objects.get(key="ubnd")
    assert result.numbered_by == committee and result.number.endswith(committee.code)
    assert (done.state, done.handling_agency_id) == ("resolved", done.deciding_agency_id)
    assert not sees(office["quyen"], dossier)


def test_sent_back_it_is_at_the_department_again(people, office, dossier):
    to_the_office(people, dossier)
    now = routing.send_back(dossier.pk, user=office["manh"], reason="Thiếu ý kiến", step_no=2, at=AT + 4 * HOUR).dossier
    assert (now.handling_agency.key, now.step_no) == ("svhttdl", 2)
    assert routing.claim(dossier.pk, user=people.bao, at=AT + 4 * HOUR)


def test_three_clocks_run_inside_one(people, office, dossier):
    """Each agency's stay is a block of the control slip with its own planned end; the legal limit is one and never moves."""
    due = dossier.due_at
    now = to_the_chair(people, office, dossier)
    assert now.due_at == due
    runs = StepRun.objects.filter(dossier=dossier).select_related("agency").order_by("seq")
    assert [(run.agency.key, run.step_no) for run in runs] == [
        ("svhttdl", 2), ("svhttdl", 3), ("svhttdl", 4), ("vp", 5), ("vp", 6), ("ubnd", 7),
    ]  # fmt: skip
    for run in runs:
        calendar = calendar_of(dossier.calendar_id, run.agency_id)
        assert run.due_at == clock.step_due(run.started_at, run.hours, calendar)
    entries = clockwork.ledger(now)
    calendar = clockwork.calendar_for(now, "handling", entries)
    assert clock.derive_track(entries, "handling", calendar).due_at == due


def test_the_history_names_the_agency_of_who_acted_not_the_one_it_went_to(people, office, dossier):
    to_the_chair(people, office, dossier)
    codes = {one.key: one.code for one in Agency.objects.filter(key__in=("svhttdl", "vp", "ubnd"))}
    moves = DossierEvent.objects.filter(dossier=dossier, name="forward").order_by("seq")
    assert list(moves.values_list("agency_code", flat=True)) == [codes["svhttdl"]] * 3 + [codes["vp"]] * 2


def test_the_route_follows_an_agency_that_was_merged(people, office, dossier):
    from datetime import date

    from agencies.models import Succession

    old, new = Agency.objects.get(key="vp"), Agency.objects.get(key="stc")
    Agency.objects.filter(pk=old.pk).update(valid_to=date(2026, 11, 1))
    Succession.objects.create(old=old, new=new, on=date(2026, 11, 1))
    assert to_the_office(people, dossier).handling_agency == new
