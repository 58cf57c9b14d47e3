"""Digitising what was handed in on paper (Circular 01/2023/TT-VPCP): each step in its order, each with its own end."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import StoredFile
from documents.refusals import UploadRefused
from documents.services import read_clean
from documents.signing import SigningUnavailable, verify_pdf
from dossiers.errors import Denied, Invalid
from dossiers.models import Digitisation, Dossier, Paper
from dossiers.services import digitising, filing, store, uploads
from dossiers.services.digitising import KeyData
from tests import cast, counter_cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
DATA = KeyData("12/GCN", "Sở Xây dựng", date(2024, 5, 6), "Lý Thị Mai")


@pytest.fixture
def received(people) -> Dossier:
    return counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())


@pytest.fixture
def key(received) -> str:
    return received.papers.order_by("position").first().key


@pytest.fixture
def hanh(people) -> Client:
    client = Client()
    client.force_login(people.hanh, backend="accounts.backends.PhoneOrNameBackend")
    return client


def next_step(dossier, key) -> str:
    return next(row.next_step for row in digitising.rows_of(dossier) if row.rule.key == key)


def typed(people, dossier, key) -> None:
    digitising.check(dossier.pk, user=people.hanh, keys=[key])
    digitising.type_data(dossier.pk, user=people.hanh, key=key, data=DATA)


def test_the_steps_follow_one_another_and_end_in_a_signed_copy_with_a_code(people, received, key):
    assert next_step(received, key) == "check"
    digitising.check(received.pk, user=people.hanh, keys=[key])
    assert next_step(received, key) == "type"  # the scan of intake is there already
    digitising.type_data(received.pk, user=people.hanh, key=key, data=DATA)
    assert next_step(received, key) == "sign"
    code = digitising.sign(received.pk, user=people.hanh, key=key)
    assert code.startswith(f"H37.12.{timezone.localdate().year}.")
    assert next_step(received, key) == ""
    paper = Paper.objects.get(dossier=received, key=key)
    assert paper.digitised == "digitised"
    live = paper.files.get(removed_at=None)
    assert live.file.purpose == "digitised"
    assert verify_pdf(read_clean(live.file)).genuine
    assert paper.files.exclude(removed_at=None).count() == 1  # the raw scan stays in the history


def test_signing_twice_gives_one_code_and_one_copy(people, received, key):
    typed(people, received, key)
    codes = {digitising.sign(received.pk, user=people.hanh, key=key) for _press in range(2)}
    assert len(codes) == 1
    assert StoredFile.objects.filter(purpose="digitised").count() == 1


def test_no_step_is_skipped(people, received, key):
    with pytest.raises(Invalid):
        digitising.type_data(received.pk, user=people.hanh, key=key, data=DATA)
    digitising.check(received.pk, user=people.hanh, keys=[key])
    with pytest.raises(Invalid):
        digitising.sign(received.pk, user=people.hanh, key=key)


def test_a_scan_that_fails_half_way_leaves_its_reason_and_is_done_again(people, received, key):
    digitising.check(received.pk, user=people.hanh, keys=[key])
    broken = cast.upload(content=b"%PDF-1.4 half a fi")
    with pytest.raises(UploadRefused):
        digitising.scan(received.pk, user=people.hanh, key=key, files=[broken])
    steps = Digitisation.objects.get(paper__key=key)
    assert (steps.step, steps.trouble) == ("checked", "pdf_broken")
    digitising.scan(received.pk, user=people.hanh, key=key, files=[cast.upload()])
    steps.refresh_from_db()
    assert (steps.step, steps.trouble) == ("scanned", "")
    assert next_step(received, key) == "wait"


def test_nothing_is_signed_that_the_virus_scanner_has_not_passed(people, received, key):
    digitising.check(received.pk, user=people.hanh, keys=[key])
    digitising.scan(received.pk, user=people.hanh, key=key, files=[cast.upload()])
    digitising.type_data(received.pk, user=people.hanh, key=key, data=DATA)
    with pytest.raises(Invalid):
        digitising.sign(received.pk, user=people.hanh, key=key)
    StoredFile.objects.filter(purpose="counter_scan", state="checking").update(state="infected")
    assert next_step(received, key) == "scan"


def test_without_the_key_the_paper_waits_and_says_so(people, received, key, hanh, settings, tmp_path):
    typed(people, received, key)
    settings.SIGNING_KEY_FILE = tmp_path / "not-there.p12"
    with pytest.raises(SigningUnavailable):
        digitising.sign(received.pk, user=people.hanh, key=key)
    page = hanh.get(reverse("dossiers:digitise", args=[received.code])).content.decode()
    assert "Lần trước không kết nối được khóa ký số" in page
    assert next_step(received, key) == "sign"


def test_officers_of_another_agency_digitise_nothing(people, received, key):
    with pytest.raises(Denied):
        digitising.check(received.pk, user=people.giang, keys=[key])


def test_nothing_is_digitised_before_the_dossier_is_received(people):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False)
    with pytest.raises(Denied):
        digitising.check(draft.pk, user=people.hanh, keys=[draft.papers.first().key])


def test_a_re_used_paper_says_where_it_comes_from(people, received, key):
    rule = uploads.rule_of(received, key)
    draft = filing.start(user=people.mai, version=cast.procedure(TENNIS).current_version)
    (item,) = [one for one in store.fitting(people.mai, draft, rule)][:1]
    store.reuse(draft.pk, user=people.mai, key=key, file_id=item.file.public_id)
    assert draft.papers.get(key=key).digitised == "dossier"


def test_a_new_file_takes_the_flag_away(people, received, key):
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False, at=timezone.now())
    Paper.objects.filter(dossier=draft, key=key).update(digitised="dossier")
    uploads.add(draft.pk, user=people.hanh, key=key, uploads=[cast.upload()])
    assert draft.papers.get(key=key).digitised == "none"


def test_the_figures_read_the_flags(people, received, key):
    typed(people, received, key)
    digitising.sign(received.pk, user=people.hanh, key=key)
    today = timezone.localdate()
    counted = digitising.figures(agencies=[received.receiving_agency_id], first=today, last=today)
    assert counted["digitised"] == 1
    assert counted["none"] == received.papers.count() - 1
    tomorrow = today + timedelta(days=1)
    assert not any(digitising.figures(agencies=[received.receiving_agency_id], first=tomorrow, last=tomorrow).values())


def test_the_page_keeps_what_was_typed_wrong(received, key, hanh):
    address = reverse("dossiers:digitise", args=[received.code])
    hanh.post(address, {"buoc": "check"})
    wrong = {f"{key}-number": "12/GCN", f"{key}-issuer": "", f"{key}-day": "32/13/2024", f"{key}-holder": "Lý Thị Mai"}
    page = hanh.post(address, {"buoc": "type", "giay": key, **wrong})
    assert page.status_code == 422
    assert 'value="32/13/2024"' in page.content.decode()
    assert Digitisation.objects.get(paper__key=key).data == ""


def test_the_key_data_are_not_readable_in_the_database(people, received, key):
    from django.db import connection

    typed(people, received, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM dossiers_digitisation")
        (stored,) = cursor.fetchone()
    assert "Lý Thị Mai" not in stored
