"""What the journeys stand on: the served portal with its real neighbours, people, a calendar that can be turned."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.db.backends.signals import connection_created
from playwright.sync_api import Browser

from agencies.models import Agency
from agencies.services import appoint
from scripts import make_certificate
from tests import cast
from tests.clamd_process import clamd_address  # noqa: F401 - a fixture
from tests.journeys import walker
from tests.journeys.walker import DESKTOP, PHONE, Walker
from tests.journeys.working import let_the_worker_run
from tests.sandbox_process import Sandbox

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass
class Province:
    """The portal of a province as a journey finds it: `it_is` turns the clock, `somebody` sits down at a browser."""

    browser: Browser
    address: str
    sandbox: Sandbox
    people: cast.Cast
    clock: Any
    walkers: dict[str, Walker] = field(default_factory=dict)

    def it_is(self, when: str) -> None:
        """Turn every clock to "23/11/2026 09:00" (Viet Nam), the sandbox's too."""
        moment = datetime.strptime(when, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC)
        self.clock.move_to(moment)
        self.sandbox.set_clock(moment)

    def day(self, moment: datetime) -> str:
        """The day of a moment in Viet Nam."""
        return moment.astimezone(VIETNAM).strftime("%d/%m/%Y")

    def let_the_worker_run(self) -> None:
        """Everything that is owed to people now is done: messages, payments, parcels, papers."""
        let_the_worker_run(self.sandbox)

    def somebody(self, name: str, *, width: int = DESKTOP, has_javascript: bool = True) -> Walker:
        """A person who has not signed in yet."""
        if name not in self.walkers:
            self.walkers[name] = Walker(self.browser, self.address, name, width=width, has_javascript=has_javascript)
        return self.walkers[name]

    def citizen(self, username: str, *, width: int = PHONE, has_javascript: bool = True) -> Walker:
        """A citizen who signs in on a phone."""
        return self._signed_in(username, self.somebody(username, width=width, has_javascript=has_javascript))

    def officer(self, username: str) -> Walker:
        """An officer at the desk, signed in today."""
        return self._signed_in(username, self.somebody(username))

    def _signed_in(self, username: str, person: Walker) -> Walker:
        return person.sign_in(username, cast.PASSWORD)


def everybody() -> cast.Cast:
    """The cast; its five officers sit at industry and trade and at the police too, Thu lives in Kiên's commune."""
    people = cast.make_cast()
    for agency in Agency.objects.filter(key__in=("sct", "cat")):
        for username, (_name, roles) in cast.OFFICERS.items():
            for role in roles:
                appoint(people.officers[username], agency, role, actor=None, since=cast.SINCE)
    home = {"province": "20", "commune": "05983", "line": "Số 45, đường Trần Đăng Ninh"}
    cast.citizen("Hoàng Thị Thu", "020188002236", "+84977123482", home=home)
    return people


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key that is in force whatever the day on which the tests run."""
    target = tmp_path_factory.mktemp("key") / "signing.pem"
    with time_machine.travel(cast.MONDAY - timedelta(days=30)):
        make_certificate.main(str(target))
        make_certificate.main(str(target.with_name("seal.pem")), "seal")
    return target


def _as_app(sender: Any, connection: Any, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {connection.ops.quote_name(django_settings.DB_APP_ROLE)}")


@pytest.fixture
def province(
    transactional_db: None,
    live_server: Any,
    outside_world: Sandbox,
    chromium: Browser,
    settings: Any,
    tmp_path: Path,
    clamd_address: str,  # noqa: F811
    signing_key: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Province]:
    """A whole province on Monday, 23 November 2026, nine o'clock."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", clamd_address
    settings.SIGNING_KEY_FILE = signing_key
    settings.SEAL_KEY_FILE = str(signing_key.with_name("seal.pem"))
    settings.PUBLIC_URL = live_server.url
    people = everybody()
    outside_world.point_at(live_server.url)
    walker.Walker.journey, walker.Walker.number = request.node.name, 0
    with ExitStack() as stack:
        clock = stack.enter_context(time_machine.travel(cast.MONDAY, tick=True))
        _everything_as_app(stack)
        found = Province(chromium, live_server.url, outside_world, people, clock)
        found.it_is("23/11/2026 09:00")
        yield found
        for person in found.walkers.values():
            person.close()


def _everything_as_app(stack: ExitStack) -> None:
    """The portal serves with the rights of the application's role, as in production."""
    connection_created.connect(_as_app)
    stack.callback(connection_created.disconnect, _as_app)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {connection.ops.quote_name(django_settings.DB_APP_ROLE)}")
    stack.callback(lambda: connection.cursor().execute("RESET ROLE"))
