"""Paying at the bank's page (the sandbox speaks VNPay's protocol)."""

import re

from tests.journeys.walker import Walker


def pay_at_the_bank(person: Walker, amount: str) -> Walker:
    """From the portal's pay page to the bank, pay there, and back."""
    person.press("Nộp phí").reads(amount)
    person.press(re.compile(rf"^Nộp {re.escape(amount)}"))
    bank = person.page.get_by_role("button", name=f"Thanh toán {amount}")
    assert not person.page.url.startswith(person.address), "the money is not paid on our own page"
    with person.page.expect_navigation(url=f"{person.address}/ho-so/**"):
        bank.click()
    person.clicks += 1
    person.page.wait_for_load_state()
    return person.look().reads("Đã nộp đủ phí.")
