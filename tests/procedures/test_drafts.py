"""A draft goes from hand to hand; of two people who edit, the second sees the difference and keeps her text."""

from datetime import timedelta
from threading import Barrier, Thread
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from procedures.models import DraftRevision, Procedure, ProcedureVersion
from procedures.services import Stale, change, discard, drafting, open_draft, publish, submit
from tests.procedures import desk

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/thu-tuc/"


def address(part: str = "", key: str = desk.TENNIS) -> str:
    return f"{LIST}{desk.procedure(key).code}/{part}"


def now():
    return timezone.now()


def test_a_new_procedure_gets_a_provincial_code_and_a_draft() -> None:
    browser = desk.browser(desk.province())
    values = {"name": "Cấp giấy phép thử nghiệm", "new_field": "Thử nghiệm", "level": "commune", "audience": "both"}
    answer = browser.post(f"{LIST}moi/", values)
    made = Procedure.objects.get(name_vi="Cấp giấy phép thử nghiệm")
    assert answer.url == f"{LIST}{made.code}/soan/"
    assert (made.code[:2], made.field.name_vi, made.current_version) == ("L.", "Thử nghiệm", None)
    page = browser.get(answer.url).content.decode()
    assert made.code in page
    assert made.versions.open().count() == 1


def test_an_incomplete_new_procedure_is_refused_and_keeps_what_was_typed() -> None:
    answer = desk.browser(desk.province()).post(f"{LIST}moi/", {"name": "Thủ tục mới", "level": "province"})
    assert answer.status_code == 422
    assert "Thủ tục mới" in answer.content.decode()
    assert not Procedure.objects.filter(name_vi="Thủ tục mới").exists()


def test_a_department_sees_and_changes_only_what_it_keeps() -> None:
    browser = desk.browser(desk.department(agency="sct"))
    assert browser.get(address()).status_code == 404
    assert browser.post(address("mo-du-thao/")).status_code == 404
    own = Procedure.objects.filter(owner__key="sct").first()
    assert browser.get(f"{LIST}{own.code}/").status_code == 200


def test_a_department_hands_in_but_does_not_publish() -> None:
    user = desk.department()
    draft = open_draft(desk.procedure(), actor=user, at=now())
    draft = change(draft.pk, actor=user, revision=1, edit=desk.purpose("Mục đích mới"), at=now())
    browser = desk.browser(user)
    assert "Mục đích mới" in browser.get(address("du-thao/")).content.decode()
    assert browser.post(address("du-thao/cong-bo/"), {"effective_from": "2030-01-01"}).status_code == 404
    assert browser.post(address("du-thao/nop/"), {"revision": draft.revision}).status_code == 302
    assert desk.open_version().state == "review"


def test_the_province_sends_back_with_a_remark_and_publishes() -> None:
    lan = desk.province()
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    draft = change(draft.pk, actor=lan, revision=1, edit=desk.purpose("Mới"), at=now())
    draft = submit(draft.pk, actor=lan, revision=draft.revision, at=now())
    browser = desk.browser(lan)
    assert browser.post(address("du-thao/tra-lai/"), {"revision": draft.revision}).status_code == 422
    browser.post(address("du-thao/tra-lai/"), {"revision": draft.revision, "remark": "Ghi rõ căn cứ"})
    draft = desk.open_version()
    assert (draft.state, draft.remark) == ("draft", "Ghi rõ căn cứ")
    draft = submit(draft.pk, actor=lan, revision=draft.revision, at=now())
    today = f"{timezone.localdate():%d/%m/%Y}"
    browser.post(address("du-thao/cong-bo/"), {"revision": draft.revision, "effective_from": today})
    current = desk.procedure().current_version
    assert (current.pk, current.published_by, current.content["purpose"]["vi"]) == (draft.pk, lan, "Mới")
    assert not DraftRevision.objects.filter(version=draft).exists()


def test_an_empty_compulsory_part_stops_it_and_is_named() -> None:
    lan = desk.province()
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    draft = change(draft.pk, actor=lan, revision=1, edit=desk.empty("steps", "applicants"), at=now())
    with pytest.raises(ValidationError, match="steps for the citizen, applicants"):
        submit(draft.pk, actor=lan, revision=draft.revision, at=now())
    with pytest.raises(ValidationError, match="steps for the citizen, applicants"):
        publish(draft, actor=lan, effective_from=timezone.localdate(), at=now())
    answer = desk.browser(lan).post(address("du-thao/nop/"), {"revision": draft.revision})
    assert answer.status_code == 422
    assert "trình tự thực hiện, đối tượng thực hiện" in answer.content.decode()


def test_the_second_of_two_sees_what_the_first_changed_and_keeps_her_text() -> None:
    first, second = desk.province(), desk.province("loan", "Vi Thị Loan")
    draft = open_draft(desk.procedure(), actor=first, at=now())
    read = change(draft.pk, actor=first, revision=1, edit=desk.purpose("Trước"), at=now())
    submit(read.pk, actor=first, revision=read.revision, at=now())
    read = desk.open_version()  # Loan opens the page here
    drafting.send_back(read.pk, actor=first, remark="x", at=now())
    changed = change(read.pk, actor=first, revision=read.revision + 1, edit=desk.purpose("Câu của Lan"), at=now())
    submit(changed.pk, actor=first, revision=changed.revision, at=now())
    answer = desk.browser(second).post(
        address("du-thao/tra-lai/"), {"revision": read.revision, "remark": "Lời của Loan"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Câu của Lan" in page
    assert "Trước" in page
    assert "Lời của Loan" in page
    assert desk.open_version().state == "review"


def test_a_draft_published_in_a_stale_state_is_refused() -> None:
    lan = desk.province()
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    change(draft.pk, actor=lan, revision=1, edit=desk.purpose("Sau"), at=now())
    with pytest.raises(Stale):
        publish(draft, actor=lan, effective_from=timezone.localdate(), at=now(), revision=1)
    with pytest.raises(Stale):
        discard(draft.pk, revision=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["locked", "negative control"])
def test_two_people_save_at_once(guarded) -> None:
    """With the lock one of them is told; without it (the control) one change is lost unseen."""
    lan = desk.province()
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    barrier, stale = Barrier(2), []

    def save(words: str) -> None:
        try:
            barrier.wait(timeout=20)
            change(draft.pk, actor=lan, revision=1, edit=slow(words), at=now())
        except Stale:
            stale.append(words)
        finally:
            connection.close()

    meeting = Barrier(2)

    def slow(words: str):
        def edit(document):
            if not guarded:  # both have read the same revision before either writes
                meeting.wait(timeout=20)
            desk.purpose(words)(document)

        return edit

    try:
        with no_lock(not guarded):
            threads = [Thread(target=save, args=(words,)) for words in ("Một", "Hai")]
            [thread.start() for thread in threads]
            [thread.join(30) for thread in threads]
        assert len(stale) == (1 if guarded else 0)
    finally:
        ProcedureVersion.objects.filter(pk=draft.pk).delete()


def no_lock(active: bool):
    """For the negative control: the row is read without its lock, and the history of revisions is not written."""
    if not active:
        return patch.object(drafting, "_remember", drafting._remember)
    rows = ProcedureVersion.objects
    lockless = patch.object(type(rows.all()), "select_for_update", lambda self, *a, **k: self)
    silent = patch.object(drafting, "_remember", lambda version: None)

    class Both:
        def __enter__(self):
            lockless.start()
            silent.start()

        def __exit__(self, *args):
            silent.stop()
            lockless.stop()

    return Both()


def test_going_back_makes_a_draft_of_the_earlier_version_with_its_reason() -> None:
    lan = desk.province()
    old = desk.procedure().current_version
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    draft = change(draft.pk, actor=lan, revision=1, edit=desk.purpose("Sai"), at=now())
    publish(draft, actor=lan, effective_from=timezone.localdate(), at=now())
    browser = desk.browser(lan)
    path = address(f"phien-ban/{old.number}/khoi-phuc/")
    assert browser.post(path, {"reason": ""}).status_code == 422
    assert browser.post(path, {"reason": "Công bố nhầm"}).status_code == 302
    made = desk.open_version()
    assert (made.content, made.reason, made.based_on) == (old.content, "Công bố nhầm", old)
    assert browser.post(path, {"reason": "Lần nữa"}).status_code == 422  # one open draft at a time


@pytest.mark.parametrize("act", ["nop", "tra-lai", "cong-bo", "bo"])
def test_no_page_changes_a_published_version(act) -> None:
    """Without a draft the acts lead nowhere, and the version in force stays byte for byte."""
    before = desk.procedure().current_version
    values = {"revision": 1, "remark": "x", "effective_from": "2030-01-01"}
    assert desk.browser(desk.province()).post(address(f"du-thao/{act}/"), values).status_code == 404
    assert desk.procedure().current_version.sha256 == before.sha256


def test_no_service_and_no_statement_changes_a_published_version(as_app) -> None:
    version = desk.procedure().current_version
    for refused in (
        lambda: change(version.pk, actor=None, revision=1, edit=desk.purpose("x"), at=now()),
        lambda: discard(version.pk, revision=1),
        lambda: publish(version, actor=None, effective_from=timezone.localdate() + timedelta(9), at=now()),
    ):
        with pytest.raises(ValidationError):
            refused()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procedures_procedureversion SET content = jsonb_set(content, '{family}', '\"x\"') WHERE id = %s",
            [version.pk],
        )


def test_the_list_filters_and_stays_within_eight_statements(django_assert_max_num_queries) -> None:
    lan = desk.province()
    open_draft(desk.procedure(), actor=lan, at=now())
    browser = desk.browser(lan)
    browser.get(LIST)
    with django_assert_max_num_queries(8):
        page = browser.get(LIST, {"q": "the thao", "tinh-trang": "draft"}).content.decode()
    assert desk.procedure().code in page
    assert desk.procedure(desk.BIRTH).code not in page
    with django_assert_max_num_queries(8):
        assert "Chưa xác minh" in browser.get(LIST, {"chua-xac-minh": "1"}).content.decode()
    for state in ("review", "coming", "retired", "never", "in_force", "khong-co"):
        assert browser.get(LIST, {"tinh-trang": state, "trang": "x", "linh-vuc": "%", "loai": "'"}).status_code == 200


def test_a_local_code_leads_to_the_national_one_for_good(client) -> None:
    lan = desk.province()
    found = Procedure.objects.published().filter(national_code="").first()
    local = found.code
    answer = desk.browser(lan).post(f"{LIST}{local}/ma-quoc-gia/", {"code": "1.999999"})
    assert answer.url == f"{LIST}1.999999/"
    moved = client.get(f"/thu-tuc/{local}/")
    assert (moved.status_code, moved.url) == (301, "/thu-tuc/1.999999/")
    assert desk.browser(lan).get(f"{LIST}{local}/").url == f"{LIST}1.999999/"
    assert found.services.get().code == "1.999999.01"


@pytest.mark.parametrize("code", ["", "9.000001", "1.12345", "1.001193", "<b>"])
def test_a_wrong_or_taken_national_code_is_refused(code) -> None:
    found = Procedure.objects.published().filter(national_code="").first()
    answer = desk.browser(desk.province()).post(f"{LIST}{found.code}/ma-quoc-gia/", {"code": code})
    assert answer.status_code == 422
    assert Procedure.objects.get(pk=found.pk).national_code == ""


def test_those_who_only_keep_the_catalogue_land_there() -> None:
    for user in (desk.province(), desk.department()):
        assert desk.browser(user).get("/can-bo/").url == "/quan-tri/"
    assert desk.browser(cast_officer()).get("/can-bo/").url != "/quan-tri/"


def cast_officer():
    from tests import cast

    return cast.make_cast().hanh
