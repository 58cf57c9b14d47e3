"""An agency that applies a procedure with a shorter time owes the shorter time; what was accepted keeps its own."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency
from dossiers.models import ClockEntry, Dossier
from dossiers.services import fees, intake
from procedures.services import applied_limit, apply_procedure, content_of
from tests import cast
from tests.procedures import desk
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db


def accepted(people) -> Dossier:
    dossier = cast.filed(people.mai, desk.TENNIS, answers(desk.TENNIS), at=timezone.now())
    fees.settle(dossier.pk, at=timezone.now(), order="test")
    intake.receive(dossier.pk, user=people.hanh, at=timezone.now())
    return Dossier.objects.get(pk=dossier.pk)


def own_limit():
    case = content_of(desk.procedure().current_version_id).cases[0]
    return case.key, case.terms[0].limit


def shorten(amount: int, **more) -> None:
    key, limit = own_limit()
    values = {"amount": amount, "unit": limit.unit.value} | more
    apply_procedure(
        desk.procedure(), Agency.objects.get(key="svhttdl"), limits={key: values}, valid_from=timezone.localdate(),
        actor=User.objects.filter(username="lan").first() or desk.province(),
    )  # fmt: skip


def started(dossier: Dossier) -> ClockEntry:
    return ClockEntry.objects.get(dossier=dossier, track="handling", kind="start")


def test_the_shorter_time_is_owed_from_its_day_on_and_only_by_new_dossiers() -> None:
    people, (_key, limit) = cast.make_cast(), own_limit()
    before = accepted(people)
    shorten(limit.amount - 1)
    after = accepted(people)
    assert (started(before).limit_amount, started(after).limit_amount) == (limit.amount, limit.amount - 1)
    assert after.due_at < before.due_at


def test_another_agency_keeps_the_procedures_own_time() -> None:
    key, limit = own_limit()
    shorten(limit.amount - 1)
    other = Agency.objects.get(key="sct")
    day = timezone.localdate()
    assert applied_limit(desk.procedure().pk, other.pk, key, on=day) is None
    mine = Agency.objects.get(key="svhttdl").pk
    assert applied_limit(desk.procedure().pk, mine, key, on=day).amount == limit.amount - 1
    assert applied_limit(desk.procedure().pk, mine, key, on=day - timedelta(1)) is None


def test_a_longer_time_or_another_unit_is_refused() -> None:
    _key, limit = own_limit()
    other = "month" if limit.unit != "month" else "calendar_day"
    for values in ({"amount": limit.amount + 1}, {"amount": 0}, {"amount": 1, "unit": other}):
        with pytest.raises(ValidationError):
            shorten(**({"amount": limit.amount} | values))


def test_the_page_refuses_a_longer_time_and_saves_a_shorter_one() -> None:
    key, limit = own_limit()
    browser, found = desk.browser(desk.department()), desk.procedure()
    path = f"/quan-tri/thu-tuc/{found.code}/ap-dung/"
    agency = Agency.objects.get(key="svhttdl")
    values = {"act": "add", "agency": agency.pk, "valid_from": f"{timezone.localdate():%d/%m/%Y}"}
    assert browser.post(path, values | {f"limit_{key}": limit.amount + 1}).status_code == 422
    assert browser.post(path, values).status_code == 422
    assert browser.post(path, values | {f"limit_{key}": 1}).status_code == 302
    row = found.applied.get()
    assert browser.post(path, {"act": "stop", "row": row.pk}).status_code == 302
    assert not found.applied.filter(valid_to=None).exists()
