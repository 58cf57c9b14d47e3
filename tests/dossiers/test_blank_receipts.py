"""Receipts printed in advance: the real time counts, two people answer for it, and a number stands for one dossier."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Role
from agencies.services import appoint
from documents.render import render_paper
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import BlankReceipt, Dossier, DossierEvent
from dossiers.services import blank_receipts, intake
from tests import cast, counter_cast
from tests.dossiers.test_races import Meeting, both, meet_after
from tests.procedures.answers import answers

TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY  # 09:00
LATER = AT + timedelta(hours=5)  # 14:00, the line is back


@pytest.fixture
def people():
    made = cast.make_cast()
    second = cast.officer("second", "Hứa Thị Lan")
    appoint(second, Agency.objects.get(key="svhttdl"), Role.RECEPTION, actor=None, since=cast.SINCE)
    made.officers["second"] = second
    return made


def prepared(people):
    return counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False, at=LATER)


def entered(people, *, draft=None, number=None, received_at=AT, user=None, reason="Đứt cáp"):
    number = number or counter_cast.block(people, at=AT).first
    return blank_receipts.enter(
        (draft or prepared(people)).pk, user=user or people.hanh, number=str(number), received_at=received_at,
        reason=reason, at=LATER,
    )  # fmt: skip


@pytest.mark.django_db
def test_the_clock_counts_from_the_real_time(people):
    receipt = entered(people)
    done = blank_receipts.confirm(receipt.pk, user=people.second, at=LATER)
    at_once = counter_cast.typed(people, TENNIS, answers(TENNIS), at=AT)
    assert done.filed_at == done.accepted_at == AT
    assert done.due_at == at_once.due_at
    assert done.code.startswith("H37.12-261123-")
    event = DossierEvent.objects.get(dossier=done, name="receive_at_counter")
    assert (event.actor, event.data["confirmed_by"]) == (people.hanh, people.second.pk)
    assert event.data["receipt"] == "TN-H37.12/2026/00001"


@pytest.mark.django_db
def test_who_entered_it_does_not_confirm_it(people):
    receipt = entered(people)
    with pytest.raises(Denied):
        blank_receipts.confirm(receipt.pk, user=people.hanh)
    assert Dossier.objects.get(pk=receipt.dossier_id).is_draft


@pytest.mark.django_db
def test_officers_of_another_counter_neither_see_nor_confirm_it(people):
    receipt = entered(people)
    assert not blank_receipts.waiting_for(people.giang).exists()
    with pytest.raises(Denied):
        blank_receipts.confirm(receipt.pk, user=people.giang)


@pytest.mark.django_db
def test_while_it_waits_nobody_receives_it_as_of_now(people):
    receipt = entered(people)
    with pytest.raises(Invalid):
        intake.receive_at_counter(receipt.dossier_id, user=people.hanh, undertaking=True, at=LATER)


@pytest.mark.django_db
def test_a_number_is_used_once(people):
    block = counter_cast.block(people, at=AT)
    entered(people, number=block.first)
    with pytest.raises(Invalid) as refused:
        entered(people, number=block.first)
    assert set(refused.value.errors) == {"number"}


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["999", "TN-H37.12/2026/00099", "TN-H99/2026/00001", "chữ", "TN-H37.12/1999/1"])
def test_a_number_that_was_never_printed_is_refused(people, number):
    counter_cast.block(people, at=AT)
    with pytest.raises(Invalid) as refused:
        entered(people, number=number)
    assert set(refused.value.errors) == {"number"}


@pytest.mark.django_db
@pytest.mark.parametrize("when", [LATER + timedelta(minutes=1), AT - timedelta(minutes=1)])
def test_a_time_that_has_not_come_or_lies_before_the_printing_is_refused(people, when):
    block = counter_cast.block(people, at=AT)
    with pytest.raises(Invalid) as refused:
        entered(people, number=block.first, received_at=when)
    assert set(refused.value.errors) == {"received_at"}


@pytest.mark.django_db
def test_taken_back_the_draft_stays_and_the_number_is_free(people):
    receipt = entered(people)
    blank_receipts.take_back(receipt.pk, user=people.second)
    again = entered(people, draft=receipt.dossier, number=receipt.serial)
    done = blank_receipts.confirm(again.pk, user=people.second, at=LATER)
    with pytest.raises(Conflict):
        blank_receipts.take_back(again.pk, user=people.second)
    assert blank_receipts.confirm(again.pk, user=people.second).pk == done.pk  # a second press


@pytest.mark.django_db
def test_two_blocks_have_no_number_in_common(people):
    first, second = (counter_cast.block(people, count=3, at=AT) for _one in range(2))
    assert (first.first, first.last, second.first, second.last) == (1, 3, 4, 6)


@pytest.mark.django_db
def test_the_page_keeps_what_was_typed_and_the_colleague_confirms(people):
    block, draft = counter_cast.block(people, count=3), prepared(people)
    hanh, second = Client(), Client()
    hanh.force_login(people.hanh, backend="accounts.backends.PhoneOrNameBackend")
    second.force_login(people.second, backend="accounts.backends.PhoneOrNameBackend")
    address = reverse("dossiers:enter_late", args=[draft.public_id])
    wrong = hanh.post(address, {"number": "3", "day": "23/11/2026", "time": "25:00", "reason": "Đứt cáp quang"})
    assert wrong.status_code == 422
    assert "Đứt cáp quang" in wrong.content.decode()
    printed = hanh.get(reverse("dossiers:receipt_block", args=[block.public_id]))
    assert printed.headers["Content-Type"] == "application/pdf"
    receipt = entered(people, draft=draft, number=block.last)
    assert "Hứa Thị Lan" not in hanh.get(reverse("dossiers:blank_receipts")).content.decode()
    second.post(reverse("dossiers:confirm_late", args=[receipt.pk]))
    assert Dossier.objects.get(pk=draft.pk).accepted_at == AT


# ── two at once ──
def number_race(people, monkeypatch) -> list[str]:
    block = counter_cast.block(people, at=AT)
    drafts = [prepared(people), prepared(people)]
    meet_after(monkeypatch, blank_receipts, "_claim", Meeting("both have seen that the number is free"))
    return both(*(lambda draft=draft: entered(people, draft=draft, number=block.first) for draft in drafts))


@pytest.mark.django_db(transaction=True)
def test_two_who_enter_one_number_at_once_use_it_once(people, monkeypatch):
    assert sorted(number_race(people, monkeypatch)) == ["Invalid", "done"]
    assert BlankReceipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_negative_control_without_the_unique_number_both_use_it(people, monkeypatch):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("ALTER TABLE dossiers_blankreceipt DROP CONSTRAINT one_use_of_a_receipt")
    try:
        assert number_race(people, monkeypatch) == ["done", "done"]
        assert BlankReceipt.objects.count() == 2
    finally:
        BlankReceipt.objects.order_by("-pk").first().delete()
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(
                "ALTER TABLE dossiers_blankreceipt ADD CONSTRAINT one_use_of_a_receipt UNIQUE (block_id, serial)"
            )


# ── on paper ──
@pytest.mark.parametrize(
    "name", ["Ủy ban nhân dân xã Ba Sơn", "Trung tâm Phục vụ hành chính công phường Lương Văn Tri"]
)
def test_two_receipts_lie_on_each_sheet(name):
    context = {"agency_parent": "Ủy ban nhân dân tỉnh Lạng Sơn", "agency_name": name}
    numbers = [f"TN-H37.12/2026/{serial:05d}" for serial in range(1, 5)]
    paper = render_paper("dossiers/papers/blank_receipts.html", context | {"numbers": numbers}, title="In sẵn")
    assert paper.pages == 2
