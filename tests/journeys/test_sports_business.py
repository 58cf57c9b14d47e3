"""A citizen files for a certificate of eligibility for sports business at nine in the evening, on a phone."""

import pytest

from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_sports_business(province):
    province.it_is("23/11/2026 21:00")
    hai = province.citizen("+84987654321")
    hai.open("/")
    print(hai.text[:3000])
    hai.fill("Tìm thủ tục", "san quan vot").press("Tìm thủ tục")
    print(hai.text[:1500])
    hai.follow("Quần vợt")
    print(hai.text)
    hai.follow("Bắt đầu")
    print(hai.text)
    hai.press("Bắt đầu")
    print(hai.page.url, hai.text)
