"""Every page of the desk with real content and full lists: nothing scrolls sideways, nothing for axe, nothing in the console.

The map of addresses is the list: a page that nobody wrote down here fails. `SHOTS=folder` keeps pictures at three widths.
"""

import pytest

from dossiers.queues import BY_KEY
from tests.dossiers.desk_glass import Glass, desk, glass, kept_connection  # noqa: F401
from tests.dossiers.desk_pages import FILES, POSTS, WHO, Visit
from tests.dossiers.full_desk import Desk, of_the_desk
from tests.portal.conftest import world  # noqa: F401
from tests.portal.world import thrown_away

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_no_page_of_the_desk_is_forgotten():
    there = {route.name for route in of_the_desk()}
    assert there == {*WHO, *FILES, *POSTS}, "write the address into tests/dossiers/desk_pages.py"


def test_what_is_said_to_be_no_page_is_none(desk: Desk):  # noqa: F811
    client, wrong = desk.world.client("receiving"), []
    for name in sorted(FILES | POSTS):
        for url in desk.addresses[name]:
            with thrown_away():
                answer = client.get(url)
            if answer.status_code == 200 and b"<html" in b"".join(answer):  # type: ignore[arg-type]
                wrong.append(name)
    assert not wrong


@pytest.mark.parametrize("name", WHO)
def test_the_page_fits_every_width_and_everybody(name: str, desk: Desk, glass: Glass):  # noqa: F811
    world = desk.world  # noqa: F811
    person = world.people.officers.get(WHO[name]) or world.users[WHO[name]]
    assert not glass.seen(Visit(name.replace(":", "-"), person, url) for url in desk.addresses[name])


def test_every_tab_of_the_queue_fits_every_width_and_everybody(desk: Desk, glass: Glass):  # noqa: F811
    people = desk.world.people
    who = {"work": people.bao, "sign": people.dung, "issue": people.en}
    visits = [Visit(f"tab-{key}", who.get(key, people.hanh), f"/can-bo/ho-so/?tab={key}") for key in BY_KEY]
    assert not glass.seen(visits)
