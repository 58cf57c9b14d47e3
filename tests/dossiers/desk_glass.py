"""A browser that shows pages of a world which is never committed: its requests are answered here, by Django itself.

No server listens and nothing races: a page is loaded once and looked at in every width. `SHOTS=folder` keeps pictures.
"""

import mimetypes
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Route

from accounts.models import User
from tests.dossiers.desk_pages import Visit
from tests.dossiers.full_desk import Desk, filled
from tests.journeys.walker import LET_GO, RULES
from tests.portal.world import World, sign_in, thrown_away

HOST = "http://localhost"
WIDTHS = {1280: 900, 768: 1024, 360: 740}
# What reaches over the right edge though nothing scrolls: the widest element that says it.
WIDEST = """() => { const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most) return '';
  const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > most + 1);
  return document.documentElement.scrollWidth + ' px: ' + wide.slice(-1).map(e => e.outerHTML.slice(0, 160)); }"""

# Of the green buttons a page shows, all but the first: there is one thing to do on a page, the rest are other things.
GREEN = """() => [...document.querySelectorAll('.govuk-button:not(.govuk-button--secondary, .govuk-button--warning)')]
  .filter(e => e.checkVisibility({ visibilityProperty: true })).slice(1).map(e => e.innerText).join(' | ')"""


class Glass:
    """One browser context; `look` opens a page as some person and says what is wrong with it."""

    def __init__(self, chromium: Browser, connection: BaseDatabaseWrapper) -> None:
        """`connection`: the one that has the world in its transaction. While a loop runs, Django would open another."""
        connections["default"] = self.connection = connection
        self.context = chromium.new_context(base_url=HOST, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        self.page = self.context.new_page()
        self.clients: dict[int, Client] = {}
        self.client = Client()
        self.sent: Mapping[str, Any] | None = None
        self.problems: list[str] = []
        self.looked = 0
        self.axe = Axe()
        self.page.route("**/*", self._answer)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", self._console)

    def client_of(self, user: User) -> Client:
        """The session of that person; each keeps their own."""
        if user.pk not in self.clients:
            self.clients[user.pk] = Client(raise_request_exception=True)
            sign_in(self.clients[user.pk], user)
        return self.clients[user.pk]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "status of 4" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _answer(self, route: Route) -> None:
        connections["default"] = self.connection  # this runs in a context of its own
        address = urlsplit(route.request.url)
        if address.path.startswith(settings.STATIC_URL):
            found = finders.find(address.path.removeprefix(settings.STATIC_URL))
            assert isinstance(found, str), address.path
            kind = mimetypes.guess_type(found)[0] or "application/octet-stream"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
            return
        answer = self._ask(route, f"{address.path}?{address.query}")
        if answer.status_code in {301, 302}:
            self.problems.append(f"leads to {answer.headers['Location']}")
            answer = HttpResponse("<title>-</title>")
        headers = {name: value for name, value in answer.headers.items() if name not in {"Content-Length"}}
        route.fulfill(status=answer.status_code, headers=headers, body=b"".join(answer))  # type: ignore[arg-type]

    def _ask(self, route: Route, url: str) -> HttpResponse:
        if route.request.is_navigation_request() and self.sent is not None:
            with transaction.atomic():
                return self.client.post(url, self.sent, follow=True)
        headers = {name: value for name, value in route.request.headers.items() if name.startswith("x-")}
        return self.client.get(url, headers=headers)

    def look(
        self, name: str, user: User, url: str, *, sent: Mapping[str, Any] | None = None, status: int = 200
    ) -> list[str]:
        """What is wrong with the page at every width; `sent`: it is the answer to this form."""
        self.page.goto("about:blank")  # the page before may ask for its parts anew: no longer, and never as this person
        self.client, self.sent = self.client_of(user), sent
        self.problems.clear()
        self.page.set_viewport_size({"width": 1280, "height": 900})
        answer = self.page.goto(url, wait_until="load")
        assert answer is not None
        if answer.status != status:
            return [f"{name} {url}: {answer.status}"]
        wrong: list[str] = []
        for width, height in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            if wide := self.page.evaluate(WIDEST):
                wrong.append(f"{name} {url} at {width}: {wide}")
            self._keep(name, width)
        if green := self.page.evaluate(GREEN):
            wrong.append(f"{name} {url} has more than one green button: {green}")
        self.page.evaluate(LET_GO, True)
        found = self.axe.run(self.page, options=RULES)
        if found.response["violations"]:
            wrong.append(f"{name} {url}\n{found.generate_report()}")
        self.looked += 1
        return wrong + [f"{name} {url}: {problem}" for problem in self.problems]

    def _keep(self, name: str, width: int) -> None:
        if folder := os.environ.get("SHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)

    def close(self) -> None:
        self.context.close()

    def seen(self, visits: Iterable[Visit]) -> str:
        """What is wrong with these pages, in lines; what happens for a look is taken back after it."""
        wrong: list[str] = []
        for visit in visits:
            self.client_of(visit.person)  # the session stays
            with thrown_away():
                if visit.before:
                    visit.before()
                wrong += self.look(visit.name, visit.person, visit.url, sent=visit.sent, status=visit.status)
        return "\n".join(wrong)


@pytest.fixture(scope="module")
def desk(world: World, django_db_blocker: Any) -> Desk:
    with django_db_blocker.unblock():
        return filled(world)


@pytest.fixture(scope="module")
def kept_connection(desk: Desk) -> BaseDatabaseWrapper:
    """The connection that has the world, before there is a browser and its loop."""
    return connections["default"]  # type: ignore[return-value]


@pytest.fixture(scope="module")
def glass(
    desk: Desk, kept_connection: BaseDatabaseWrapper, chromium: Browser, django_db_blocker: Any
) -> Iterator[Glass]:
    """After the world: signing runs a loop of its own, and the browser's would be in its way.

    Everybody signs in here: what a test writes, a session too, is taken back after it.
    """
    glass = Glass(chromium, kept_connection)
    with django_db_blocker.unblock():
        for user in (*desk.world.people.officers.values(), *desk.world.users.values()):
            glass.client_of(user)
    yield glass
    glass.close()
