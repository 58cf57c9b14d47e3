"""An address leads where Django says, also the second time it is asked for."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import Resolver404, get_resolver, resolve
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


def test_one_dossiers_address_stands_for_all_others_of_its_kind() -> None:
    addresses._known.clear()
    for number in range(1, 4):
        code = f"H37.12-261123-{number:04}"
        for part in ("", "lich-su/", "viec/chuyen-tiep/"):
            path = f"/can-bo/ho-so/{code}/{part}"
            found = resolve(path)
            assert led(path) == (found.func, found.args, found.kwargs, found.view_name)
    assert len(addresses._known) == 3


def test_a_code_in_another_place_of_the_address_is_no_dossiers_code() -> None:
    """It stands for itself alone."""
    addresses._known.clear()
    code = "H37.12-261123-0001"
    for path in (f"/can-bo/ho-so/{code}/giay-to/{code}/", f"/can-bo/ho-so/khac/giay-to/{code}/"):
        found = resolve(path)
        assert led(path) == led(path) == (found.func, found.args, found.kwargs, found.view_name)
    other = "H37.12-261123-0002"
    path = f"/can-bo/ho-so/{other}/giay-to/{code}/"
    assert led(path)[2] == resolve(path).kwargs == {"code": other, "key": code}


def test_nothing_that_is_typed_into_an_address_is_taken_for_the_sign_of_a_code() -> None:
    addresses._known.clear()
    led("/can-bo/ho-so/H37.12-261123-0001/")
    for odd in ("\0", "(,)", "[[code]]", "%s"):
        assert led(f"/can-bo/ho-so/{odd}/")[2] == {"code": odd}
    assert led("/can-bo/ho-so/H37.12-261123-0002/")[2] == {"code": "H37.12-261123-0002"}


def test_no_page_asks_more_of_a_code_than_that_it_is_a_text() -> None:
    """Else one code could not stand for all; and none is written into an address."""
    kinds = {
        type(pattern.pattern.converters["code"]).__name__
        for pattern in leaves(get_resolver().url_patterns)
        if "code" in getattr(pattern.pattern, "converters", {})
    }
    assert kinds == {"StringConverter"}
    assert not [one for one in leaves(get_resolver().url_patterns) if addresses.CODE.search(f"/{one.pattern}/")]


def leaves(patterns: list[Any]) -> list[Any]:
    return [one for part in patterns for one in (part, *leaves(getattr(part, "url_patterns", [])))]


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
        led(f"/can-bo/ho-so/X{number}/")
    assert [str(key[0])[-3:-1] for key in addresses._known] == ["X3", "X4", "X5"]
    led(f"/can-bo/ho-so/{'X' * 25}/")
    kept = set(addresses._known)
    monkeypatch.setattr(addresses, "LONGEST", 10)
    led("/can-bo/ho-so/X9/")
    assert set(addresses._known) == kept


def test_requests_of_this_process_are_led_so(db: None) -> None:
    addresses._known.clear()
    Client().get("/tra-cuu/")
    assert [key[0] for key in addresses._known] == ["/tra-cuu/"]
