"""Digitised results and papers in the figures (Decision 766, indicators 4.1 and 4.2): counted by hand, kept up to date."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from common import outbox
from documents.services import store_bytes
from dossiers.models import Dossier, Paper, Result
from dossiers.services import digitising
from dossiers.services.digitising import KeyData
from portal.reactions import REACTIONS
from reports.models import Rollup
from reports.rates import share
from reports.services import rebuilding
from reports.services.folding import fold_all
from tests import cast, counter_cast
from tests.procedures.answers import answers
from tests.reports.figures_cast import TENNIS, at, change, dossier, ended, folded, province

pytestmark = pytest.mark.django_db
KEY_DATA = KeyData("12/GCN", "Sở Xây dựng", date(2024, 5, 6), "Lý Thị Mai")
MEASURES = ("results_signed", "papers_digitised")


def resolved(**values) -> Dossier:
    return ended("2026-01-20", "2026-01-19 10:00", **values)


def result(of: Dossier, **values) -> Result:
    """What was issued: an electronic file with a signature, unless said otherwise."""
    file = store_bytes(cast.PDF, room="dossiers", purpose="result", name="kq.pdf", owner=None, at=timezone.now())
    stored = {"file": file, "signed_at": at("2026-01-19"), "issued_at": at("2026-01-19"), "outcome": "granted"}
    return Result.objects.create(dossier=of, verify_code=f"R{of.pk:015d}", **stored | values)


def paper(of: Dossier, flag: str) -> Paper:
    return Paper.objects.create(dossier=of, key=f"giay-{flag}", digitised=flag)


def counted(*dossiers: Dossier) -> dict[str, int]:
    found = folded(*dossiers)
    return {key: found.get(key, 0) for key in MEASURES}


def test_a_result_counts_as_digitised_when_a_signed_file_of_it_was_issued():
    one = resolved()
    result(one)
    assert counted(one) == {"results_signed": 1, "papers_digitised": 0}


@pytest.mark.parametrize("missing", ["file", "signed_at", "issued_at"])
def test_what_is_on_paper_only_unsigned_or_not_issued_is_no_digitised_result(missing):
    one = resolved()
    result(one, **{missing: None})
    assert counted(one)["results_signed"] == 0


def test_a_negative_answer_signed_electronically_counts_too():
    one = resolved(outcome="rejected")
    result(one, outcome="rejected")
    assert counted(one)["results_signed"] == 1


def test_papers_count_only_together_with_a_digitised_result():
    both, papers_only, result_only = resolved(), resolved(), resolved()
    for one in (both, result_only):
        result(one)
    for one in (both, papers_only):
        paper(one, "digitised")
    assert counted(both, papers_only, result_only) == {"results_signed": 2, "papers_digitised": 1}


@pytest.mark.parametrize(("flag", "number"), [("none", 0), ("digitised", 1), ("dossier", 1), ("result", 1)])
def test_a_re_used_paper_counts_as_one_that_was_digitised_does(flag, number):
    one = resolved()
    result(one)
    paper(one, flag)
    assert counted(one)["papers_digitised"] == number


def test_what_is_not_resolved_counts_nowhere_and_a_corrected_result_counts_again():
    one = dossier()
    result(one)
    assert counted(one)["results_signed"] == 0
    change(one, state="resolved", outcome="granted", finished_at=at("2026-02-03"))
    assert counted(one)["results_signed"] == 1
    change(one, state="processing", outcome="")  # reopened
    assert counted(one)["results_signed"] == 0


def test_it_counts_in_the_month_of_the_end_and_of_all_resolved_dossiers():
    digital, plain = resolved(), resolved()
    result(digital)
    folded(digital, plain)
    row = Rollup.objects.get(grain=0, month=date(2026, 1, 1))
    found = share("results_signed", {"resolved": row.resolved, "results_signed": row.results_signed})
    assert (found.numerator, found.denominator, str(found.percent)) == (1, 2, "50.00")


def test_a_full_count_finds_the_same_and_mends_what_was_never_told():
    one = resolved()
    folded(one)
    result(one)
    assert rebuilding.rebuild(repair=False).wrong_dossiers == 1
    rebuilding.rebuild()
    assert rebuilding.rebuild(repair=False).is_right
    assert province()["results_signed"] == 1


def test_a_paper_digitised_after_the_end_reaches_the_figures_by_its_own_news():
    assert "reports.services.folding.note" in REACTIONS["dossier.paper_digitised"]
    people = cast.make_cast()
    found = counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())
    key = found.papers.order_by("position").first().key
    result(found)
    change(found, state="resolved", outcome="granted", finished_at=timezone.now())
    while outbox.drain():
        pass
    fold_all()
    before = province().get("papers_digitised", 0)
    digitising.check(found.pk, user=people.hanh, keys=[key])
    digitising.type_data(found.pk, user=people.hanh, key=key, data=KEY_DATA)
    digitising.sign(found.pk, user=people.hanh, key=key)
    while outbox.drain():
        pass
    fold_all()
    assert province()["papers_digitised"] == before + 1


def test_the_public_page_shows_both_with_their_definition(client: Client):
    one = resolved()
    result(one)
    folded(one)
    page = client.get("/thong-ke/?tu=2026-01&den=2026-01").content.decode()
    assert "Kết quả được số hóa" in page
    assert "Giấy tờ và kết quả được số hóa" in page
    assert "chỉ số 4.1" in page
