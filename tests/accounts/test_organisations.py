"""Acting for an organisation: declared, dated, ended; never said to be checked when it is not."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Representation
from accounts.services import add_own_organisation, facts, represented
from tests.accounts import cast

pytestmark = pytest.mark.django_db
TAX_CODE = "0100109106"
TYPED = {
    "tax_code": "0100 109 106",
    "name": "Công ty TNHH Hồi Xứ Lạng",
    "representative": "Lý Thị Mai",
    "province": "20",
    "commune": "05977",
    "line": "Số 1, đường Hùng Vương",
}


def add(user, **changes):
    values = {"tax_code": TAX_CODE, "name": "Công ty A", "address": cast.ADDRESS, "representative": "Lý Thị Mai"}
    return add_own_organisation(user, **(values | {"at": timezone.now()} | changes))


@pytest.fixture
def mai(client):
    user = cast.mai()
    cast.sign_in(client, cast.MAI_ID)
    return user


def test_citizen_adds_a_company_and_it_is_said_not_to_be_compared(client, mai):
    assert client.post(cast.url("add_organisation"), TYPED).url == cast.url("organisations")
    made = Representation.objects.get()
    assert (made.user, made.organisation.tax_code, made.verified_at) == (mai, TAX_CODE, None)
    assert not made.organisation.is_verified
    assert client.get(cast.url("organisations")).context["representations"].get() == made
    assert represented(mai, at=timezone.now()) == [made.organisation]
    assert represented(mai, at=timezone.now(), is_verified=True) == []


@pytest.mark.parametrize("tax_code", ["0100109107", "12345", "", "abc", "0314409058-0021"])
def test_impossible_tax_code_is_refused_and_what_was_typed_is_kept(client, mai, tax_code):
    answer = client.post(cast.url("add_organisation"), TYPED | {"tax_code": tax_code})
    assert TYPED["name"] in answer.content.decode() and not Organisation.objects.exists()


@pytest.mark.parametrize("tax_code", ["0314409058002", "020190000017"])
def test_branches_and_household_businesses_are_taken(client, mai, tax_code):
    assert client.post(cast.url("add_organisation"), TYPED | {"tax_code": tax_code}).status_code == 302


def test_strangers_declaration_does_not_change_a_known_organisation(mai):
    add(cast.nam(), name="Công ty A")
    add(mai, name="Tên giả", representative="Kẻ Gian")
    assert Organisation.objects.get().name == "Công ty A"


def test_same_organisation_twice_is_one_representation(mai):
    assert add(mai) == add(mai)


def test_database_refuses_two_representations_of_the_same_time(mai):
    made = add(mai)
    with pytest.raises(IntegrityError), transaction.atomic():
        Representation.objects.create(user=mai, organisation=made.organisation, valid_from=made.valid_from)


def test_representation_holds_until_the_day_it_ends(mai):
    made = add(mai)
    today = timezone.localdate()
    made.valid_to = today + timedelta(days=10)
    made.save()
    assert represented(mai, at=timezone.now() + timedelta(days=9))
    assert not represented(mai, at=timezone.now() + timedelta(days=10))
    assert not represented(mai, at=timezone.now() - timedelta(days=1))


def test_ended_representation_may_begin_again_the_same_day(client, mai):
    made = add(mai)
    client.post(cast.url("end_organisation", made.pk))
    assert not represented(mai, at=timezone.now())
    assert add(mai).pk != made.pk


def test_representation_of_somebody_else_is_not_found(client, mai):
    other = add(cast.nam())
    assert client.post(cast.url("end_organisation", other.pk)).status_code == 404
    assert client.post(cast.url("end_organisation", 999999)).status_code == 404
    other.refresh_from_db()
    assert other.valid_to is None
    assert Client().post(cast.url("end_organisation", other.pk)).status_code == 302


def test_business_facts_come_from_the_organisation(mai):
    known = facts(mai, add(mai).organisation)
    assert known["business.tax_code"] == TAX_CODE and known["business.address"] == cast.ADDRESS
    assert "business.email" not in known
