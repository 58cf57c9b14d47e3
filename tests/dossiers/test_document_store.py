"""The document store: what is there need not be sent again; nobody uses somebody else's; the origin is told."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import StoredFile
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, Paper, PaperFile, Result
from dossiers.services import filing, store, uploads
from tests import cast
from tests.portal.world import paid, resolved
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
BACKEND = "accounts.backends.PhoneOrNameBackend"


@pytest.fixture
def finished(people) -> Dossier:
    return resolved(people, paid(people, people.mai))


@pytest.fixture
def draft(people) -> Dossier:
    return cast.draft(people.mai, TENNIS, answers(TENNIS), at=timezone.now())


def key_of(draft: Dossier) -> str:
    return draft.papers.order_by("pk").first().key


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def file_of(dossier: Dossier) -> StoredFile:
    return PaperFile.objects.filter(paper__dossier=dossier).order_by("pk").first().file


def test_results_and_papers_of_ones_own_dossiers_are_listed(people, finished):
    found = store.items(people.mai)
    assert Result.objects.get(dossier=finished).file in [item.file for item in found if item.is_result]
    assert file_of(finished) in [item.file for item in found if not item.is_result]
    assert store.items(people.hai) == []


def test_drafts_erased_files_and_revoked_results_are_not_listed(people, finished, draft):
    StoredFile.objects.filter(pk=file_of(finished).pk).update(state="erased")
    Result.objects.filter(dossier=finished).update(revoked_at=timezone.now())
    listed = [item.file for item in store.items(people.mai)]
    assert file_of(finished) not in listed
    assert file_of(draft) not in listed
    assert not [item for item in store.items(people.mai) if item.is_result]


def test_a_paper_is_reused_without_copying_a_byte(people, finished, draft):
    count, file = StoredFile.objects.count(), file_of(finished)
    row = store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=file.public_id)
    assert StoredFile.objects.count() == count
    assert row.file == file
    assert row.taken_from.paper.dossier == finished
    assert Paper.objects.get(pk=row.paper_id).source == "reused"


def test_a_result_is_reused_as_a_paper(people, finished, draft):
    result = Result.objects.get(dossier=finished)
    row = store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=result.file.public_id)
    assert (row.from_result, row.taken_from) == (result, None)


def test_nobody_reuses_somebody_elses_paper(people, draft):
    foreign = file_of(cast.filed(people.hai, TENNIS, answers(TENNIS)))
    for file_id in (foreign.public_id, uuid4()):
        with pytest.raises(Invalid):
            store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=file_id)
    with pytest.raises(Denied):
        store.reuse(draft.pk, user=people.hai, key=key_of(draft), file_id=foreign.public_id)
    assert not PaperFile.objects.filter(paper__dossier=draft, file=foreign).exists()


def test_a_persons_papers_stay_out_of_a_companys_dossier(people):
    own = file_of(cast.filed(people.hai, TENNIS, answers(TENNIS)))
    company = cast.draft(people.hai, TENNIS, answers(TENNIS), organisation=people.company)
    with pytest.raises(Invalid):
        store.reuse(company.pk, user=people.hai, key=key_of(company), file_id=own.public_id)


def test_citizen_and_officer_read_where_it_came_from(people, finished, draft):
    store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=file_of(finished).public_id)
    words = f"Dùng lại: giấy tờ của hồ sơ {finished.code}"
    papers = reverse("dossiers:papers", args=[draft.procedure.code, draft.public_id])
    assert words in client_of(people.mai).get(papers).content.decode()
    filed = filing.submit(draft.pk, user=people.mai, undertaking=True)
    page = client_of(people.hanh).get(reverse("dossiers:officer_dossier", args=[filed.code]))
    assert words in page.content.decode()


def test_the_officer_reads_that_a_paper_is_a_signed_result_for_one_statement_more(people, finished, draft):
    """Where papers came from is read for the dossiers that have such papers, all of them together."""
    result = Result.objects.get(dossier=finished)
    filed = filing.submit(draft.pk, user=people.mai, undertaking=True)
    address = reverse("dossiers:officer_dossier", args=[filed.code])
    officer = client_of(people.hanh)
    officer.get(address)  # compiled, kept
    with CaptureQueriesContext(connection) as before:
        officer.get(address)
    key = key_of(filed)
    for taken in ({"from_result": result}, {"taken_from": PaperFile.objects.get(file=file_of(finished))}):
        paper = Paper.objects.get(dossier=filed, key=key)
        PaperFile.objects.filter(paper=paper).update(from_result=None, taken_from=None)
        PaperFile.objects.filter(paper=paper).update(**taken)
        officer.get(address)
        with CaptureQueriesContext(connection) as after:
            page = officer.get(address).content.decode()
        assert f"của hồ sơ {finished.code}" in page
        assert len(after) == len(before) + 1


def test_the_officer_of_the_new_dossier_may_open_the_reused_paper(people, finished, draft):
    file = file_of(finished)
    store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=file.public_id)
    filed = filing.submit(draft.pk, user=people.mai, undertaking=True)
    url = reverse("dossiers:officer_file", args=[filed.code, file.public_id])
    assert client_of(people.hanh).get(url).status_code == 200
    assert client_of(people.giang).get(url).status_code == 404


def test_throwing_the_draft_away_keeps_the_paper_where_it_came_from(people, finished, draft):
    file, own = file_of(finished), file_of(draft)
    store.reuse(draft.pk, user=people.mai, key=key_of(draft), file_id=file.public_id)
    filing.delete_draft(draft.pk, user=people.mai)
    assert StoredFile.objects.get(pk=file.pk).erase_after is None
    assert StoredFile.objects.get(pk=own.pk).erase_after is not None


def test_a_reused_paper_can_be_taken_out_and_used_again(people, finished, draft):
    file, key = file_of(finished), key_of(draft)
    store.reuse(draft.pk, user=people.mai, key=key, file_id=file.public_id)
    uploads.remove(draft.pk, user=people.mai, file_id=str(file.public_id))
    store.reuse(draft.pk, user=people.mai, key=key, file_id=file.public_id)
    assert PaperFile.objects.get(paper__dossier=draft, file=file).removed_at is None


def test_choosing_nothing_is_said_in_words(people, finished, draft):
    url = reverse("dossiers:reuse", args=[draft.procedure.code, draft.public_id, key_of(draft)])
    page = client_of(people.mai).post(url, {"file": "x"})
    assert page.status_code == 422
    assert "Chọn một giấy tờ trong danh sách." in page.content.decode()
