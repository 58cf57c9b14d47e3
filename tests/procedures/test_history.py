"""The catalogue of any past day, listed and counted: figures published by a province come out of records."""

import csv
import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from procedures.models import ServiceLevel
from procedures.services import change, open_draft, publish
from procedures.services.history import levels_on, shares_on
from reports.management.commands import load_published_figures
from tests.procedures import desk

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 30)
MEASURES = {"4": "procedures_level_4_share", "3": "procedures_level_3_share", "2": "procedures_level_2_share"}


def published_by_ha_nam() -> dict[str, dict]:
    figures = json.loads(Path(load_published_figures.OWN).read_text(encoding="utf-8"), parse_float=Decimal)["figures"]
    rows = {row["measure"]: row for row in figures if row["province"] == "Hà Nam" and "snapshot" in row["period"]}
    return {level: rows[measure] for level, measure in MEASURES.items()}


def records(folder: Path) -> Path:
    """One record for each of the services the province counted in June 2021, as such lists were kept."""
    file, number = folder / "muc-do-2021.csv", 0
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["code", "name", "level", "valid_from", "valid_to"])
        for level, row in published_by_ha_nam().items():
            for _one in range(row["numerator"]):
                number += 1
                writer.writerow([f"2.9{number:05d}", f"Thủ tục số {number}", level, "2020-01-01", "2022-08-14"])
    return file


def load(file: Path) -> str:
    out = StringIO()
    call_command("load_catalogue_levels", str(file), stdout=out)
    return out.getvalue()


def test_the_levels_published_in_june_2021_come_out_of_records(tmp_path) -> None:
    load(records(tmp_path))
    wanted = published_by_ha_nam()
    found = {share.level: share for share in shares_on(DAY)}
    for level, row in wanted.items():
        share = found[level]
        assert (share.number, share.total, share.percent) == (
            row["numerator"],
            row["denominator"],
            row["stated_percent"],
        )
    assert found["1"].number == 0
    assert levels_on(DAY).count() == sum(row["numerator"] for row in wanted.values())


def test_the_page_of_the_day_shows_the_same_figures_and_lists_them(tmp_path, django_assert_max_num_queries) -> None:
    load(records(tmp_path))
    browser = desk.browser(desk.province())
    browser.get("/quan-tri/lich-su/")
    with django_assert_max_num_queries(8):
        page = browser.get("/quan-tri/lich-su/", {"ngay": "2021-06-30"}).content.decode()
    for figure in ("904", "964", "199", "2.067", "43,73", "46,64", "9,63"):
        assert figure in page, figure
    second = browser.get(
        "/quan-tri/lich-su/", {"ngay": "2021-06-30", "muc": "2", "sau": "2.901880.01"}
    ).content.decode()
    assert "2.901881.01" in second
    assert "2.901880.01</small>" not in second


def test_the_day_after_the_old_levels_ended_counts_full_and_partial(tmp_path) -> None:
    load(records(tmp_path))
    assert {share.level for share in shares_on(date(2022, 8, 14))} == {"1", "2", "3", "4"}
    assert {share.level for share in shares_on(date(2022, 8, 15))} == {"full", "partial", "info"}
    assert sum(share.number for share in shares_on(date(2022, 8, 15))) == 0


def test_the_same_records_again_change_nothing(tmp_path) -> None:
    file = records(tmp_path)
    load(file)
    before = list(ServiceLevel.objects.order_by("pk").values())
    assert load(file).startswith("0 records created, 0 changed")
    assert list(ServiceLevel.objects.order_by("pk").values()) == before


def test_wrong_records_are_all_named_and_nothing_is_loaded(tmp_path) -> None:
    rows = [
        {"code": "2.000001", "name": "Đúng", "level": "4", "valid_from": "2020-01-01"},
        {"code": "2.1", "name": "x", "level": "4", "valid_from": "2020-01-01"},
        {"code": "2.000002", "name": "", "level": "4", "valid_from": "2020-01-01"},
        {"code": "2.000003", "name": "x", "level": "5", "valid_from": "2020-01-01"},
        {"code": "2.000004", "name": "x", "level": "2", "valid_from": "30/6/2021"},
        {"code": "2.000001", "name": "x", "level": "3", "valid_from": "2020-06-01"},
    ]
    file, before = tmp_path / "levels.json", ServiceLevel.objects.count()
    file.write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        load(file)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [f"Row {n}" for n in (2, 3, 4, 5, 6)]
    assert ServiceLevel.objects.count() == before


@pytest.mark.parametrize("text", ["[1]", "{", "\x00"])
def test_files_that_are_no_records_are_refused(tmp_path, text) -> None:
    file = tmp_path / "levels.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        load(file)


def test_every_service_of_the_catalogue_has_its_level_from_its_first_day() -> None:
    assert sum(share.number for share in shares_on(date(2025, 7, 1))) == 75
    assert sum(share.number for share in shares_on(date(2025, 6, 30))) == 0


def test_a_change_of_level_is_a_new_record_and_the_old_day_keeps_its_own() -> None:
    lan, today = desk.province(), timezone.localdate()
    service = desk.procedure(desk.BIRTH).services.get()
    was, counted = service.level, {share.level: share.number for share in shares_on(today)}

    def only_informs(document: dict) -> None:
        document["service"]["info_only"] = True

    draft = open_draft(desk.procedure(desk.BIRTH), actor=lan, at=timezone.now())
    draft = change(draft.pk, actor=lan, revision=1, edit=only_informs, at=timezone.now())
    publish(draft, actor=lan, effective_from=today, at=timezone.now())
    rows = list(service.levels.order_by("valid_from").values_list("level", "valid_to"))
    assert rows == [(was, today - timedelta(1)), ("info", None)]
    now = {share.level: share.number for share in shares_on(today)}
    assert (now[was], now["info"]) == (counted[was] - 1, counted["info"] + 1)
    assert {share.level: share.number for share in shares_on(today - timedelta(1))} == counted


def test_a_day_that_is_no_day_is_told() -> None:
    answer = desk.browser(desk.province()).get("/quan-tri/lich-su/", {"ngay": "ngày kia", "muc": "9", "sau": "\x00"})
    assert answer.status_code == 422
