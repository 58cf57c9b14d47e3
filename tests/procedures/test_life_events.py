"""Life events lead to their procedures, and nothing in the catalogue is more than three clicks from the home page."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from procedures import finding
from procedures.models import Procedure
from procedures.services import set_use_rank

pytestmark = pytest.mark.django_db
CLICKS = 3
LINK = re.compile(r'<a\b[^>]*\bhref="([^"#]+)"')


def links(client: Client, address: str) -> set[str]:
    """Addresses of the catalogue and the home page that the page links to."""
    answer = client.get(address, follow=True)
    found = LINK.findall(answer.content.decode())
    return {text.replace("&amp;", "&") for text in found if text == "/" or text.startswith(("/thu-tuc/", "?"))}


def steps_from_home(client: Client) -> Iterator[tuple[int, str]]:
    """(clicks, address) of every page of the catalogue that can be reached, by links alone."""
    known, edge = {"/"}, {"/"}
    for clicks in range(1, CLICKS + 1):
        reached = {
            link if link.startswith("/") else f"{page.partition('?')[0]}{link}"
            for page in edge
            for link in links(client, page)
        }
        edge = {page for page in reached - known if not page.endswith(".pdf")}
        known |= edge
        yield from ((clicks, page) for page in edge)


def test_every_procedure_is_at_most_three_clicks_from_home(client: Client) -> None:
    codes = set(Procedure.objects.published().values_list("code", flat=True))
    reached: dict[str, int] = {}
    for clicks, page in steps_from_home(client):
        if match := re.fullmatch(r"/thu-tuc/([^/?]+)/", page):
            reached.setdefault(match[1], clicks)
    missing = codes - reached.keys()
    print(f"{len(codes) - len(missing)} of {len(codes)} procedures within {CLICKS} clicks")  # noqa: T201 - the rates are what the test is for
    assert not missing
    assert len(codes) == 75


def test_every_event_has_procedures_that_exist(client: Client) -> None:
    keys = set(Procedure.objects.published().values_list("key", flat=True))
    for event in finding.life_events():
        assert set(event.procedures) <= keys, event.key
        html = client.get(f"/en/thu-tuc/su-kien/{event.key}/").content.decode()
        assert event.title["en"] in html
        for code in Procedure.objects.filter(key__in=event.procedures).values_list("code", flat=True):
            assert f'href="/en/thu-tuc/{code}/"' in html


def test_the_home_page_shows_every_event(client: Client) -> None:
    html = client.get("/").content.decode()
    for event in finding.life_events():
        assert f'href="/thu-tuc/su-kien/{event.key}/"' in html


@pytest.mark.parametrize("address", ["su-kien/khong-co", "linh-vuc/khong-co", "co-quan/khong-co"])
def test_an_unknown_event_field_or_agency_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/thu-tuc/{address}/").status_code == 404


def test_a_field_names_all_its_procedures_on_one_page(client: Client) -> None:
    html = client.get("/thu-tuc/linh-vuc/ho-tich/").content.decode()
    for code in Procedure.objects.filter(field__key="ho-tich").values_list("code", flat=True):
        assert f'href="/thu-tuc/{code}/"' in html


def test_communes_stand_together_as_one_agency(client: Client) -> None:
    html = client.get("/thu-tuc/co-quan/xa/").content.decode()
    assert 'href="/thu-tuc/1.001193/"' in html


def test_an_event_is_a_facet_of_the_search(client: Client) -> None:
    html = client.get("/en/thu-tuc/", {"event": "xe-va-lai-xe"}).content.decode()
    assert "Vehicles and driving licence" in html
    assert 'href="/en/thu-tuc/1.001193/"' not in html


def test_the_most_filed_procedures_stand_on_the_home_page(client: Client) -> None:
    assert "Filed most often" not in client.get("/en/").content.decode()
    chosen = Procedure.objects.get(key="marriage-registration")
    set_use_rank({chosen.pk: 12})
    html = client.get("/en/").content.decode()
    assert "Filed most often" in html
    assert f'href="/en/thu-tuc/{chosen.code}/"' in html
