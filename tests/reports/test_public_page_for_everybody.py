"""Whoever reads: a visitor, a citizen, officers with and without posts see the same figures."""

import pytest

from reports.services.folding import fold_all
from tests.portal.world import World
from tests.reports.test_public_page import ADDRESS, text_of

pytestmark = pytest.mark.django_db


def test_everybody_sees_the_same_figures(world: World):
    fold_all()
    pages = {
        text_of(world.client(who).get(ADDRESS).content.decode())
        for who in ("anonymous", "owner", "receiving", "auditor")
    }
    assert len(pages) == 1


def test_page_with_the_name_of_who_is_signed_in_is_never_kept(world: World):
    answer = world.client("owner").get(ADDRESS)
    assert "ETag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
