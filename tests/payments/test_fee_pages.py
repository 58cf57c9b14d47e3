"""The pay page and the fee box: who sees them, what they say, what they cost."""

import pytest
from django.utils.translation import override

from dossiers.services import endings, intake
from dossiers.terms import terms_of
from payments.models import PaymentOrder
from payments.panels import fee_panel
from tests.payments.fees_cast import PREPAID_FEE, drain, notice, tell

pytestmark = pytest.mark.django_db


def test_unknown_and_somebody_elses_fee_are_the_same_404(due, client):
    due.order()
    client.force_login(due.people.mai)
    theirs, nobodys = client.get(due.url), client.get("/ho-so/H37.12-000101-9999/phi/")
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.content == nobodys.content
    assert client.post(due.url).status_code == 404


def test_stranger_has_to_sign_in(due, client):
    assert "dang-nhap" in client.get(due.url)["Location"]
    assert "dang-nhap" in client.post(due.url)["Location"]


def test_officer_of_another_agency_does_not_see_the_fee(due, client):
    client.force_login(due.people.giang)
    assert client.get(due.url).status_code == 404


def test_officer_of_the_counter_sees_the_fee_and_cannot_pay_it(due, client):
    client.force_login(due.people.hanh)
    page = client.get(due.url)
    assert page.status_code == 200
    assert f'action="{due.url}"' not in page.content.decode()
    assert client.post(due.url).status_code == 403


def test_page_says_what_for_how_much_to_whom_and_until_when(due, client):
    client.force_login(due.user)
    page = client.get(due.url).content.decode()
    order = due.order()
    for line in order.lines:
        assert line["name"]["vi"] in page
    assert "200.000" in page
    assert f"<p>{terms_of(due.dossier).content.title.vi}</p>" in page
    assert due.dossier.receiving_agency.name_vi in page
    assert f'action="{due.url}"' in page


def test_page_is_never_kept_by_the_browser(due, client):
    client.force_login(due.user)
    assert "no-store" in client.get(due.url).headers["Cache-Control"]


def test_paid_fee_shows_when_it_was_paid_and_no_button(due, client):
    tell(notice(due.start()))
    client.force_login(due.user)
    page = client.get(due.url).content.decode()
    assert f'action="{due.url}"' not in page
    answer = client.post(due.url)
    assert answer["Location"] == due.url


def test_failed_payment_says_that_no_money_was_taken(due, client):
    tell(notice(due.start(), code="51"))
    client.force_login(due.user)
    page = client.get(due.url).content.decode()
    assert "Chưa nộp được phí. Tài khoản của bạn chưa bị trừ tiền." in page
    assert f'action="{due.url}"' in page


def test_suspected_money_says_not_to_pay_again_and_has_no_button(due, client):
    tell(notice(due.start(), code="07"))
    client.force_login(due.user)
    page = client.get(due.url).content.decode()
    assert f'action="{due.url}"' not in page


def test_page_works_in_english(due, client):
    client.force_login(due.user)
    with override("en"):
        page = client.get(f"/en{due.url}")
    assert page.status_code == 200
    assert "200,000 VND" in page.content.decode()


def test_dossier_without_a_fee_says_so(due, client):
    intake_free(due)
    client.force_login(due.user)
    page = client.get(due.url)
    assert page.status_code == 200
    assert f'action="{due.url}"' not in page.content.decode()


def intake_free(due) -> None:
    """As if the fee table asked for nothing."""
    type(due.dossier).objects.filter(pk=due.dossier.pk).update(fee_state="none")


class TestPanel:
    def test_citizen_has_the_button_and_officers_do_not(self, due):
        due.order()
        assert fee_panel(due.fresh(), due.user)["may_pay"] is True
        assert fee_panel(due.fresh(), due.people.hanh)["may_pay"] is False

    @pytest.mark.parametrize("stage", ["due", "pending", "paid", "refunded"])
    @pytest.mark.parametrize("who", ["citizen", "officer"])
    def test_panel_costs_at_most_two_queries(self, due, stage, who, django_assert_max_num_queries):
        due.order()
        if stage != "due":
            attempt = due.start()
        if stage in {"paid", "refunded"}:
            tell(notice(attempt))
        if stage == "refunded":
            due.withdraw_paid()
            drain()
        dossier = due.fresh()
        with django_assert_max_num_queries(2):
            panel = fee_panel(dossier, due.user if who == "citizen" else due.people.hanh)
        assert panel["fees"][0].order.amount == PREPAID_FEE
        assert len(panel["tasks"]) == (stage == "refunded")

    def test_dossier_without_a_fee_has_no_panel_and_costs_nothing(self, due, django_assert_num_queries):
        intake_free(due)
        dossier = due.fresh()
        with django_assert_num_queries(0):
            assert fee_panel(dossier, due.user) is None

    def test_panel_is_drawn_on_the_dossiers_page(self, due, client):
        due.order()
        client.force_login(due.user)
        page = client.get(f"/ho-so/{due.dossier.code}/").content.decode()
        assert due.url in page


def test_order_closes_when_the_dossier_is_withdrawn_with_agreement(due):
    due.order()
    endings.withdraw(due.dossier.pk, user=due.user, reason="Không cần nữa")
    officer = due.people.cuong
    endings.agree_withdrawal(due.dossier.pk, user=officer)
    drain()
    assert PaymentOrder.objects.get().state == "cancelled"
    assert due.tasks() == []


def test_intake_cannot_receive_while_the_fee_is_unpaid(due):
    from dossiers.errors import Refused

    with pytest.raises(Refused):
        intake.receive(due.dossier.pk, user=due.people.hanh)
