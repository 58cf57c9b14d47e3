"""How many messages a text costs, and how Vietnamese loses its marks for SMS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.sms_text import GSM_BASIC, GSM_EXTENDED, count_segments, fits_one_sms, unaccent

ALPHABET = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)


def test_every_vietnamese_letter_has_its_plain_letter() -> None:
    plain = unaccent(ALPHABET)
    assert len(plain) == len(ALPHABET)
    assert set(plain) == set("abcdeghiklmnopqrstuvxyABCDEGHIKLMNOPQRSTUVXY")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hồ sơ đã được tiếp nhận", "Ho so da duoc tiep nhan"),
        ("ĐƯỜNG NGUYỄN ÁI QUỐC", "DUONG NGUYEN AI QUOC"),
        ("phí 200.000 ₫", "phi 200.000 d"),
        ("“bổ sung” – trước 25/11…", '"bo sung" - truoc 25/11...'),
        ("Tiếng Việt", "Tieng Viet"),  # typed with combining marks
        ("chào 👋", "chao ?"),
    ],
)
def test_sentences_lose_their_marks_and_keep_their_sense(text: str, plain: str) -> None:
    assert unaccent(text) == plain


@given(st.text(max_size=200))
def test_unaccented_text_never_makes_a_carrier_use_two_bytes_a_letter(text: str) -> None:
    assert count_segments(unaccent(text)).encoding == "GSM-7"
    assert unaccent(unaccent(text)) == unaccent(text)


@pytest.mark.parametrize(
    ("text", "encoding", "count"),
    [
        ("", "GSM-7", 1),
        ("a" * 160, "GSM-7", 1),
        ("a" * 161, "GSM-7", 2),
        ("a" * 306, "GSM-7", 2),
        ("a" * 307, "GSM-7", 3),
        ("à" * 160, "GSM-7", 1),  # à è é ì ò ù are in the table
        ("ả" * 70, "UCS-2", 1),
        ("ả" * 71, "UCS-2", 2),
        ("ả" * 134, "UCS-2", 2),
        ("ả" * 135, "UCS-2", 3),
        ("a" * 69 + "đ", "UCS-2", 1),
        ("a" * 70 + "đ", "UCS-2", 2),  # one letter changes the whole text
        ("[" * 80, "GSM-7", 1),
        ("[" * 81, "GSM-7", 2),
        ("[" * 152, "GSM-7", 2),
        ("[" * 153, "GSM-7", 3),  # 76 pairs a part: a pair is not cut in half
        ("👋" * 35, "UCS-2", 1),
        ("👋" * 36, "UCS-2", 2),
        ("👋" * 67, "UCS-2", 3),  # 33 pairs a part
    ],
)
def test_segments_are_counted_as_carriers_bill_them(text: str, encoding: str, count: int) -> None:
    found = count_segments(text)
    assert (found.encoding, found.count) == (encoding, count)


def test_only_unaccented_text_of_160_places_fits_one_message() -> None:
    assert fits_one_sms("a" * 160)
    assert not fits_one_sms("a" * 161)
    assert not fits_one_sms("đã nhận")
    assert not fits_one_sms("a" * 159 + "€")


def test_the_tables_have_the_size_of_the_standard() -> None:
    assert len(GSM_BASIC) == 127  # 128 places without the escape
    assert len(GSM_EXTENDED) == 10
