"""Assisted filing: the officer prepares, the citizen files on their own phone. Nothing else may file it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import OneTimeCode, User
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Confirmation, Dossier, DossierEvent
from dossiers.services import assisting, counter, filing
from notifications.models import Message
from tests import counter_cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
WORDS = {"undertaking": "1", "file": "1"}


@pytest.fixture
def asked(people) -> Confirmation:
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    return assisting.open_confirmation(draft.pk, officer=people.hanh)


@pytest.fixture
def phone() -> Client:
    """The browser of Mai's phone; nobody is signed in."""
    return Client()


def url(asked: Confirmation) -> str:
    return reverse("dossiers:confirm", args=[asked.public_id])


def code_by_sms(phone: Client, asked: Confirmation) -> str:
    phone.post(url(asked), {"send": "1"})
    body = Message.objects.filter(kind="accounts.code", destination=asked.phone).latest("pk").body
    return re.search(r"\d{6}", body).group()


def is_filed(asked: Confirmation) -> bool:
    return not Dossier.objects.get(pk=asked.dossier_id).is_draft


def test_the_citizen_files_with_the_code_on_their_own_phone(people, asked, phone):
    digits = code_by_sms(phone, asked)
    answer = phone.post(url(asked), WORDS | {"digits": digits}, follow=True)
    filed = Dossier.objects.get(pk=asked.dossier_id)
    assert filed.code in answer.content.decode()
    assert (filed.intake, filed.filed_by, filed.applicant) == ("own", "assisted", people.mai)
    event = DossierEvent.objects.get(dossier=filed, name="submit")
    assert (event.actor, event.actor_role) == (people.mai, "applicant")
    assert event.data == {"assisted_by": people.hanh.pk, "confirmation": str(asked.public_id)}


def test_the_page_shows_what_will_be_filed_and_files_nothing(asked, phone):
    page = phone.get(url(asked)).content.decode()
    assert "Lý Thị Mai" in page
    assert "020190000017" not in page  # masked: the address may be seen by others
    assert not is_filed(asked)
    assert not Message.objects.filter(kind="accounts.code").exists()  # looking sends nothing


def test_the_short_code_leads_to_the_same_page(asked, phone):
    typed = f"{asked.short_code[:4].lower()}-{asked.short_code[4:]}"
    answer = phone.post(reverse("dossiers:find_confirmation"), {"code": typed})
    assert answer.headers["Location"] == url(asked)


def test_a_wrong_short_code_and_an_old_one_get_the_same_answer(asked, phone):
    find = reverse("dossiers:find_confirmation")
    wrong = phone.post(find, {"code": "ZZZZZZZZ"}).content.decode()
    Confirmation.objects.update(expires_at=timezone.now())
    old = phone.post(find, {"code": asked.short_code}).content.decode()
    said = [re.search(r"govuk-error-message.*?</p>", page, re.DOTALL).group() for page in (wrong, old)]
    assert said[0] == said[1]


def test_guessing_short_codes_is_throttled(phone):
    find = reverse("dossiers:find_confirmation")
    answers_got = {phone.post(find, {"code": f"ZZZZZZ{n:02d}"}).status_code for n in range(31)}
    assert 429 in answers_got


def test_the_undertaking_is_the_citizens_own(asked, phone):
    digits = code_by_sms(phone, asked)
    assert phone.post(url(asked), {"digits": digits, "file": "1"}).status_code == 422
    assert not is_filed(asked)
    phone.post(url(asked), WORDS | {"digits": digits})  # the code was not used up by the fault
    assert is_filed(asked)


def test_a_wrong_code_files_nothing_and_counts(asked, phone):
    digits = code_by_sms(phone, asked)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    assert phone.post(url(asked), WORDS | {"digits": wrong}).status_code == 422
    assert Confirmation.objects.get(pk=asked.pk).tries == 1
    assert not is_filed(asked)


def test_after_too_many_wrong_codes_the_confirmation_is_over(asked, phone):
    digits = code_by_sms(phone, asked)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _n in range(assisting.MOST_TRIES):
        phone.post(url(asked), WORDS | {"digits": wrong})
    assert phone.post(url(asked), WORDS | {"digits": digits}).status_code == 404
    assert not is_filed(asked)


def test_a_confirmation_ends_after_half_an_hour(asked, phone):
    digits = code_by_sms(phone, asked)
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert phone.post(url(asked), WORDS | {"digits": digits}).status_code == 404
    assert not is_filed(asked)


def test_a_confirmation_lasts_thirty_minutes(asked):
    assert asked.expires_at - asked.opened_at == timedelta(minutes=30)


def test_a_confirmation_is_used_once(asked, phone):
    digits = code_by_sms(phone, asked)
    phone.post(url(asked), WORDS | {"digits": digits})
    with pytest.raises(assisting.Over):
        assisting.confirm(asked, code_id="", digits=digits, session="x", undertaking=True)
    assert DossierEvent.objects.filter(dossier=asked.dossier_id, name="submit").count() == 1


def test_a_code_works_only_in_the_browser_that_asked_for_it(asked, phone):
    digits = code_by_sms(phone, asked)
    other = Client()
    other.get(url(asked))
    assert other.post(url(asked), WORDS | {"digits": digits}).status_code == 422
    assert not is_filed(asked)


def test_a_code_of_one_confirmation_does_not_file_another(people, asked, phone):
    second = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    other = assisting.open_confirmation(second.pk, officer=people.hanh)
    digits = code_by_sms(phone, asked)
    session = phone.session
    sent = session["confirmation_codes"]
    session["confirmation_codes"] = sent | {str(other.public_id): sent[str(asked.public_id)]}
    session.save()
    assert phone.post(url(other), WORDS | {"digits": digits}).status_code == 422
    assert not is_filed(other)


def test_what_the_officer_changes_after_asking_is_not_filed(people, asked, phone):
    digits = code_by_sms(phone, asked)
    filing.save_answers(asked.dossier_id, user=people.hanh, answers={"floor_area_m2": "500"})
    assert phone.post(url(asked), WORDS | {"digits": digits}).status_code == 404
    assert not is_filed(asked)


def test_asking_again_ends_the_earlier_confirmation(people, asked, phone):
    again = assisting.open_confirmation(asked.dossier_id, officer=people.hanh)
    assert phone.get(url(asked)).status_code == 404
    assert phone.get(url(again)).status_code == 200


def test_only_the_counter_that_prepares_asks_for_confirmation(people, asked):
    for officer in (people.giang, people.bao, people.mai):
        with pytest.raises(Denied):
            assisting.open_confirmation(asked.dossier_id, officer=officer)


def test_nothing_can_be_withdrawn_once_the_citizen_has_filed(people, asked, phone):
    phone.post(url(asked), WORDS | {"digits": code_by_sms(phone, asked)})
    with pytest.raises(Conflict):
        assisting.withdraw(asked, officer=people.hanh)


def test_somebody_without_a_phone_is_asked_for_one_first(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    User.objects.filter(pk=people.mai.pk).update(phone=None, phone_verified_at=None)
    with pytest.raises(Invalid) as refused:
        assisting.open_confirmation(draft.pk, officer=people.hanh)
    assert set(refused.value.errors) == {"phone"}


def test_the_code_goes_to_the_proven_phone_whatever_the_officer_typed(people):
    visit = counter_cast.visit(people)
    counter.set_phone(visit, "+84977999888")
    assert counter.phone_of(people.mai) == "+84912345678"


def test_who_had_no_proven_phone_has_one_after_confirming(people, phone):
    visit = counter.begin_visit(counter_cast.NEW_CARD, officer=people.hanh)
    home = {"province": "20", "commune": "05983", "line": "Thôn Nà Lầu"}
    counter.open_account(visit, officer=people.hanh, address=home, phone="+84977000111")
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    Dossier.objects.filter(pk=draft.pk).update(applicant=visit.person)
    asked = assisting.open_confirmation(draft.pk, officer=people.hanh)
    phone.post(url(asked), WORDS | {"digits": code_by_sms(phone, asked)})
    person = User.objects.get(pk=visit.person_id)
    assert (person.phone, person.phone_verified_at is not None) == ("+84977000111", True)
    assert not person.has_usable_password()  # they set one themselves, by a code to that phone


def test_codes_are_not_sent_without_end(asked, phone):
    answers_got = [phone.post(url(asked), {"send": "1"}).status_code for _n in range(6)]
    assert answers_got[0] == 302
    assert 429 in answers_got
    assert OneTimeCode.objects.count() <= 4
