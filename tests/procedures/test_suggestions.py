"""Suggestions come while somebody types, cheaply, and are no more than the search's own first results."""

import re

import pytest
from django.test import Client

from procedures import finding
from procedures.models import Procedure
from procedures.services import set_use_rank

pytestmark = pytest.mark.django_db


def suggested(client: Client, text: str, prefix: str = "") -> list[str]:
    html = client.get(f"{prefix}/thu-tuc/goi-y/", {"q": text}).content.decode()
    return re.findall(r'data-url="[^"]*/thu-tuc/([^/"]+)/"', html)


@pytest.mark.parametrize("text", ["khai s", "Khai si", "khai sin", "khai sinh", "đăng ký khai s"])
def test_an_unfinished_word_is_enough(client: Client, text: str) -> None:
    assert "1.001193" in suggested(client, text)


def test_a_slip_is_forgiven(client: Client) -> None:
    assert "1.001193" in suggested(client, "khai snih")


@pytest.mark.parametrize("text", ["", " ", "k", "\x00", "%", "<script>", "a" * 5000, "qwrtpsdf zxcvb"])
def test_too_little_or_nonsense_suggests_nothing_and_breaks_nothing(client: Client, text: str) -> None:
    assert client.get("/thu-tuc/goi-y/", {"q": text}).status_code == 200


def test_at_most_eight_and_the_most_filed_first(client: Client) -> None:
    chosen = Procedure.objects.get(key="international-driving-permit")
    set_use_rank({chosen.pk: 900})
    found = suggested(client, "giay phep")
    assert len(found) == 8
    assert found[0] == chosen.code


def test_options_are_ready_for_a_list_box(client: Client) -> None:
    html = client.get("/en/thu-tuc/goi-y/", {"q": "birth"}).content.decode()
    assert html.count('role="option"') == html.count('aria-selected="false"') >= 1
    assert "Birth registration" in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_they_cost_at_most_three_statements(client: Client, django_assert_max_num_queries) -> None:
    client.get("/thu-tuc/goi-y/", {"q": "khai"})
    with django_assert_max_num_queries(3):
        client.get("/thu-tuc/goi-y/", {"q": "giay phep xay"})


def test_what_is_published_or_renamed_is_found_at_once(client: Client) -> None:
    one = Procedure.objects.get(key="birth-registration")
    assert "1.001193" in suggested(client, "khai sinh")
    Procedure.objects.filter(pk=one.pk).update(current_version=None)
    assert "1.001193" not in suggested(client, "khai sinh")
    Procedure.objects.filter(pk=one.pk).update(
        current_version=one.current_version, name_vi="Đặt tên cho sao chổi", search_text="dat ten cho sao choi"
    )
    assert suggested(client, "sao choi") == ["1.001193"]


def test_without_the_script_the_field_is_a_plain_search(client: Client) -> None:
    for address in ("/", "/thu-tuc/"):
        html = client.get(address).content.decode()
        assert re.search(r'<form class="mc-search" action="/thu-tuc/" role="search"', html)
        assert '<input id="q" name="q" type="search"' in html


def test_the_index_is_not_read_anew_while_nothing_changes(django_assert_num_queries) -> None:
    kept = finding.current()
    with django_assert_num_queries(1):
        assert finding.current() is kept
