"""The pages of opinions: what the agency that is asked sees, how it answers, what the asking side is told."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import Agency
from audit.models import Access
from dossiers import queues
from dossiers.models import Consultation, Dossier
from dossiers.services import messaging, noting, results, routing
from dossiers.services.consulting import answer_consultation
from dossiers.services.results import Decision
from dossiers.views.officer import rows
from tests import cast
from tests.dossiers.consulting_cast import AT, LAW, QUESTION, SILENT_STEP, ask, examined, silence_is_agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    with time_machine.travel(AT, tick=False):
        yield cast.make_cast()


@pytest.fixture
def dossier(people) -> Dossier:
    return examined(people)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def page_of(asked: Consultation) -> str:
    return f"/can-bo/y-kien/{asked.public_id}/"


def text_of(answer) -> str:
    return answer.content.decode()


# ── the agency that is asked ──
def test_the_queue_says_how_many_opinions_are_asked_of_us(people, dossier):
    assert "Yêu cầu cho ý kiến</a>" in text_of(client_of(people.giang).get("/can-bo/ho-so/"))
    ask(people, dossier)
    assert "Yêu cầu cho ý kiến (1)" in text_of(client_of(people.giang).get("/can-bo/ho-so/"))
    assert "Yêu cầu cho ý kiến" not in text_of(client_of(people.hanh).get("/can-bo/ho-so/"))


def test_the_list_holds_what_my_agency_is_asked_and_nothing_else(people, dossier):
    ask(people, dossier)
    assert dossier.code in text_of(client_of(people.giang).get("/can-bo/y-kien/"))
    assert dossier.code not in text_of(client_of(people.giang).get("/can-bo/y-kien/?xong=1"))
    assert dossier.code not in text_of(client_of(people.kien).get("/can-bo/y-kien/"))


def test_the_list_of_more_than_a_page_goes_on(people, dossier, monkeypatch):
    from dossiers.views.officer import opinions

    monkeypatch.setattr(opinions, "PAGE", 1)
    ask(people, dossier)
    second = examined(people)
    ask(people, second)
    first = client_of(people.giang).get("/can-bo/y-kien/")
    following = client_of(people.giang).get("/can-bo/y-kien/" + first.context["next_url"])
    assert [row["asked"].dossier_id for row in first.context["rows"]] == [dossier.pk]
    assert [row["asked"].dossier_id for row in following.context["rows"]] == [second.pk]


def test_the_agency_reads_question_papers_and_answers_and_its_look_is_written_down(people, dossier):
    asked = ask(people, dossier)
    messaging.send(dossier.pk, user=people.hanh, words="Tin nhắn riêng với người dân", at=AT)
    noting.write(dossier.pk, user=people.bao, words="Ghi chú nội bộ", at=AT)
    page = text_of(client_of(people.giang).get(page_of(asked)))
    assert QUESTION in page and "Lý Thị Mai" in page
    assert "Tin nhắn riêng" not in page and "Ghi chú nội bộ" not in page
    assert "020190000017" not in page and "912345678" not in page
    look = Access.objects.get(action="opinion.viewed")
    assert (look.actor_id, look.subject_id) == (people.giang.pk, dossier.pk)


def test_the_dossier_itself_does_not_exist_for_the_agency_that_is_asked(people, dossier):
    ask(people, dossier)
    giang = client_of(people.giang)
    for part in ("", "y-kien/", "trao-doi/", "ghi-chu/", "lich-su/", "phi/", "tin-nhan/", "viec/chuyen-tiep/"):
        assert giang.get(f"/can-bo/ho-so/{dossier.code}/{part}").status_code == 404
    for path in ("viec/chuyen-tiep/", "giay-to/con-lai/", "ghi-chu/viet/", "trao-doi/gui/"):
        answer = giang.post(f"/can-bo/ho-so/{dossier.code}/{path}", {"version": 1, "text": "x", "verdict": "valid"})
        assert answer.status_code == 404, path


def test_a_paper_is_opened_while_the_question_is_open_and_not_afterwards(people, dossier):
    asked = ask(people, dossier)
    file = dossier.papers.order_by("pk").first().files.first().file
    address = f"{page_of(asked)}tep/{file.public_id}/"
    giang = client_of(people.giang)
    assert giang.get(address).status_code == 200
    assert Access.objects.filter(action="file.downloaded", actor_id=people.giang.pk).count() == 1
    assert client_of(people.kien).get(address).status_code == 404
    answer_consultation(asked, user=people.giang, outcome="agree", at=AT)
    assert giang.get(address).status_code == 404
    page = text_of(giang.get(page_of(asked)))
    assert QUESTION in page and "xem giấy tờ" not in page.lower() and f"{file.public_id}" not in page


def test_what_others_were_asked_is_the_same_404_as_nothing(people, dossier):
    asked = ask(people, dossier)
    nothing = "/can-bo/y-kien/00000000-0000-4000-8000-000000000000/"
    for user in (people.kien, people.bao, people.mai):
        client = client_of(user)
        theirs, none = client.get(page_of(asked)), client.get(nothing)
        assert theirs.status_code == none.status_code == 404


def test_the_opinion_is_shown_before_it_is_sent(people, dossier):
    asked = ask(people, dossier)
    giang = client_of(people.giang)
    sent = {"outcome": "disagree", "answer": "Trái quy hoạch sử dụng đất."}
    shown = giang.post(page_of(asked), sent)
    assert shown.status_code == 200 and "Trái quy hoạch" in text_of(shown) and shown.context["is_checked"]
    assert Consultation.objects.get().is_open
    assert giang.post(page_of(asked), sent | {"sure": "1"}).status_code == 302
    assert Consultation.objects.get().outcome == "disagree"


def test_the_letter_handed_in_before_the_preview_goes_with_the_answer(people, dossier):
    asked = ask(people, dossier)
    giang = client_of(people.giang)
    shown = giang.post(page_of(asked), {"outcome": "agree", "answer": "", "file": cast.upload("cong-van.pdf")})
    file = shown.context["attached"]
    assert file.erase_after is None or file.pk
    giang.post(page_of(asked), {"outcome": "agree", "attached": str(file.public_id), "sure": "1"})
    asked.refresh_from_db()
    assert asked.file_id == file.pk
    asked.file.refresh_from_db()
    assert asked.file.erase_after is None
    cast_clean(asked.file)
    bao = client_of(people.bao)
    assert bao.get(f"/can-bo/ho-so/{dossier.code}/tep/{file.public_id}/").status_code == 200


def cast_clean(file) -> None:
    type(file).objects.filter(pk=file.pk).update(state="clean")


def test_nobody_attaches_a_file_of_somebody_else(people, dossier):
    asked = ask(people, dossier)
    theirs = dossier.papers.order_by("pk").first().files.first().file
    client_of(people.giang).post(page_of(asked), {"outcome": "agree", "attached": str(theirs.public_id), "sure": "1"})
    assert Consultation.objects.get().file is None


def test_bad_input_keeps_what_was_typed_and_says_how_to_mend_it(people, dossier):
    asked = ask(people, dossier)
    answer = client_of(people.giang).post(page_of(asked), {"outcome": "disagree", "answer": " ", "sure": "1"})
    assert answer.status_code == 422 and "Ghi lý do không đồng ý" in text_of(answer)
    answer = client_of(people.giang).post(page_of(asked), {"answer": "Chữ đã gõ", "attached": "không phải mã"})
    assert answer.status_code == 422 and "Chữ đã gõ" in text_of(answer)


def test_who_comes_second_keeps_their_text(people, dossier):
    asked = ask(people, dossier)
    answer_consultation(asked, user=people.giang, outcome="agree", at=AT)
    second = client_of(people.giang).post(
        page_of(asked), {"outcome": "disagree", "answer": "Ý kiến đã gõ dài", "sure": "1"}
    )
    assert second.status_code == 409
    assert "Ý kiến đã gõ dài" in text_of(second) and people.giang.full_name in text_of(second)


def test_an_officer_moved_to_another_agency_keeps_their_text(people, dossier):
    asked = ask(people, dossier)
    people.giang.posts.update(valid_to=cast.SINCE)
    answer = client_of(people.giang).post(page_of(asked), {"outcome": "agree", "answer": "Ý kiến đã gõ dài"})
    assert answer.status_code == 404 and "Ý kiến đã gõ dài" in text_of(answer)


# ── the asking side ──
def test_an_officer_asks_on_the_page_with_the_limit_of_the_route(people, dossier, monkeypatch):
    silence_is_agreement(monkeypatch)
    bao, sct = client_of(people.bao), Agency.objects.get(key="sct")
    address = f"/can-bo/ho-so/{dossier.code}/viec/lay-y-kien/"
    page = text_of(bao.get(address))
    assert LAW in page and sct.name_vi in page
    version = Dossier.objects.get(pk=dossier.pk).version
    sent = {"version": version, "step_no": SILENT_STEP, "agency": sct.pk, "question": QUESTION, "limit_unit": "hour"}
    assert bao.post(address, sent | {"question": ""}).status_code == 422
    assert bao.post(address, sent).status_code == 302
    asked = Consultation.objects.get()
    assert (asked.limit_amount, asked.limit_unit, asked.silence_is_agreement) == (3, "working_day", True)


def test_without_a_route_the_officer_writes_the_limit(people, dossier):
    bao, sct = client_of(people.bao), Agency.objects.get(key="sct")
    version = Dossier.objects.get(pk=dossier.pk).version
    sent = {"version": version, "agency": sct.pk, "question": QUESTION, "limit_unit": "working_day"}
    address = f"/can-bo/ho-so/{dossier.code}/viec/lay-y-kien/"
    refused = bao.post(address, sent)
    assert refused.status_code == 422 and "Ghi thời hạn" in text_of(refused) and QUESTION in text_of(refused)
    assert bao.post(address, sent | {"limit_amount": "5"}).status_code == 302


def test_the_asking_officer_reads_the_opinion_on_the_dossier_page_and_the_list_says_it_came(people, dossier):
    bao = client_of(people.bao)
    asked = ask(people, dossier)
    page = f"/can-bo/ho-so/{dossier.code}/"
    assert "1 cơ quan được lấy ý kiến chưa trả lời" in text_of(bao.get(page))
    answer_consultation(asked, user=people.giang, outcome="disagree", answer="Trái quy hoạch.", at=AT)
    viewer = queues.viewer_of(people.bao, AT)
    (row,) = queues.rows_for(people.bao.pk).filter(pk=dossier.pk)
    assert "Đã có ý kiến" in " ".join(badge.text for badge in rows.badges(row, viewer))
    assert "Trái quy hoạch." in text_of(bao.get(page + "y-kien/"))
    bao.get(page)
    (row,) = queues.rows_for(people.bao.pk).filter(pk=dossier.pk)
    assert "Đã có ý kiến" not in " ".join(badge.text for badge in rows.badges(row, viewer))


def test_the_leader_is_warned_in_words_and_says_that_they_decide_without_it(people, dossier):
    ask(people, dossier)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    now = routing.forward(dossier.pk, user=people.cuong, at=AT).dossier
    dung, address = client_of(people.dung), f"/can-bo/ho-so/{dossier.code}/viec/ky/"
    page = text_of(dung.get(address))
    assert "chưa trả lời" in page and 'name="without_opinions"' in page
    sent = {"version": now.version, "sure": "1"}
    refused = dung.post(address, sent)
    assert refused.status_code == 422 and "Chưa trả lời" in text_of(refused)
    assert Dossier.objects.get(pk=dossier.pk).result_state == "drafted"
    assert dung.post(address, sent | {"without_opinions": "on"}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).result_state == "signed"


def test_going_on_without_is_offered_only_while_something_is_open(people, dossier):
    address = f"/can-bo/ho-so/{dossier.code}/viec/thoi-lay-y-kien/"
    assert client_of(people.cuong).get(address).status_code == 409
    asked = ask(people, dossier)
    assert asked.agency.name_vi in text_of(client_of(people.cuong).get(address))
    version = Dossier.objects.get(pk=dossier.pk).version
    sent = {"version": version, "consultation": str(asked.public_id), "reason": "Đã đủ căn cứ"}
    assert client_of(people.cuong).post(address, sent).status_code == 302
    assert Consultation.objects.get().outcome == "recalled"


def test_the_head_finds_what_was_not_answered_in_time_among_the_alarms(people, dossier):
    asked = ask(people, dossier)
    address = "/can-bo/nhom/canh-bao/?loai=y-kien-cham"
    assert dossier.code not in text_of(client_of(people.cuong).get(address))
    with time_machine.travel(asked.due_at + timedelta(minutes=1), tick=False):
        assert dossier.code in text_of(client_of(people.cuong).get(address))
        assert dossier.code not in text_of(client_of(people.giang).get(address))
