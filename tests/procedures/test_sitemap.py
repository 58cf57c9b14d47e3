"""Search engines find every public page once per language, with a title, a description and the facts of the service."""

import html
import json
import re
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from procedures.models import Procedure

pytestmark = pytest.mark.django_db
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def sitemap(client: Client) -> ET.Element:
    answer = client.get("/sitemap.xml")
    assert answer["Content-Type"].startswith("application/xml")
    return ET.fromstring(answer.content)


def test_every_procedure_stands_in_the_sitemap_in_both_languages(client: Client) -> None:
    found = {one.text for one in sitemap(client).iterfind("s:url/s:loc", SPACES)}
    for code in Procedure.objects.published().values_list("code", flat=True):
        assert f"{settings.PUBLIC_URL}/thu-tuc/{code}/" in found
        assert f"{settings.PUBLIC_URL}/en/thu-tuc/{code}/" in found


def test_every_address_of_the_sitemap_is_a_page_that_names_itself(client: Client) -> None:
    rows = sitemap(client).findall("s:url", SPACES)
    for row in rows[:: max(1, len(rows) // 40)]:
        address = row.find("s:loc", SPACES).text  # type: ignore[union-attr]
        text = client.get(address.removeprefix(settings.PUBLIC_URL)).content.decode()  # type: ignore[union-attr]
        if 'rel="canonical"' in text:
            assert f'<link rel="canonical" href="{address}">' in text
        both = {one.get("hreflang"): one.get("href") for one in row.iterfind("x:link", SPACES)}
        assert set(both) == {"vi", "en"}
        assert address in both.values()


def test_a_procedure_that_is_over_leaves_the_sitemap(client: Client) -> None:
    Procedure.objects.filter(key="birth-registration").update(current_version=None)
    assert "1.001193" not in client.get("/sitemap.xml").content.decode()


def test_robots_name_the_sitemap(client: Client) -> None:
    assert f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_procedure_page_describes_itself(client: Client, prefix: str) -> None:
    seen = set()
    for code in Procedure.objects.published().values_list("code", flat=True):
        text = client.get(f"{prefix}/thu-tuc/{code}/").content.decode()
        title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])  # type: ignore[index]
        description = html.unescape(re.search(r'<meta name="description" content="([^"]+)"', text)[1])  # type: ignore[index]
        assert 20 <= len(description) <= 300
        assert f'rel="canonical" href="{settings.PUBLIC_URL}{prefix}/thu-tuc/{code}/"' in text
        assert text.count('rel="alternate" hreflang=') == 3
        seen.add(title)
    assert len(seen) >= 74, "titles tell procedures apart"


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_facts_of_the_service_are_data_of_schema_org(client: Client, prefix: str) -> None:
    text = client.get(f"{prefix}/thu-tuc/1.001193/").content.decode()
    facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert facts["@type"] == "GovernmentService"
    assert facts["identifier"] == "1.001193"
    assert facts["url"] == f"{settings.PUBLIC_URL}{prefix}/thu-tuc/1.001193/"
    assert facts["provider"]["name"]
    assert facts["inLanguage"] == (prefix.strip("/") or "vi")


def test_the_facts_cannot_leave_their_element(client: Client) -> None:
    one = Procedure.objects.select_related("field").get(key="birth-registration")
    one.field.name_vi = "</script><script>alert(1)</script>"
    one.field.save()
    text = client.get("/thu-tuc/1.001193/").content.decode()
    assert "<script>alert" not in text


def test_what_is_searched_for_is_not_for_search_engines(client: Client) -> None:
    assert 'content="noindex' in client.get("/thu-tuc/", {"q": "khai sinh"}).content.decode()
    assert 'content="noindex' in client.get("/thu-tuc/", {"page": "2"}).content.decode()
    assert "noindex" not in client.get("/thu-tuc/").content.decode()
