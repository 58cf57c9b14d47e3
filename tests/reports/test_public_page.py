"""The page of the public figures: the same for everybody, readable by everybody, quick whatever lies behind it."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import Agency
from procedures.models import Field
from reports.measures import KEYS
from reports.models import Rollup, Watermark
from tests.reports.figures_cast import CULTURE, TENNIS, TRADE, at, dossier, ended, folded

pytestmark = pytest.mark.django_db
ADDRESS = "/thong-ke/"
YEAR = "?tu=2026-01&den=2026-12"


@pytest.fixture
def year() -> None:
    """January: six received (four online), three resolved: one early, one on time, one late."""
    folded(
        dossier(CULTURE), dossier(CULTURE, intake="counter", filed_by="typed"), dossier(TRADE, intake="post", filed_by="typed"),
        ended("2026-01-20", "2026-01-19 10:00"), ended("2026-01-20", "2026-01-20 10:00"),
        ended("2026-01-20", "2026-01-21 10:00", agency=TRADE),
    )  # fmt: skip


def text_of(html: str) -> str:
    """What a reader sees of the main part, in one line."""
    main = re.search(r"<main.*?</main>", html, re.S)
    assert main
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0]))


def shown(client: Client, query: str = YEAR, address: str = ADDRESS) -> str:
    answer = client.get(address + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_share_stands_with_numerator_denominator_and_definition(client: Client, year: None):
    text = text_of(shown(client))
    assert "66,67% Nộp trực tuyến 4 / 6" in text or "Nộp trực tuyến 4 / 6 66,67%" in text
    assert "Giải quyết sớm và đúng hạn 2 / 3 66,67%" in text
    assert "xin lỗi và hẹn lại không biến hồ sơ trễ hạn thành đúng hạn" in text
    assert "tổng số hồ sơ tiếp nhận" in text


def test_english_page_says_the_same_numbers(client: Client, year: None):
    text = text_of(shown(client, address="/en/thong-ke/"))
    assert "Filed online 4 / 6 66.67%" in text
    assert "Resolved early or on time 2 / 3 66.67%" in text


def test_one_agency_and_one_field_show_only_their_own(client: Client, year: None):
    code = Agency.objects.get(key=TRADE).code
    text = text_of(shown(client, f"{YEAR}&co_quan={code}"))
    assert "2 hồ sơ tiếp nhận" in text or "hồ sơ tiếp nhận 2" in text
    assert "Giải quyết sớm và đúng hạn 0 / 1 0,00%" in text
    other = Field.objects.exclude(procedures__key=TENNIS).first()
    assert "Không có hồ sơ nào" in text_of(shown(client, f"{YEAR}&co_quan={code}&linh_vuc={other.key}"))  # type: ignore[union-attr]
    same = Field.objects.get(procedures__key=TENNIS)
    assert "hồ sơ tiếp nhận 2" in text_of(shown(client, f"{YEAR}&co_quan={code}&linh_vuc={same.key}"))


def test_before_the_first_dossier_the_page_says_so_and_shows_a_way_on(client: Client):
    text = text_of(shown(client, ""))
    assert "Không có hồ sơ nào được tiếp nhận hoặc giải quyết trong thời gian này." in text
    assert "Xem toàn tỉnh, năm nay" in text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?tu=2026-13", "Chọn một tháng trong danh sách."),
        ("?tu=hôm+qua", "Chọn một tháng trong danh sách."),
        ("?den=2026-1٣", "Chọn một tháng trong danh sách."),
        ("?tu=2026-05&den=2026-04", "Tháng cuối đứng trước tháng đầu."),
        ("?tu=2020-01&den=2026-01", "Chọn nhiều nhất 24 tháng."),
        ("?co_quan=H99.99", "Chọn một cơ quan trong danh sách."),
        ("?linh_vuc=khong-co", "Chọn một lĩnh vực trong danh sách."),
        ("?trang=0", "Danh sách không có trang này."),
        ("?trang=²", "Danh sách không có trang này."),
    ],
)
@pytest.mark.parametrize("address", [ADDRESS, "/thong-ke/so-lieu.csv", "/thong-ke/so-lieu.xlsx"])
def test_wrong_choice_is_answered_by_a_sentence(client: Client, year: None, query: str, sentence: str, address: str):
    answer = client.get(address + query)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_page_beyond_the_end_of_the_list_is_an_empty_list(client: Client, year: None):
    assert "Trang này của danh sách không có cơ quan nào." in text_of(shown(client, f"{YEAR}&trang=9999"))


# ── pictures ──
def test_pictures_have_a_name_a_description_and_their_numbers_in_a_table(client: Client, year: None):
    html = shown(client)
    pictures = re.findall(r"<svg[^>]*viewBox[^>]*role=\"img\".*?</svg>", html, re.S)
    assert len(pictures) == 6  # three charts, each once wide and once narrow
    for picture in pictures:
        first, second = re.search(r'aria-labelledby="([\w-]+) ([\w-]+)"', picture).groups()  # type: ignore[union-attr]
        assert f'<title id="{first}">' in picture
        assert f'<desc id="{second}">' in picture
    assert html.count("<table") == 5


def test_ids_are_unique(client: Client, year: None):
    ids = re.findall(r'\sid="([^"]+)"', shown(client))
    assert len(ids) == len(set(ids))


def test_positions_in_pictures_are_whole_numbers_in_every_language(client: Client, year: None):
    html = "".join(re.findall(r"<svg class=\"mc-chart--.*?</svg>", shown(client), re.S))
    values = re.findall(r'\s(?:x|y|width|height)="([^"]*)"', html)
    assert values
    assert all(re.fullmatch(r"\d+", value) for value in values)


def test_no_inline_style_or_script(client: Client, year: None):
    html = shown(client)
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|<style|\son\w+=", html)


# ── a whole province behind it ──
def province(agencies: int, fields: int, months: int) -> None:
    """Rollups as a province of that size has them."""
    places = list(Agency.objects.order_by("pk")[:agencies])
    subjects = list(Field.objects.order_by("pk")[:fields])
    counts = dict.fromkeys(KEYS, 1000)
    rows = []
    for number in range(months):
        month = date(2026, number + 1, 1)
        rows.append(Rollup(grain=0, month=month, **counts))
        rows += [Rollup(grain=1, month=month, agency=place, **counts) for place in places]
        rows += [Rollup(grain=2, month=month, field=subject, **counts) for subject in subjects]
    Rollup.objects.bulk_create(rows)
    Watermark.objects.create(name="figures", as_of=timezone.now())


@pytest.mark.parametrize("agencies", [2, 80])
def test_the_number_of_statements_does_not_grow_with_the_province(
    client: Client, django_assert_max_num_queries, agencies
):
    province(agencies, 5, 12)
    shown(client)
    with django_assert_max_num_queries(10):
        shown(client)


def test_no_page_reads_a_dossier(client: Client, year: None, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as queries:
        shown(client)
    assert not [q["sql"] for q in queries.captured_queries if "dossiers_" in q["sql"] or "dossierfact" in q["sql"]]


@pytest.mark.parametrize("address", [ADDRESS, "/en/thong-ke/"])
def test_the_page_of_a_whole_province_stays_under_100_kb(client: Client, address: str):
    province(228, 60, 12)
    assert len(shown(client, address=address).encode()) < 100_000


# ── how long it may be kept ──
def test_unchanged_figures_are_not_sent_again_and_changed_ones_are(client: Client, year: None):
    first = client.get(ADDRESS + YEAR)
    assert first.headers["ETag"]
    again = client.get(ADDRESS + YEAR, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    folded(dossier())
    assert client.get(ADDRESS + YEAR, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_moment_up_to_which_the_figures_are_exact_is_shown(client: Client, year: None):
    Watermark.objects.update(as_of=at("2026-11-25", "09:15"))
    assert "Chính xác đến 25/11/2026, 09:15." in text_of(shown(client))
