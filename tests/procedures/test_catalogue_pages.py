"""The catalogue and every procedure's page render, lead where they should, and never fail on odd addresses."""

import re

import pytest
from django.test import Client

from procedures.models import Procedure
from procedures.services import set_use_rank
from tests.procedures.catalogue import entries

pytestmark = pytest.mark.django_db
CODES = tuple(sorted(entry["national_code"] or entry["local_code"] for entry in entries().values()))


@pytest.mark.parametrize("code", CODES)
def test_every_procedure_has_its_page(client: Client, code: str) -> None:
    for prefix in ("", "/en"):
        response = client.get(f"{prefix}/thu-tuc/{code}/")
        assert response.status_code == 200
        html = response.content.decode()
        assert not re.search(r"<script(?![^>]* src=)(?! type=.application/ld)|\sstyle=|\son[a-z]+=\"", html)
        assert len(response.content) < 100_000


def test_the_start_button_leads_to_filing(client: Client) -> None:
    assert 'href="/nop/1.001193/"' in client.get("/thu-tuc/1.001193/").content.decode()


def test_information_only_has_no_start_button(client: Client) -> None:
    assert "/nop/" not in client.get("/thu-tuc/1.011606/").content.decode()


@pytest.mark.parametrize("code", ["1.999999", "khai-sinh", "L.999999", "%00", "' OR 1=1", "a" * 300])
def test_an_unknown_code_is_the_same_not_found(client: Client, code: str) -> None:
    assert client.get(f"/thu-tuc/{code}/").status_code == 404


def test_an_unpublished_procedure_is_not_found(client: Client) -> None:
    Procedure.objects.filter(key="birth-registration").update(current_version=None)
    assert client.get("/thu-tuc/1.001193/").status_code == 404


def test_a_local_code_leads_to_the_national_one_once_it_is_published(client: Client) -> None:
    Procedure.objects.filter(local_code="L.000001").update(code="1.000111", national_code="1.000111")
    response = client.get("/thu-tuc/L.000001/")
    assert response.status_code == 301
    assert response["Location"] == "/thu-tuc/1.000111/"


def test_a_pasted_code_goes_straight_to_the_page(client: Client) -> None:
    response = client.get("/thu-tuc/", {"q": " 1.001193 "})
    assert response.status_code == 302
    assert response["Location"] == "/thu-tuc/1.001193/"


def test_an_unknown_pasted_code_is_an_empty_result_with_a_way_on(client: Client) -> None:
    html = client.get("/en/thu-tuc/", {"q": "1.999999"}).content.decode()
    assert "No procedure fits." in html
    assert "See all procedures" in html


def test_facets_narrow_the_list_and_can_be_taken_off(client: Client) -> None:
    html = client.get(
        "/en/thu-tuc/", {"q": "giay phep", "classification": "partial", "level": "commune"}
    ).content.decode()
    assert "mc-badge--full" not in html
    assert html.count('mc-chip"') == 2


def test_the_list_has_pages(client: Client) -> None:
    first = client.get("/en/thu-tuc/").content.decode()
    assert "75 procedures" in first
    assert 'rel="next"' in first
    last = client.get("/en/thu-tuc/", {"page": "8"}).content.decode()
    assert "61–75 of 75" in last


def test_most_filed_procedures_come_first(client: Client) -> None:
    chosen = Procedure.objects.get(key="marriage-registration")
    set_use_rank({chosen.pk: 400})
    html = client.get("/en/thu-tuc/").content.decode()
    assert html.index(chosen.code) < html.index('rel="next"')


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "9" * 40},
        {"page": "٣"},
        {"sort": "drop"},
        {"classification": ["nothing", "\x00"]},
        {"q": "\x00"},
        {"q": "\ud800".encode("utf-8", "replace").decode()},
        {"field": "x" * 500, "agency": "%", "fee": "maybe", "audience": "martians", "level": "moon"},
    ],
)
def test_odd_addresses_still_give_a_page(client: Client, query: dict) -> None:
    assert client.get("/thu-tuc/", query).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(client: Client, django_assert_max_num_queries) -> None:
    client.get("/thu-tuc/")
    client.get("/thu-tuc/", {"page": "2"})
    with django_assert_max_num_queries(3):
        client.get("/thu-tuc/", {"q": "giay"})


def test_a_procedure_page_is_few_queries(client: Client, django_assert_max_num_queries) -> None:
    client.get("/thu-tuc/1.001193/")
    with django_assert_max_num_queries(4):
        client.get("/thu-tuc/1.001193/")
