"""The counter: whose account it is, the draft an officer enters, receiving it; what the counter may not do."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person, User
from audit.models import Access
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier, DossierEvent, Visit
from dossiers.services import counter, filing, intake, uploads
from tests import cast, counter_cast
from tests.counter_cast import CARD, NEW_CARD
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE, TENNIS, COPY = "promotion-notification", "sports-business-certificate-tennis", "certified-true-copy"
BACKEND = "accounts.backends.PhoneOrNameBackend"
HERE = {"province": "20", "commune": "05983", "line": "Thôn Nà Lầu"}


@pytest.fixture
def hanh(people) -> Client:
    client = Client()
    client.force_login(people.hanh, backend=BACKEND)
    return client


# ── who stands there ──
def test_a_person_who_was_checked_before_is_found_by_the_card(people):
    counter_cast.checked(people.mai)
    assert counter.begin_visit(CARD, officer=people.hanh).person == people.mai


def test_a_person_who_was_checked_before_is_found_by_the_number_alone(people):
    counter_cast.checked(people.mai)
    assert counter.begin_visit("020 190 000 017", officer=people.hanh).person == people.mai


def test_the_number_alone_opens_nothing_for_somebody_nobody_has_compared(people):
    with pytest.raises(Invalid):
        counter.begin_visit("020190000017", officer=people.hanh)  # Mai only declared her number


def test_every_search_that_finds_somebody_is_written_down(people):
    counter_cast.visit(people)
    found = Access.objects.filter(action="account.found", actor_id=people.hanh.pk, subject_id=people.mai.pk)
    assert found.count() == 1


def test_an_account_is_opened_from_the_card_without_a_password(people):
    visit = counter.begin_visit(NEW_CARD, officer=people.hanh)
    counter.open_account(visit, officer=people.hanh, address=HERE, phone="+84977000111")
    person = Person.objects.get(user=visit.person)
    assert (person.full_name, person.sex, str(person.birth_date)) == ("Hoàng Văn Tân", "male", "1999-03-02")
    assert person.identity_level == Person.Level.CHECKED
    assert person.address == HERE
    assert not visit.person.has_usable_password()
    assert visit.person.phone is None  # told, not proven
    assert person.contact_phone == "+84977000111"


def test_pressing_the_button_twice_opens_one_account(people):
    visit = counter.begin_visit(NEW_CARD, officer=people.hanh)
    for _press in range(2):
        counter.open_account(Visit.objects.get(pk=visit.pk), officer=people.hanh, address=HERE, phone="")
    assert Person.objects.filter(full_name="Hoàng Văn Tân").count() == 1


def test_a_self_declared_account_is_not_taken_for_the_person_without_asking(people):
    """Somebody may have typed a stranger's number: the result of the dossier would go to them."""
    visit = counter.begin_visit(CARD, officer=people.hanh)
    assert visit.person is None
    assert counter.declared_account(visit) == people.mai


def test_a_strangers_account_gives_the_number_up(people):
    visit = counter.begin_visit(CARD, officer=people.hanh)
    counter.open_account(visit, officer=people.hanh, address=HERE, phone="")
    assert visit.person != people.mai
    assert User.objects.by_national_id("020190000017").get() == visit.person
    assert Person.objects.get(user=people.mai).national_id is None


def test_the_persons_own_account_then_carries_what_the_card_says(people):
    Person.objects.filter(user=people.mai).update(full_name="Ly Mai")
    visit = counter.begin_visit(CARD, officer=people.hanh)
    counter.accept_account(visit, officer=people.hanh)
    person = Person.objects.get(user=people.mai)
    assert (person.full_name, person.identity_level) == ("Lý Thị Mai", Person.Level.CHECKED)
    assert people.mai.phone == "+84912345678"


def test_the_card_is_forgotten_once_the_account_is_known(people):
    visit = counter.begin_visit(CARD, officer=people.hanh)
    counter.accept_account(visit, officer=people.hanh)
    assert Visit.objects.get(pk=visit.pk).card == ""


def test_visits_are_forgotten_when_they_are_over(people):
    visit = counter_cast.visit(people)
    assert counter.forget_visits(at=visit.expires_at) == 0
    assert counter.forget_visits(at=visit.expires_at + counter.VISIT_LASTS) == 1


@pytest.mark.parametrize("who", ["bao", "dung"])
def test_only_officers_of_a_counter_register_people(people, who):
    with pytest.raises(Denied):
        counter.begin_visit(CARD, officer=getattr(people, who))


def test_a_visit_belongs_to_the_officer_who_began_it(people):
    visit = counter_cast.visit(people)
    assert counter.visit_of(visit.public_id, officer=people.giang) is None


def test_a_wrong_card_keeps_what_was_typed_and_names_the_part(people, hanh):
    wrong = CARD.replace("01051990", "31021990")
    page = hanh.post(reverse("dossiers:counter"), {"card": wrong})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Phần 4" in text
    assert "31021990" in text


def test_no_personal_value_stands_in_an_address(people, hanh):
    counter_cast.checked(people.mai)
    answer = hanh.post(reverse("dossiers:counter"), {"card": CARD})
    assert re.fullmatch(r"/can-bo/quay/khach/[0-9a-f-]{36}/", answer.headers["Location"])
    session = str(dict(hanh.session))
    assert "020190000017" not in session
    assert "Mai" not in session


# ── the draft ──
def test_a_counter_offers_what_it_receives_and_nothing_else(people):
    visit = counter_cast.visit(people)
    offered = set(counter.offered(people.hanh).values_list("key", flat=True))
    assert {TENNIS, COPY} <= offered  # the department of culture and the ward
    assert FREE not in offered  # industry and trade
    with pytest.raises(Invalid):
        counter.start(visit, officer=people.hanh, procedure=cast.procedure(FREE), is_assisted=False)


def test_a_draft_of_the_counter_is_typed_there_and_lies_with_it(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    assert (draft.intake, draft.filed_by, draft.applicant) == ("counter", "typed", people.mai)
    assert draft.receiving_agency.key == "svhttdl"
    assert draft.preparation.officer == people.hanh


def test_an_assisted_draft_is_an_online_one(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True)
    assert (draft.intake, draft.filed_by) == ("own", "assisted")


def test_at_a_commune_the_counter_is_the_commune(people):
    draft = counter_cast.prepared(people, COPY, answers(COPY, timezone.localdate()), is_assisted=False)
    assert draft.receiving_agency.key == "xa-05977"


def test_scans_of_the_counter_say_so(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    assert set(draft.papers.values_list("source", flat=True)) == {"scan"}
    assert set(draft.papers.values_list("files__file__purpose", flat=True)) == {"counter_scan"}


def test_officers_of_another_counter_cannot_touch_the_draft(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    with pytest.raises(Denied):
        filing.save_answers(draft.pk, user=people.giang, answers={})
    with pytest.raises(Denied):
        uploads.add(draft.pk, user=people.bao, key=draft.papers.first().key, uploads=[cast.upload()])
    assert not Dossier.objects.prepared_at_counter_of(people.giang).exists()


def test_an_officer_cannot_touch_what_a_citizen_writes_alone(people):
    own = cast.draft(people.mai, TENNIS, answers(TENNIS))
    with pytest.raises(Denied):
        filing.save_answers(own.pk, user=people.hanh, answers={})


def test_the_citizen_neither_sees_nor_files_what_the_counter_is_preparing(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True)
    assert draft not in Dossier.objects.of_applicant(people.mai)
    with pytest.raises(Denied):
        filing.save_answers(draft.pk, user=people.mai, answers={})
    with pytest.raises(Denied):
        filing.submit(draft.pk, user=people.mai, undertaking=True)
    with pytest.raises(Denied):
        filing.submit(draft.pk, user=people.hanh, undertaking=True)


# ── receiving ──
def test_receiving_gives_the_number_the_due_date_and_form_01(people):
    done = counter_cast.typed(people, TENNIS, answers(TENNIS))
    assert re.fullmatch(r"H37\.12-261123-\d{4}", done.code)
    assert (done.state, done.step_role) == ("processing", "specialist")
    assert done.accepted_at == done.filed_at == cast.MONDAY
    assert done.due_at is not None
    assert done.party.full_name == "Lý Thị Mai"
    event = DossierEvent.objects.get(dossier=done, name="receive_at_counter")
    assert (event.actor, event.actor_role) == (people.hanh, "reception")


def test_a_procedure_decided_at_once_stays_at_the_counter(people):
    assert counter_cast.typed(people, COPY, answers(COPY, timezone.localdate())).state == "received"


def test_receiving_twice_gives_the_same_dossier(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    first, second = (
        intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True, at=cast.MONDAY) for _press in range(2)
    )
    assert first.code == second.code
    assert DossierEvent.objects.filter(dossier=draft, name="receive_at_counter").count() == 1


def test_nothing_is_received_without_the_applicants_word(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    with pytest.raises(Invalid) as refused:
        intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=False, at=cast.MONDAY)
    assert set(refused.value.errors) == {"undertaking"}


def test_nothing_is_received_while_a_scan_is_still_checked(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    key = draft.papers.first().key
    uploads.add(draft.pk, user=people.hanh, key=key, uploads=[cast.upload()])
    with pytest.raises(Invalid) as refused:
        intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True, at=cast.MONDAY)
    assert set(refused.value.errors) == {"papers"}


def test_an_assisted_draft_is_not_received_by_the_counter_alone(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True)
    with pytest.raises(Conflict):
        intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True, at=cast.MONDAY)


def test_the_slip_is_one_page_of_a5_with_code_and_secret(people, hanh, tmp_path):
    import pikepdf

    from dossiers.services.paper_contexts import lookup_secret

    done = counter_cast.typed(people, TENNIS, answers(TENNIS))
    answer = hanh.post(reverse("dossiers:counter_slip", args=[done.code]))
    assert answer.headers["Content-Type"] == "application/pdf"
    (tmp_path / "slip.pdf").write_bytes(b"".join(answer.streaming_content))
    with pikepdf.open(tmp_path / "slip.pdf") as pdf:
        width, height = (float(size) for size in pdf.pages[0].mediabox[2:])
        assert len(pdf.pages) == 1
    assert (round(width), round(height)) == (420, 595)  # 148 × 210 mm in points
    look_up = Client().post(reverse("dossiers:look_up"), {"code": done.code, "secret": lookup_secret(done)})
    assert done.code in look_up.content.decode()
    assert "Đang xử lý" in look_up.content.decode()


def test_whoever_looks_up_with_the_phone_told_at_the_counter_sees_the_state_too(people):
    visit = counter.begin_visit(NEW_CARD, officer=people.hanh)
    counter.open_account(visit, officer=people.hanh, address=HERE, phone="+84977000111")
    draft = counter.start(visit, officer=people.hanh, procedure=cast.procedure(COPY), is_assisted=False)
    filing.save_answers(draft.pk, user=people.hanh, answers=answers(COPY, timezone.localdate()))
    for key in filing.check(draft, answers(COPY, timezone.localdate()), at=timezone.now()).papers:
        uploads.add(draft.pk, user=people.hanh, key=key, uploads=[cast.upload()])
    cast.clean_files(draft)
    done = intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True)
    url = reverse("dossiers:look_up")
    right = Client().post(url, {"code": done.code, "secret": "0977 000 111"}).content.decode()
    wrong = Client().post(url, {"code": done.code, "secret": "0977 000 112"}).content.decode()
    unknown = Client().post(url, {"code": "H37.12-261123-9999", "secret": "0977 000 112"}).content.decode()
    assert "h-found" in right
    assert "h-found" not in wrong
    said = [re.search(r"error-summary.*?</div>", page, re.DOTALL).group() for page in (wrong, unknown)]
    assert said[0] == said[1]
