"""A person in front of a browser. Every page they come to is looked at: accessible, on the screen, without errors.

`JOURNEY_SHOTS=folder` keeps pictures of every page at 360 and 1280 px, for people to look at.
"""

import os
import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, TimeoutError, expect

from tests.chromium import PATIENCE

PHONE, DESKTOP = 360, 1280
KEY, POINT, THINK = (
    0.28,
    1.1,
    1.35,
)  # seconds of the keystroke-level model: a key, aiming at something, making up one's mind
HEIGHTS = {PHONE: 740, DESKTOP: 900}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
AXE = Axe()
# Tags, classes, roles and fields, without the words: pages of one shape are judged by axe once.
SHAPE = """() => [...document.querySelectorAll('body *')].map(e => e.tagName + '.' + e.className + ':' +
  ['role', 'type', 'aria-current', 'for', 'id'].map(n => e.getAttribute(n) ? n : '').join()).join('|')"""
LET_GO = (
    """on => document.querySelectorAll('.mc-act, .mc-save').forEach(e => { e.style.position = on ? 'static' : '' })"""
)
SEEN_SHAPES: set[int] = set()
SHOTS = os.environ.get("JOURNEY_SHOTS", "")


class Walker:
    """One person, one browser. `clicks` and `pages` count what they had to do, `keys`, `aims` and `thoughts` its effort."""

    journey = ""  # the folder of the pictures
    number = 0  # pages of all persons of the journey

    def __init__(
        self, browser: Browser, address: str, name: str, *, width: int = DESKTOP, has_javascript: bool = True
    ) -> None:
        self.address, self.name, self.width, self.has_javascript = address, name, width, has_javascript
        self.context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": HEIGHTS[width]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            java_script_enabled=has_javascript,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.judge = self.page if has_javascript else self._scripted(browser)
        self.problems: list[str] = []
        self.clicks = self.pages = self.keys = self.aims = self.thoughts = 0
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("console", self._console)
        self.page.on("response", self._response)

    def _scripted(self, browser: Browser) -> Page:
        """Axe needs JavaScript: without it a second browser gets the very page, its scripts left out, to be judged."""
        context = browser.new_context(viewport={"width": self.width, "height": HEIGHTS[self.width]})
        page = context.new_page()
        page.route("**/judged/", lambda route: route.fulfill(body=self.html, content_type="text/html; charset=utf-8"))
        return page

    def _console(self, message: ConsoleMessage) -> None:
        is_ours = str(message.location.get("url", "")).startswith(self.address)
        if is_ours and message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status != 422 and response.url.startswith(self.address):
            self.problems.append(f"{response.status} {response.url}")

    # ── going ──
    def open(self, path: str) -> "Walker":
        """Type an address."""
        self._keep(self.page.goto(path))
        return self.look()

    def sign_in(self, username: str, password: str) -> "Walker":
        """Sign in by the page, unless that was done before."""
        self.open("/tai-khoan/")
        if "/dang-nhap/" in self.page.url:
            self.fill("Số điện thoại", username).fill("Mật khẩu", password).press("Đăng nhập")
        return self

    def follow(self, text: str | re.Pattern[str], within: Locator | None = None) -> "Walker":
        """Press a link."""
        return self._go(self._find(("link",), text, within))

    def press(self, text: str | re.Pattern[str], within: Locator | None = None) -> "Walker":
        """Press a button that leads to another page, whether it is one or a link that looks like one."""
        return self._go(self._find(("button", "link"), text, within))

    def _find(self, roles: tuple[Any, ...], text: str | re.Pattern[str], within: Locator | None) -> Locator:
        """The first of that name in the page's own part, then around it."""
        for place in [within] if within else [self.page.locator("main"), self.page.locator("body")]:
            for role in roles:
                found = place.get_by_role(role, name=text)
                if found.count():
                    return found.first
        raise AssertionError(f"nothing to press is called {text!r} on {self.page.url}:\n{self.text}")

    def _click(self, number: int = 1) -> None:
        """Something is aimed at and pressed; a list is pressed to open it and once more to choose."""
        self.clicks += number
        self.aims += number
        self.thoughts += 1

    @property
    def effort(self) -> float:
        """Seconds a practised person spends on typing, aiming and deciding, without reading and waiting."""
        return self.keys * KEY + self.aims * POINT + self.thoughts * THINK

    def _go(self, what: Locator) -> "Walker":
        self._click()
        try:
            with self.page.expect_navigation() as going:
                what.click()
        except TimeoutError as late:
            raise AssertionError(f"no page came; this one, {self.page.url}, reads:\n{self.text}") from late
        self._keep(going.value)
        self.page.wait_for_load_state()
        return self.look()

    def _keep(self, answer: Response | None) -> None:
        if not self.has_javascript and answer is not None:
            self.html = re.sub(
                r"<script\b.*?</script>|<meta http-equiv=.refresh.*?>", "", answer.text(), flags=re.DOTALL
            )

    # ── typing ──
    def fill(self, label: str, value: str, within: Locator | None = None) -> "Walker":
        """Type into the field of that label."""
        self.keys += len(value)
        self.aims += 1
        self.thoughts += 1
        (within or self.page).get_by_label(_starts(label)).first.fill(value)
        return self

    def choose(self, label: str, option: str, within: Locator | None = None) -> "Walker":
        """Choose from a list; not counted as a click, but as two things aimed at."""
        self.aims += 2
        self.thoughts += 1
        (within or self.page).get_by_label(_starts(label)).first.select_option(label=option)
        return self

    def tick(self, label: str, within: Locator | None = None) -> "Walker":
        """Tick a box or a round button."""
        self._click()
        (within or self.page).get_by_label(_starts(label)).first.check()
        return self

    def unfold(self, summary: str) -> "Walker":
        """Open what is folded away."""
        self._click()
        self.page.locator("summary", has_text=summary).first.click()
        return self

    def group(self, legend: str) -> Locator:
        """The fields under one heading."""
        return self.page.get_by_role("group", name=_starts(legend)).first

    def hand_in(self, paper: str, *files: dict[str, Any], there: int = 0) -> "Walker":
        """Choose files for a paper that has `there` already; without JavaScript the button of its card sends them."""
        card = self.page.get_by_role("region", name=paper).first
        self._click()
        card.locator("input[type=file][name]").set_input_files([*files])
        if not self.has_javascript:
            self.press("Gửi tệp", within=card)
        rows = self.page.get_by_role("region", name=paper).first.locator(".mc-file")
        expect(rows).to_have_count(there + (len(files) if self.has_javascript else 1))
        return self

    # ── reading ──
    def reads(self, *texts: str) -> "Walker":
        """Everything is written on this page."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text, ignore_case=False)
        return self

    def does_not_read(self, *texts: str) -> "Walker":
        """None of it is written on this page."""
        for text in texts:
            expect(self.page.locator("main")).not_to_contain_text(text)
        return self

    @property
    def text(self) -> str:
        """All that is written on the page."""
        return self.page.locator("main").inner_text()

    def download(self, text: str | re.Pattern[str]) -> bytes:
        """The file behind a link."""
        link = self.page.get_by_role("link", name=text).or_(self.page.get_by_role("button", name=text)).first
        answer = self.context.request.get(str(link.get_attribute("href")))
        assert answer.ok, (answer.status, text)
        return answer.body()

    def look(self) -> "Walker":
        """What must hold on every page of the portal; a page of somebody else is only passed through."""
        self.pages += 1
        if not self.page.url.startswith(self.address):
            return self
        assert not self.problems, (self.page.url, self.problems)
        if not self.has_javascript:
            self.judge.goto(f"{self.address}/judged/")
        self._judge()
        self._measure()
        return self

    def _judge(self) -> None:
        shape = hash(self.judge.evaluate(SHAPE))
        if shape in SEEN_SHAPES:
            return
        SEEN_SHAPES.add(shape)
        # What lies under a bar that sticks to the window's edge depends on where one has scrolled to: judged as it lies.
        self.judge.evaluate(LET_GO, True)
        found = AXE.run(self.judge, options=RULES)
        self.judge.evaluate(LET_GO, False)
        assert not found.response["violations"], f"{self.page.url}\n{found.generate_report()}"

    def _measure(self) -> None:
        Walker.number += 1
        for width in (DESKTOP, PHONE) if self.width == PHONE else (PHONE, DESKTOP):
            self.judge.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            found = self.judge.evaluate("document.documentElement.scrollWidth")
            assert found <= width, f"{self.page.url} scrolls sideways at {width} px: {found}"
            if SHOTS:
                path = Path(SHOTS) / self.journey / f"{self.number:03d}-{self.name}-{width}.png"
                self.judge.screenshot(path=path, full_page=True)

    def close(self) -> None:
        """Leave; nothing may have gone wrong on the way."""
        self.context.close()
        if self.judge is not self.page:
            self.judge.context.close()
        assert not self.problems, self.problems


def _starts(label: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(label)}")
