"""Every page of the desk with real content and full lists: nothing scrolls sideways, nothing for axe, nothing in the console.

The map of addresses is the list: a page that nobody wrote down here fails. `SHOTS=folder` keeps pictures at three widths.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from playwright.sync_api import Browser

from dossiers.queues import BY_KEY
from dossiers.views.officer.act_table import ACTS
from tests.dossiers.desk_glass import Glass
from tests.dossiers.desk_pages import FILES, POSTS, WHO, Visit, acts, states
from tests.dossiers.full_desk import Desk, filled, of_the_desk
from tests.portal.conftest import world  # noqa: F401
from tests.portal.routes import Route
from tests.portal.world import World, thrown_away

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
DESK = of_the_desk()


@pytest.fixture(scope="module")
def desk(world: World, django_db_blocker: Any) -> Desk:  # noqa: F811
    with django_db_blocker.unblock():
        return filled(world)


@pytest.fixture(scope="module")
def connection(desk: Desk) -> BaseDatabaseWrapper:
    """The connection that has the world, before there is a browser and its loop."""
    return connections["default"]


@pytest.fixture(scope="module")
def glass(desk: Desk, connection: BaseDatabaseWrapper, chromium: Browser) -> Iterator[Glass]:
    """After the world: signing runs a loop of its own, and the browser's would be in its way."""
    glass = Glass(chromium, connection)
    yield glass
    glass.close()


def test_no_page_of_the_desk_is_forgotten():
    known = {*WHO, *FILES, *POSTS}
    assert {route.name for route in DESK} == known, "write the address into tests/dossiers/desk_pages.py"


def test_what_is_said_to_be_no_page_is_none(desk: Desk):
    client, wrong = desk.world.client("receiving"), []
    for name in FILES | POSTS:
        for url in desk.addresses[name]:
            with thrown_away():
                answer = client.get(url)
            if answer.status_code == 200 and b"<html" in b"".join(answer):  # type: ignore[arg-type]
                wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("name", WHO)
def test_the_page_fits_every_width_and_everybody(name: str, desk: Desk, glass: Glass):
    visits = [Visit(name.replace(":", "-"), person(desk, WHO[name]), url) for url in desk.addresses[name]]
    assert not seen(glass, visits)


def test_every_state_of_the_pages_fits_every_width_and_everybody(desk: Desk, glass: Glass):
    assert not seen(glass, [*states(desk)])


def test_every_tab_of_the_queue_fits_every_width_and_everybody(desk: Desk, glass: Glass):
    people = desk.world.people
    who = {"work": people.bao, "sign": people.dung, "issue": people.en, "mine": people.hanh}
    visits = [Visit(f"tab-{key}", who.get(key, people.hanh), f"/can-bo/ho-so/?tab={key}") for key in BY_KEY]
    assert not seen(glass, visits)


def test_every_act_of_the_desk_has_a_page_that_fits(desk: Desk, glass: Glass):
    visits = [*acts(desk)]
    missing = {act.slug for act in ACTS.values() if not act.quick} - {visit.name.removeprefix("act-") for visit in visits}
    assert not missing
    assert not seen(glass, visits)


def seen(glass: Glass, visits: list[Visit]) -> str:
    wrong: list[str] = []
    for visit in visits:
        with thrown_away():
            wrong += glass.look(visit.name, visit.person, visit.url, sent=visit.sent, status=visit.status)
    return "\n".join(wrong)
