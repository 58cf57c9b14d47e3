"""What the tests of the API stand on: the served portal with its real neighbours, and programs that speak to it."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from tests import cast
from tests.api.client import Document, Program
from tests.clamd_process import clamd_address  # noqa: F401 - a fixture
from tests.journeys.conftest import VIETNAM, _everything_as_app, everybody, signing_key  # noqa: F401 - a fixture
from tests.journeys.working import let_the_worker_run
from tests.sandbox_process import Sandbox


@dataclass
class Province:
    """A served portal on a turnable day; `program` signs a program in."""

    address: str
    sandbox: Sandbox
    clock: Any
    http: httpx.Client
    document: Document

    def it_is(self, when: str) -> None:
        moment = datetime.strptime(when, "%d/%m/%Y %H:%M").replace(tzinfo=VIETNAM).astimezone(UTC)
        self.clock.move_to(moment)
        self.sandbox.set_clock(moment)

    def let_the_worker_run(self) -> None:
        let_the_worker_run(self.sandbox)

    def anybody(self) -> Program:
        return Program(self.http, self.document)

    def citizen(self, username: str) -> Program:
        return self.anybody().sign_in(username, cast.PASSWORD, "citizen")

    def officer(self, username: str) -> Program:
        return self.anybody().sign_in(username, cast.PASSWORD, "officer")

    def pay(self, program: Program, code: str) -> int:
        """Pay at the bank's page; the notice with its true signature settles the fee."""
        asked = program.call("payment_start", ref=code)
        self.sandbox.pay(asked["pay_url"])
        self.let_the_worker_run()
        return int(asked["amount"])


@pytest.fixture
def province(
    transactional_db: None,
    live_server: Any,
    outside_world: Sandbox,
    settings: Any,
    tmp_path: Path,
    clamd_address: str,  # noqa: F811
    signing_key: Path,  # noqa: F811
) -> Iterator[Province]:
    """Monday, 23 November 2026, nine o'clock."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", clamd_address
    settings.SIGNING_KEY_FILE = signing_key
    settings.SEAL_KEY_FILE = str(signing_key.with_name("seal.pem"))
    settings.PUBLIC_URL = live_server.url
    everybody()
    outside_world.point_at(live_server.url)
    with ExitStack() as stack:
        clock = stack.enter_context(time_machine.travel(cast.MONDAY, tick=True))
        _everything_as_app(stack)
        http = stack.enter_context(httpx.Client(base_url=live_server.url, timeout=60, trust_env=False))
        found = Province(live_server.url, outside_world, clock, http, Document.read(http))
        found.it_is("23/11/2026 09:00")
        yield found
