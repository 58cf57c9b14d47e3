"""No input whatever gives a 500: hostile strings in addresses, queries, forms, headers and bodies, the same at every run."""

import ast
import random
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.portal.authz import ROWS
from tests.portal.house import ROOT, calls, modules, tree
from tests.portal.routes import Route, routes
from tests.portal.world import World, thrown_away

pytestmark = pytest.mark.django_db
SEED = 20261121
ROUNDS = 5
TWINS = {"owner": "receiving", "receiving": "owner"}
HOSTILE = (
    "", " ", "\x00", "a\x00b", "%00", "\u202egpj.exe", "\u200b\u200c\ufeff", "e" + "\u0301" * 400, "\U0001f600" * 50,
    "ﷺ" * 30, "\ud7ff\ue000\uffff", "x" * 50_000, "Đ" * 20_000, "'", "' OR 1=1 --", "\"; DROP TABLE x; --", "\\", "%", "_%_%",
    "{{ 7|add:7 }}{% debug %}", "{% include 'settings.py' %}", "${7*7}", "<script>alert(1)</script>", "\"><svg onload=x>",
    "../../../../etc/passwd", "..\\..\\", "\r\nSet-Cookie: x=1", "\n", "\t", "NaN", "Infinity", "-Infinity", "1e400", "-1",
    "0", "9" * 30, "9" * 5000, "-9223372036854775809", "9223372036854775808", "2147483648", "²", "٣", "Ⅷ", "1_000", "0x10",
    "1.2.3", "31/02/2026", "2026-13-45", "00/00/0000", "29/02/1900", "99:99", "null", "undefined", "true", "[]", "{}",
    "[object Object]", "a" * 255, "a@b", "+84" + "9" * 40, "0" * 12, "00000000-0000-0000-0000-000000000000", "not-a-uuid",
    "H37.12-261121-0001", "id__gt", "password__startswith", "--", "/", "//", "\\N", "(" * 3000, "[" * 3000, "a" * 100 + "!",
)  # fmt: skip
ODD = (
    "a\x00b", "\U0001f600", "9" * 30, "9" * 5000, "-1", "0", "-9223372036854775809", "9223372036854775808", "2147483648", "²",
    "٣", "Ⅷ", "1e400", "NaN", "1.5", "'", "%", "\\", "not-a-uuid", "x" * 3000, "[]", "/", "H37.12-261121-0001", "receive",
)  # fmt: skip
NAMES = {"page", "q", "next", "sort", "tab", "after", "before", "version", "sure", "later", "file", "upload", "remove"}


def names_read_in(path: Path) -> set[str]:
    """Every name that a module reads from an address or a form."""
    return {
        str(call.args[0].value)
        for call in calls(tree(path))
        if re.search(r"\.(GET|POST|FILES|data)\.(get|getlist)$", ast.unparse(call.func))
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


PARAMETERS = sorted(NAMES.union(*(names_read_in(path) for path in modules())))


def fields_of(html: str) -> list[str]:
    """The names of a page's form fields."""
    return sorted(set(re.findall(r'\bname="([^"]{1,80})"', html)) - {"csrfmiddlewaretoken", "viewport", "robots"})


def filled(chance: random.Random, names: list[str]) -> dict[str, str | list[str]]:
    """A hostile value for each name, some of them twice."""
    return {
        name: [chance.choice(HOSTILE), chance.choice(HOSTILE)] if chance.random() < 0.15 else chance.choice(HOSTILE)
        for name in names
    }


def kept(values: dict[str, str | list[str]], limit: int = 1_900_000) -> dict[str, str | list[str]]:
    """At most what a request may carry (beyond that the answer is 413 before anybody reads it)."""
    size, found = 0, {}
    for name, value in values.items():
        size += sum(len(text.encode(errors="replace")) * 3 for text in ([value] if isinstance(value, str) else value))
        if size < limit:
            found[name] = value
    return found


def survives(answer: HttpResponse, what: str, wrong: list[str]) -> None:
    if answer.status_code >= 500:
        wrong.append(f"{what}: {answer.status_code}")


def who_may(route: Route) -> list[str]:
    row = ROWS[route.name]
    entitled = [p for p in ("owner", "receiving") if row.get[p] == "a page" or row.post[p] == "an answer"]
    public = (
        ["anonymous"] if row.get["anonymous"] == "a page" or row.post["anonymous"] in {"an answer", "unproven"} else []
    )
    return public or entitled or ["owner"]


FUZZED = [route for route in routes() if route.name in ROWS and route.name != "readyz"]


@pytest.mark.parametrize("route", FUZZED, ids=lambda route: route.name)
def test_hostile_values_in_addresses_and_forms_are_answered(route: Route, world: World):
    chance, wrong = random.Random(f"{SEED}{route.name}"), []
    for persona in who_may(route):
        client = world.client(persona)
        for arguments in world.samples(route.name, route.parameters):
            url = route.url(**arguments)
            with thrown_away():
                first = client.get(url)
                names = fields_of(first.content.decode(errors="replace")) if not first.streaming else []
            zero = dict.fromkeys([*names, *PARAMETERS], "a\x00b")
            with thrown_away():
                survives(client.post(url, zero), f"{persona} POST {url} zero characters", wrong)
            for _ in range(ROUNDS):
                query = kept(filled(chance, chance.sample(PARAMETERS, min(12, len(PARAMETERS)))), 60_000)
                with thrown_away():
                    survives(client.get(url, query), f"{persona} GET {url} {shown(query)}", wrong)
                form = kept(filled(chance, [*names, *chance.sample(PARAMETERS, 8)]))
                with thrown_away():
                    survives(client.post(url, form), f"{persona} POST {url} {shown(form)}", wrong)
    assert not wrong, "\n".join(wrong[:5])


def shown(values: dict[str, str | list[str]]) -> str:
    return ", ".join(f"{name}={ascii(value)[:60]}" for name, value in values.items())[:1500]


@pytest.mark.parametrize("route", FUZZED, ids=lambda route: route.name)
def test_odd_values_of_what_a_view_reads_itself_are_answered(route: Route, world: World):
    """What no form checks: numbers that are none, numbers beyond the database, names of nothing."""
    wrong: list[str] = []
    path = ROOT.joinpath(*route.module.split(".")).with_suffix(".py")
    names = names_read_in(path) if path.is_file() else set()
    for persona in who_may(route) if names else []:
        client = world.client(persona)
        for arguments in world.samples(route.name, route.parameters):
            for value in ODD:
                for method in ("get", "post"):
                    with thrown_away():
                        answer = getattr(client, method)(route.url(**arguments), dict.fromkeys(names, value))
                    survives(answer, f"{persona} {method} {route.name} {sorted(names)} = {ascii(value)[:40]}", wrong)
    assert not wrong, "\n".join(wrong[:5])


TEXTS = [route for route in FUZZED if route.parameters & {"code", "slug", "key", "section", "part"}]


@pytest.mark.parametrize("route", TEXTS, ids=lambda route: route.name)
def test_hostile_addresses_are_answered(route: Route, world: World):
    wrong: list[str] = []
    client = world.client(who_may(route)[0])
    for arguments in world.samples(route.name, route.parameters):
        url = route.url(**arguments)
        for name in sorted(route.parameters & {"code", "slug", "key", "section", "part"}):
            for value in HOSTILE:
                text = quote(value.encode(errors="replace"), safe="")[:4000]
                address = url.replace(quote(str(arguments[name])), text or "%20")
                with thrown_away():
                    survives(client.get(address), f"GET {address[:200]}", wrong)
                if len(value) < 20:
                    with thrown_away():
                        survives(client.post(address), f"POST {address[:200]}", wrong)
    assert not wrong, "\n".join(wrong[:5])


BODIES = (
    (b"", "application/json"),
    (b"{", "application/json"),
    (b"[" * 20_000, "application/json"),
    (b'{"reference": 1, "status": [], "event_id": null}', "application/json"),
    (b"\xff\xfe\x00", "application/json"),
    (b"\x00" * 5000, "application/octet-stream"),
    (b"a=%zz&b=%ff&%00=1&=&&&", "application/x-www-form-urlencoded"),
    (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
    (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb', "multipart/form-data; boundary=x"),
    (b"anything", "multipart/form-data"),
    (b"anything", "multipart/form-data; boundary=\xc4\x90"),
    (b"a=1", "application/x-www-form-urlencoded; charset=utf-99"),
    (b"a=1", "\x00"),
    (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'a'>]><x>&a;</x>", "application/xml"),
)
HEADERS: tuple[dict[str, str], ...] = (
    {"accept-language": "x" * 5000},
    {"accept-language": "vi;q=abc,\x00"},
    {"cookie": "sessionid=\x00; django_language='"},
    {"cookie": "django_language=../../etc; sessionid=" + "a" * 4000},
    {"cookie": "messages=garbage; csrftoken=x"},
    {"range": "bytes=" + "9" * 50 + "-"},
    {"referer": "http://[::1"},
    {"x-forwarded-for": "'; --, 1.2.3.4, ::::"},
    {"hx-request": "true", "hx-current-url": "http://[" + "x" * 3000},
    {"x-requested-with": "fetch", "accept": "*/*;q=x"},
    {"x-timestamp": "9" * 400, "x-signature": "é" * 64},
    {"x-timestamp": "-1", "x-signature": "\x00"},
    {"content-length": "-5"},
    {"if-none-match": "\"" * 300, "if-modified-since": "yesterday"},
)  # fmt: skip


@pytest.mark.parametrize("route", [route for route in FUZZED if not route.parameters], ids=lambda route: route.name)
def test_hostile_bodies_and_headers_are_answered(route: Route, world: World):
    wrong: list[str] = []
    url, client = route.url(), world.client(who_may(route)[0])
    for body, kind in BODIES:
        with thrown_away():
            survives(client.generic("POST", url, body, content_type=kind), f"POST {url} {body[:30]!r} {kind!r}", wrong)
    for headers in HEADERS:
        for method in ("GET", "POST"):
            with thrown_away():
                answer = client.generic(method, url, headers=headers)
                survives(answer, f"{method} {url} {headers}", wrong)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD", "BREW"):
        with thrown_away():
            survives(client.generic(method, url), f"{method} {url}", wrong)
    assert not wrong, "\n".join(wrong[:5])


FILE_NAMES = (
    "\x00.pdf",
    "a/../../b.pdf",
    "CON.pdf",
    "x" * 4000 + ".pdf",
    "\u202efdp.exe",
    "a\r\nX: y.pdf",
    "'.pdf",
    "." * 50,
    "🦊.pdf",
)


def test_hostile_file_names_and_contents_are_answered(world: World):
    client, wrong = world.client("owner"), []
    paper = world.draft.papers.order_by("pk").first()
    assert paper is not None
    draft = {"code": world.draft.procedure.code, "draft": world.draft.public_id}
    by_name = {route.name: route for route in routes()}
    places = (
        (by_name["dossiers:upload_file"].url(**draft), "file", {"paper": paper.key}),
        (by_name["dossiers:papers"].url(**draft), paper.key, {"upload": paper.key}),
        (by_name["dossiers:verify"].url(), "file", {"check_file": "1"}),
    )
    for url, field, values in places:
        for name in FILE_NAMES:
            for content in (
                b"",
                b"\x00",
                b"%PDF-1.7\n",
                b"%PDF-1.4\n" + b"[" * 9000,
                b"\x89PNG\r\n\x1a\n" + b"\xff" * 100,
                b"PK\x03\x04",
            ):
                with thrown_away():
                    sent = SimpleUploadedFile("x", content)
                    sent.name = name
                    survives(client.post(url, values | {field: sent}), f"{url} {name[:20]!r} {content[:9]!r}", wrong)
    assert not wrong, "\n".join(wrong[:5])


@pytest.mark.parametrize(
    "path",
    [
        "/\x00",
        "/%00",
        "/thu-tuc/%00/",
        "/ho-so/%00/",
        "/en/%00",
        "/%ff%fe/",
        "/" + "a/" * 2000,
        "/?" + "a=1&" * 900,
        "/nop/1.001193/%00/",
    ],
)
def test_odd_paths_are_answered(path):
    assert Client(raise_request_exception=False).get(path).status_code < 500


def test_a_zero_character_never_reaches_the_database(world: World):
    """PostgreSQL refuses it in every text; each form says so itself, or drops it."""
    with thrown_away():
        for url in (
            "/tra-cuu/",
            "/xac-thuc/",
            "/tai-khoan/dang-nhap/",
            "/tai-khoan/dang-ky/",
            "/tai-khoan/quen-mat-khau/",
        ):
            data = {
                "code": "H37\x00",
                "secret": "\x00",
                "username": "a\x00b",
                "password": "a\x00b",
                "phone": "09\x0012345678",
            }
            assert Client(raise_request_exception=False).post(url, data).status_code < 500
        with connection.cursor() as cursor:  # the transaction is still alive: no statement failed
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)


def test_the_fuzz_knows_the_names_the_pages_read():
    assert len(PARAMETERS) > 25
    assert any(names_read_in(path) for path in modules() if path.name == "queue.py")
