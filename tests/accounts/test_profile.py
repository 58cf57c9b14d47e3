"""What a person may change of his own data, and what stays as identification fixed it."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Person, User
from accounts.services import (
    IdentityTaken,
    confirm_identity,
    facts,
    find_by_national_id,
    person_snapshot,
    system_user,
    update_person,
)
from audit.models import Access
from tests.accounts import cast

pytestmark = pytest.mark.django_db
CARD = {"vi": "Công chức đã đối chiếu thẻ căn cước", "en": "Checked against the card by an officer"}
TYPED = {
    "full_name": "Lý Thị Mai",
    "birth_date": "01/05/1990",
    "sex": "female",
    "province": "20",
    "commune": "05977",
    "line": "Số 5, đường Trần Đăng Ninh",
    "email": "",
    "language": "en",
}


def officer() -> User:
    return User.objects.create_user("reception", cast.PASSWORD, kind="officer")


def signed_in(client: Client) -> User:
    user = cast.mai()
    cast.sign_in(client, cast.MAI_ID)
    return user


def test_profile_shows_the_identity_number_masked_with_its_source(client):
    signed_in(client)
    page = client.get(cast.url("profile")).content.decode()
    assert cast.MAI_ID not in page and "020 1•• ••• 017" in page
    assert "Phường Đông Kinh" in page
    assert "912345678" not in page and "0912 345 678" not in page


def test_holder_changes_address_email_and_language(client):
    user = signed_in(client)
    assert client.post(cast.url("edit_profile"), TYPED).url == cast.url("profile")
    user.refresh_from_db()
    assert (user.language, user.email, user.person.address_line) == ("en", "", "Số 5, đường Trần Đăng Ninh")


def test_identity_number_once_set_cannot_be_changed_by_typing_another(client):
    user = signed_in(client)
    page = client.get(cast.url("edit_profile")).content.decode()
    assert 'name="national_id"' not in page and 'name="full_name"' in page
    client.post(cast.url("edit_profile"), TYPED | {"national_id": cast.NAM_ID})
    update_person(user, cast.details(national_id=cast.NAM_ID), actor=user)
    assert Person.objects.get(user=user).national_id == cast.MAI_ID


def test_checked_name_birth_date_and_sex_cannot_be_changed(client):
    user = signed_in(client)
    confirm_identity(user, cast.details(), level=1, source=CARD, actor=officer(), at=timezone.now())
    page = client.get(cast.url("edit_profile")).content.decode()
    assert 'name="full_name"' not in page and 'name="birth_date"' not in page
    client.post(cast.url("edit_profile"), TYPED | {"full_name": "Người Khác", "sex": "male"})
    person = Person.objects.get(user=user)
    assert (person.full_name, person.sex, person.identity_level, person.identity_source) == (
        "Lý Thị Mai",
        "female",
        1,
        CARD,
    )
    assert person.address_line == "Số 5, đường Trần Đăng Ninh"


@pytest.mark.parametrize(
    "field", ["is_staff", "is_superuser", "kind", "identity_level", "phone", "username", "is_active"]
)
def test_form_cannot_be_used_to_write_other_columns(client, field):
    user = signed_in(client)
    before = User.objects.values(field).get(pk=user.pk) if hasattr(User, field) else None
    client.post(cast.url("edit_profile"), TYPED | {field: "2"})
    assert before is None or User.objects.values(field).get(pk=user.pk) == before
    assert Person.objects.get(user=user).identity_level == 0


def test_strangers_number_typed_first_gives_way_when_the_true_holder_shows_his_card():
    squatter = cast.mai()
    true = User.objects.create_user("chu", cast.PASSWORD, full_name="Lý Thị Mai")
    confirm_identity(true, cast.details(), level=1, source=CARD, actor=officer(), at=timezone.now())
    assert Person.objects.get(user=true).national_id == cast.MAI_ID
    assert Person.objects.get(user=squatter).national_id is None
    assert Access.objects.filter(action="account.number_released", subject_id=squatter.pk).exists()


def test_number_of_an_identified_person_never_moves_to_another_account():
    first, clerk = cast.mai(), officer()
    confirm_identity(first, cast.details(), level=1, source=CARD, actor=clerk, at=timezone.now())
    second = User.objects.create_user("hai", cast.PASSWORD)
    with pytest.raises(IdentityTaken):
        confirm_identity(second, cast.details(), level=2, source=CARD, actor=clerk, at=timezone.now())


def test_phone_changes_only_with_password_and_the_code_sent_to_the_new_number(client):
    user = signed_in(client)
    refused = client.post(cast.url("change_phone"), {"phone": "0987654321", "password": "wrong password"})
    assert "govuk-error-message" in refused.content.decode()
    client.post(cast.url("change_phone"), {"phone": "0987654321", "password": cast.PASSWORD})
    user.refresh_from_db()
    assert user.phone == cast.MAI_PHONE
    code = cast.last_code()
    client.post(cast.url("change_phone_code"), {"code": cast.wrong(code)})
    user.refresh_from_db()
    assert user.phone == cast.MAI_PHONE
    assert client.post(cast.url("change_phone_code"), {"code": code}).url == cast.url("profile")
    user.refresh_from_db()
    assert user.phone == "+84987654321"


def test_own_password_cannot_be_guessed_from_an_open_screen(client):
    signed_in(client)
    for _ in range(10):
        client.post(cast.url("change_password"), {"password": "wrong password", "new_password": "ba con ga trong"})
    answer = client.post(cast.url("change_password"), {"password": cast.PASSWORD, "new_password": "ba con ga trong"})
    assert answer.status_code == 200


def test_new_password_keeps_this_session_and_ends_the_others(client):
    signed_in(client)
    other = Client()
    cast.sign_in(other, cast.MAI_ID)
    client.post(cast.url("change_password"), {"password": cast.PASSWORD, "new_password": "ba con ga trong"})
    assert cast.is_signed_in(client) and not cast.is_signed_in(other)


def test_identity_number_is_nowhere_in_the_database_in_plain_text():
    cast.mai()
    cast.nam()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT coalesce(string_agg(row_to_json(t)::text, ' '), '') FROM \"{table}\" t")
            dump = cursor.fetchone()[0]
            assert cast.MAI_ID not in dump and cast.NAM_ID not in dump, table


def test_counter_finds_a_person_by_the_whole_number_only_and_the_look_is_noted():
    mai, clerk = cast.mai(), officer()
    assert find_by_national_id(cast.MAI_ID, actor=clerk) == mai
    assert find_by_national_id("020190000018", actor=clerk) is None
    assert find_by_national_id(cast.MAI_ID[:-1], actor=clerk) is None
    assert Access.objects.filter(action="account.found", actor=clerk, subject_id=mai.pk).count() == 1


def test_known_facts_fill_in_forms_and_unknown_ones_are_absent():
    known = facts(cast.mai())
    assert known == {
        "account.full_name": "Lý Thị Mai",
        "account.national_id": cast.MAI_ID,
        "account.dob": "1990-05-01",
        "account.sex": "female",
        "account.phone": cast.MAI_PHONE,
        "account.email": "mai@example.vn",
        "account.address": cast.ADDRESS,
    }
    assert facts(User.objects.create_user("x", full_name="Nguyễn Văn X")) == {"account.full_name": "Nguyễn Văn X"}


def test_snapshot_is_a_copy_that_later_changes_do_not_touch():
    mai = cast.mai()
    snapshot = person_snapshot(mai)
    update_person(mai, cast.details(full_name="Lý Thị Mai Hoa"), actor=mai)
    assert snapshot["full_name"] == "Lý Thị Mai" and snapshot["national_id"] == cast.MAI_ID
    assert person_snapshot(mai)["full_name"] == "Lý Thị Mai Hoa"


def test_system_account_is_one_and_nobody_signs_in_to_it(client):
    assert system_user() == system_user()
    for password in ("!", "", "x"):
        cast.sign_in(client, "system", password)
        assert not cast.is_signed_in(client)


@pytest.mark.parametrize(
    "name",
    [
        "profile",
        "edit_profile",
        "change_phone",
        "change_phone_code",
        "change_password",
        "organisations",
        "add_organisation",
    ],
)
def test_visitors_are_sent_to_sign_in(client, name):
    assert client.get(cast.url(name)).url == f"{cast.url('sign_in')}?next={cast.url(name)}"
    assert client.post(cast.url(name), {}).status_code == 302
