"""The register of results, how long they hold, revoking and replacing: what the agency, the holder and anybody can read."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from documents.signing import SigningUnavailable
from dossiers.errors import Invalid
from dossiers.models import Dossier, Result
from dossiers.services import endings, performing, result_papers, results, routing, store
from dossiers.services.result_terms import last_day
from dossiers.services.results import Decision
from tests import cast
from tests.dossiers.results_cast import at_leader, client_of
from tests.portal.world import KEY, paid, resolved
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
BOOK = "/can-bo/so-ket-qua/"
TODAY = timezone.localdate


def handed_over(people) -> Dossier:
    dossier = resolved(people, paid(people, people.mai))
    endings.delivered(dossier.pk, at=timezone.now(), parcel="x")
    return Dossier.objects.get(pk=dossier.pk)


def revoke(people, dossier, **values):
    chosen = {"ground": "conditions", "reason": "Cơ sở không còn huấn luyện viên."} | values
    return results.revoke(dossier.pk, user=people.dung, version=dossier.version, **chosen)


def verified(result) -> str:
    return Client().get(f"/xac-thuc/{result.verify_code}/").content.decode()


# ── numbers ──
def test_numbers_run_without_a_gap_although_signing_failed_in_between(people, settings, tmp_path):
    dossiers = [at_leader(people) for _n in range(3)]
    key = settings.SIGNING_KEY_FILE
    results.sign(dossiers[0].pk, user=people.dung, version=dossiers[0].version)
    settings.SIGNING_KEY_FILE = tmp_path / "none.pem"
    with pytest.raises(SigningUnavailable):
        results.sign(dossiers[1].pk, user=people.dung, version=dossiers[1].version)
    settings.SIGNING_KEY_FILE = key
    results.sign(dossiers[2].pk, user=people.dung, version=dossiers[2].version)
    results.sign(dossiers[1].pk, user=people.dung, version=dossiers[1].version)
    serials = Result.objects.order_by("number_serial").values_list("number_serial", flat=True)
    assert list(serials) == [1, 2, 3]


def test_a_number_that_is_rolled_back_is_given_to_the_next(people, monkeypatch):
    first, second = at_leader(people), at_leader(people)

    def fails(*args, **values):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Result, "save", fails)
        with pytest.raises(RuntimeError):
            results.sign(first.pk, user=people.dung, version=first.version)
    results.sign(second.pk, user=people.dung, version=second.version)
    assert Result.objects.get(dossier=second).number_serial == 1


def test_a_proposal_that_turned_round_gets_a_number_of_its_own_kind_and_the_old_one_is_cancelled(
    people, settings, tmp_path
):
    dossier = at_leader(people)
    key = settings.SIGNING_KEY_FILE
    settings.SIGNING_KEY_FILE = tmp_path / "none.pem"
    with pytest.raises(SigningUnavailable):
        results.sign(dossier.pk, user=people.dung, version=dossier.version)
    settings.SIGNING_KEY_FILE = key
    routing.send_back(dossier.pk, user=people.dung, reason="Không đủ điều kiện", step_no=2)
    dossier = Dossier.objects.get(pk=dossier.pk)
    while dossier.step_role != "specialist":
        dossier = routing.send_back(dossier.pk, user=people.cuong, reason="Không đủ điều kiện").dossier
    results.draft(dossier.pk, user=people.bao, decision=Decision("rejected", "Thiếu huấn luyện viên."))
    routing.forward(dossier.pk, user=people.bao)
    dossier = routing.forward(dossier.pk, user=people.cuong).dossier
    results.sign(dossier.pk, user=people.dung, version=dossier.version)
    kinds = Result.objects.filter(dossier=dossier).order_by("revision")
    assert [(one.number_kind, bool(one.revoked_at)) for one in kinds] == [("KQ", True), ("TB", False)]
    page = client_of(people.en).get(BOOK).content.decode()
    assert "Số đã hủy" in page


# ── the book ──
def test_the_register_shows_each_result_of_the_agency_and_nobody_elses(people):
    dossier = resolved(people, paid(people, people.mai))
    result = Result.objects.get(dossier=dossier)
    page = client_of(people.en).get(BOOK).content.decode()
    for words in (result.number, dossier.code, people.mai.full_name, people.dung.full_name, "Còn giá trị"):
        assert words in page
    assert result.number not in client_of(people.giang).get(BOOK).content.decode()
    assert result.number not in client_of(people.hanh).get(BOOK).content.decode()


def test_the_register_turns_its_pages_by_numbers_without_missing_one(people):
    dossier = resolved(people, paid(people, people.mai))
    first = Result.objects.get(dossier=dossier)
    for n in range(2, 61):
        Result.objects.create(
            dossier=dossier, revision=n, outcome="granted", title={"vi": f"Giấy {n}"}, verify_code=f"X{n:015d}",
            number=f"{n}/2026/KQ-X", numbered_by=first.numbered_by, number_kind="KQ",
            number_year=first.number_year, number_serial=n, revoked_at=timezone.now(), issued_at=timezone.now(),
        )  # fmt: skip
    client, url, seen, back = client_of(people.en), BOOK, [], []
    while url:
        answer = client.get(url)
        seen += [row["result"].number_serial for row in answer.context["rows"]]
        url, previous = (
            (answer.context["next_url"] and BOOK + answer.context["next_url"]),
            answer.context["previous_url"],
        )
    while previous:
        answer = client.get(BOOK + previous)
        back = [row["result"].number_serial for row in answer.context["rows"]] + back
        previous = answer.context["previous_url"]
    assert seen == list(range(60, 0, -1))
    assert back == seen[: len(back)] and len(back) == 50
    assert len(client.get(BOOK, {"state": "replaced"}).context["rows"]) == 25
    assert not client.get(BOOK, {"state": "expired"}).context["rows"]
    assert client.get(BOOK, {"after": "x", "year": "abc", "kind": "<", "agency": "99999999999"}).status_code == 200


def test_the_register_goes_out_as_files_in_which_nothing_is_a_formula(people):
    dossier = resolved(people, paid(people, people.mai))
    dossier.party.full_name = '=HYPERLINK("http://x")'
    dossier.party.save(update_fields=["full_name"])
    clerk = client_of(people.en)
    answer = clerk.get(f"{BOOK}tai/csv/")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert lines[1][0] == Result.objects.get(dossier=dossier).number
    assert lines[1][4].startswith("'=")
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(b"".join(clerk.get(f"{BOOK}tai/xlsx/").streaming_content)))
    assert book.active["A2"].value == lines[1][0]
    assert book.active["E2"].data_type == "s"
    assert clerk.get(f"{BOOK}tai/doc/").status_code == 404
    assert client_of(people.hanh).get(f"{BOOK}tai/csv/").status_code == 404


# ── validity ──
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 years", date(2029, 11, 22)),
        ("6 tháng", date(2027, 5, 22)),
        ("30 ngày", date(2026, 12, 22)),
        ("6 months or until the status changes", date(2027, 5, 22)),
        ("no expiry", None),
        ("works must start within 12 months; extendable", None),
        ("", None),
    ],
)
def test_the_last_day_follows_the_words_of_the_catalogue(words, expected):
    assert last_day(words, date(2026, 11, 22)) == expected


def test_a_term_in_months_ends_on_the_last_day_of_a_shorter_month():
    assert last_day("3 months", date(2026, 11, 30)) == date(2027, 2, 28)
    assert last_day("4 years", date(2028, 2, 29)) == date(2032, 2, 29)


def test_the_day_the_specialist_wrote_stands_on_the_paper_and_everywhere_else(people):
    from tests.documents.test_papers import words

    until = TODAY() + timedelta(days=365)
    dossier = at_leader(people, until=until)
    results.sign(dossier.pk, user=people.dung, version=dossier.version)
    results.issue(dossier.pk, user=people.en)
    result = Result.objects.get(dossier=dossier)
    assert result.valid_until == until
    with result_papers.default_storage.open(result.file.storage_name) as stored:
        assert f"năm {until.year}" in words(stored.read())
    day = until.strftime("%d/%m/%Y")
    assert day in verified(result)
    assert day in client_of(people.mai).get("/giay-to/").content.decode()


def test_a_result_that_ran_out_or_was_revoked_cannot_be_reused_and_says_so(people):
    dossier = resolved(people, paid(people, people.mai))
    result = Result.objects.get(dossier=dossier)
    draft = cast.draft(people.mai, KEY, answers(KEY), at=timezone.now())
    key = draft.papers.order_by("pk").first().key
    Result.objects.filter(pk=result.pk).update(valid_until=TODAY() - timedelta(days=1))
    with pytest.raises(Invalid):
        store.reuse(draft.pk, user=people.mai, key=key, file_id=result.file.public_id)
    assert "Hết giá trị" in client_of(people.mai).get("/giay-to/").content.decode()
    assert "Hết giá trị" in verified(result)
    Result.objects.filter(pk=result.pk).update(valid_until=TODAY())
    assert store.reuse(draft.pk, user=people.mai, key=key, file_id=result.file.public_id)


# ── revoking, replacing ──
def test_a_revoked_result_says_so_to_everybody_with_its_ground_and_without_the_reason(people):
    dossier = handed_over(people)
    revoke(people, dossier)
    result = Result.objects.get(dossier=dossier)
    page = verified(result)
    assert "Đã thu hồi" in page and "Không còn đáp ứng điều kiện" in page
    assert "huấn luyện viên" not in page
    assert "Thu hồi ngày" in client_of(people.mai).get("/giay-to/").content.decode()
    assert not [item for item in store.items(people.mai) if item.is_result]
    event = dossier.events.order_by("-seq").first()
    assert (event.name, event.data["ground"]) == ("revoke_result", "conditions")
    assert "Đã thu hồi" in client_of(people.en).get(BOOK).content.decode()


def test_only_the_leader_revokes_once_and_with_a_reason(people):
    dossier = handed_over(people)
    for user in (people.en, people.bao, people.cuong):
        with pytest.raises(performing.Denied):
            results.revoke(dossier.pk, user=user, ground="wrong", reason="x", version=dossier.version)
    for wrong in ({"reason": " "}, {"ground": "redrafted"}, {"ground": ""}):
        with pytest.raises(Invalid):
            revoke(people, dossier, **wrong)
    revoke(people, dossier)
    with pytest.raises(performing.Conflict):
        revoke(people, Dossier.objects.get(pk=dossier.pk))


def test_the_leader_revokes_on_the_dossiers_page(people):
    dossier = handed_over(people)
    leader = client_of(people.dung)
    url = f"/can-bo/ho-so/{dossier.code}/viec/thu-hoi/"
    assert "Thu hồi kết quả" in leader.get(url).content.decode()
    data = {"version": dossier.version, "ground": "wrong", "reason": "Ghi sai tên cơ sở.", "sure": "1"}
    assert leader.post(url, {**data, "ground": ""}).status_code == 422
    assert leader.post(url, data).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).result_state == "revoked"


def test_a_corrected_result_takes_the_place_of_the_old_one_and_the_old_one_says_which(people):
    dossier = resolved(people, paid(people, people.mai))
    results.reopen(dossier.pk, user=people.dung, reason="Sai tên cơ sở")
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Tên đúng."))
    routing.forward(dossier.pk, user=people.bao)
    at = routing.forward(dossier.pk, user=people.cuong).dossier
    results.sign(dossier.pk, user=people.dung, version=at.version)
    results.issue(dossier.pk, user=people.en)
    old, new = Result.objects.filter(dossier=dossier).order_by("revision")
    assert new.number in verified(old) and "thay thế" in verified(old)
    assert "Đã thay thế" in client_of(people.en).get(BOOK).content.decode()
    assert "Chính xác" in verified(new) or new.number in verified(new)


def test_the_page_of_verification_names_who_signed_and_who_sealed(people):
    dossier = resolved(people, paid(people, people.mai))
    result = Result.objects.get(dossier=dossier)
    page = verified(result)
    assert people.dung.full_name in page and dossier.deciding_agency.name_vi in page
    assert people.mai.full_name not in page
    with result_papers.default_storage.open(result.file.storage_name) as stored:
        sent = io.BytesIO(stored.read())
    sent.name = "ket-qua.pdf"
    checked = Client().post("/xac-thuc/", {"check_file": "1", "file": sent}).content.decode()
    assert "Chữ ký thứ nhất" in checked and "Chữ ký tiếp theo" in checked
    assert people.dung.full_name in checked and dossier.deciding_agency.name_vi in checked
