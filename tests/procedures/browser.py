"""People of the catalogue in front of a real Chromium, what is looked at on every page, and the catalogue put back after."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests import cast, committed
from tests.journeys import walker
from tests.journeys.walker import Walker

BACKEND = "accounts.backends.PhoneOrNameBackend"
WIDTHS = (360, 1280)
HEIGHT = 900
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
SHOTS = os.environ.get("MOTCUA_SHOTS", "")


def page_for(chromium: Browser, live_server: Any, user: User, **options: Any) -> Page:
    """A page of a browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def faults(page: Page, name: str, *, widths: tuple[int, ...] = WIDTHS) -> list[tuple[str, int, str]]:
    """What is wrong with the page at these widths; `MOTCUA_SHOTS=folder` keeps pictures of it."""
    wrong = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append((name, width, "wider than the screen"))
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        found = Axe().run(page, options=RULES)
        if found.response["violations"]:
            wrong.append((name, width, found.generate_report()))
    return wrong


def looked_at(page: Page, pages: list[tuple[str, str]], prefix: str = "") -> list[tuple[str, int, str]]:
    """What is wrong with these pages ((name, address)) at both widths."""
    wrong = []
    for name, address in pages:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        wrong += faults(page, f"{prefix}{name}")
    return wrong


def apart(work: Callable[[], object]) -> None:
    """In a thread of its own, as the worker is: Playwright's loop already runs in this one."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


# ── people who do everything by the pages ──
Sits = Callable[..., Walker]


@pytest.fixture
def sits(chromium: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Sits]:
    """Somebody sits down at a browser and signs in; the same person comes back to the same browser."""
    here: dict[str, Walker] = {}
    walker.Walker.journey, walker.Walker.number = request.node.name, 0

    def down(username: str, *, width: int = walker.DESKTOP) -> Walker:
        if username not in here:
            here[username] = Walker(chromium, live_server.url, username, width=width)
        return here[username].sign_in(username, cast.PASSWORD)

    yield down
    for person in here.values():
        person.close()


# ── the catalogue as it was before ──
Rows = dict[type[models.Model], dict[Any, dict[str, Any]]]


@pytest.fixture
def kept_catalogue(transactional_db: None) -> Iterator[None]:
    """For tests that commit: the catalogue is loaded once for all tests, so what one test writes into it is taken back."""
    before = _rows()
    yield
    now = _rows()
    with pgtrigger.ignore(), transaction.atomic():
        committed.empty()  # what people filed stands on the catalogue's rows: it goes in the same transaction
        for model, rows in now.items():
            _put_back(model, rows, before[model])


def _rows() -> Rows:
    found = apps.get_app_config("procedures").get_models(include_auto_created=True)
    return {model: {row[_key(model)]: row for row in model._base_manager.values(*_columns(model))} for model in found}


def _key(model: type[models.Model]) -> str:
    return model._meta.pk.attname


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.generated]


def _put_back(model: type[models.Model], now: dict[Any, dict[str, Any]], before: dict[Any, dict[str, Any]]) -> None:
    rows = model._base_manager.using("default")
    rows.filter(pk__in=[key for key in now if key not in before])._raw_delete("default")
    for key, row in before.items():
        if key not in now:
            model(**row).save_base(raw=True, force_insert=True)
        elif row != now[key]:
            rows.filter(pk=key).update(**{name: value for name, value in row.items() if name != _key(model)})
