"""The dossier page of the desk: what changed since the last look, the viewer, marks taken back, colleagues who were faster."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client

from agencies.models import Agency, Role
from agencies.services import appoint
from dossiers.models import Dossier, Look
from dossiers.services import desk_choices, fees, filing, intake, messaging, routing, supplements, uploads
from dossiers.services.supplements import Missing
from dossiers.views.officer.act_table import ACTS
from dossiers.workflow import acts
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
TENNIS = "sports-business-certificate-tennis"


@pytest.fixture
def people():
    forget_visits()
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def forget_visits() -> None:
    """What Redis knows of earlier visits; other workers have prefixes of their own."""
    cache = caches["desk"]
    client = cache._cache.get_client()
    for key in client.scan_iter(f"{cache.key_prefix}:*"):
        client.delete(key)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def tennis(people) -> Dossier:
    dossier = cast.filed(people.hai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=cast.MONDAY, order="test")
    return Dossier.objects.get(pk=dossier.pk)


def free(people) -> Dossier:
    return cast.filed(people.hai, FREE, answers(FREE))


def page_of(dossier) -> str:
    return f"/can-bo/ho-so/{dossier.code}/"


def read(user, address) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def fresh(dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def colleague(name: str, username: str, *roles: str):
    """Another officer of culture and sports."""
    found = cast.officer(username, name)
    for role in roles:
        appoint(found, Agency.objects.get(key="svhttdl"), role, actor=None, since=cast.SINCE)
    return found


def text_answer(dossier) -> str:
    """The key of an answer in plain words."""
    stored = dossier.answers.get(revision=1).answers
    content = filing.content_of(dossier.procedure_version_id)
    return next(
        field.key
        for field in content.eform.fields()
        if str(getattr(field.type, "value", field.type)) in {"text", "textarea"}
        and isinstance(stored.get(field.key), str)
        and stored[field.key]
    )


# ── changed since the last look ──
def test_answers_and_papers_changed_since_the_last_look_stand_with_their_old_values(people):
    dossier = free(people)
    read(people.giang, page_of(dossier))
    key, paper = text_answer(dossier), dossier.papers.order_by("position").first().key
    old = dossier.answers.get(revision=1).answers[key]
    later = cast.MONDAY + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        filing.save_answers(dossier.pk, user=people.hai, answers={key: "Một tên hoàn toàn mới"}, at=later)
        uploads.add(dossier.pk, user=people.hai, key=paper, uploads=[cast.upload("ban-moi.pdf")], at=later)
        filing.amend(dossier.pk, user=people.hai, at=later)
        page = read(people.giang, page_of(dossier))
        assert re.search(rf"Một tên hoàn toàn mới</ins>.*Trước đây: <del>{re.escape(old)}</del>", page, re.S)
        assert "Mới kể từ lần bạn xem trước, thay cho:" in page and ">giay-to.pdf</a>" in page and "ban-moi.pdf" in page
        assert "2 chỗ thay đổi" in page
        again = read(people.giang, page_of(dossier))  # still the same visit: nothing vanishes while one works
        assert "Một tên hoàn toàn mới</ins>" in again
    with time_machine.travel(later + timedelta(hours=1), tick=False):
        assert "</ins>" not in read(people.giang, page_of(dossier))


def test_what_was_never_sent_is_not_shown_as_changed(people):
    dossier = free(people)
    read(people.giang, page_of(dossier))
    key = text_answer(dossier)
    filing.save_answers(dossier.pk, user=people.hai, answers={key: "Chưa gửi"}, at=cast.MONDAY)
    page = read(people.giang, page_of(dossier))
    assert "Chưa gửi" not in page and 'id="thay-doi"' not in page


def test_an_officer_who_never_looked_is_shown_no_changes(people):
    dossier = free(people)
    later = cast.MONDAY + timedelta(hours=1)
    filing.save_answers(dossier.pk, user=people.hai, answers={text_answer(dossier): "Khác"}, at=later)
    filing.amend(dossier.pk, user=people.hai, at=later)
    assert 'id="thay-doi"' not in read(people.giang, page_of(dossier))


def test_events_of_others_since_the_last_look_are_marked_and_own_ones_are_not(people):
    dossier = tennis(people)
    lead = colleague("Hứa Văn Lương", "luong", Role.RECEPTION)
    read(people.hanh, page_of(dossier))
    intake.claim_intake(dossier.pk, user=people.hanh, at=cast.MONDAY)
    with time_machine.travel(cast.MONDAY + timedelta(hours=1), tick=False):
        assert 'id="thay-doi"' not in read(people.hanh, page_of(dossier))
        assert read(lead, page_of(dossier)).count('<span class="mc-badge mc-badge--info">mới</span>') == 0  # first look
        intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY + timedelta(minutes=30))
        seen = read(lead, page_of(dossier))
        assert "2 việc mới" in seen and '<span class="mc-badge mc-badge--info">mới</span>' in seen


def test_without_redis_the_first_look_still_shows_what_changed(people, settings):
    dossier = free(people)
    read(people.giang, page_of(dossier))
    later = cast.MONDAY + timedelta(hours=1)
    filing.save_answers(dossier.pk, user=people.hai, answers={text_answer(dossier): "Tên khác"}, at=later)
    filing.amend(dossier.pk, user=people.hai, at=later)
    forget_visits()
    assert Look.objects.get(user=people.giang).seq < fresh(dossier).head_seq
    assert "Tên khác</ins>" in read(people.giang, page_of(dossier))


# ── marks ──
def test_a_mark_is_taken_back_and_all_marks_of_one_press_together(people):
    dossier = tennis(people)
    hanh = client_of(people.hanh)
    marked = hanh.post(f"{page_of(dossier)}giay-to/con-lai/?tab=receive")
    assert not dossier.papers.filter(verdict="unseen").exists() and "tab=receive" in marked.url
    page = hanh.get(marked.url).content.decode()
    form = page.split('class="mc-undo"')[1].split("</form>")[0]
    keys = re.findall(r'name="giay" value="([^"]+)"', form)
    assert set(keys) == set(dossier.papers.values_list("key", flat=True))
    hanh.post(f"{page_of(dossier)}giay-to/bo/?tab=receive", {"giay": keys})
    assert not dossier.papers.exclude(verdict="unseen").exists()
    bad = {"verdict": "invalid", "reason_code": "unreadable"}
    hanh.post(f"{page_of(dossier)}giay-to/{keys[0]}/", bad)
    hanh.post(f"{page_of(dossier)}giay-to/{keys[0]}/", {"verdict": "unseen"})
    paper = dossier.papers.get(key=keys[0])
    assert (paper.verdict, paper.reason) == ("unseen", "")


def test_marks_of_another_agencys_dossier_are_not_taken_back(people):
    dossier = tennis(people)
    key = dossier.papers.first().key
    intake.mark_paper(dossier.pk, user=people.hanh, key=key, verdict="valid")
    assert client_of(people.giang).post(f"{page_of(dossier)}giay-to/bo/", {"giay": [key]}).status_code == 404
    assert dossier.papers.get(key=key).verdict == "valid"


# ── viewer ──
def test_how_a_file_was_turned_stands_in_the_address_while_other_papers_are_looked_at(people):
    dossier = tennis(people)
    keys = list(dossier.papers.order_by("position").values_list("key", flat=True))
    first = read(people.hanh, f"{page_of(dossier)}?giay={keys[0]}&xoay=1.1.90")
    assert "mc-turn-90" in first and f"xoay=1.1.90&amp;giay={keys[-1]}" in first
    assert f"giay={keys[0]}&amp;xoay=1.1.180" in first  # turning once more
    for strange in ("abc", "1.1.45", "9999.1.90", "1.1.90-" * 500):
        assert client_of(people.hanh).get(f"{page_of(dossier)}?xoay={strange}").status_code == 200


# ── place in the list ──
def test_the_whole_address_of_the_list_goes_along(people):
    first, second = free(people), free(people)
    query = f"?tab=receive&procedure={first.procedure_id}&so-dong=50"
    page = read(people.giang, page_of(first) + query)
    kept = query.replace("&", "&amp;")
    assert f'href="{page_of(second)}{kept}" data-key="n"' in page
    assert f'href="/can-bo/ho-so/{kept}"' in page
    assert f"/viec/tiep-nhan/{kept}" in page


def test_filters_of_the_list_decide_which_dossier_is_next(people):
    first, second = free(people), free(people)
    other = first.procedure_id + 10_000
    page = read(people.giang, f"{page_of(first)}?tab=receive&procedure={other}")
    assert f"{page_of(second)}?" not in page


# ── after an act ──
def receive(user, dossier, query=""):
    data = {"version": fresh(dossier).version, "sure": "1"}
    return client_of(user).post(f"{page_of(dossier)}viec/tiep-nhan/{query}", data)


def test_after_an_act_the_next_dossier_opens_and_the_message_leads_back(people):
    first, second = free(people), free(people)
    giang = client_of(people.giang)
    data = {"version": first.version, "sure": "1"}
    answer = giang.post(f"{page_of(first)}viec/tiep-nhan/?tab=receive", data)
    assert answer.url == f"{page_of(second)}?tab=receive"
    page = giang.get(answer.url).content.decode()
    assert f'<a class="govuk-link" href="{page_of(first)}">Mở lại hồ sơ đó</a>' in page and first.code in page


def test_an_officer_may_stay_with_the_dossier_after_an_act(people):
    first, _second = free(people), free(people)
    giang = client_of(people.giang)
    answer = giang.post("/can-bo/ho-so-tiep/", {"tiep": "0", "ve": page_of(first)})
    assert answer.url == page_of(first) and not desk_choices.goes_on(people.giang)
    assert receive(people.giang, first, "?tab=receive").url == f"{page_of(first)}?tab=receive"
    for elsewhere in ("https://example.vn/", "//example.vn/", "javascript:alert(1)"):
        assert giang.post("/can-bo/ho-so-tiep/", {"tiep": "1", "ve": elsewhere}).url == "/can-bo/ho-so/"


# ── somebody was faster ──
@pytest.mark.django_db(transaction=True)
def test_a_conflict_says_who_did_what_and_goes_on_with_everything_typed(people):
    dossier = tennis(people)
    seen = dossier.version
    paper = dossier.papers.order_by("position").first().key
    intake.claim_intake(dossier.pk, user=people.hanh, at=cast.MONDAY)
    fields = {
        "version": seen,
        "sure": "1",
        f"paper:{paper}": "on",
        f"reason:{paper}": "Thiếu chữ ký",
        "message": "Giúp sớm",
    }
    hanh = client_of(people.hanh)
    answer = hanh.post(f"{page_of(dossier)}viec/yeu-cau-bo-sung/?tab=receive", fields)
    page = answer.content.decode()
    assert answer.status_code == 409 and people.hanh.full_name in page
    form = page.split('viec/yeu-cau-bo-sung/?tab=receive"')[1].split("</form>")[0]
    again = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert again["message"] == "Giúp sớm" and again[f"reason:{paper}"] == "Thiếu chữ ký" and "sure" not in again
    looked_at = hanh.post(f"{page_of(dossier)}viec/yeu-cau-bo-sung/", again)
    assert looked_at.status_code == 200 and fresh(dossier).state == "new"  # seen once more before it is sent
    assert "Thiếu chữ ký" in looked_at.content.decode()
    assert hanh.post(f"{page_of(dossier)}viec/yeu-cau-bo-sung/", again | {"sure": "1"}).status_code == 302
    assert fresh(dossier).state == "supplement"


@pytest.mark.django_db(transaction=True)
def test_a_conflict_in_which_the_act_is_no_longer_to_be_done_offers_no_way_on(people):
    dossier = tennis(people)
    seen = dossier.version
    intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY)
    fields = {"version": seen, "sure": "1", "reason": "Lý do đã gõ"}
    answer = client_of(people.hanh).post(f"{page_of(dossier)}viec/tu-choi-tiep-nhan/", fields)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Lý do đã gõ" in page and "Tiếp tục với nội dung đã gõ" not in page


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_carries_the_act_out_once_and_says_so(people):
    dossier = free(people)
    data = {"version": dossier.version, "sure": "1"}
    giang = client_of(people.giang)
    assert giang.post(f"{page_of(dossier)}viec/tiep-nhan/", data).status_code == 302
    second = giang.post(f"{page_of(dossier)}viec/tiep-nhan/", data)
    assert second.status_code == 409 and people.giang.full_name in second.content.decode()
    assert dossier.events.filter(name="receive").count() == 1


def test_an_officer_moved_to_another_agency_keeps_the_words_typed_and_changes_nothing(people):
    dossier = tennis(people)
    hanh = client_of(people.hanh)
    hanh.get(page_of(dossier))
    people.hanh.posts.all().update(valid_to=cast.MONDAY.date() - timedelta(days=1))
    reason = "Lý do rất dài đã gõ trước khi chuyển công tác"
    data = {"version": dossier.version, "sure": "1", "reason": reason}
    answer = client_of(people.hanh).post(f"{page_of(dossier)}viec/tu-choi-tiep-nhan/", data)
    page = answer.content.decode()
    assert answer.status_code == 404 and reason in page and "không (còn) thuộc phạm vi" in page
    unknown = client_of(people.hanh).post("/can-bo/ho-so/H37.12-261123-9999/viec/tu-choi-tiep-nhan/", data)
    assert unknown.status_code == 404 and reason in unknown.content.decode()
    assert fresh(dossier).state == "new"


@pytest.mark.django_db(transaction=True)
def test_an_officer_without_the_right_keeps_the_words_typed(people):
    dossier = tennis(people)
    data = {"version": dossier.version, "sure": "1", "reason": "Không phải việc của tôi"}
    answer = client_of(people.bao).post(f"{page_of(dossier)}viec/tu-choi-tiep-nhan/", data)
    assert answer.status_code == 403 and "Không phải việc của tôi" in answer.content.decode()


# ── who has it open ──
def test_a_colleague_who_has_the_dossier_open_is_named_for_two_minutes(people):
    dossier = tennis(people)
    luong = colleague("Hứa Văn Lương", "luong", Role.RECEPTION)
    assert "Đồng nghiệp đang mở" not in read(people.hanh, page_of(dossier))
    page = read(luong, page_of(dossier))
    assert "Đồng nghiệp đang mở hồ sơ này: Nông Thị Hạnh." in page
    with time_machine.travel(cast.MONDAY + timedelta(seconds=100), tick=False):
        assert "Nông Thị Hạnh." in read(luong, f"{page_of(dossier)}ai-dang-mo/")
    with time_machine.travel(cast.MONDAY + timedelta(seconds=121), tick=False):
        assert "Đồng nghiệp" not in read(luong, f"{page_of(dossier)}ai-dang-mo/")


def test_whoever_has_acted_is_not_named_any_more(people):
    dossier = tennis(people)
    luong = colleague("Hứa Văn Lương", "luong", Role.SPECIALIST)
    read(people.hanh, page_of(dossier))
    assert receive(people.hanh, dossier).status_code == 302
    assert "Đồng nghiệp đang mở" not in read(luong, page_of(dossier))


def test_the_cache_holds_numbers_and_no_names(people):
    dossier = tennis(people)
    read(people.hanh, page_of(dossier))
    kept = caches["desk"].get(f"here:{dossier.pk}")
    assert set(kept) == {people.hanh.pk}
    assert all(value is None or isinstance(value, int) for visit in kept.values() for value in visit)


# ── shown before it is sent ──
def test_every_act_that_tells_the_applicant_something_shows_it_first(people):
    from dossiers.notices import news_told

    signs = {"sign_result"}  # tells nobody: the result goes out when it is issued
    for name, act in ACTS.items():
        if acts()[name].news in news_told() and name not in signs:
            assert act.is_previewed and not act.quick, name


def test_forms_can_be_looked_at_as_they_will_be_printed_and_nothing_is_kept(people):
    dossier = tennis(people)
    before = Dossier.objects.filter(pk=dossier.pk).values().get()
    hanh = client_of(people.hanh)
    for slug, fields in (("tiep-nhan", {}), ("tu-choi-tiep-nhan", {"reason": "Không thuộc thẩm quyền."})):
        answer = hanh.post(f"{page_of(dossier)}viec/{slug}/ban-xem/", {"version": dossier.version} | fields)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF"), slug
    assert (
        hanh.post(f"{page_of(dossier)}viec/tu-choi-tiep-nhan/ban-xem/", {"version": dossier.version}).status_code == 422
    )
    assert hanh.post(f"{page_of(dossier)}viec/phan-cong/ban-xem/", {"version": dossier.version}).status_code == 404
    assert Dossier.objects.filter(pk=dossier.pk).values().get() == before
    assert not dossier.issued_papers.exists()


def test_a_proposed_supplement_is_shown_as_the_applicant_will_read_it(people):
    dossier = tennis(people)
    intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY)
    key = dossier.papers.order_by("position").first().key
    fields = {
        "version": fresh(dossier).version,
        f"paper:{key}": "on",
        f"reason:{key}": "Bản vẽ thiếu kích thước",
        "message": "",
    }
    answer = client_of(people.bao).post(f"{page_of(dossier)}viec/du-thao-bo-sung/", fields)
    preview = answer.content.decode().split('class="mc-preview"')[1]
    assert answer.status_code == 200 and "Bản vẽ thiếu kích thước" in preview
    assert re.search(r"\d{2}/\d{2}/2026", preview) and fresh(dossier).supplement_request_state == ""
    paper = client_of(people.bao).post(f"{page_of(dossier)}viec/du-thao-bo-sung/ban-xem/", fields)
    assert paper.content.startswith(b"%PDF")
    supplements.draft(
        dossier.pk, user=people.bao, missing=[Missing("paper", key, "Thiếu trang", "missing_page")], message=""
    )
    shown = read(people.dung, f"{page_of(dossier)}viec/duyet-bo-sung/")
    assert "Thiếu trang" in shown.split('class="mc-preview"')[1]


# ── history ──
def test_the_whole_history_names_people_reassignments_limits_and_messages(people):
    dossier = tennis(people)
    intake.receive(dossier.pk, user=people.hanh, at=cast.MONDAY)
    routing.assign(dossier.pk, user=people.cuong, assignee=people.bao, at=cast.MONDAY)
    messaging.send(dossier.pk, user=people.bao, words="Mời Ông bổ sung bản vẽ.")
    page = read(people.cuong, f"{page_of(dossier)}lich-su/")
    assert "giao cho Vi Văn Bảo" in page and "Mời Ông bổ sung bản vẽ." in page
    assert "ngày làm việc" in page.split('id="h-gt"')[1].split("</section>")[0]
    assert "Nông Thị Hạnh" in page.split('id="h-ng"')[1].split("</section>")[0]
    printed = read(people.cuong, f"{page_of(dossier)}lich-su/?in=1")
    assert "mc-act" not in printed and "giao cho Vi Văn Bảo" in printed and "Hoàng Mạnh Cường" in printed
