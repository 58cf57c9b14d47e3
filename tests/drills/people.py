"""People with a browser, or a program with a token: real HTTP to the running portal."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from accounts.models import User
from portal.demo.people import PASSWORD
from tests.drills.probe import SIGN_IN
from tests.drills.stage import WEB

PATIENCE = 60.0
HIDDEN = re.compile(r'<input type="hidden" name="(version|quoted_total)" value="(\d*)"')
T = TypeVar("T")


@dataclass
class Browser:
    """A signed-in person; `again()` is another window of the same browser."""

    http: httpx.Client

    @classmethod
    def of(cls, user: User) -> "Browser":
        """Sign in; raises RuntimeError when the portal does not let the person in."""
        browser = cls(httpx.Client(base_url=WEB, timeout=PATIENCE, trust_env=False))
        browser.http.get(SIGN_IN).raise_for_status()
        answer = browser.post(SIGN_IN, username=user.username, password=PASSWORD)
        if answer.status_code != 302:
            raise RuntimeError(f"{user.username} was not signed in: {answer.status_code}")
        return browser

    def again(self) -> "Browser":
        """The same cookies on a connection of its own."""
        cookies = dict(self.http.cookies)
        return Browser(httpx.Client(base_url=WEB, timeout=PATIENCE, trust_env=False, cookies=cookies))

    def get(self, page: str) -> httpx.Response:
        return self.http.get(page)

    def post(self, page: str, **form: Any) -> httpx.Response:
        """Send a form of a page, with the token every form of the portal carries."""
        return self.http.post(page, data={"csrfmiddlewaretoken": self.http.cookies.get("csrftoken", ""), **form})


def hidden(page: str) -> dict[str, str]:
    """The hidden values of a page's form: the version that was seen, the fee that was shown."""
    return dict(HIDDEN.findall(page))


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Perform all acts at the same moment, each in a thread of its own behind a barrier; their answers in order."""
    barrier = threading.Barrier(len(acts))

    def perform(act: Callable[[], T]) -> T:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(perform, acts))
