"""Percentages: one function, half up, never without its denominator; and figures others published come out the same."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from common.percent import percent
from reports import charts
from reports.management.commands import load_published_figures
from reports.models import PublishedFigure
from reports.page import Published
from reports.rates import RATES, average_score, share

FILE = Path(load_published_figures.OWN)
RECORDS = json.loads(FILE.read_text(encoding="utf-8"))["figures"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "expected"),
    [
        (1, 3, 2, "33.33"),
        (2, 3, 2, "66.67"),
        (1, 8, 0, "13"),  # 12.5 goes up
        (1, 800, 2, "0.13"),  # 0.125 goes up
        (5, 8, 1, "62.5"),
        (0, 7, 2, "0.00"),
        (7, 7, 2, "100.00"),
        (290_000, 340_000, 0, "85"),
    ],
)
def test_percentages_are_rounded_half_up(numerator, denominator, places, expected):
    assert str(percent(numerator, denominator, places)) == expected


@pytest.mark.parametrize("operands", [(0, 0), (5, 0), (None, 7), (7, None)])
def test_nothing_to_divide_by_gives_no_percentage(operands):
    assert percent(*operands) is None


def test_parts_of_a_whole_lie_within_it():
    """No share can exceed 100 %: whatever is on top is also below."""
    for rate in RATES:
        assert rate.of(dict.fromkeys((*rate.top, *rate.bottom), 1)).numerator <= len(rate.bottom)


def test_fewer_than_five_ratings_are_not_shown():
    four, five = {"rated_5": 3, "rated_1": 1}, {"rated_5": 3, "rated_4": 1, "rated_1": 1}
    assert share("satisfied", four).is_hidden
    assert share("satisfied", four).percent is None
    assert average_score(four) is None
    assert share("satisfied", five).percent == Decimal("80.00")
    assert average_score(five) == Decimal("4.0")  # (5+5+5+4+1) / 5


@pytest.mark.parametrize(
    ("largest", "step"), [(0, 1), (5, 1), (6, 2), (11, 5), (90, 20), (100, 20), (101, 50), (19_620, 5000)]
)
def test_axes_have_round_steps(largest, step):
    assert charts.tick_step(largest) == step


# ── published figures ──
@pytest.fixture
def loaded(db: None) -> None:
    call_command("load_published_figures", stdout=StringIO())


def found(record: dict[str, object]) -> Published:
    figure = PublishedFigure.objects.get(
        province=record["province"], period=record["period"], measure=record["measure"]
    )
    return Published(figure)


CHECKED = [record for record in RECORDS if record["agrees"] is True and record["stated_percent"] is not None]
UNSTATED = [record for record in RECORDS if record["stated_percent"] is None and record["computed_percent"] is not None]


def test_the_file_has_figures_to_check():
    assert len(CHECKED) >= 7
    assert len(UNSTATED) >= 3


@pytest.mark.parametrize("record", CHECKED, ids=lambda record: f"{record['period']} {record['measure']}")
def test_each_published_percentage_is_reproduced_where_the_file_says_it_agrees(loaded: None, record):
    row = found(record)
    assert row.stated == Decimal(str(record["stated_percent"]))
    assert row.agrees is True


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r["computed_percent"] is not None], ids=lambda r: r["measure"]
)
def test_each_computed_percentage_is_the_one_of_the_file_to_two_decimals(loaded: None, record):
    exact = Decimal(str(record["computed_percent"]))
    assert abs(found(record).percent - exact) <= Decimal("0.005")  # type: ignore[operator]


def test_figures_without_numbers_are_shown_as_not_checkable(loaded: None):
    growth = next(record for record in RECORDS if record["measure"] == "online_received_growth_yoy")
    assert found(growth).agrees is None


def test_a_wrong_percentage_is_shown_as_differing(loaded: None):
    PublishedFigure.objects.filter(measure="procedures_level_4_share").update(stated_percent=Decimal("43.74"))
    assert Published(PublishedFigure.objects.get(measure="procedures_level_4_share")).agrees is False


def test_the_page_shows_the_percentages_as_published_and_as_computed(client: Client, loaded: None):
    html = client.get("/thong-ke/da-cong-bo/").content.decode()
    for text in (
        "85,29%",
        "gần 85%",
        "22,65%",
        "hơn 22%",
        "26,55%",
        "43,73%",
        "46,64%",
        "9,63%",
        "4,82%",
        "12,85%",
        "3,50%",
    ):
        assert text in html
    assert "6 tháng đầu năm 2021" in html
    assert "01/01/2023 – 12/06/2023" in html
    assert len(html.encode()) < 100_000


def test_loading_twice_gives_the_same(loaded: None):
    call_command("load_published_figures", stdout=StringIO())
    assert PublishedFigure.objects.count() == len(RECORDS)


def test_page_without_published_figures_says_so(client: Client, db: None):
    assert "Chưa có số liệu đã công bố nào" in client.get("/thong-ke/da-cong-bo/").content.decode()


GOOD = {"province": "Hà Nam", "period": "2020", "measure": "x", "kind": "actual", "unit": "dossier", "numerator": 1}


@pytest.mark.parametrize(
    "content",
    [
        "not json",
        "[]",
        '{"figures": 3}',
        json.dumps({"figures": [GOOD | {"kind": "guess"}]}),
        json.dumps({"figures": [GOOD | {"numerator": -1}]}),
        json.dumps({"figures": [GOOD | {"numerator": None}]}),
        json.dumps({"figures": [GOOD | {"province": ""}]}),
        json.dumps({"figures": [{"province": "Hà Nam"}]}),
    ],
)
def test_bad_file_is_refused_and_leaves_what_was_loaded(loaded: None, tmp_path: Path, content: str):
    file = tmp_path / "figures.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("load_published_figures", str(file))
    assert PublishedFigure.objects.count() == len(RECORDS)
