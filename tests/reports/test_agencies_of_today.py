"""Figures follow either structure: the agencies of then, or those that took over from them."""

from datetime import date

import pytest

from agencies.models import Agency, Succession
from reports import reading
from reports.measures import KEYS
from reports.models import Rollup
from reports.reading import Scope

pytestmark = pytest.mark.django_db
MONTH = date(2026, 1, 1)


@pytest.fixture
def merged() -> dict[str, Agency]:
    """The department sct went into svhttdl on 2 February 2026; snv was split and still exists."""
    found = {agency.key: agency for agency in Agency.objects.filter(key__in=["sct", "svhttdl", "snv", "vp"])}
    Agency.objects.filter(key="sct").update(valid_to=date(2026, 2, 2))
    Succession.objects.create(old=found["sct"], new=found["svhttdl"], on=date(2026, 2, 2))
    Succession.objects.create(old=found["snv"], new=found["vp"], on=date(2026, 2, 2))
    for key, number in (("sct", 3), ("svhttdl", 4), ("snv", 5)):
        Rollup.objects.create(grain=1, month=MONTH, agency=found[key], **{KEYS[0]: number})
    return found


def counts(scope: Scope) -> dict[str, int]:
    return {line.code: line.counts[KEYS[0]] for line in reading.by_agency(scope)}


def test_by_the_agencies_of_then_each_keeps_what_it_did(merged):
    found = counts(Scope(MONTH, MONTH))
    assert found == {merged["sct"].code: 3, merged["svhttdl"].code: 4, merged["snv"].code: 5}


def test_by_the_agencies_of_today_a_merged_agency_is_counted_with_its_successor(merged):
    found = counts(Scope(MONTH, MONTH, by_today=True))
    assert found == {merged["svhttdl"].code: 7, merged["snv"].code: 5}
    one = Scope(MONTH, MONTH, agency=merged["svhttdl"], by_today=True)
    assert counts(one) == {merged["svhttdl"].code: 7}
    assert reading.total(reading.by_month(one))[KEYS[0]] == 7


def test_the_page_offers_the_switch_and_keeps_it(client, merged):
    page = client.get("/thong-ke/?tu=2026-01&den=2026-01&co_cau=hien-nay").content.decode()
    assert "checked" in page
