"""A new procedure gets its e-form, fee and route in a real Chromium, by keyboard alone; its pages are free of axe findings."""

import pytest
from playwright.sync_api import Browser, Page

from procedures.content import missing_parts
from procedures.models import Procedure
from tests.procedures.browser import looked_at, page_for
from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "", "thong-tin/", "mo-ta/", "truong-hop/", "truong-hop/all/", "bieu-mau/", "bieu-mau/cau/applicant_role/", "bieu-mau/muon/",
    "bieu-mau/phan/moi/", "bieu-mau/phan/applicant/them/?loai=choice", "giay-to/", "giay-to/authorisation/", "phi/", "phi/moi/",
    "quy-trinh/", "ket-qua/", "xem-truoc/", "nop-thu/", "nhap-tep/",
)  # fmt: skip


@pytest.fixture
def editor() -> Editor:
    user = catalogue_officer()
    found = Editor(user, new_draft(user))
    yield found
    procedure = Procedure.objects.filter(pk=found.version.procedure_id)
    found.version.delete()
    procedure.delete()


@pytest.fixture
def page(chromium: Browser, live_server, editor: Editor) -> Page:
    opened = page_for(chromium, live_server, editor.user, viewport={"width": 1280, "height": 900})
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    opened.context.close()
    assert not problems


class Keyboard:
    """A person who has no mouse."""

    def __init__(self, page: Page, editor: Editor) -> None:
        self.page, self.editor = page, editor

    def open(self, path: str) -> None:
        self.page.goto(self.editor.url(path))

    def to(self, wanted: str, most: int = 200) -> None:
        """Tab until the control with that label or words has the focus."""
        passed = []
        for _press in range(most):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(NAME_OF_FOCUS))
            if passed[-1] == wanted:
                return
        raise AssertionError(f"the keyboard never reaches “{wanted}”, only {list(dict.fromkeys(passed))}")

    def write(self, label: str, text: str) -> None:
        self.to(label)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, start: str) -> None:
        self.to(label)
        self.page.keyboard.type(start)

    def press(self, words: str) -> None:
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


NAME_OF_FOCUS = """() => {
  const it = document.activeElement;
  const label = it.labels && it.labels.length ? it.labels[0] : it;
  const own = Array.from(label.childNodes).filter(n => !(n.classList && n.classList.contains("mc-optional")));
  return own.map(n => n.textContent).join("").replace(/\\s+/g, " ").trim();
}"""


def test_a_procedure_is_built_by_keyboard_alone(page: Page, editor: Editor):
    keys = Keyboard(page, editor)
    keys.open("mo-ta/")
    keys.write("Đối tượng thực hiện, mỗi dòng một đối tượng", "Cá nhân")
    keys.write("Cơ quan giải quyết", "Sở Văn hóa, Thể thao và Du lịch")
    keys.write("Căn cứ pháp lý, mỗi dòng một số hiệu", "61/2018/NĐ-CP")
    keys.press("Lưu")
    keys.open("truong-hop/all/")
    keys.write("Thời hạn: Trên mạng", "7")
    keys.write("Thời hạn: Tại quầy", "7")
    keys.press("Lưu")
    keys.open("bieu-mau/")
    keys.press("Người nộp hồ sơ, tự điền từ tài khoản")
    keys.choose("Kiểu trả lời", "Số")
    keys.press("Thêm câu hỏi: Người nộp hồ sơ")
    keys.write("Câu hỏi", "Số bản cần cấp")
    keys.press("Lưu")
    keys.open("giay-to/")
    keys.press("Thêm các giấy tờ thường dùng")
    keys.open("phi/moi/")
    keys.write("Tên khoản thu", "Lệ phí cấp phép")
    keys.write("Mức thu (đ)", "50.000")
    keys.press("Lưu")
    keys.open("quy-trinh/")
    keys.write("Giờ làm việc", "2")
    keys.press("Lưu")
    keys.open("ket-qua/")
    keys.write("Tên kết quả", "Giấy phép thử nghiệm")
    keys.press("Lưu")
    content = editor.content
    assert missing_parts(content) == ()
    assert content.eform.fields()[-1].type == "number"
    assert content.fees[0].rates[0].amount_vnd == 50_000
    assert content.route.steps[0].hours == 2
    assert len(content.papers) == 3


def test_questions_move_in_place_and_the_button_keeps_the_focus(page: Page, editor: Editor):
    editor.press("mau-san/", "khoi applicant")
    page.goto(editor.url("bieu-mau/"))
    for _press in range(2):
        page.locator("#down-applicant_full_name").focus()
        with page.expect_response(lambda answer: answer.url.endswith("/bieu-mau/")):
            page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'down-applicant_full_name'")
    assert [field.key for field in editor.content.eform.fields()][2] == "applicant_full_name"


def test_every_page_is_narrow_enough_and_without_axe_findings(page: Page, editor: Editor):
    editor.press("mau-san/", "khoi applicant")
    editor.press("mau-san/", "giay-to usual")
    editor.press("mau-san/", "mien-phi free")
    names = [(path.replace("/", "_").replace("?", "") or "dau", editor.url(path)) for path in PAGES]
    assert not looked_at(page, names)
