"""The return desk: who takes a result, how they confirm it, and how often a wrong code may be tried."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, DossierEvent, HandedOver
from dossiers.services import returning
from dossiers.services.paper_contexts import lookup_secret
from dossiers.services.returning import Claim
from notifications.models import Message
from tests import cast
from tests.portal.world import paid, resolved

pytestmark = pytest.mark.django_db
DRAWN = "M10 10 L20 20 L30 10 L40 20 L50 10 L60 20"


@pytest.fixture
def waiting(people) -> Dossier:
    done = resolved(people, paid(people, people.mai))
    Dossier.objects.filter(pk=done.pk).update(delivery="counter")
    return Dossier.objects.get(pk=done.pk)


@pytest.fixture
def hanh(people) -> Client:
    client = Client()
    client.force_login(people.hanh, backend="accounts.backends.PhoneOrNameBackend")
    return client


def give(people, dossier, **claim):
    values = {"receiver": "Lý Thị Mai", "proof": "slip"} | claim
    return returning.hand_over(dossier.pk, user=people.hanh, claim=Claim(**values), session="here")


def state(dossier) -> str:
    return Dossier.objects.values_list("state", flat=True).get(pk=dossier.pk)


def test_a_signed_record_is_proof_and_names_receiver_officer_and_time(people, waiting):
    give(people, waiting)
    kept = HandedOver.objects.get()
    assert (kept.receiver, kept.proof, kept.officer) == ("Lý Thị Mai", "slip", people.hanh)
    assert kept.at == Dossier.objects.get(pk=waiting.pk).returned_at
    event = DossierEvent.objects.get(dossier=waiting, name="return_at_counter")
    assert event.data == {"proof": "slip", "is_authorised": False}  # nothing personal in the event


def test_a_signature_drawn_on_the_screen_is_kept_and_unreadable_in_the_database(people, waiting):
    from django.db import connection

    give(people, waiting, proof="drawn", signature=DRAWN)
    assert HandedOver.objects.get().signature == DRAWN
    with connection.cursor() as cursor:
        cursor.execute("SELECT signature FROM dossiers_handedover")
        assert DRAWN not in cursor.fetchone()[0]


@pytest.mark.parametrize("drawn", ["", "M1 1", "M1 1 L2 2 <script>", "M" + "1 " * 9000])
def test_nothing_but_strokes_is_taken_for_a_signature(people, waiting, drawn):
    with pytest.raises(Invalid):
        give(people, waiting, proof="drawn", signature=drawn)
    assert state(waiting) == "resolved"


def test_the_secret_of_the_receipt_is_proof(people, waiting):
    give(people, waiting, proof="secret", word=lookup_secret(waiting).lower())
    assert state(waiting) == "returned"


def test_wrong_secrets_are_counted_and_then_even_the_right_one_waits(people, waiting):
    for _try in range(returning.MOST_TRIES):
        with pytest.raises(Invalid):
            give(people, waiting, proof="secret", word="AAAA2222")
    with pytest.raises(Invalid):
        give(people, waiting, proof="secret", word=lookup_secret(waiting))
    assert state(waiting) == "resolved"
    give(people, waiting)  # a signature is still possible
    assert state(waiting) == "returned"


def test_the_code_sent_to_the_phone_is_proof_once(people, waiting):
    sent = returning.send_code(waiting, user=people.hanh, session="here", network="n")
    digits = re.search(r"\d{6}", Message.objects.get(kind="accounts.code").body).group()
    claim = Claim(receiver="Lý Thị Mai", proof="code", word=digits)
    with pytest.raises(Invalid):  # another officer's browser
        returning.hand_over(waiting.pk, user=people.hanh, claim=claim, code_id=sent, session="elsewhere")
    returning.hand_over(waiting.pk, user=people.hanh, claim=claim, code_id=sent, session="here")
    assert HandedOver.objects.get().proof == "code"


def test_three_codes_an_hour_are_enough(people, waiting):
    for number in range(returning.MOST_CODES):
        at = cast.MONDAY + timedelta(minutes=2 * number)
        returning.send_code(waiting, user=people.hanh, session="here", network="n", at=at)
    with pytest.raises(Invalid):
        returning.send_code(waiting, user=people.hanh, session="here", network="n", at=at)


def test_an_authorised_person_is_named_with_number_and_mandate(people, waiting):
    with pytest.raises(Invalid) as refused:
        give(people, waiting, is_authorised=True, receiver="Trần Văn Hải")
    assert set(refused.value.errors) == {"mandate", "national_id"}
    mandate = "Giấy ủy quyền số 5 ngày 20/11/2026"
    give(people, waiting, is_authorised=True, receiver="Trần Văn Hải", national_id="020085000121", mandate=mandate)
    kept = HandedOver.objects.get()
    assert (kept.is_authorised, kept.national_id, kept.mandate) == (True, "020085000121", mandate)


def test_officers_of_another_counter_hand_nothing_over_and_send_no_code(people, waiting):
    claim = Claim(receiver="Lý Thị Mai", proof="slip")
    with pytest.raises(Denied):
        returning.hand_over(waiting.pk, user=people.giang, claim=claim)
    with pytest.raises(Denied):
        returning.send_code(waiting, user=people.giang, session="x", network="n")
    assert not Message.objects.filter(kind="accounts.code").exists()


def test_the_page_keeps_what_was_typed_and_hands_over_once(people, waiting, hanh):
    address = reverse("dossiers:return_desk", args=[waiting.code])
    values = {"version": waiting.version, "receiver": "Trần Văn Hải", "who": "other", "proof": "slip"}
    wrong = hanh.post(address, values | {"national_id": "12", "mandate": "GUQ 5"})
    assert wrong.status_code == 422
    assert 'value="GUQ 5"' in wrong.content.decode()
    done = hanh.post(address, values | {"national_id": "020085000121", "mandate": "GUQ 5"}, follow=True)
    assert "Trần Văn Hải" in done.content.decode()
    assert HandedOver.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_is_told_that_it_was_handed_over(people, waiting, hanh):
    address = reverse("dossiers:return_desk", args=[waiting.code])
    values = {"version": waiting.version, "receiver": "Lý Thị Mai", "who": "self", "proof": "slip"}
    assert [hanh.post(address, values).status_code for _press in range(2)] == [302, 409]
    assert HandedOver.objects.count() == 1


def test_the_printed_record_names_the_receiver_and_the_proof(people, waiting):
    from dossiers.services import issuing

    give(people, waiting, is_authorised=True, receiver="Trần Văn Hải", national_id="020085000121", mandate="GUQ 5")
    fresh = Dossier.objects.get(pk=waiting.pk)
    sheet = issuing.sheet_of(issuing.ask(fresh, "acknowledgement", user=people.hanh))
    assert sheet.context["receiver"]["name"] == "Trần Văn Hải"
    assert "GUQ 5" in sheet.context["receiver"]["note"]
    assert sheet.context["confirmed_by"] == "Ký trên phiếu in"
