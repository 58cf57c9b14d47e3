"""General facts, description, result: what is typed comes out in the document."""

import pytest
from django.utils import timezone

from procedures.content.verifying import unverified
from procedures.editing import sources
from procedures.editing.source_names import ASSUMED, SOURCE_NAMES
from procedures.models import Procedure
from procedures.services import drafting
from tests.procedures.editor_cast import Editor, catalogue_officer, new_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Editor:
    user = catalogue_officer()
    return Editor(user, new_draft(user))


PAGES = (
    "", "thong-tin/", "mo-ta/", "ket-qua/", "truong-hop/", "truong-hop/moi/", "truong-hop/all/", "giay-to/", "giay-to/moi/",
    "phi/", "phi/moi/", "bieu-mau/", "bieu-mau/muon/", "bieu-mau/phan/moi/", "quy-trinh/", "xem-truoc/", "nop-thu/",
    "tai-ve/toan-bo.json", "tai-ve/bieu-mau.json", "nhap-tep/", "nguon/",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_a_new_draft_opens(editor, path):
    assert editor.get(path).status_code == 200


def test_a_new_draft_says_which_parts_are_missing(editor):
    context = editor.get().context
    states = {task["url"].rstrip("/").rpartition("/")[2]: task["status"] for task in context["groups"][0]["tasks"]}
    assert states["thong-tin"] == states["quy-trinh"] == "done"
    assert {states[part] for part in ("mo-ta", "truong-hop", "bieu-mau", "giay-to", "phi", "ket-qua")} == {"todo"}
    assert len(context["missing"]) == 6


def test_names_in_both_languages_are_saved(editor):
    answer = editor.save("thong-tin/", short_name_vi="Giấy phép thử", short_name_en="Trial permit", purpose_vi="Để thử")
    assert answer.status_code == 302
    content = editor.content
    assert (content.short_name.vi, content.short_name.en, content.purpose.vi) == (
        "Giấy phép thử",
        "Trial permit",
        "Để thử",
    )


def test_a_name_is_compulsory_and_what_was_typed_stays(editor):
    answer = editor.save("thong-tin/", name_vi="", purpose_vi="Để thử")
    assert answer.status_code == 422
    assert "id_name_vi-error" in answer.content.decode()
    assert "Để thử" in answer.content.decode()
    assert editor.content.purpose is None


def test_the_usual_description_is_offered_and_saved_only_by_saving(editor):
    assert not editor.content.public.steps
    answer = editor.save(
        "mo-ta/", applicants_vi="Cá nhân\nTổ chức", applicants_en="Individuals\nOrganisations", agency_vi="Sở Văn hóa",
        legal_basis="61/2018/NĐ-CP\n118/2025/NĐ-CP",
    )  # fmt: skip
    assert answer.status_code == 302
    public = editor.content.public
    assert [who.vi for who in public.applicants] == ["Cá nhân", "Tổ chức"]
    assert [who.en for who in public.applicants] == ["Individuals", "Organisations"]
    assert [law.number for law in public.legal_basis] == ["61/2018/NĐ-CP", "118/2025/NĐ-CP"]
    assert len(public.steps) == 3
    assert len(public.manner) == 3


def test_a_row_moves_up_without_being_saved(editor):
    data = editor.filled("mo-ta/")
    answer = editor.post("mo-ta/", {**data, "_rows": "steps:up:1"})
    assert answer.status_code == 200
    assert answer.context["groups"][0].forms[0]["title_vi"].value() == data["steps-1-title_vi"]
    assert not editor.content.public.steps


def test_an_added_row_is_blank_and_keeps_the_others(editor):
    data = editor.filled("mo-ta/")
    answer = editor.post("mo-ta/", {**data, "steps-0-title_vi": "Bước đổi tên", "_rows": "steps:add:0"})
    forms = answer.context["groups"][0].forms
    assert len(forms) == 4
    assert forms[0]["title_vi"].value() == "Bước đổi tên"
    assert not forms[3]["title_vi"].value()


def test_visits_and_facts_of_classification_are_saved(editor):
    data = {"visits-0-kind": "show_original", "visits-0-text_vi": "Xuất trình bản chính", "visits-0-legal_source": "Điều 5",
            "name_vi": "Giấy phép", "delivery": ["online"], "handled_online": None, "info_only": None}  # fmt: skip
    assert editor.save("ket-qua/", **data).status_code == 302
    content = editor.content
    assert content.result.delivery == ("online",)
    assert content.service.handled_online is False
    (visit,) = content.service.visits
    assert (visit.kind, visit.text.vi, visit.legal_source) == ("show_original", "Xuất trình bản chính", "Điều 5")


def test_a_visit_keeps_its_key_when_its_words_change(editor):
    data = {"visits-0-kind": "appear", "visits-0-text_vi": "Có mặt"}
    editor.save("ket-qua/", **data)
    key = editor.content.service.visits[0].key
    editor.save("ket-qua/", **{"visits-0-text_vi": "Có mặt tại trung tâm"})
    assert editor.content.service.visits[0].key == key


def test_a_department_does_not_see_the_draft_of_another(editor):
    from agencies.models import Agency, Role
    from agencies.services import appoint
    from tests import cast

    other = cast.officer("dep", "Người Sở khác")
    appoint(other, Agency.objects.get(key="sct"), Role.DEPARTMENT, actor=None, since=cast.SINCE)
    theirs = Editor(other, editor.version)
    assert theirs.get("thong-tin/").status_code == 404
    assert theirs.post("thong-tin/", {"name_vi": "Của tôi"}).status_code == 404


def test_the_owning_department_edits_its_own(editor):
    from agencies.models import Agency, Role
    from agencies.services import appoint
    from tests import cast

    own = cast.officer("dep2", "Người Sở Văn hóa")
    appoint(own, Agency.objects.get(key="svhttdl"), Role.DEPARTMENT, actor=None, since=cast.SINCE)
    assert Editor(own, editor.version).save("thong-tin/", purpose_vi="Sở sửa").status_code == 302
    assert editor.content.purpose.vi == "Sở sửa"


def test_a_doubtful_fact_is_verified_with_its_source_and_counts_no_more(editor):
    procedure = Procedure.objects.filter(unverified__gt=0, owner__isnull=False).first()
    theirs = Editor(editor.user, drafting.open_draft(procedure, actor=editor.user, at=timezone.now()))
    facts = sources.sourced(theirs.version.content)
    assert sum(fact.is_doubtful for fact in facts) == unverified(theirs.version.content)
    number = next(number for number, fact in enumerate(facts) if fact.is_doubtful)
    assert theirs.save("nguon/", **{f"verified-{number}": "yes", f"source-{number}": "Cổng DVCQG"}).status_code == 302
    theirs.version.refresh_from_db()
    after = theirs.version.content
    assert unverified(after) == unverified(procedure.current_version.content) - 1
    assert sources.sourced(after)[number].evidence["source"] == "Cổng DVCQG"


def test_facts_stand_in_the_same_order_however_the_document_is_stored(editor):
    procedure = Procedure.objects.filter(unverified__gt=0, owner__isnull=False).first()
    stored = procedure.current_version.content
    turned = dict(reversed(stored.items()))
    assert list(turned) != list(stored)
    assert [fact.path for fact in sources.sourced(turned)] == [fact.path for fact in sources.sourced(stored)]


def test_a_short_name_of_a_source_is_told_in_full(editor):
    procedure = Procedure.objects.filter(unverified__gt=0, owner__isnull=False).first()
    theirs = Editor(editor.user, drafting.open_draft(procedure, actor=editor.user, at=timezone.now()))
    assert any(fact.evidence["source"] == ASSUMED for fact in sources.sourced(theirs.version.content))
    assert SOURCE_NAMES[ASSUMED].vi in theirs.get("nguon/").content.decode()


def test_every_short_name_in_the_catalogue_is_known():
    used = {
        fact.evidence["source"]
        for procedure in Procedure.objects.filter(current_version__isnull=False).select_related("current_version")
        for fact in sources.sourced(procedure.current_version.content)
        if fact.evidence["source"]
    }
    short = {name for name in used if len(name) <= 3}
    assert short and short <= set(SOURCE_NAMES)
