"""A citizen opens an account: phone, code, then who she is."""

import pytest
from django.test import Client

from accounts.models import OneTimeCode, Person, User
from audit.models import Access
from common.models import OutboxRow
from notifications.models import Message
from tests.accounts import cast

pytestmark = pytest.mark.django_db

TYPED = {
    "full_name": "  Lý  Thị Mai ",
    "national_id": "020 190 000 017",
    "birth_date": "01/05/1990",
    "sex": "female",
    "province": "20",
    "commune": "05977",
    "line": "Ngõ 8, đường Ngô Quyền",
    "email": "mai@example.vn",
    "new_password": cast.PASSWORD,
}


def prove_phone(client: Client, phone: str = "0912 345 678") -> None:
    answer = client.post(cast.url("register"), {"phone": phone})
    assert answer.url == cast.url("register_code")
    answer = client.post(cast.url("register_code"), {"code": cast.last_code()})
    assert answer.url == cast.url("register_details")


def test_citizen_registers_with_phone_code_and_identity_and_is_signed_in(client):
    prove_phone(client)
    answer = client.post(cast.url("register_details"), TYPED)
    assert answer.status_code == 302 and answer.url == "/ho-so/"
    user = User.objects.get(phone=cast.MAI_PHONE)
    assert (user.full_name, user.kind, user.language) == ("Lý Thị Mai", "citizen", "vi")
    assert user.phone_verified_at
    person = user.person
    assert (person.national_id, person.identity_level) == (cast.MAI_ID, 0)
    assert person.address == {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}
    assert client.session["_auth_user_id"] == str(user.pk)
    assert OutboxRow.objects.filter(name="account.registered", subject_id=user.pk).count() == 1
    assert Access.objects.filter(action="account.registered", subject_id=user.pk).count() == 1


def test_code_goes_out_by_sms_in_the_language_of_the_page_and_to_that_phone_only(client):
    client.post("/en" + cast.url("register"), {"phone": "+84 912.345.678"})
    message = Message.objects.get()
    assert (message.channel, message.destination, message.language) == ("sms", cast.MAI_PHONE, "en")


def test_details_cannot_be_reached_without_a_proven_phone(client):
    assert client.get(cast.url("register_details")).url == cast.url("register")
    client.post(cast.url("register"), {"phone": "0912345678"})
    assert client.get(cast.url("register_details")).url == cast.url("register")
    assert client.post(cast.url("register_details"), TYPED).url == cast.url("register")
    assert not User.objects.exists()


def test_errors_keep_everything_typed_except_the_password(client):
    prove_phone(client)
    answer = client.post(cast.url("register_details"), TYPED | {"national_id": "123", "birth_date": "32/01/1990"})
    page = answer.content.decode()
    assert answer.status_code == 200 and not User.objects.exists()
    for typed in ("Lý  Thị Mai", 'value="123"', "32/01/1990", "Ngõ 8, đường Ngô Quyền", "mai@example.vn"):
        assert typed in page
    assert cast.PASSWORD not in page
    assert "govuk-error-summary" in page


def test_phone_typed_before_is_shown_again_on_going_back(client):
    client.post(cast.url("register"), {"phone": "0912345678"})
    assert 'value="0912 345 678"' in client.get(cast.url("register")).content.decode()


def test_changing_the_province_lists_its_communes_keeps_what_was_typed_and_saves_nothing(client):
    prove_phone(client)
    answer = client.post(cast.url("register_details"), TYPED | {"province": "01", "change_province": "1", "email": "x"})
    page = answer.content.decode()
    assert "govuk-error-message" not in page and "Lý  Thị Mai" in page
    assert "Phường Hoàn Kiếm" in page and "Phường Đông Kinh" not in page
    assert not User.objects.exists()


def test_commune_of_another_province_is_refused(client):
    prove_phone(client)
    answer = client.post(cast.url("register_details"), TYPED | {"province": "01"})
    assert "govuk-error-message" in answer.content.decode() and not User.objects.exists()


def test_one_proof_of_a_phone_opens_one_account(client):
    prove_phone(client)
    client.post(cast.url("register_details"), TYPED)
    assert OneTimeCode.objects.get().spent_at
    again = client.post(cast.url("register_details"), TYPED | {"national_id": cast.NAM_ID})
    assert again.url == cast.url("register") and User.objects.filter(kind="citizen").count() == 1


def test_family_members_may_register_with_the_same_phone(client):
    cast.mai()
    prove_phone(client)
    answer = client.post(
        cast.url("register_details"), TYPED | {"national_id": cast.NAM_ID, "full_name": "Hoàng Văn Nam"}
    )
    assert answer.status_code == 302
    assert User.objects.filter(phone=cast.MAI_PHONE).count() == 2


def test_identity_number_that_has_an_account_is_refused_and_the_proof_stays_usable(client):
    cast.mai()
    prove_phone(client, "0987654321")
    answer = client.post(cast.url("register_details"), TYPED)
    assert "govuk-error-message" in answer.content.decode()
    assert Person.objects.count() == 1
    assert client.post(cast.url("register_details"), TYPED | {"national_id": cast.NAM_ID}).status_code == 302


def test_identity_numbers_cannot_be_probed_without_end_on_the_last_page(client):
    cast.mai()
    prove_phone(client, "0987654321")
    for _ in range(10):
        client.post(cast.url("register_details"), TYPED)
    client.post(cast.url("register_details"), TYPED | {"national_id": cast.NAM_ID})
    assert Person.objects.count() == 1


def test_number_that_does_not_fit_the_birth_year_is_only_a_warning(client):
    prove_phone(client)
    answer = client.post(cast.url("register_details"), TYPED | {"birth_date": "01/05/1991"})
    assert answer.status_code == 302 and User.objects.filter(kind="citizen").exists()
    assert "1991" not in answer.url


@pytest.mark.parametrize(
    "phone", ["+1 415 555 0100", "1900 1234", "0205 3812 345", "01681234567", "09123", "abc", "0" * 25]
)
def test_no_message_to_foreign_premium_fixed_or_discontinued_numbers(client, phone):
    answer = client.post(cast.url("register"), {"phone": phone})
    assert answer.status_code == 200 and phone in answer.content.decode()
    assert not Message.objects.exists() and not OneTimeCode.objects.exists()


@pytest.mark.parametrize("password", ["1234567", "password1", "mai@example.vn", "12345678"])
def test_short_and_common_passwords_are_refused(client, password):
    prove_phone(client)
    client.post(cast.url("register_details"), TYPED | {"new_password": password})
    assert not User.objects.filter(kind="citizen").exists()


def test_hostile_bytes_get_a_page_not_a_crash(client):
    for value in ("\x00", "💥" * 50, "'; DROP TABLE accounts_user; --", "<script>alert(1)</script>", "9" * 5000):
        assert client.post(cast.url("register"), {"phone": value}).status_code == 200
        assert cast.sign_in(client, value, value).status_code in {200, 429}
    prove_phone(client)
    answer = client.post(
        cast.url("register_details"), TYPED | {"full_name": "<script>alert(1)</script>", "line": "\x00"}
    )
    assert answer.status_code == 200 and "<script>alert(1)" not in answer.content.decode()
