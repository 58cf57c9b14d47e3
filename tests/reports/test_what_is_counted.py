"""What counts as what, dossier by dossier; the numbers are counted by hand."""

from datetime import date, datetime, timedelta

import pytest

from dossiers.models import Dossier
from payments.models import PaymentAttempt, PaymentOrder
from reports import facts
from reports.models import Rollup
from reports.services.folding import fold_all
from tests.reports.figures_cast import CULTURE, TRADE, at, change, dossier, ended, folded, tell

pytestmark = pytest.mark.django_db


def test_a_dossier_counts_as_received_once_it_is_accepted_and_not_before():
    one = dossier(state="new", accepted_at=None)
    assert folded(one) == {}
    change(one, state="processing", accepted_at=at("2026-01-05"))
    assert folded(one)["received"] == 1


def test_refused_intake_is_never_received():
    assert folded(dossier(state="refused", accepted_at=None)) == {}


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (("2026-01-31", "23:59"), date(2026, 1, 1)),
        (("2026-02-01", "00:00"), date(2026, 2, 1)),  # 17:00 of 31 January in Greenwich
    ],
)
def test_months_are_those_of_viet_nam(moment, month):
    folded(dossier(accepted_at=at(*moment)))
    assert Rollup.objects.get(grain=0, received=1).month == month


def test_intake_and_who_filed_are_counted_apart():
    counted = folded(
        dossier(intake="own", filed_by="self"), dossier(intake="own", filed_by="self"),
        dossier(intake="national", filed_by="self"), dossier(intake="own", filed_by="assisted"),
        dossier(intake="counter", filed_by="typed"), dossier(intake="counter", filed_by="typed"),
        dossier(intake="post", filed_by="typed"),
    )  # fmt: skip
    assert counted == {
        "received": 7, "received_online": 4, "received_counter": 2, "received_post": 1,
        "filed_self": 3, "filed_assisted": 1, "filed_typed": 3, "level_full": 7, "full_online": 4,
    }  # fmt: skip


def test_full_process_is_what_the_version_was_when_it_was_filed():
    counted = folded(
        dossier(service_level="full", intake="own"), dossier(service_level="full", intake="counter"),
        dossier(service_level="partial", intake="own"), dossier(service_level="info", intake="counter"),
    )  # fmt: skip
    assert (counted["level_full"], counted["level_partial"], counted["full_online"]) == (2, 1, 1)
    assert (counted["received"], counted["received_online"]) == (4, 2)


@pytest.mark.parametrize(
    ("due", "end", "measure"),
    [
        ("2026-01-20", "2026-01-19 16:59", "resolved_early"),
        ("2026-01-20", "2026-01-20 08:00", "resolved_on_time"),
        ("2026-01-20", "2026-01-20 23:50", "resolved_on_time"),  # after closing, but on the date
        ("2026-01-20", "2026-01-21 00:01", "resolved_late"),
    ],
)
def test_early_on_time_and_late_are_compared_by_date(due, end, measure):
    counted = folded(ended(due, end))
    assert {key: counted[key] for key in counted if key.startswith("resolved")} == {"resolved": 1, measure: 1}


def test_late_apology_does_not_make_a_dossier_punctual():
    counted = folded(ended("2026-01-20", "2026-01-26 10:00", appointment_at=at("2026-01-27", "17:00")))
    assert counted["resolved_late"] == 1
    assert "resolved_on_time" not in counted
    assert "resolved_early" not in counted


def test_legal_extension_moves_the_date_that_counts():
    extended = ended("2026-01-27", "2026-01-26 10:00", original_due_at=at("2026-01-20", "17:00"))
    assert folded(extended)["resolved_early"] == 1


def test_dossier_without_a_legal_limit_is_resolved_but_neither_early_nor_late():
    counted = folded(ended("", "2026-01-20 10:00"))
    assert {key for key in counted if key.startswith("resolved")} == {"resolved"}


def test_negative_answer_in_substance_counts_as_resolved():
    assert folded(ended("2026-01-20", "2026-01-19 10:00", outcome="rejected"))["resolved"] == 1


def test_withdrawn_and_stopped_dossiers_are_received_but_not_resolved():
    counted = folded(dossier(state="withdrawn"), dossier(state="stopped"))
    assert counted["received"] == 2
    assert "resolved" not in counted


def test_result_that_is_corrected_is_not_resolved_until_it_is_issued_again():
    one = ended("2026-01-20", "2026-01-19 10:00")
    assert folded(one)["resolved_early"] == 1
    change(one, state="processing", outcome="")  # reopened; the first end stays in its column
    assert "resolved" not in folded(one)
    change(one, state="resolved", outcome="granted", finished_at=at("2026-01-22"))
    assert {k: n for k, n in folded(one).items() if k.startswith("resolved")} == {"resolved": 1, "resolved_late": 1}


def test_received_in_one_month_and_resolved_in_another_count_each_in_their_own():
    folded(ended("2026-02-10", "2026-02-03 10:00", accepted_at=at("2026-01-28")))
    january, february = Rollup.objects.filter(grain=0).order_by("month")
    assert (january.received, january.resolved) == (1, 0)
    assert (february.received, february.resolved) == (0, 1)


def test_returned_by_post_is_what_the_post_delivered():
    values = {"state": "returned", "returned_at": at("2026-01-25")}
    counted = folded(
        ended("2026-01-20", "2026-01-19 10:00", **values, delivery="post", post_state="delivered"),
        ended("2026-01-20", "2026-01-19 10:00", **values, delivery="counter", post_state="returned"),  # came back
        ended("2026-01-20", "2026-01-19 10:00", delivery="post", post_state="in_transit"),
    )
    assert (counted["returned"], counted["returned_by_post"]) == (2, 1)


def test_figures_of_an_agency_are_those_of_the_agency_that_decides():
    one = dossier(CULTURE)
    other = dossier(TRADE)
    change(one, receiving_agency=other.deciding_agency, handling_agency=other.deciding_agency)
    folded(one, other)
    rows = dict(Rollup.objects.filter(grain=1).values_list("agency__key", "received"))
    assert rows == {CULTURE: 1, TRADE: 1}


def test_nothing_is_counted_before_it_is_folded():
    tell(dossier())
    assert not Rollup.objects.exists()
    assert fold_all() == 1
    assert Rollup.objects.exists()


def paid(one: Dossier, gateway: str, moment: datetime) -> None:
    """An attempt at that gateway that took the money."""
    order = PaymentOrder.objects.create(dossier=one, purpose="prepaid", amount=200_000, state="paid", paid_at=moment)
    PaymentAttempt.objects.create(
        order=order, gateway=gateway, txn_ref=str(one.pk), amount=200_000, state="paid", created_at=moment,
        expires_at=moment + timedelta(minutes=15), pay_url="https://bank.example/",
    )  # fmt: skip


def test_paid_online_is_what_a_gateway_took_of_all_fees_that_were_paid():
    online, cash, unpaid = (dossier(fee_state=state) for state in ("paid", "paid", "due"))
    paid(online, "vnpay", at("2026-01-05"))
    paid(cash, "cash", at("2026-01-05"))
    counted = folded(online, cash, unpaid, dossier(fee_state="none"))
    assert (counted["paid"], counted["paid_online"]) == (2, 1)


def test_money_that_came_too_late_is_not_a_paid_fee():
    one = dossier(state="refused", accepted_at=None, fee_state="due")
    paid(one, "vnpay", at("2026-01-05"))  # booked and owed back
    assert folded(one) == {}


def test_rating_counts_in_the_month_it_was_given(monkeypatch: pytest.MonkeyPatch):
    one = ended("2026-01-20", "2026-01-19 10:00")
    monkeypatch.setattr(facts, "_ratings", lambda _ids: {one.pk: (4, at("2026-02-03"))})
    assert folded(one)["rated_4"] == 1
    assert Rollup.objects.get(grain=0, rated_4=1).month == date(2026, 2, 1)
    monkeypatch.setattr(facts, "_ratings", lambda _ids: {one.pk: (2, at("2026-02-03"))})
    counted = folded(one)  # the citizen changed it
    assert (counted["rated_2"], counted.get("rated_4")) == (1, None)
