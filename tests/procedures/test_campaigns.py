"""A review campaign from its opening to the published decision."""

import io
from datetime import date, timedelta
from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from openpyxl import load_workbook

from agencies.models import Agency
from notifications.models import Message
from procedures.classification import Answer, classify
from procedures.models import Campaign, CampaignItem, PlanItem, Procedure, ProcedureVersion
from procedures.services import content_of, enter_into_force, open_draft, reviewing
from procedures.services.reviewing import Given, ItemStale, Paper
from tests.procedures import desk
from tests.procedures.campaigns import (
    LIST,
    NO_VISIT,
    THREE,
    YES,
    address,
    answer,
    approve_all,
    emptied,
    in_days,
    items_of,
    now,
    opened,
    planned,
    sent,
    today,
)

__all__ = ["emptied"]

pytestmark = pytest.mark.django_db


def paper(effective: date | None = None, number: str = "1500/QĐ-UBND") -> Paper:
    return Paper(number, "Công bố kết quả rà soát", today(), effective or in_days(30))


# ── from the opening to the decision ──
def test_three_departments_from_the_opening_to_the_published_decision() -> None:
    lan = desk.province()
    people = {key: desk.department(f"nguoi-{key}", key) for key in THREE}
    campaign = opened(lan)
    assert set(campaign.tasks.values_list("agency__key", flat=True)) == set(THREE)
    owned = Procedure.objects.published().filter(owner__key__in=THREE)
    assert {item.procedure for item in items_of(campaign)} == set(owned)
    ending, merged, simplified, changed = items_of(campaign, "sct")[:2] + items_of(campaign, "snnmt")[:2]
    answer(ending, people["sct"], "abolish", criteria={})
    answer(merged, people["sct"], "merge", successor=desk.procedure(), criteria={})
    answer(simplified, people["snnmt"], "simplify", days_saved=3, papers_saved=2)
    answer(changed, people["snnmt"], "keep", criteria=NO_VISIT)
    for key, person in people.items():
        sent(campaign, key, person)
    approve_all(campaign, lan)
    before = {item.procedure_id: item.procedure.classification for item in items_of(campaign)}
    campaign = reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    decision = campaign.decision
    assert (campaign.state, decision.published_on, decision.effective_on) == ("closed", today(), in_days(30))
    ends = {row.procedure: row.successor for row in decision.abolitions.all()}
    assert ends == {ending.procedure: None, merged.procedure: desk.procedure()}
    assert open_drafts() == {simplified.procedure}
    assert list(PlanItem.objects.values_list("item__procedure", "state")) == [(simplified.procedure_id, "planned")]
    rows = {row["code"]: row for row in campaign.annex}
    assert set(rows) == set(owned.values_list("code", flat=True))
    told = rows[simplified.procedure.code]
    assert (told["answer"], told["days"], told["papers"]) == ("simplify", 3, 2)
    assert rows[changed.procedure.code]["before"] == before[changed.procedure_id]
    assert rows[ending.procedure.code]["after"] == ""
    assert rows[merged.procedure.code]["successor"].startswith(desk.procedure().code)


def open_drafts() -> set[Procedure]:
    return {version.procedure for version in ProcedureVersion.objects.open().select_related("procedure")}


def test_the_pages_lead_the_whole_way() -> None:
    """One department, by clicking only."""
    lan, duc = desk.browser(desk.province()), desk.browser(desk.department())
    form = {"name": "Rà soát", "opens_on": f"{today():%d/%m/%Y}", "due_on": f"{in_days(9):%d/%m/%Y}",
            "effective_on": f"{in_days(20):%d/%m/%Y}", "agencies": [Agency.objects.get(key="svhttdl").pk]}  # fmt: skip
    made = lan.post(f"{LIST}moi/", form)
    campaign = Campaign.objects.get()
    assert made.url == address(campaign)
    assert duc.get(address(campaign)).status_code == 404  # planned: nobody is asked yet
    lan.post(address(campaign, "mo/"))
    task = address(campaign, "co-quan/svhttdl/")
    assert duc.get(address(campaign)).url == task
    for item in items_of(campaign):
        page = address(campaign, f"thu-tuc/{item.procedure.code}/")
        assert duc.get(page).status_code == 200
        values = {"act": "answer", "version": item.version, "answer": "keep", "handling_answer": "yes",
                  "presence_answer": "no", "presence_obstacle": "appear"}  # fmt: skip
        assert duc.post(page, values).status_code == 302
    assert duc.post(task).status_code == 302
    assert not CampaignItem.objects.exclude(state="sent").exists()
    ticked = [f"{item.pk}:{item.version}" for item in items_of(campaign)]
    lan.post(address(campaign, "kiem-tra/"), {"item": ticked})
    assert not CampaignItem.objects.exclude(state="approved").exists()
    closing = {"act": "close", "number": "7/QĐ-UBND", "title": "Kết quả", "signed_on": f"{today():%d/%m/%Y}",
               "effective_on": f"{in_days(20):%d/%m/%Y}"}  # fmt: skip
    assert lan.post(address(campaign, "ket-thuc/"), closing).url == address(campaign)
    campaign.refresh_from_db()
    assert campaign.decision.number == "7/QĐ-UBND"
    for part in ("", "kiem-tra/", "ke-hoach/"):
        assert lan.get(address(campaign, part)).status_code == 200


def test_before_the_first_answer_stands_what_the_version_shows() -> None:
    """Nobody types again what the catalogue knows: one choice and one press answer a procedure that stays."""
    duc, campaign = desk.department(), opened(desk.province(), agencies=["svhttdl"])
    browser = desk.browser(duc)
    for item in items_of(campaign):
        shown = browser.get(address(campaign, f"thu-tuc/{item.procedure.code}/")).context["form"].initial
        criteria = {one.key: one for one in classify(content_of(item.procedure.current_version_id)).criteria}
        for key in reviewing.ASKED:
            assert shown[f"{key}_answer"] == ("yes" if criteria[key].met else "no")
            assert shown[f"{key}_obstacle"] == next(iter(criteria[key].obstacles), "")


def test_a_procedure_is_asked_for_by_one_campaign_at_a_time() -> None:
    lan = desk.province()
    opened(lan, agencies=["sct"])
    with pytest.raises(ValidationError, match="No procedure"):
        opened(lan, agencies=["sct"])


# ── who answers, who sees ──
def test_a_department_of_another_agency_finds_nothing() -> None:
    campaign = opened(desk.province(), agencies=["sct", "svhttdl"])
    other = items_of(campaign, "sct")[0]
    own, stranger = desk.browser(desk.department()), desk.browser(desk.department("x", "snnmt"))
    item = address(campaign, f"thu-tuc/{other.procedure.code}/")
    for browser in (own, stranger):
        for page in (address(campaign, "co-quan/sct/"), item, address(campaign, "kiem-tra/")):
            assert browser.get(page).status_code == 404
        assert browser.post(item, {"act": "answer", "version": 1, "answer": "keep"}).status_code == 404
        assert browser.post(address(campaign, "co-quan/sct/")).status_code == 404
    assert stranger.get(address(campaign)).status_code == 404
    assert campaign.name not in stranger.get(LIST).content.decode()


def test_a_department_does_not_approve_and_the_province_does_not_answer() -> None:
    lan = desk.province()
    campaign = opened(lan, agencies=["svhttdl"])
    duc = desk.department()
    sent(campaign, "svhttdl", duc)
    item = items_of(campaign)[0]
    page = address(campaign, f"thu-tuc/{item.procedure.code}/")
    assert desk.browser(duc).post(page, {"act": "approve", "version": item.version}).status_code == 404
    assert desk.browser(lan).post(page, {"act": "answer", "version": item.version}).status_code == 404
    assert items_of(campaign)[0].state == "sent"


# ── answers ──
def test_nothing_is_sent_while_one_procedure_is_unanswered() -> None:
    duc = desk.department(agency="sct")
    campaign = opened(desk.province(), agencies=["sct"])
    first, *rest = items_of(campaign)
    for item in rest:
        answer(item, duc)
    with pytest.raises(ValidationError, match=first.procedure.code):
        reviewing.submit_task(first.task_id, actor=duc, at=now())
    page = desk.browser(duc).post(address(campaign, "co-quan/sct/"))
    assert page.status_code == 422
    assert first.procedure.code in page.content.decode()
    assert not CampaignItem.objects.filter(state="sent").exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given("simplify", criteria=YES), "reason"),
        (Given("merge", reason="x"), "successor"),
        (Given("keep", criteria={"handling": Answer("yes")}), "presence_answer"),
        (Given("keep", criteria=YES | {"presence": Answer("no")}), "presence_obstacle"),
        (Given("keep", criteria=YES | {"handling": Answer("no", "fee_offline")}), "handling_obstacle"),
        (Given("delete"), "answer"),
    ],
)
def test_an_incomplete_answer_is_refused_at_its_field(given, field) -> None:
    duc = desk.department()
    item = items_of(opened(desk.province(), agencies=["svhttdl"]))[0]
    with pytest.raises(ValidationError) as refused:
        reviewing.save_answer(item.pk, given, version=1, actor=duc, at=now())
    assert field in refused.value.message_dict


def test_a_procedure_is_not_merged_into_itself() -> None:
    item = items_of(opened(desk.province(), agencies=["svhttdl"]))[0]
    with pytest.raises(ValidationError):
        answer(item, desk.department(), "merge", successor=item.procedure)


def test_the_class_that_follows_is_computed_and_shown() -> None:
    duc = desk.department()
    campaign = opened(desk.province(), agencies=["svhttdl"])
    item = items_of(campaign)[0]
    answer(item, duc, criteria=NO_VISIT)
    item.refresh_from_db()
    assert item.proposed_level != "full"
    page = desk.browser(duc).get(address(campaign, f"thu-tuc/{item.procedure.code}/")).content.decode()
    assert "Phải xuất trình bản chính" in page


def test_what_is_returned_is_answered_again_with_the_reason_in_view() -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl"])
    sent(campaign, "svhttdl", duc)
    item = items_of(campaign)[0]
    with pytest.raises(ValidationError):
        answer(item, duc)  # handed in
    late = {"act": "answer", "version": item.version, "answer": "abolish", "reason": "Không còn hồ sơ nào"}
    refused = desk.browser(duc).post(address(campaign, f"thu-tuc/{item.procedure.code}/"), late)
    assert refused.status_code == 422
    assert "Không còn hồ sơ nào" in refused.content.decode()  # not saved, and not lost
    returned = reviewing.return_item(item.pk, version=item.version, remark="Nêu rõ lý do", actor=lan, at=now())
    page = desk.browser(duc).get(address(campaign, f"thu-tuc/{item.procedure.code}/")).content.decode()
    assert "Nêu rõ lý do" in page
    answer(returned, duc, "simplify", days_saved=1)
    reviewing.submit_task(item.task_id, actor=duc, at=now())
    item.refresh_from_db()
    assert (item.state, item.answer) == ("sent", "simplify")


def test_the_second_browser_sees_the_difference_and_keeps_her_text() -> None:
    duc, hoa = desk.department(), desk.department("hoa")
    campaign = opened(desk.province(), agencies=["svhttdl"])
    item = items_of(campaign)[0]
    page = address(campaign, f"thu-tuc/{item.procedure.code}/")
    yes = {"handling_answer": "yes", "presence_answer": "yes"}
    first = yes | {"act": "answer", "version": 1, "answer": "simplify", "reason": "Bớt một bước"}
    second = yes | {"act": "answer", "version": 1, "answer": "abolish", "reason": "Không còn hồ sơ"}
    assert desk.browser(duc).post(page, first).status_code == 302
    refused = desk.browser(hoa).post(page, second)
    words = refused.content.decode()
    assert refused.status_code == 409
    assert "Bớt một bước" in words
    assert "Không còn hồ sơ" in words
    item.refresh_from_db()
    assert (item.answer, item.version) == ("simplify", 2)
    assert desk.browser(hoa).post(page, second | {"version": 2}).status_code == 302  # she has seen it


# ── the board ──
def test_the_board_counts_departments_and_marks_who_is_late() -> None:
    lan = desk.province()
    campaign = opened(lan)
    sent(campaign, "sct", desk.department(agency="sct"))
    Campaign.objects.update(opens_on=in_days(-30), due_on=in_days(-2))
    browser = desk.browser(lan, headers={"accept-language": "en"})
    words = browser.get(address(campaign)).content.decode()
    assert words.count('class="is-late"') == 2
    campaign = Campaign.objects.with_progress().get()
    assert (campaign.sent, campaign.departments) == (1, 3)
    assert "1/3" in words or "1 of 3" in words or "1 trên 3" in words


def test_the_pages_of_a_large_campaign_take_few_statements(django_assert_max_num_queries) -> None:
    lan = desk.province()
    campaign = opened(lan, agencies=())
    browser = desk.browser(lan)
    for part in ("", "kiem-tra/?tinh-trang=waiting", "co-quan/sct/"):
        browser.get(address(campaign, part))
        with django_assert_max_num_queries(12):  # with session, user, posts and site settings
            assert browser.get(address(campaign, part)).status_code == 200


def test_strange_addresses_find_nothing_and_break_nothing() -> None:
    lan = desk.province()
    campaign = opened(lan, agencies=["svhttdl"])
    browser = desk.browser(lan)
    for query in ("co-quan=%00", "tinh-trang=%00&trang=-1", "trang=99999999999"):
        assert browser.get(address(campaign, f"kiem-tra/?{query}")).status_code == 200
    assert browser.get(address(campaign, "thu-tuc/%00/")).status_code == 404
    for ticked in ("1:1:1", "-1:0", "x", f"{2**40}:1", "\x00"):
        assert browser.post(address(campaign, "kiem-tra/"), {"item": ticked}).status_code == 302


# ── closing ──
def test_nothing_is_closed_while_an_answer_is_neither_approved_nor_left_out() -> None:
    lan, duc = desk.province(), desk.department(agency="sct")
    campaign = opened(lan, agencies=["sct"])
    sent(campaign, "sct", duc)
    first, *rest = items_of(campaign)
    reviewing.approve_many({item.pk: item.version for item in rest}, actor=lan, at=now())
    with pytest.raises(ValidationError):
        reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    with pytest.raises(ValidationError):
        reviewing.leave_out(first.pk, version=first.version, remark=" ", actor=lan, at=now())
    reviewing.leave_out(first.pk, version=first.version, remark="Chờ luật mới", actor=lan, at=now())
    campaign = reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    assert first.procedure.code not in {row["code"] for row in campaign.annex}
    assert len(campaign.annex) == len(rest)


def test_what_stands_against_an_end_is_said_before_closing() -> None:
    lan, duc = desk.province(), desk.department(agency="sct")
    campaign = opened(lan, agencies=["sct"])
    one, two = items_of(campaign)[:2]
    answer(one, duc, "abolish", criteria={})
    answer(two, duc, "merge", successor=one.procedure, criteria={})
    sent(campaign, "sct", duc)
    approve_all(campaign, lan)
    open_draft(one.procedure, actor=lan, at=now())
    found = " ".join(reviewing.faults(campaign))
    assert f"{one.procedure.code}: publish or discard the open draft" in found
    assert f"{two.procedure.code} is merged into {one.procedure.code}" in found
    with pytest.raises(ValidationError):
        reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    campaign.refresh_from_db()
    assert (campaign.state, campaign.decision) == ("open", None)


def test_the_changes_hold_from_the_effective_date_on() -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl"])
    kept, ending = items_of(campaign)[:2]
    before = kept.procedure.classification
    answer(kept, duc, criteria=YES | {"handling": Answer("no", "site_check")})
    answer(ending, duc, "abolish", criteria={})
    sent(campaign, "svhttdl", duc)
    approve_all(campaign, lan)
    reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    start = in_days(30)
    assert (reviewing.apply_due(on=start - timedelta(1), at=now()), classes(kept)) == (0, (before, 0))
    assert reviewing.apply_due(on=start, at=now()) == 1
    assert classes(kept) == ("partial", 2)
    assert set(kept.procedure.services.get().answers.values_list("valid_from", flat=True)) == {start}
    assert reviewing.apply_due(on=start, at=now()) == 0
    enter_into_force(on=start)
    assert Procedure.objects.get(pk=ending.procedure_id).current_version is None


def classes(item: CampaignItem) -> tuple[str, int]:
    procedure = Procedure.objects.get(pk=item.procedure_id)
    return procedure.classification, procedure.services.get().answers.count()


def test_a_missed_night_is_made_up_for() -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl"])
    item = items_of(campaign)[0]
    sent(campaign, "svhttdl", duc)
    approve_all(campaign, lan)
    reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    assert reviewing.apply_due(on=in_days(35), at=now()) == 1
    assert set(item.procedure.services.get().answers.values_list("valid_from", flat=True)) == {in_days(30)}


def test_a_decision_of_today_holds_at_once() -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl"], due=0, effective=0)
    sent(campaign, "svhttdl", duc)
    approve_all(campaign, lan)
    assert reviewing.close_campaign(campaign.pk, paper(today()), actor=lan, at=now()).applied_on == today()


def test_the_annex_is_a_pdf_and_a_workbook_without_formulas() -> None:
    lan, duc = desk.province(), desk.department(agency="sct")
    campaign = opened(lan, agencies=["sct"])
    answer(items_of(campaign)[0], duc, "simplify", reason="=HYPERLINK(1)", days_saved=4, papers_saved=1)
    sent(campaign, "sct", duc)
    approve_all(campaign, lan)
    reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    browser = desk.browser(lan)
    assert browser.get(address(campaign, "phu-luc.pdf")).content.startswith(b"%PDF-")
    assert browser.get(address(campaign, "phu-luc.pdf?phan=2")).status_code == 404
    with patch("procedures.services.reviewing.annex.PART", 2):  # a long annex comes in parts
        assert browser.get(address(campaign, "phu-luc.pdf?phan=2")).content.startswith(b"%PDF-")
    book = load_workbook(io.BytesIO(browser.get(address(campaign, "phu-luc.xlsx")).content))
    rows = list(book.active.iter_rows())
    assert len(rows) == len(items_of(campaign)) + 1
    assert "f" not in {cell.data_type for row in rows for cell in row}
    told = next(row for row in rows if row[1].value == items_of(campaign)[0].procedure.code)
    assert (told[4].value, told[6].value, told[7].value, told[10].value) == ("Đơn giản hóa", 4, 1, "=HYPERLINK(1)")


# ── the plan ──
def test_the_plan_is_followed_by_the_department_until_it_is_done() -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl", "sct"])
    answer(items_of(campaign, "svhttdl")[0], duc, "restructure")
    sent(campaign, "svhttdl", duc)
    hoa = desk.department("hoa", "sct")
    sent(campaign, "sct", hoa)
    approve_all(campaign, lan)
    reviewing.close_campaign(campaign.pk, paper(), actor=lan, at=now())
    row, page = PlanItem.objects.get(), address(campaign, "ke-hoach/")
    done = {"row": row.pk, "version": 1, "state": "done", "done_on": f"{today():%d/%m/%Y}"}
    assert desk.browser(hoa).post(page, done).status_code == 404
    assert desk.browser(duc).post(page, done | {"done_on": ""}).status_code == 422
    assert desk.browser(duc).post(page, done).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.done_on, row.changed_by) == ("done", today(), duc)
    assert desk.browser(lan).post(page, done | {"state": "planned"}).status_code == 409


# ── reminders ──
def told() -> list[str]:
    keys = Message.objects.filter(kind="campaign.remind", channel="site").order_by("pk").values_list("key", flat=True)
    return [key.split(":")[2].split(".")[1] for key in keys]


def test_each_reminder_is_sent_once_and_a_missed_night_is_made_up_for() -> None:
    duc = desk.department()
    campaign = opened(desk.province(), agencies=["svhttdl"])
    due = campaign.due_on
    steps = [(8, []), (7, ["7"]), (7, ["7"]), (6, ["7"]), (2, ["7", "3"]), (1, ["7", "3", "1"]), (0, ["7", "3", "1"])]
    for left, expected in steps:
        reviewing.sweep(on=due - timedelta(left), at=now())
        assert told() == expected
    for late in (1, 2):
        reviewing.sweep(on=due + timedelta(late), at=now())
        assert told() == ["7", "3", "1", "late"]
    assert set(Message.objects.filter(kind="campaign.remind").values_list("recipient", flat=True)) == {duc.pk}


def test_who_has_sent_everything_is_not_reminded() -> None:
    duc = desk.department()
    campaign = opened(desk.province(), agencies=["svhttdl"])
    sent(campaign, "svhttdl", duc)
    assert reviewing.sweep(on=campaign.due_on, at=now()) == 0
    assert told() == []


def test_a_planned_campaign_opens_on_its_day() -> None:
    desk.department()
    campaign = planned(desk.province(), agencies=["svhttdl"])
    reviewing.sweep(on=campaign.opens_on - timedelta(1), at=now())
    campaign.refresh_from_db()
    assert campaign.state == "planned"
    reviewing.sweep(on=campaign.opens_on, at=now())
    campaign.refresh_from_db()
    assert campaign.state == "open"
    assert Message.objects.filter(kind="campaign.opened").exists()


# ── two at once ──
def race_of_two_approvals(item: CampaignItem, people) -> list[str]:
    barrier, found = Barrier(2), []

    def approve(person) -> None:
        try:
            barrier.wait(timeout=10)
            reviewing.approve(item.pk, version=item.version, actor=person, at=now())
            found.append("approved")
        except ItemStale:
            found.append("stale")
        finally:
            connection.close()

    threads = [Thread(target=approve, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


@pytest.mark.usefixtures("emptied")
@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_counts() -> None:
    lan, minh = desk.province(), desk.province("minh", "Lý Văn Minh")
    campaign = opened(lan, agencies=["svhttdl"])
    sent(campaign, "svhttdl", desk.department())
    assert race_of_two_approvals(items_of(campaign)[0], (lan, minh)) == ["approved", "stale"]


@pytest.mark.usefixtures("emptied")
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_count() -> None:
    """The negative control: both have read before either writes."""
    lan, minh = desk.province(), desk.province("minh", "Lý Văn Minh")
    campaign = opened(lan, agencies=["svhttdl"])
    sent(campaign, "svhttdl", desk.department())
    read = Barrier(2)

    def unlocked(item_id: int) -> CampaignItem:
        item = CampaignItem.objects.select_related("procedure").get(pk=item_id)
        read.wait(timeout=10)
        return item

    with patch("procedures.services.reviewing.checking.locked_item", unlocked):
        assert race_of_two_approvals(items_of(campaign)[0], (lan, minh)) == ["approved", "approved"]
