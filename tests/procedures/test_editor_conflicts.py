"""Two people on one draft: the second learns of the first and keeps her text."""

import pytest

from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Editor, Editor]:
    first, second = catalogue_officer(), catalogue_officer("minh", "Hoàng Thị Minh")
    version = new_draft(first)
    return Editor(first, version), Editor(second, version)


def test_the_second_sees_the_difference_and_keeps_her_text(two):
    first, second = two
    opened = first.version.revision
    data = second.filled("thong-tin/")
    first.save("thong-tin/", purpose_vi="Lời của người thứ nhất")
    answer = second.post("thong-tin/", {**data, "purpose_vi": "Lời của người thứ hai"}, revision=opened)
    assert answer.status_code == 409
    assert {(row.now, row.mine) for row in answer.context["conflict"].differs} == {
        ("Lời của người thứ nhất", "Lời của người thứ hai")
    }
    assert answer.context["form"]["purpose_vi"].value() == "Lời của người thứ hai"
    assert "Lộc Thị Lan" in answer.content.decode()
    assert first.content.purpose.vi == "Lời của người thứ nhất"


def test_she_can_save_it_again_from_the_page_of_the_conflict(two):
    first, second = two
    opened = first.version.revision
    data = second.filled("thong-tin/") | {"purpose_vi": "Lời của người thứ hai"}
    first.save("ket-qua/", name_vi="Giấy phép")
    answer = second.post("thong-tin/", data, revision=opened)
    assert answer.status_code == 409
    assert second.post("thong-tin/", data, revision=answer.context["revision"]).status_code == 302
    content = first.content
    assert (content.purpose.vi, content.result.name.vi) == ("Lời của người thứ hai", "Giấy phép")


def test_without_another_change_there_is_no_conflict(two):
    _first, second = two
    assert second.save("thong-tin/", purpose_vi="Lời của người thứ hai").status_code == 302


def test_what_was_deleted_meanwhile_is_said_and_her_text_is_shown(two):
    first, second = two
    first.press("mau-san/", "giay-to usual")
    data = second.filled("giay-to/authorisation/")
    first.version.refresh_from_db()
    opened = first.version.revision
    first.press("sap-xep/", "delete papers authorisation")
    answer = second.post("giay-to/authorisation/", {**data, "name_vi": "Giấy của tôi"}, revision=opened)
    assert answer.status_code == 409
    assert "Giấy của tôi" in answer.content.decode()


def test_a_button_pressed_on_an_old_page_is_not_carried_out(two):
    first, second = two
    first.press("mau-san/", "giay-to usual")
    first.version.refresh_from_db()
    opened = first.version.revision
    first.press("sap-xep/", "down papers application")
    before = first.content
    answer = second.post("sap-xep/", {"do": "delete papers identity"}, revision=opened)
    assert answer.status_code == 409
    assert first.content == before


def test_a_draft_in_review_cannot_be_changed(two):
    first, second = two
    from procedures.models import ProcedureVersion

    ProcedureVersion.objects.filter(pk=first.version.pk).update(state="review")
    assert second.post("thong-tin/", {"name_vi": "Khác"}).url == second.url()
    assert second.get().status_code == 200
    assert first.content.name.vi != "Khác"
