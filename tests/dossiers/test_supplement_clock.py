"""Supplements through the services: what a request, an answer and an extension do to the due date (domain: golden rows)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from dossiers import terms
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import ClockEntry, Dossier
from dossiers.services import clockwork, endings, fees, intake, supplements, uploads
from dossiers.services.supplements import Missing
from procedures.content import Extension, Limit, Text, Unit
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
HOUSE = "housing-construction-permit"
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day: int, month: int = 10, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM)


@pytest.fixture
def law(monkeypatch):
    """The catalogue with ten working days, a policy of our choice and one lawful extension of five working days."""

    def set_policy(policy: str) -> None:
        real = terms.content_of
        days = Limit(amount=10, unit=Unit.WORKING_DAY)
        more = Extension(key="verification", by=Limit(amount=5, unit=Unit.WORKING_DAY), condition=Text(vi="Xác minh"))

        def changed(version_id: int):
            content = real(version_id)
            case = content.cases[0]
            new = [
                item.model_copy(update={
                    "limit": days, "extensions": (more,),
                    "supplement": item.supplement.model_copy(update={"policy": policy}),
                })
                for item in case.terms
            ]  # fmt: skip
            return content.model_copy(
                update={"cases": (case.model_copy(update={"terms": tuple(new)}), *content.cases[1:])}
            )

        monkeypatch.setattr(terms, "content_of", changed)

    return set_policy


def received(people) -> Dossier:
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 10, 5)), at=at(5))
    return intake.receive(dossier.pk, user=people.giang, at=at(5, hour=10)).dossier


def due(dossier: Dossier) -> date:
    return timezone.localdate(Dossier.objects.get(pk=dossier.pk).due_at)


def ask(dossier, people, when) -> str:
    key = dossier.papers.order_by("position").first().key
    supplements.draft(
        dossier.pk, user=people.giang, missing=[Missing("paper", key, "Thiếu trang")], message="", at=when
    )
    supplements.approve(dossier.pk, user=people.giang, at=when)
    supplements.request(dossier.pk, user=people.giang, at=when)
    return key


def answer(dossier, people, key, when) -> None:
    uploads.add(dossier.pk, user=people.hai, key=key, uploads=[cast.upload("moi.pdf")], at=when)
    cast.clean_files(dossier)
    supplements.send(dossier.pk, user=people.hai, at=when)


def test_ten_working_days_without_a_supplement(people, law):
    law("restart")
    assert due(received(people)) == date(2026, 10, 19)


@pytest.mark.parametrize(("policy", "expected"), [("pause", date(2026, 10, 23)), ("restart", date(2026, 10, 28))])
def test_a_supplement_moves_the_due_date_by_the_policy(people, law, policy, expected):
    law(policy)
    dossier = received(people)
    key = ask(dossier, people, at(8))
    answer(dossier, people, key, at(14))
    supplements.confirm(dossier.pk, user=people.giang, at=at(14, hour=15))
    assert due(dossier) == expected


@pytest.mark.parametrize(("policy", "expected"), [("pause", date(2026, 10, 23)), ("restart", date(2026, 10, 28))])
def test_confirming_late_does_not_lengthen_the_limit(people, law, policy, expected):
    law(policy)
    dossier = received(people)
    key = ask(dossier, people, at(8))
    answer(dossier, people, key, at(14))
    supplements.confirm(dossier.pk, user=people.giang, at=at(16))
    assert due(dossier) == expected


def test_a_lawful_extension_of_five_working_days(people, law):
    law("restart")
    dossier = received(people)
    endings.extend(dossier.pk, user=people.giang, extension="verification", reason="Cần xác minh", at=at(12))
    assert due(dossier) == date(2026, 10, 26)
    row = Dossier.objects.get(pk=dossier.pk)
    assert timezone.localdate(row.original_due_at) == date(2026, 10, 19)
    with pytest.raises(Invalid), transaction.atomic():
        endings.extend(dossier.pk, user=people.giang, extension="verification", reason="Lần nữa", at=at(13))
    with pytest.raises(Invalid), transaction.atomic():
        endings.extend(dossier.pk, user=people.giang, extension="volume", reason="Việc nhiều", at=at(13))


def test_an_apology_leaves_the_due_date_where_it_is(people, law):
    law("restart")
    dossier = received(people)
    for wrong in (at(19), at(24, hour=17)):  # before the due date; a Saturday
        with pytest.raises(Invalid), transaction.atomic():
            endings.reappoint(dossier.pk, user=people.giang, on=wrong, reason="x", at=at(15))
    endings.reappoint(dossier.pk, user=people.giang, on=at(22, hour=17), reason="Chờ ý kiến", at=at(15))
    assert due(dossier) == date(2026, 10, 19)
    with pytest.raises(Conflict), transaction.atomic():
        endings.reappoint(dossier.pk, user=people.giang, on=at(23, hour=17), reason="Lại chờ", at=at(16))


def test_an_apology_comes_before_the_due_date_or_not_at_all(people, law):
    law("restart")
    dossier = received(people)
    with pytest.raises(Invalid), transaction.atomic():
        endings.reappoint(dossier.pk, user=people.giang, on=at(23, hour=17), reason="Muộn", at=at(20))


def test_after_acceptance_a_supplement_is_asked_for_once(people, law):
    law("restart")
    dossier = received(people)
    key = ask(dossier, people, at(8))
    answer(dossier, people, key, at(9))
    supplements.confirm(dossier.pk, user=people.giang, at=at(9, hour=10))
    with pytest.raises(Conflict), transaction.atomic():
        ask(dossier, people, at(12))


def test_what_is_still_missing_opens_the_same_request_again(people, law):
    law("restart")
    dossier = received(people)
    key = ask(dossier, people, at(8))
    answer(dossier, people, key, at(9))
    supplements.not_complete(dossier.pk, user=people.giang, reason="Vẫn thiếu trang 3", at=at(12))
    answer(dossier, people, key, at(13))
    supplements.confirm(dossier.pk, user=people.giang, at=at(13, hour=10))
    assert dossier.supplements.count() == 1
    row = Dossier.objects.get(pk=dossier.pk)
    assert (row.state, row.supplements_after_acceptance) == ("processing", 1)
    assert due(dossier) == date(2026, 10, 27)  # ten working days after the 13th


def test_the_wait_ends_only_when_the_citizens_own_limit_is_over(people, law):
    law("restart")
    dossier = received(people)
    ask(dossier, people, at(8))
    limit = Dossier.objects.get(pk=dossier.pk).answer_by
    with pytest.raises(Invalid), transaction.atomic():
        supplements.expire(dossier.pk, user=people.giang, reason="Không bổ sung", at=limit)
    done = supplements.expire(
        dossier.pk, user=people.giang, reason="Không bổ sung", at=limit.replace(year=2027)
    ).dossier
    assert done.state == "stopped"


def test_a_supplement_asked_before_acceptance_starts_the_eight_hours_anew(people):
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 10, 5)), at=at(5))
    key = dossier.papers.order_by("position").first().key
    supplements.request_at_intake(
        dossier.pk, user=people.giang, missing=[Missing("paper", key, "Mờ")], message="", at=at(5, hour=14)
    )
    answer(dossier, people, key, at(7))
    row = Dossier.objects.get(pk=dossier.pk)
    assert (row.state, row.filed_at) == ("new", at(7))
    assert row.intake_due_at == datetime(2026, 10, 8, 9, 30, tzinfo=VIETNAM)  # 7.5 h a day: 6 on the 7th, 2 on the 8th


def test_three_posts_share_a_supplement_and_nobody_skips_one(people, law):
    law("restart")
    dossier = cast.filed(people.hai, FREE, answers(FREE, date(2026, 10, 5)), at=at(5))
    intake.receive(dossier.pk, user=people.giang, at=at(5))
    with pytest.raises(Invalid), transaction.atomic():  # not drafted, not approved
        supplements.request(dossier.pk, user=people.giang, at=at(8))
    with pytest.raises((Conflict, Invalid)), transaction.atomic():
        supplements.approve(dossier.pk, user=people.giang, at=at(8))
    with pytest.raises(Denied), transaction.atomic():
        supplements.draft(dossier.pk, user=people.bao, missing=[], message="", at=at(8))


# ── the fee after examination ──
@pytest.fixture
def house(people) -> Dossier:
    dossier = cast.filed(people.mai, HOUSE, answers(HOUSE, date(2026, 10, 5)), at=at(5))
    return intake.receive(dossier.pk, user=people.hanh, at=at(5, hour=10)).dossier


def test_waiting_for_the_fee_pauses_the_limit(people, house):
    before = due(house)
    fees.request_fee(house.pk, user=people.bao, at=at(8))
    assert Dossier.objects.get(pk=house.pk).state == "payment"
    assert fees.settle(house.pk, at=at(12), order="test")
    row = Dossier.objects.get(pk=house.pk)
    assert (row.state, row.fee_state, row.answer_by) == ("processing", "paid", None)
    assert due(house) > before


def test_a_dossier_that_waits_for_a_fee_can_be_withdrawn_and_its_clock_still_reads(people, house):
    fees.request_fee(house.pk, user=people.bao, at=at(8))
    endings.withdraw(house.pk, user=people.mai, reason="Không xây nữa", at=at(9))
    done = endings.agree_withdrawal(house.pk, user=people.dung, at=at(9, hour=14)).dossier
    assert done.state == "withdrawn"
    from agencies.models import calendar_of
    from dossiers import clock

    calendar = calendar_of(done.calendar_id)
    for track in {row.track for row in ClockEntry.objects.filter(dossier=done)}:
        clock.derive_track([e for e in clockwork.ledger(done) if e.track == track], track, calendar)
    assert not ClockEntry.objects.filter(dossier=done, track="supplement").exists()


def test_money_that_comes_after_the_withdrawal_is_not_taken_for_a_payment(people, house):
    fees.request_fee(house.pk, user=people.bao, at=at(8))
    endings.withdraw(house.pk, user=people.mai, at=at(9))
    endings.agree_withdrawal(house.pk, user=people.dung, at=at(9))
    assert fees.settle(house.pk, at=at(9, hour=15), order="late") is False
    assert Dossier.objects.get(pk=house.pk).state == "withdrawn"  # and the caller's transaction goes on
