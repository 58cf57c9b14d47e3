"""The pages of the desk that an address alone does not show: acts and their letters, parts, filters, mistakes, conflicts."""

import pytest

from dossiers.views.officer.act_table import ACTS
from tests.dossiers.desk_acts import acts
from tests.dossiers.desk_glass import Glass, desk, glass, kept_connection  # noqa: F401
from tests.dossiers.desk_pages import answered, lists, parts
from tests.dossiers.full_desk import Desk
from tests.portal.conftest import world  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_every_act_of_the_desk_has_a_page_that_fits(desk: Desk, glass: Glass):  # noqa: F811
    visits = [*acts(desk)]
    looked_at = {visit.name.removeprefix("act-") for visit in visits}
    assert looked_at == {act.slug for act in ACTS.values() if not act.quick}, (
        "write it into tests/dossiers/desk_acts.py"
    )
    assert not glass.seen(visits)


def test_lists_narrowed_empty_and_found_fit(desk: Desk, glass: Glass):  # noqa: F811
    assert not glass.seen(lists(desk))


def test_every_part_of_a_dossier_fits_in_every_state(desk: Desk, glass: Glass):  # noqa: F811
    assert not glass.seen(parts(desk))


def test_answers_to_forms_fit(desk: Desk, glass: Glass):  # noqa: F811
    assert not glass.seen(answered(desk))
