"""Messages with the applicant and notes among colleagues on a dossier."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from common.models import OutboxRow
from common.outbox import News
from dossiers import notices
from dossiers.errors import Denied, Invalid
from dossiers.models import Arrival, Dossier, DossierMessage, Note
from dossiers.services import intake, messaging, noting
from notifications.models import Message
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
ASKED = "Cho chúng tôi biết ngày khai trương cửa hàng ạ?"


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


@pytest.fixture
def dossier(people) -> Dossier:
    return cast.filed(people.hai, FREE, answers(FREE))


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def desk(dossier, part="") -> str:
    return f"/can-bo/ho-so/{dossier.code}/{part}"


def waits(dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).message_waits


# ── messages ──
def test_the_officer_sees_what_the_applicant_will_read_before_the_message_is_sent(people, dossier):
    giang = client_of(people.giang)
    shown = giang.post(desk(dossier, "trao-doi/gui/"), {"text": ASKED})
    assert shown.status_code == 200 and not DossierMessage.objects.exists()
    preview = shown.content.decode().split('id="se-doc"')[1].split("</div>")[0]
    assert ASKED in preview and "co tin nhan moi" in preview
    assert giang.post(desk(dossier, "trao-doi/gui/"), {"text": ASKED, "sure": "1"}).status_code == 302
    assert DossierMessage.objects.get().text == ASKED
    assert waits(dossier) == "citizen"


def test_sms_and_mail_say_only_that_there_is_a_message(people, dossier):
    messaging.send(dossier.pk, user=people.giang, words=ASKED)
    row = OutboxRow.objects.get(name="dossier.message_from_agency")
    assert ASKED not in str(row.data)
    notices.tell(News(row.pk, row.name, "dossier", dossier.pk, "", None, row.data, timezone.now()))
    sent = Message.objects.filter(kind="dossier.message_from_agency")
    assert {one.channel for one in sent} == {"sms", "email", "site"}
    for one in sent:
        assert "khai trương" not in one.body and "khai truong" not in one.body


def test_the_applicant_reads_and_answers_and_the_agency_is_told_until_somebody_answers(people, dossier):
    messaging.send(dossier.pk, user=people.giang, words=ASKED)
    hai = client_of(people.hai)
    assert "Cơ quan có tin nhắn cho bạn" in hai.get(f"/ho-so/{dossier.code}/").content.decode()
    assert "Tin nhắn mới" in hai.get("/ho-so/").content.decode()
    page = hai.get(f"/ho-so/{dossier.code}/trao-doi/").content.decode()
    assert ASKED in page and people.giang.full_name not in page
    assert waits(dossier) == "" and DossierMessage.objects.get().read_at is not None
    assert hai.post(f"/ho-so/{dossier.code}/trao-doi/", {"text": "Ngày 30/11 ạ."}).status_code == 302
    assert waits(dossier) == "agency" and Arrival.objects.get().kind == "message"
    giang = client_of(people.giang)
    assert "Tin nhắn chờ trả lời" in giang.get("/can-bo/ho-so/?tab=all").content.decode()
    assert "Ngày 30/11 ạ." in giang.get(desk(dossier, "trao-doi/")).content.decode()
    assert DossierMessage.objects.get(by_agency=False).read_at is not None
    assert waits(dossier) == "agency"  # read, and not answered yet
    messaging.send(dossier.pk, user=people.giang, words="Cảm ơn Ông.")
    assert waits(dossier) == "citizen"


def test_an_officer_may_say_that_a_message_needs_no_answer(people, dossier):
    messaging.send(dossier.pk, user=people.hai, words="Cảm ơn các anh chị.")
    assert client_of(people.giang).post(desk(dossier, "trao-doi/gui/"), {"khong-can": "1"}).status_code == 302
    assert waits(dossier) == ""
    with pytest.raises(Denied):
        messaging.needs_no_answer(dossier.pk, user=people.hai)


def test_strangers_and_officers_of_other_agencies_neither_read_nor_write(people, dossier):
    messaging.send(dossier.pk, user=people.hai, words="Riêng tư")
    for user in (people.mai, people.hanh, people.kien):
        with pytest.raises(Denied):
            messaging.send(dossier.pk, user=user, words="Xin chào")
        assert client_of(user).get(desk(dossier, "trao-doi/")).status_code == 404
        assert client_of(user).get(f"/ho-so/{dossier.code}/trao-doi/").status_code == 404


def test_an_empty_or_too_long_message_is_refused_in_words_and_what_was_typed_is_kept(people, dossier):
    hai = client_of(people.hai)
    empty = hai.post(f"/ho-so/{dossier.code}/trao-doi/", {"text": "   "})
    assert empty.status_code == 422 and "Hãy viết nội dung tin nhắn." in empty.content.decode()
    long = "dài " * 600
    answer = hai.post(f"/ho-so/{dossier.code}/trao-doi/", {"text": long})
    assert answer.status_code == 422 and long.strip()[:200] in answer.content.decode()
    assert not DossierMessage.objects.exists()


def test_pressing_twice_sends_one_message(people, dossier):
    first = messaging.send(dossier.pk, user=people.hai, words="Khi nào có kết quả ạ?")
    second = messaging.send(dossier.pk, user=people.hai, words="Khi nào có kết quả  ạ?")
    assert first == second and DossierMessage.objects.count() == 1
    later = cast.MONDAY + timedelta(minutes=2)
    assert messaging.send(dossier.pk, user=people.hai, words="Khi nào có kết quả ạ?", at=later) != first


def test_the_eleventh_message_of_an_hour_waits(people, dossier):
    for n in range(10):
        messaging.send(dossier.pk, user=people.hai, words=f"Tin số {n}")
    with pytest.raises(Invalid):
        messaging.send(dossier.pk, user=people.hai, words="Tin số 11")
    an_hour_later = cast.MONDAY + timedelta(hours=1)
    messaging.send(dossier.pk, user=people.hai, words="Tin số 11", at=an_hour_later)


def test_a_dossier_that_ended_takes_messages_for_thirty_days_and_then_none(people, dossier):
    intake.refuse_intake(dossier.pk, user=people.giang, reason="Không thuộc thẩm quyền.", at=cast.MONDAY)
    messaging.send(dossier.pk, user=people.hai, words="Vì sao ạ?", at=cast.MONDAY + timedelta(days=29))
    with pytest.raises(Invalid):
        messaging.send(dossier.pk, user=people.hai, words="Vì sao thế ạ?", at=cast.MONDAY + timedelta(days=31))
    with time_machine.travel(cast.MONDAY + timedelta(days=31), tick=False):
        page = client_of(people.hai).get(f"/ho-so/{dossier.code}/trao-doi/").content.decode()
        assert "<textarea" not in page and "không nhận tin nhắn mới" in page


def test_a_frequent_sentence_stands_in_the_box_to_be_completed(people, dossier):
    page = client_of(people.giang).get(desk(dossier, "trao-doi/?mau=goi-lai")).content.decode()
    box = page.split("<textarea")[1].split("</textarea>")[0]
    assert "Đề nghị Ông/Bà gọi số" in box


def test_lines_of_a_message_are_kept_and_control_characters_are_not(people, dossier):
    sent = messaging.send(dossier.pk, user=people.hai, words="Một\r\n\r\nHai\u202e\u0000 ba")
    assert sent.text == "Một\n\nHai ba"


# ── notes ──
def test_notes_are_never_shown_to_the_applicant(people, dossier):
    secret = "Nghi hồ sơ trùng, hỏi lại phòng Kinh tế"
    noting.write(dossier.pk, user=people.giang, words=secret, pinned=True)
    messaging.send(dossier.pk, user=people.giang, words=ASKED)
    hai = client_of(people.hai)
    for address in ("", "da-khai/", "trao-doi/"):
        assert secret not in hai.get(f"/ho-so/{dossier.code}/{address}").content.decode()
    assert hai.get(desk(dossier, "ghi-chu/")).status_code == 404
    with pytest.raises(Denied):
        noting.write(dossier.pk, user=people.hai, words="Tôi cũng ghi")
    assert secret in client_of(people.giang).get(desk(dossier, "ghi-chu/")).content.decode()


def test_a_note_is_changed_for_ten_minutes_and_then_only_struck_through(people, dossier):
    note = noting.write(dossier.pk, user=people.giang, words="Gọi lại thứ Ba")
    noting.change(
        dossier.pk, note.pk, user=people.giang, words="Gọi lại thứ Tư", at=cast.MONDAY + timedelta(minutes=10)
    )
    with pytest.raises(Invalid):
        noting.change(
            dossier.pk, note.pk, user=people.giang, words="x", at=cast.MONDAY + timedelta(minutes=10, seconds=1)
        )
    noting.strike(dossier.pk, note.pk, user=people.giang)
    page = client_of(people.giang).get(desk(dossier, "ghi-chu/")).content.decode()
    assert "<s>Gọi lại thứ Tư</s>" in page and "gạch bỏ" in page
    with pytest.raises(Invalid):
        noting.change(dossier.pk, note.pk, user=people.giang, words="Gọi lại thứ Năm")


def test_nobody_changes_the_note_of_a_colleague(people, dossier):
    note = noting.write(dossier.pk, user=people.giang, words="Của Giang")
    other = cast.officer("khue", "Lành Thị Khuê")
    from agencies.models import Agency, Role
    from agencies.services import appoint

    appoint(other, Agency.objects.get(key="sct"), Role.RECEPTION, actor=None, since=cast.SINCE)
    with pytest.raises(Invalid):
        noting.change(dossier.pk, note.pk, user=other, words="Của Khuê")
    noting.strike(dossier.pk, note.pk, user=other)
    assert Note.objects.get().struck_by == other


def test_one_note_stands_on_top(people, dossier):
    first = noting.write(dossier.pk, user=people.giang, words="Ghi chú thứ nhất", pinned=True)
    noting.write(dossier.pk, user=people.giang, words="Ghi chú thứ hai")
    third = noting.write(dossier.pk, user=people.giang, words="Ghi chú thứ ba", pinned=True)
    page = client_of(people.giang).get(desk(dossier, "ghi-chu/")).content.decode()
    assert page.index("Ghi chú thứ ba") < page.index("Ghi chú thứ hai") < page.index("Ghi chú thứ nhất")
    assert list(Note.objects.filter(is_pinned=True)) == [third]
    answer = client_of(people.giang).post(desk(dossier, f"ghi-chu/{first.pk}/"), {"ghim": "1"})
    assert answer.status_code == 302 and list(Note.objects.filter(is_pinned=True)) == [first]


def test_the_note_of_another_dossier_is_not_reached_through_this_one(people, dossier):
    other = cast.filed(people.hai, FREE, answers(FREE))
    note = noting.write(other.pk, user=people.giang, words="Hồ sơ khác")
    client_of(people.giang).post(desk(dossier, f"ghi-chu/{note.pk}/"), {"gach": "1"})
    assert Note.objects.get().struck_at is None


def test_a_note_without_words_is_refused_and_a_written_one_is_shown_with_its_author(people, dossier):
    giang = client_of(people.giang)
    assert giang.post(desk(dossier, "ghi-chu/viet/"), {"text": " "}).status_code == 422
    assert giang.post(desk(dossier, "ghi-chu/viet/"), {"text": "Đã gọi cho khách"}).status_code == 302
    note = Note.objects.get()
    page = giang.get(desk(dossier, f"ghi-chu/?sua={note.pk}")).content.decode()
    assert "Đã gọi cho khách" in page.split("<textarea")[1] and people.giang.full_name in page
    changed = giang.post(desk(dossier, "ghi-chu/viet/"), {"text": "Đã gọi, khách bận", "sua": str(note.pk)})
    assert changed.status_code == 302 and Note.objects.get().text == "Đã gọi, khách bận"
