"""Home, plain pages, error pages and health: what must hold whatever the rooms do."""

import re

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portal.views import errors

PLAIN = ["/huong-dan/", "/kha-nang-tiep-can/", "/du-lieu-ca-nhan/", "/thanh-phan/", "/thanh-phan/can-bo/"]
PAGES = ["/", *PLAIN]


@pytest.mark.parametrize("address", PLAIN + ["/en" + page for page in PLAIN])
def test_plain_pages_ask_the_database_nothing(client: Client, address):
    answer = client.get(address)  # without the django_db mark a query would fail
    assert answer.status_code == 200
    language = "en" if address.startswith("/en") else "vi"
    assert f'<html lang="{language}"'.encode() in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_no_inline_script_or_style_stands_in_a_page(client: Client, address):
    html = client.get(address).content.decode()
    assert not re.search(r"<script(?![^>]* src=)", html)
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"\son\w+=", html)
    assert "<style" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_nothing_from_elsewhere(client: Client, address):
    html = client.get(address).content.decode()
    assert not re.findall(r'(?:src|action)="(?:https?:)?//', html)
    # Where the page itself stands, and in the other language, is told but not loaded.
    told = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", html)
    assert not re.findall(r'<link[^>]+href="(?:https?:)?//', told)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/en/"])
def test_the_home_page_asks_whether_the_catalogue_has_changed_and_for_figures_that_are_kept(client: Client, address):
    client.get(address)  # reads the catalogue if nobody has yet
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    tables = {name for one in asked for name in re.findall(r'FROM "?(\w+)"?', one["sql"])}
    assert tables <= {"procedures_cataloguechange", "reports_rollup", "dossiers_dossier"}
    assert len(asked) <= 4  # the figures are kept for a moment (not in tests)


@pytest.mark.django_db
def test_every_page_is_three_clicks_from_home(client: Client):
    html = client.get("/").content.decode()
    for address in ("/thu-tuc/", "/tra-cuu/", "/ho-so/", "/thong-ke/", "/huong-dan/"):
        assert f'href="{address}' in html


def test_the_other_language_is_the_same_page(client: Client):
    assert b'href="/en/huong-dan/"' in client.get("/huong-dan/").content
    assert b'href="/huong-dan/"' in client.get("/en/huong-dan/").content


def test_unknown_addresses_all_get_the_same_bytes(client: Client):
    first, second = client.get("/ho-so/H37.12-261121-0001/x"), client.get("/khong-co-gi/")
    assert first.status_code == second.status_code == 404
    assert first.content == second.content
    assert "Không tìm thấy trang" in first.content.decode()


def test_error_pages_speak_both_languages_and_carry_an_incident_number(rf: RequestFactory):
    with translation.override("vi"):
        html = errors.server_error(rf.get("/")).content.decode()
    assert "Hệ thống của chúng tôi gặp lỗi" in html
    assert "Something went wrong on our side" in html
    assert re.search(r"[2-9A-Z]{3}-[2-9A-Z]{4}", html)


def test_two_incidents_have_two_numbers(rf: RequestFactory):
    found = {re.search(r"[2-9A-Z]{3}-[2-9A-Z]{4}", errors.server_error(rf.get("/")).content.decode())[0] for _ in "ab"}
    assert len(found) == 2


def test_the_page_of_a_failure_survives_its_own_template(rf: RequestFactory, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("the template is broken too")

    monkeypatch.setattr(errors.loader, "render_to_string", broken)
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert "Mã sự cố" in answer.content.decode()


@pytest.mark.parametrize(
    ("exception", "status"), [(RequestDataTooBig("big"), 413), (PermissionDenied("no"), 403), (ValueError("x"), 400)]
)
def test_each_refusal_has_its_status(rf: RequestFactory, exception, status):
    view = errors.permission_denied if isinstance(exception, PermissionDenied) else errors.bad_request
    answer = view(rf.get("/"), exception)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]


def test_an_error_page_repeats_nothing_of_the_address(rf: RequestFactory):
    html = errors.bad_request(rf.get("/tra-cuu/?q=020190000417"), ValueError("x")).content.decode()
    assert "020190000417" not in html


def test_the_language_changes_only_by_post_with_a_token():
    client = Client(enforce_csrf_checks=True)
    address = reverse("accounts:set_language")
    assert "django_language" not in client.get(address, {"language": "en"}).cookies
    assert client.post(address, {"language": "en"}).status_code == 403


def test_alive_needs_nothing(client: Client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_not_ready_before_the_loops_have_run(client: Client):
    from common.models import Sweep

    Sweep.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sweep"] == "never ran"


@pytest.mark.django_db
def test_ready_when_the_loops_run_and_redis_does_not_matter(client: Client, settings):
    from django.utils import timezone

    from common.models import Sweep

    Sweep.objects.update_or_create(name="loops", defaults={"at": timezone.now()})
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.json()["checks"]["redis"].startswith("failed")
    assert answer.json()["checks"]["database"] == "ok"
    assert answer.status_code == 200, answer.json()


@pytest.mark.django_db
def test_production_is_not_ready_without_a_scanner(client: Client, settings):
    settings.MODE, settings.SCANNER = "production", "none"
    answer = client.get("/readyz", secure=True)
    assert answer.json()["checks"]["scanner"] == "missing"
    assert answer.status_code == 503
