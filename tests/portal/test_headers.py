"""What the browser is told on every answer, what the templates never contain, and what people see when something fails."""

import re
from html import unescape
from pathlib import Path

import psycopg2
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.http import parse_http_date

from documents.models import StoredFile
from documents.services import serve
from documents.services.intake import store_bytes
from dossiers.views.officer import access
from portal.views import errors
from tests.cast import MONDAY, PDF
from tests.portal.house import ROOT, modules, name_of, templates
from tests.portal.routes import routes

pytestmark = pytest.mark.django_db
POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
INCIDENT = re.compile(r"\b[2-9A-Z]{3}-[2-9A-Z]{4}\b")
TRACE = re.compile(r"Traceback|File &quot;|\.py\b|Exception|line \d+|psycopg|SELECT |django\.", re.IGNORECASE)
HOSTILE_TARGETS = (
    "https://evil.example/", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "https:evil.example", "http:///evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    "\t//evil.example", " //evil.example", "/%09/evil.example", "//evil.example/%2e%2e", "https://testserver@evil.example/",
    "https://testserver.evil.example/", "//testserver\\@evil.example", "/en//evil.example", "/en/\\evil.example",
    "\x00//evil.example", "/\r\nLocation: https://evil.example", "//[::1]/", "http://0x7f000001/", "/.//evil.example",
    "/;@evil.example", "////", "//", "https://", "ftp://evil.example",
)  # fmt: skip


def policy_of(answer: HttpResponse) -> dict[str, set[str]]:
    parts = (part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip())
    return {name: set(values) for name, *values in parts}


def guarded(answer: HttpResponse) -> None:
    """The headers every answer carries, whatever it is."""
    headers = answer.headers
    policy = policy_of(answer)
    assert {name: policy.get(name) for name in POLICY} == POLICY
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert not {"Server", "X-Powered-By"} & set(headers)


PLAIN = [route for route in routes() if not route.parameters]


@pytest.mark.parametrize("route", PLAIN, ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post", "options", "delete"])
def test_every_answer_is_guarded(route, method):
    client = Client(raise_request_exception=False)
    answer = getattr(client, method)(route.url())
    assert answer.status_code < 500 or route.name == "readyz"
    guarded(answer)


@pytest.mark.parametrize(
    "path", ["/khong-co/", "/en/nothing/", "/thu-tuc/x/", "/ho-so/../../etc/passwd", "/%00", "/%ff"]
)
def test_answers_to_unknown_addresses_are_guarded(client: Client, path):
    guarded(client.get(path))


def test_failures_are_guarded(monkeypatch):
    from portal.views import home

    def broken(*arguments, **options):
        raise RuntimeError("secret of the inside 020190000417")

    monkeypatch.setattr(home, "render", broken)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    guarded(answer)
    html = answer.content.decode()
    assert INCIDENT.search(html)
    assert "020190000417" not in html
    assert not TRACE.search(re.sub(r"<[^>]+>", " ", html))


def test_a_database_that_is_away_is_guarded_and_says_when_to_come_back(monkeypatch):
    from portal.views import home

    def away(*arguments, **options):
        raise OperationalError("server closed the connection 10.1.2.3")

    monkeypatch.setattr(home, "render", away)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    guarded(answer)
    assert "10.1.2.3" not in answer.content.decode()
    assert INCIDENT.search(answer.content.decode())


@pytest.mark.parametrize(
    ("path", "kind"), [("/tai-khoan/", "text/html"), ("/api/v1/dossiers/", "application/problem+json")]
)
def test_a_database_lost_while_the_session_is_read_is_a_503_too(monkeypatch, path, kind):
    from accounts import middleware

    def away(request):
        raise OperationalError("server closed the connection 10.1.2.3")

    monkeypatch.setattr(middleware, "_is_signed_in", away)
    answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["Content-Type"].startswith(kind)
    guarded(answer)
    assert "10.1.2.3" not in answer.content.decode()


@pytest.mark.parametrize(
    ("cause", "status"), [(psycopg2.DatabaseError("server closed the connection"), 503), (None, 500)]
)
def test_a_connection_cut_in_the_middle_of_an_answer_is_a_503_too(monkeypatch, cause, status):
    from portal.views import home

    def cut(*arguments, **options):
        raise DatabaseError("server closed the connection") from cause

    monkeypatch.setattr(home, "render", cut)
    assert Client(raise_request_exception=False).get("/").status_code == status


def test_a_mistake_of_ours_in_middleware_stays_a_500(monkeypatch):
    from accounts import middleware

    def wrong(request):
        raise RuntimeError

    monkeypatch.setattr(middleware, "_is_signed_in", wrong)
    assert Client(raise_request_exception=False).get("/tai-khoan/").status_code == 500


def test_static_files_are_guarded(settings, tmp_path: Path):
    (tmp_path / "a.css").write_text("p{}")
    settings.STATIC_ROOT = tmp_path
    answer = Client().get("/static/a.css")
    assert answer.status_code == 200
    guarded(answer)


def test_downloads_are_guarded_more_strictly(django_user_model):
    user = django_user_model.objects.create(username="x", full_name="X", kind="officer")
    row = store_bytes(PDF, name="giấy tờ\r\nX-Evil: 1.pdf", room="dossiers", purpose="paper", owner=user, at=MONDAY)
    StoredFile.objects.filter(pk=row.pk).update(state="clean")
    headers = serve(StoredFile.objects.get(pk=row.pk)).headers
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "no-store" in headers["Cache-Control"]
    assert "X-Evil" not in headers


def test_a_page_of_the_desk_tells_caches_what_django_would_tell_them():
    """The words are written once; Django's own are the measure."""
    ours, djangos = HttpResponse(), HttpResponse()
    access._never_kept(ours)
    add_never_cache_headers(djangos)
    assert ours.headers["Cache-Control"] == djangos.headers["Cache-Control"]
    seconds = [parse_http_date(one.headers["Expires"]) for one in (ours, djangos)]
    assert abs(seconds[0] - seconds[1]) <= 5
    said = HttpResponse(headers={"Cache-Control": "max-age=600"})
    access._never_kept(said)  # a view that would let its page be kept is not listened to
    assert {"no-store", "private", "max-age=0"} <= set(said.headers["Cache-Control"].split(", "))


def test_pages_of_a_person_are_kept_nowhere(client: Client, django_user_model):
    user = django_user_model.objects.create(username="x", full_name="X", kind="citizen")
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    for path in ("/", "/tai-khoan/", "/ho-so/", "/khong-co/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]


def test_cookies_are_not_for_scripts_or_other_sites(client: Client, django_user_model):
    user = django_user_model.objects.create_user("x", "mot con vit xoe hai cai canh", full_name="X", kind="officer")
    answer = client.post(
        "/tai-khoan/dang-nhap/", {"username": user.username, "password": "mot con vit xoe hai cai canh"}
    )
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# ── hosts and redirects ──
@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "", "a b", "127.0.0.2"]
)
def test_a_foreign_host_is_refused(host):
    answer = Client(raise_request_exception=False).get("/", headers={"host": host})
    assert answer.status_code == 400
    guarded(answer)
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Rewrite-URL"])
def test_no_other_header_names_the_host(client: Client, header):
    html = client.get("/", headers={header: "evil.example"}).content.decode()
    assert "evil.example" not in html


def is_elsewhere(address: str) -> bool:
    """Whether a browser would leave our site: it takes \\ for / and drops tabs and line ends."""
    where = re.sub(r"[\t\r\n\x00]", "", address).strip().replace("\\", "/")
    return bool(where) and (not where.startswith("/") or where.startswith("//"))


def leads_away(answer: HttpResponse) -> bool:
    return is_elsewhere(answer.headers.get("Location", ""))


@pytest.mark.parametrize("target", HOSTILE_TARGETS)
def test_nobody_is_led_to_a_foreign_site(target):
    password = "mot con vit xoe hai cai canh"
    from accounts.models import User

    User.objects.create_user("x", password, full_name="X", kind="citizen")
    client = Client(raise_request_exception=False)
    sent = {"next": target, "language": "en", "username": "x", "password": password}
    here = {"referer": target} if target.isprintable() and target.isascii() else {}
    for path in (
        "/en/tai-khoan/ngon-ngu/",
        "/tai-khoan/ngon-ngu/",
        "/tai-khoan/dang-nhap/",
        "/tai-khoan/dang-nhap/",
        "/tai-khoan/dang-xuat/",
    ):
        for answer in (client.get(path, sent), client.post(path, sent, headers=here)):
            assert answer.status_code < 500
            assert not leads_away(answer), f"{path}: {answer.headers.get('Location')}"
    for name in ("next", "vnp_TxnRef", "url", "ve", "return", "continue"):
        assert not leads_away(client.get("/payments/vnpay/return/", {name: target}))


@pytest.mark.parametrize("target", HOSTILE_TARGETS)
def test_the_sign_in_page_repeats_no_foreign_target(target):
    html = Client().get("/tai-khoan/dang-nhap/", {"next": target}).content.decode()
    for value in re.findall(r'name="next" value="([^"]*)"', html):
        assert not is_elsewhere(unescape(value))


# ── error pages ──
def pages_of_errors(rf: RequestFactory) -> dict[int, HttpResponse]:
    request = rf.get("/ho-so/H37.12-261121-0001/?q=020190000417")
    return {
        400: errors.bad_request(request, ValueError("inside")),
        403: errors.permission_denied(request, PermissionDenied("inside")),
        404: errors.page_not_found(request, Exception("inside")),
        413: errors.bad_request(request, RequestDataTooBig("inside")),
        500: errors.server_error(request),
        503: errors.error_page(request, 503),
    }


@pytest.mark.parametrize("language", ["vi", "en"])
def test_error_pages_are_written_for_people(rf: RequestFactory, language):
    with translation.override(language):
        answers = pages_of_errors(rf)
    for status, answer in answers.items():
        html = answer.content.decode()
        text = re.sub(r"<[^>]+>", " ", html)
        assert answer.status_code == status
        assert f'<html lang="{language}"' in html
        assert f'lang="{"en" if language == "vi" else "vi"}"' in html, "the other language stands below"
        assert bool(INCIDENT.search(text)) is (status != 404), status  # one and the same 404 for everything unknown
        assert not TRACE.search(text), status
        assert "020190000417" not in html
        assert "0205" in html, "whom to call"


def test_the_page_of_a_conflict_keeps_what_was_typed(rf: RequestFactory):
    from django.contrib.auth.models import AnonymousUser
    from django.shortcuts import render

    request = rf.get("/")
    request.user = AnonymousUser()
    kept = [{"label": "Diện tích", "value": "<b>96</b>"}]
    for language, words in (("vi", "Đã có người"), ("en", "Somebody else acted first")):
        with translation.override(language):
            html = render(
                request, "409.html", {"kept": kept, "reload_url": "/", "events": []}, status=409
            ).content.decode()
        assert words in html or language == "vi"
        assert "&lt;b&gt;96&lt;/b&gt;" in html
        assert f'<html lang="{language}"' in html


def test_an_upload_that_is_too_big_is_told_so(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client(raise_request_exception=False)
    answer = client.post("/tra-cuu/", {"code": "x" * 5000})
    assert answer.status_code == 413
    guarded(answer)
    assert INCIDENT.search(answer.content.decode())


def test_too_many_fields_or_files_are_refused_kindly():
    client = Client(raise_request_exception=False)
    many = {f"f{number}": "x" for number in range(5001)}
    assert client.post("/tra-cuu/", many).status_code in {400, 413}
    files = {f"f{number}": SimpleUploadedFile("x", b"x") for number in range(150)}
    assert client.post("/xac-thuc/", files).status_code in {400, 413}


# ── templates ──
LOADS = re.compile(r"""url\(\s*["']?(?:https?:)?//|@import|\beval\(|new Function\(|document\.write""")
INLINE = {
    "a style attribute": re.compile(r"<[^>{%]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\ssrc=)(?! type=.application/ld\+json.>)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "an address elsewhere": re.compile(
        r"""<(?:script|img|iframe|link|source|video|audio|object|embed)\b[^>]*(?:src|href|data)\s*=\s*["']?(?:https?:)?//"""
    ),
    "unescaped text": re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off"),
    "a form without token": re.compile(
        r"<form\b[^>]*method\s*=\s*[\"']?post[\"']?[^>]*>(?![\s\S]*?csrf_token[\s\S]*?</form>)", re.IGNORECASE
    ),
}
SAMPLES = {"components", "components_desk"}  # forms that send nothing, not there in production
MARKED_SAFE = {
    "dossiers/views/officer/drawing.py",
    "common/templatetags/mc.py",  # format_html: every value is escaped
    "common/templatetags/shapes.py",  # every place is escaped as it is filled, the rest is the template's own
    "common/templatetags/panels.py",  # parts that their own templates escaped
    "procedures/eforms/drawing.py",  # parts that their own templates escaped
    "procedures/templatetags/eforms.py",  # format_html
    "procedures/views/citizen/indexing.py",  # JSON without < > &
    "procedures/grid/__init__.py",  # format_html_join
    "dossiers/views/officer/acts.py",
    "dossiers/views/officer/changes.py",
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_contains(what):
    wrong = []
    for path in templates():
        if path.stem in SAMPLES:
            continue
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if INLINE[what].search(text):
            wrong.append(name_of(path))
    assert not wrong


def test_html_is_marked_safe_in_the_known_places_only():
    words = re.compile(r"mark_safe|SafeString\(|format_html|autoescape=False|\bhtml_safe\b|__html__")
    assert {name_of(path) for path in modules() if words.search(path.read_text(encoding="utf-8"))} <= MARKED_SAFE


def test_styles_and_scripts_of_our_own_load_nothing_from_elsewhere():
    files = [*(ROOT / "static" / "css").rglob("*.css"), *(ROOT / "static" / "js").rglob("*.js")]
    assert len(files) > 5
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert not LOADS.search(text), name_of(path)
