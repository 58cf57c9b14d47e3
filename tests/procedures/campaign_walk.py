"""A review campaign from its opening to the published decision, by the pages alone, in the words that stand on them.

Walked by the tests and by whoever measures the demo.
"""

import re
from datetime import date, timedelta

from playwright.sync_api import Locator

from tests.journeys.walker import Walker

NAME = "Rà soát thủ tục hành chính cuối năm"
DEPARTMENTS = ("Sở Công Thương", "Sở Văn hóa, Thể thao và Du lịch", "Sở Nông nghiệp và Môi trường")


def plan_and_open(province: Walker) -> None:
    """Name, days and the three departments."""
    province.follow("Đợt rà soát", menu(province)).press("Đợt rà soát mới").fill("Tên đợt rà soát", NAME)
    province.fill("Hạn các cơ quan trả lời", day(20)).fill("Ngày quyết định có hiệu lực", day(30))
    for name in DEPARTMENTS:
        province.tick(name)
    province.press("Lưu").reads("Mở đợt ngay").press("Mở đợt ngay").reads("0 trên 3 cơ quan đã gửi")


def menu(person: Walker) -> Locator:
    """The side menu of the catalogue."""
    return person.page.get_by_role("navigation", name="Danh mục", exact=True)


def day(later: int) -> str:
    return f"{date.today() + timedelta(later):%d/%m/%Y}"


def answer(department: Walker) -> int:
    """The first is simplified, the others stay; whatever the catalogue knows already is not asked again. Returns how many."""
    department.follow("Đợt rà soát", menu(department)).follow(NAME)
    number = department.page.locator("tbody tr").count()
    department.follow(first_procedure(department))
    department.tick("Đơn giản hóa").fill("Số ngày giảm được", "2").fill("Số giấy tờ giảm được", "1")
    department.fill("Lý do", "Bỏ bước lấy ý kiến, khai thác dữ liệu dân cư")
    save(department)
    for _rest in range(number - 1):
        department.tick("Giữ nguyên")
        save(department)
    department.press("Gửi trả lời").reads("Đã gửi trả lời. Tỉnh sẽ kiểm tra.")
    return number


def save(department: Walker) -> None:
    following = department.page.get_by_role("button", name="Lưu và sang thủ tục tiếp theo")
    department.press("Lưu và sang thủ tục tiếp theo" if following.count() else "Lưu")


def first_procedure(person: Walker) -> re.Pattern[str]:
    """The name of the first row of the list."""
    words = person.page.locator("tbody th a").first.inner_text()
    return re.compile(re.escape(words.strip()))


def return_one(province: Walker) -> None:
    """The first answer goes back with a reason, everything else is approved at once."""
    province.follow(NAME).press(re.compile("^Kiểm tra trả lời")).follow(first_procedure(province))
    province.fill("Nội dung cần sửa", "Nêu rõ giấy tờ nào được bỏ").press("Trả lại kèm lý do")
    approve_all(province)


def approve_all(province: Walker) -> None:
    province.tick("Chọn tất cả trên trang này").press("Duyệt các thủ tục đã chọn").reads("Không còn trả lời nào ở đây")


def answer_again(department: Walker) -> None:
    department.follow("Đợt rà soát", menu(department)).follow(NAME).reads("Tỉnh trả lại 1 thủ tục")
    returned = department.page.locator("tbody tr").filter(has_text="Nêu rõ giấy tờ nào được bỏ")
    department.follow(re.compile("."), returned).reads("Nêu rõ giấy tờ nào được bỏ")
    department.fill("Lý do", "Bỏ bản sao căn cước, khai thác dữ liệu dân cư").press("Lưu").press("Gửi trả lời")


def close(province: Walker, number: str) -> None:
    """The second round, then one decision for everything."""
    province.follow("Đợt rà soát", menu(province)).follow(NAME).press(re.compile("^Kiểm tra trả lời"))
    approve_all(province)
    province.follow(NAME).reads("3 trên 3 cơ quan đã gửi").press("Kết thúc đợt…")
    province.reads("Mở dự thảo và vào kế hoạch").fill("Số quyết định", number).press("Kết thúc và công bố quyết định")
    province.reads("Đã kết thúc đợt rà soát và công bố quyết định.", number)
