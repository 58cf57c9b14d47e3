"""The page of the papers made of a dossier: what was made, printed again, made now; and what citizens see of it."""

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier, IssuedPaper
from dossiers.services import fees, intake, issuing
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
KEY = "sports-business-certificate-tennis"
AT = cast.MONDAY
BACKEND = "accounts.backends.PhoneOrNameBackend"


@pytest.fixture
def dossier(people) -> Dossier:
    found = cast.filed(people.mai, KEY, answers(KEY), at=AT)
    fees.settle(found.pk, order="1", at=AT)
    found = intake.receive(found.pk, user=people.hanh, at=AT).dossier
    event = found.events.select_related("actor").get(name="receive")
    paper = issuing.note(found, event, "receipt")
    assert paper is not None
    issuing.printed(paper)
    return found


def client(user) -> Client:
    found = Client()
    found.force_login(user, backend=BACKEND)
    return found


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_the_page_lists_every_paper_with_number_and_date(people, dossier):
    page = client(people.hanh).get(reverse("dossiers:made_papers", args=[dossier.code])).content.decode()
    for word in ("Giấy tiếp nhận và hẹn trả kết quả", "Mẫu số 01, bộ mẫu 2025", "0001/TNHS", "23/11/2026, 09:00"):
        assert word in page


def test_a_paper_is_downloaded_again_with_the_same_bytes(people, dossier):
    browser = client(people.hanh)
    address = reverse("dossiers:print_paper", args=[dossier.code, dossier.issued_papers.get().seq, "a5"])
    first = body(browser.post(address, follow=True))
    assert first.startswith(b"%PDF")
    assert body(browser.post(address, follow=True)) == first
    assert IssuedPaper.objects.filter(dossier=dossier, size="a5").count() == 1


def test_the_slip_of_the_counter_is_the_same_paper(people, dossier):
    browser = client(people.hanh)
    address = reverse("dossiers:counter_slip", args=[dossier.code])
    assert body(browser.post(address)) == body(browser.post(address))
    assert body(browser.post(address, {"kho": "80"})) != body(browser.post(address))
    assert set(IssuedPaper.objects.values_list("size", "number")) == {
        ("a4", "0001/TNHS"), ("a5", "0001/TNHS"), ("slip", "0001/TNHS"),
    }  # fmt: skip


def test_a_control_slip_is_made_on_the_page_and_stays_with_the_officers(people, dossier):
    address = reverse("dossiers:made_papers", args=[dossier.code])
    answer = client(people.hanh).post(address, {"kind": "control_slip"}, follow=True)
    assert body(answer).startswith(b"%PDF")
    slip = IssuedPaper.objects.get(kind="control_slip")
    assert (slip.signed_by, slip.form) == (people.hanh, "06")
    citizen = client(people.mai)
    assert citizen.get(reverse("dossiers:file", args=[slip.file.public_id])).status_code == 404
    page = citizen.get(reverse("dossiers:dossier", args=[dossier.code])).content.decode()
    assert str(slip.file.public_id) not in page
    receipt = IssuedPaper.objects.get(kind="receipt", size="a4")
    assert "Giấy tiếp nhận và hẹn trả kết quả (mẫu 01)" in page
    assert citizen.get(reverse("dossiers:file", args=[receipt.file.public_id])).status_code == 200


@pytest.mark.parametrize("kind", ["", "receipt", "acknowledgement", "x" * 40])
def test_what_cannot_be_made_gets_a_sentence(people, dossier, kind):
    address = reverse("dossiers:made_papers", args=[dossier.code])
    page = client(people.hanh).post(address, {"kind": kind}, follow=True)
    assert page.status_code == 200
    assert "mc-messages" in page.content.decode() or list(page.context["messages"])
    assert IssuedPaper.objects.count() == 1


def test_papers_of_another_agencys_dossier_do_not_exist(people, dossier):
    for name, args in (("made_papers", []), ("print_paper", [1, "a5"])):
        address = reverse(f"dossiers:{name}", args=[dossier.code, *args])
        assert client(people.giang).post(address).status_code == 404
