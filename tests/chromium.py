"""One real Chromium for the tests of a module, and the patience a busy machine asks for."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright

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
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
