"""One real Chromium for the tests of a module, and the patience a busy machine asks for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.handlers import format_date_time

import pytest
import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from playwright.sync_api import Browser, Locator, expect, sync_playwright
from whitenoise import WhiteNoise

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip

PATIENCE = 60_000  # milliseconds; how long the portal may take is measured elsewhere, never by a test that gives up
expect.set_options(timeout=PATIENCE)


def press(what: Locator) -> None:
    """Press what leads to another page, and be on that page when it goes on: a click alone may be ahead of it."""
    with what.page.expect_navigation(timeout=PATIENCE):
        what.click()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser the launcher has found or installed."""
    with sync_playwright() as playwright, _served_for_a_browser():
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def _served_for_a_browser() -> Iterator[None]:
    """The test server's answers are as old as the browser's clock has it, its static files kept as in production.

    No test can turn the clock of a browser. Told an hour long past, it takes what it has just fetched for stale,
    fetches it again and complains of what it had preloaded.
    """
    serve = StaticFilesHandler.serve

    def kept(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        patch_cache_control(answer, public=True, immutable=True, max_age=WhiteNoise.FOREVER)
        return answer

    def true_date(maybe_turned: float) -> str:
        is_turned = time_machine.escape_hatch.is_travelling()
        return format_date_time(time_machine.escape_hatch.time.time() if is_turned else maybe_turned)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        patch.setattr("wsgiref.handlers.format_date_time", true_date)
        yield
