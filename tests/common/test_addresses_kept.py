"""An address leads where Django says, also the second time it is asked for."""

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from django.utils import translation

from common import addresses


def asked(path: str) -> HttpRequest:
    return RequestFactory().get(path)


def led(path: str) -> tuple[object, ...]:
    """Where the kept way leads."""
    request = asked(path)
    match = addresses.resolve(addresses.BaseHandler(), request)
    assert request.resolver_match is match
    return match.func, match.args, match.kwargs, match.view_name


@pytest.mark.parametrize("path", ["/", "/can-bo/", "/can-bo/ho-so/H37.12-261123-0001/", "/tra-cuu/"])
def test_the_same_page_each_time_with_the_parts_of_its_own_address(path: str) -> None:
    found = resolve(path)
    for _time in range(2):
        assert led(path) == (found.func, found.args, found.kwargs, found.view_name)


def test_addresses_that_differ_in_a_code_are_kept_apart() -> None:
    first, second = (led(f"/can-bo/ho-so/H37.12-261123-000{number}/") for number in (1, 2))
    assert first[2] == {"code": "H37.12-261123-0001"} and second[2] == {"code": "H37.12-261123-0002"}


def test_what_leads_nowhere_is_asked_anew_and_not_kept() -> None:
    before = len(addresses._known)
    for _time in range(2):
        with pytest.raises(Resolver404):
            led("/khong-co-trang-nay/")
    assert len(addresses._known) == before


def test_the_language_in_force_decides_as_before() -> None:
    """/en/… exists while the page is in English, and only then."""
    with translation.override("en"):
        assert led("/en/can-bo/")[3] == resolve("/en/can-bo/").view_name
    with translation.override("vi"), pytest.raises(Resolver404):
        led("/en/can-bo/")


def test_no_more_than_so_many_are_kept_and_no_long_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "MOST", 3)
    addresses._known.clear()
    for number in range(6):
        led(f"/can-bo/ho-so/H37.12-261123-{number:04}/")
    assert [key[0][-5:-1] for key in addresses._known] == ["0003", "0004", "0005"]
    led(f"/can-bo/ho-so/{'X' * 25}/")
    kept = set(addresses._known)
    monkeypatch.setattr(addresses, "LONGEST", 10)
    led("/can-bo/ho-so/H37.12-261123-0009/")
    assert set(addresses._known) == kept


def test_requests_of_this_process_are_led_so(db: None) -> None:
    addresses._known.clear()
    Client().get("/tra-cuu/")
    assert [key[0] for key in addresses._known] == ["/tra-cuu/"]
