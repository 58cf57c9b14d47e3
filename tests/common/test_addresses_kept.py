"""An address leads where Django says, also the second time it is asked for."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import Resolver404, get_resolver, resolve
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter
from django.urls.resolvers import RegexPattern
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


def test_one_drafts_address_stands_for_all_others_of_its_kind() -> None:
    """The number of a draft reaches the page as a number, the procedure's code as it stands."""
    addresses._known.clear()
    for number in range(1, 4):
        draft = UUID(int=number)
        for part in ("", "kiem-tra/"):
            path = f"/nop/2.000986/{draft}/{part}"
            found = resolve(path)
            assert led(path) == (found.func, found.args, found.kwargs, found.view_name)
            assert found.kwargs == {"code": "2.000986", "draft": draft}
    assert len(addresses._known) == 2
    assert led(f"/nop/1.000001/{UUID(int=9)}/")[2] == {"code": "1.000001", "draft": UUID(int=9)}
    assert len(addresses._known) == 3, "another procedure's address is another one"


def test_two_codes_in_an_address_are_not_mistaken_for_each_other() -> None:
    addresses._known.clear()
    one, other = "H37.12-261123-0001", "H37.12-261123-0002"
    pairs = [(one, other), (other, one), (one, one), (other, other), ("khac", one), (one, "khac")]
    for code, key in [*pairs, *pairs]:
        assert led(f"/can-bo/ho-so/{code}/giay-to/{key}/")[2] == {"code": code, "key": key}


def test_a_number_where_a_code_is_expected_is_another_kind_of_address() -> None:
    addresses._known.clear()
    for said in ("H37.12-261123-0001", "H37-261123-0001", str(UUID(int=1)), str(UUID(int=2))):
        assert led(f"/can-bo/ho-so/{said}/")[2] == {"code": said}
    assert len(addresses._known) == 3


def test_nothing_that_is_typed_into_an_address_is_taken_for_the_sign_of_a_code() -> None:
    addresses._known.clear()
    led("/can-bo/ho-so/H37.12-261123-0001/")
    for odd in ("\0", "(,)", "[[code]]", "%s"):
        assert led(f"/can-bo/ho-so/{odd}/")[2] == {"code": odd}
    assert led("/can-bo/ho-so/H37.12-261123-0002/")[2] == {"code": "H37.12-261123-0002"}


def test_what_takes_one_code_or_number_takes_every_other_of_its_kind() -> None:
    """Else one could not stand for all; and none is written into an address."""
    every = leaves(get_resolver().url_patterns)
    kinds = {type(one) for part in every for one in getattr(part.pattern, "converters", {}).values()}
    assert kinds == {StringConverter, UUIDConverter, IntConverter, SlugConverter}
    assert not [one for one in every if addresses.SAID.search(f"/{one.pattern}/")]
    assert not [one for one in every if type(one.pattern) is RegexPattern]
    alike = {
        "code": ("H37.12-261123-0001", "A.-000000-00000", "H37.12.01-991231-123456"),
        "short": ("H37-261123-0001", "A-000000-00000"),
        "uuid": (str(UUID(int=1)), str(uuid4())),
    }
    for kind, said in alike.items():
        assert [match.lastgroup for one in said for match in addresses.SAID.finditer(f"/{one}/")] == [kind] * len(said)
        for converter in kinds:
            assert len({bool(re.fullmatch(converter.regex, one)) for one in said}) == 1, (kind, converter)


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
