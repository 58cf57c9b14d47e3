"""The guide fits on A4, the leaflet on one sheet of A5; both say what the page says."""

import io
from datetime import date, timedelta

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from procedures.models import Procedure
from procedures.services import retire
from tests.documents.test_papers import words

pytestmark = pytest.mark.django_db
A4, A5 = (595, 842), (420, 595)
CODE = "1.001193"


def pdf(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def size_and_pages(found: bytes) -> tuple[tuple[int, int], int]:
    with pikepdf.open(io.BytesIO(found)) as reader:
        box = [float(edge) for edge in reader.pages[0].mediabox]
        return (round(box[2]), round(box[3])), len(reader.pages)


def test_the_guide_says_what_to_bring_and_what_it_costs(client: Client) -> None:
    found = pdf(client, f"/thu-tuc/{CODE}/huong-dan.pdf")
    assert size_and_pages(found)[0] == A4
    text = words(found)
    for part in ("đăng ký khai sinh", "Giấy tờ cần có", "Phí", CODE, "/thu-tuc/1.001193/"):
        assert part in text


def test_the_english_guide_is_english(client: Client) -> None:
    text = words(pdf(client, f"/en/thu-tuc/{CODE}/huong-dan.pdf"))
    assert "Papers you need" in text
    assert "Birth registration" in text


@pytest.mark.parametrize(
    "key",
    ["birth-registration", "housing-construction-permit", "environmental-impact-assessment", "certified-true-copy"],
)
def test_the_leaflet_is_one_sheet_of_a5(client: Client, key: str) -> None:
    found = pdf(client, f"/thu-tuc/{Procedure.objects.get(key=key).code}/to-roi.pdf")
    assert size_and_pages(found) == (A5, 1)


@pytest.mark.parametrize("kind", ["huong-dan", "to-roi"])
def test_there_is_no_paper_of_what_is_not_published(client: Client, kind: str) -> None:
    Procedure.objects.filter(code=CODE).update(current_version=None)
    assert client.get(f"/thu-tuc/{CODE}/{kind}.pdf").status_code == 404
    assert client.get(f"/thu-tuc/1.999999/{kind}.pdf").status_code == 404


def test_the_page_leads_to_both(client: Client) -> None:
    html = client.get(f"/thu-tuc/{CODE}/").content.decode()
    assert f'href="/thu-tuc/{CODE}/huong-dan.pdf"' in html
    assert f'href="/thu-tuc/{CODE}/to-roi.pdf"' in html


def test_the_page_names_who_guides_and_the_telephone(client: Client) -> None:
    html = client.get("/en/thu-tuc/3.000333/").content.decode()
    assert 'href="tel:' in html
    assert "Questions?" in html


def test_a_retired_procedure_keeps_a_page_that_says_so(client: Client) -> None:
    one = Procedure.objects.get(code=CODE)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert one.current_version is not None
    assert one.current_version.effective_from is not None and one.current_version.effective_from < yesterday
    retire(one.current_version, effective_to=yesterday)
    html = client.get(f"/en/thu-tuc/{CODE}/").content.decode()
    assert "no longer in force" in html
    assert f"{yesterday:%d/%m/%Y}" in html
    assert 'content="noindex' in html
    assert "/nop/" not in html


def test_nightly_projection_puts_todays_words_on_the_cards() -> None:
    from procedures.services import reproject

    one = Procedure.objects.get(code=CODE)
    Procedure.objects.filter(pk=one.pk).update(card={"vi": {"fee": "cũ"}, "en": {"fee": "old"}})
    assert reproject(on=timezone.localdate()) == 1
    one.refresh_from_db()
    assert one.card["en"]["fee"] != "old"
    assert reproject(on=timezone.localdate()) == 0


def test_fee_words_of_cards_follow_the_day() -> None:
    from procedures.classification import classify
    from procedures.content import parse
    from procedures.models import ProcedureVersion
    from procedures.services.projecting import card_of

    dated = [
        parse(version.content)
        for version in ProcedureVersion.objects.filter(state="published")
        if "valid_to" in str(version.content["fees"])
    ]
    assert dated, "the catalogue has fees with an end"
    changing = [
        content
        for content in dated
        if card_of(content, classify(content), "full", date(2026, 1, 2))
        != card_of(content, classify(content), "full", date(2030, 1, 2))
    ]
    assert changing
