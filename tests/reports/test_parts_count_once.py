"""Inter-agency dossiers in the figures: one for the province, one piece of work for each agency that did a part."""

import pytest

from dossiers.models import Dossier
from procedures.models import Procedure
from reports.models import Rollup
from reports.services import rebuilding
from reports.services.folding import counts_in, fold_all
from tests.reports.figures_cast import CULTURE, TRADE, at, ended, tell

pytestmark = pytest.mark.django_db
END = "2026-01-20 16:00"


@pytest.fixture
def whole() -> Dossier:
    """A dossier of culture and sports with one part at industry and trade, both ended."""
    parent = ended("2026-01-21", END, agency=CULTURE)
    other = Procedure.objects.get(key="promotion-notification")
    part = ended("2026-01-19", END, agency=TRADE, procedure=other, parent=parent, returned_at=at("2026-01-20"))
    tell(parent, part)
    fold_all()
    return parent


def sums(grain: int, **where: object) -> tuple[int, int, int, int]:
    rows = Rollup.objects.filter(grain=grain, **where)
    names = ("received", "resolved", "resolved_late", "returned")
    return tuple(sum(row[n] for row in rows.values_list(*names)) for n in range(4))  # type: ignore[return-value]


def test_the_province_received_one_dossier(whole):
    assert sums(0) == (1, 1, 0, 0)
    assert sums(2) == (1, 1, 0, 0)  # by field


def test_each_agency_counts_what_it_handled_in_its_own_time(whole):
    assert sums(1, agency__key=CULTURE) == (1, 1, 0, 0)
    assert sums(1, agency__key=TRADE) == (1, 1, 1, 0)  # the part was late, the whole was not


def test_counting_everything_again_gives_the_same(whole):
    assert rebuilding.rebuild(repair=False).is_right


def test_negative_control_a_count_that_knows_no_parts_differs(whole, monkeypatch):
    monkeypatch.setattr(rebuilding, "counts_in", lambda grain, is_part: counts_in(grain, is_part=False))
    assert not rebuilding.rebuild(repair=False).is_right
