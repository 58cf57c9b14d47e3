"""What a citizen sees of a filed dossier, and what strangers do not."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.services import read_clean
from dossiers.models import Dossier, PaperFile, Result
from dossiers.services import fees, intake, results, routing, supplements
from dossiers.services.paper_contexts import lookup_secret
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
COPY = "certified-true-copy"
TENNIS = "sports-business-certificate-tennis"


@pytest.fixture(autouse=True)
def monday():
    """An hour after the cast's dossiers are filed."""
    with time_machine.travel(cast.MONDAY + timedelta(hours=1)):
        yield


@pytest.fixture
def client(people):
    browser = Client()
    browser.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    return browser


@pytest.fixture
def stranger(people):
    browser = Client()
    browser.force_login(people.hai, backend="accounts.backends.PhoneOrNameBackend")
    return browser


def at(name: str, dossier: Dossier) -> str:
    return reverse(f"dossiers:{name}", args=[dossier.code])


def paid(dossier: Dossier) -> Dossier:
    assert fees.settle(dossier.pk, order="1", at=cast.MONDAY)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.fixture
def tennis(people):
    """A dossier whose fee is paid, in the queue of the department of culture."""
    return paid(cast.filed(people.mai, TENNIS, answers(TENNIS)))


@pytest.fixture
def asked(people, tennis):
    """The officer asks for one paper and one answer."""
    paper = tennis.papers.first()
    missing = [
        Missing("paper", paper.key, "Ảnh mờ, không đọc được số"),
        Missing("field", "floor_area_m2", "Diện tích khác với bản vẽ"),
    ]
    supplements.request_at_intake(tennis.pk, user=people.hanh, missing=missing, message="Bạn bổ sung giúp.")
    return Dossier.objects.get(pk=tennis.pk)


@pytest.fixture
def finished(people, tennis):
    """A signed and issued result, wanted online."""
    return resolved(people, tennis)


def resolved(people, dossier: Dossier) -> Dossier:
    intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=cast.MONDAY)
    routing.forward(dossier.pk, user=people.bao, at=cast.MONDAY)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=cast.MONDAY).dossier
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=cast.MONDAY)
    results.issue(dossier.pk, user=people.en, at=cast.MONDAY)
    return Dossier.objects.get(pk=dossier.pk)


PAGES = ("dossier", "declared", "submitted", "withdraw")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_dossier_opens_for_its_applicant(client, tennis, name, prefix):
    answer = client.get(prefix + at(name, tennis))
    assert answer.status_code == 200
    assert tennis.code in answer.content.decode()


@pytest.mark.parametrize("name", [*PAGES, "supplement", "result"])
def test_somebody_elses_dossier_looks_like_none(stranger, tennis, name):
    theirs = stranger.get(at(name, tennis))
    unknown = stranger.get(at(name, tennis).replace(tennis.code, "H37.12-261123-9999"))
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.content == unknown.content


def test_files_open_only_for_those_who_see_the_dossier(client, stranger, people, tennis):
    file = PaperFile.objects.filter(paper__dossier=tennis).first().file
    address = reverse("dossiers:file", args=[file.public_id])
    assert client.get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    officer = Client()
    officer.force_login(people.hanh, backend="accounts.backends.PhoneOrNameBackend")
    assert officer.get(address).status_code == 200
    other = Client()
    other.force_login(people.giang, backend="accounts.backends.PhoneOrNameBackend")
    assert other.get(address).status_code == 404


def test_unchecked_file_is_not_opened(client, tennis):
    from documents.models import StoredFile

    key = tennis.papers.first()
    file = key.files.first().file
    copy = StoredFile.objects.create(
        room="dossiers", purpose="paper", original_name="b.pdf", extension="pdf", size=3, sha256="0" * 64,
        created_at=cast.MONDAY, storage_name="dossiers/2026/11/none", owner=file.owner,
    )  # fmt: skip
    PaperFile.objects.create(paper=key, file=copy)
    assert client.get(reverse("dossiers:file", args=[copy.public_id])).status_code == 409


def test_looking_at_pages_changes_nothing(client, tennis):
    before = list(Dossier.objects.values())
    for name in PAGES:
        client.get(at(name, tennis))
    client.get(reverse("dossiers:mine"))
    assert list(Dossier.objects.values()) == before


def test_page_of_a_dossier_costs_the_same_however_long_its_history(
    client, people, tennis, django_assert_max_num_queries
):
    client.get(at("dossier", tennis))
    with django_assert_max_num_queries(16):
        client.get(at("dossier", tennis))


def test_list_costs_the_same_for_one_and_for_many(client, people, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cast.filed(people.mai, FREE, answers(FREE))
    client.get(reverse("dossiers:mine"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("dossiers:mine"))
    for _number in range(3):
        cast.filed(people.mai, COPY, answers(COPY))
        cast.draft(people.mai, FREE, answers(FREE))
    with django_assert_num_queries(len(few)):
        client.get(reverse("dossiers:mine"))


def test_what_waits_for_the_citizen_comes_first(client, people, asked):
    cast.filed(people.mai, FREE, answers(FREE))
    html = client.get(reverse("dossiers:mine")).content.decode()
    assert html.index(at("supplement", asked)) < html.index("h-rest")


def test_list_goes_on_where_the_page_ended(client, people):
    codes = [cast.filed(people.mai, FREE, answers(FREE)).code for _number in range(12)]
    first = client.get(reverse("dossiers:mine"))
    assert codes[-1] in first.content.decode()
    second = client.get(first.context["next_url"]).content.decode()
    assert codes[0] in second
    assert codes[-1] not in second


def test_citizen_sees_exactly_what_is_asked_with_the_reasons(client, asked):
    html = client.get(at("supplement", asked)).content.decode()
    assert "Ảnh mờ, không đọc được số" in html
    assert "Diện tích khác với bản vẽ" in html
    assert 'name="floor_area_m2"' in html
    assert 'name="enterprise_name"' not in html
    assert html.count("data-upload=") == 1


@pytest.mark.django_db(transaction=True)
def test_supplement_without_the_new_paper_is_not_sent_and_keeps_the_answer(client, asked):
    answer = client.post(at("supplement", asked), {"floor_area_m2": "196,5", "send": "1"})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "196,5" in html
    assert f"#giay-{asked.papers.first().key}" in html
    assert Dossier.objects.get(pk=asked.pk).state == "supplement"


def test_wrong_answer_of_a_supplement_is_named_and_kept(client, asked):
    html = client.post(at("supplement", asked), {"floor_area_m2": "chừng 200", "send": "1"}).content.decode()
    assert "chừng 200" in html
    assert 'href="#f-floor_area_m2"' in html


def test_complete_supplement_goes_back_to_the_counter(client, asked):
    key = asked.papers.first().key
    client.post(at("supplement", asked), {"upload": key, key: cast.upload("moi.pdf")})
    answer = client.post(at("supplement", asked), {"floor_area_m2": "196,5", "send": "1"})
    assert answer.url == at("dossier", asked)
    now = Dossier.objects.get(pk=asked.pk)
    assert now.state == "new"
    assert now.answers.get(revision=now.answers_revision).answers["floor_area_m2"] == 196.5


def test_second_sending_of_a_supplement_is_told_what_happened(client, asked):
    key = asked.papers.first().key
    client.post(at("supplement", asked), {"upload": key, key: cast.upload("moi.pdf")})
    client.post(at("supplement", asked), {"floor_area_m2": "196,5", "send": "1"})
    again = client.post(at("supplement", asked), {"floor_area_m2": "1", "send": "1"})
    assert again.status_code == 409
    assert client.get(at("supplement", asked)).url == at("dossier", asked)


def test_papers_that_were_not_asked_for_are_not_taken(client, asked):
    other = asked.papers.order_by("pk")[1].key  # `asked` took the first
    answer = client.post(
        reverse("dossiers:supplement_upload", args=[asked.code]), {"paper": other, "file": cast.upload()}
    )
    assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_withdrawing_asks_twice_and_ends_the_dossier(client, people):
    dossier = cast.filed(people.mai, FREE, answers(FREE))
    client.get(at("withdraw", dossier))
    assert Dossier.objects.get(pk=dossier.pk).state == "new"
    client.post(at("withdraw", dossier), {"reason": "Đổi ý"})
    assert Dossier.objects.get(pk=dossier.pk).state == "withdrawn"
    assert client.post(at("withdraw", dossier), {"reason": "x"}).status_code == 409


def test_buttons_of_the_page_are_guarded_against_forged_forms(people, tennis):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    for name in ("withdraw", "supplement"):
        assert browser.post(at(name, tennis), {}).status_code == 403


def test_result_is_fetched_from_the_account_and_the_first_time_is_noted(client, finished):
    assert at("result", finished) in client.get(at("dossier", finished)).content.decode()
    result = Result.objects.get(dossier=finished)
    assert result.viewed_at is None
    answer = client.get(at("result", finished))
    assert answer["Content-Type"] == "application/pdf"
    first = Result.objects.get(pk=result.pk).viewed_at
    assert first is not None
    client.get(at("result", finished))
    assert Result.objects.get(pk=result.pk).viewed_at == first


def test_result_that_is_only_signed_is_nobodys_yet(client, people, finished):
    result = Result.objects.get(dossier=finished)
    file = result.file
    Result.objects.filter(pk=result.pk).update(issued_at=None)
    assert client.get(reverse("dossiers:file", args=[file.public_id])).status_code == 404
    assert client.get(at("result", finished)).url == at("dossier", finished)


# ── for everybody ──
def test_dossier_is_looked_up_with_its_secret_or_phone_and_shows_nobody(tennis):
    browser = Client()
    for secret in (lookup_secret(tennis), lookup_secret(tennis).lower(), "0912 345 678"):
        html = browser.post(
            reverse("dossiers:look_up"), {"code": tennis.code.lower(), "secret": secret}
        ).content.decode()
        assert "mc-track" in html
        assert "Lý Thị Mai" not in html
        assert "Ngô Quyền" not in html


def test_wrong_code_and_wrong_secret_get_the_same_answer(tennis):
    browser = Client()
    address = reverse("dossiers:look_up")
    wrong = browser.post(address, {"code": tennis.code, "secret": "AAAAAAAA"}).content.decode()
    unknown = browser.post(address, {"code": "H37.12-261123-9999", "secret": "AAAAAAAA"}).content.decode()
    strip = [html.replace(tennis.code, "").replace("H37.12-261123-9999", "") for html in (wrong, unknown)]
    import re

    strip = [re.sub(r'value="[A-Za-z0-9]{64}"', "", html) for html in strip]
    assert strip[0] == strip[1]


def test_a_code_is_guessed_five_times_an_hour_at_most(tennis):
    browser = Client()
    address = reverse("dossiers:look_up")
    for _number in range(5):
        assert browser.post(address, {"code": tennis.code, "secret": "AAAAAAAA"}).status_code == 200
    late = browser.post(address, {"code": tennis.code, "secret": lookup_secret(tennis)})
    assert late.status_code == 429
    assert "mc-track" not in late.content.decode()


def test_unknown_result_is_not_found(client):
    answer = Client().get(reverse("dossiers:verify_result", args=["KHONG-CO"]))
    assert answer.status_code == 404


def test_file_of_a_stranger_is_not_genuine():
    answer = Client().post(reverse("dossiers:verify"), {"check_file": "1", "file": cast.upload()})
    assert answer.context["verdict"]["state"] == "unknown"


def test_genuine_result_is_verified_by_code_and_by_file_without_naming_anybody(finished):
    result = Result.objects.select_related("file").get(dossier=finished)
    by_code = Client().get(reverse("dossiers:verify_result", args=[result.verify_code]))
    assert by_code.context["state"] == "genuine"
    assert result.number in by_code.content.decode()
    assert "Lý Thị Mai" not in by_code.content.decode()
    data = read_clean(result.file)
    sent = SimpleUploadedFile("ket-qua.pdf", data, content_type="application/pdf")
    by_file = Client().post(reverse("dossiers:verify"), {"check_file": "1", "file": sent})
    assert by_file.context["verdict"]["state"] == "genuine"
    changed = SimpleUploadedFile("ket-qua.pdf", data.replace(b"/Type", b"/Tipe", 1), content_type="application/pdf")
    forged = Client().post(reverse("dossiers:verify"), {"check_file": "1", "file": changed})
    assert forged.context["verdict"]["state"] == "unknown"


def test_revoked_result_says_so(finished):
    Result.objects.filter(dossier=finished).update(revoked_at=cast.MONDAY)
    code = Result.objects.get(dossier=finished).verify_code
    assert Client().get(reverse("dossiers:verify_result", args=[code])).context["state"] == "revoked"
