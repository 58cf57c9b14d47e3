"""The class follows from six criteria; what the version shows cannot be claimed (Decree 42/2022/NĐ-CP art. 11)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies.models import Agency, Role
from agencies.services import appoint
from audit.models import Access
from common.text import fold
from procedures import blockers, grid
from procedures.classification import CRITERIA, OBSTACLES, Answer, classify
from procedures.models import CriterionAnswer, OnlineService, Override, Procedure
from procedures.services import classifying, content_of, projecting
from tests import cast

pytestmark = pytest.mark.django_db
FULL, PARTIAL = "criminal-record-certificate", "certified-true-copy"
NO = Answer("no", "originals", "Phải đối chiếu bản chính", "23/2015/NĐ-CP, Điều 20")
DAY = date(2026, 11, 20)


def service(key: str) -> OnlineService:
    return OnlineService.objects.select_related("procedure").get(procedure__key=key)


def says(one: OnlineService, criterion: str, answer: Answer, day: date = DAY, actor=None) -> OnlineService:
    classifying.answer(one, criterion, answer, actor=actor, at=timezone.now(), valid_from=day)
    projecting.reclassify(one, on=day)
    return service(one.procedure.key)


@pytest.fixture
def lan(db):
    user = cast.officer("lan", "Lộc Thị Lan")
    appoint(user, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    return user


@pytest.fixture
def minh(db):
    user = cast.officer("minh", "Hoàng Thị Minh")
    appoint(user, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    return user


@pytest.fixture
def trade(db):
    user = cast.officer("duc", "Chu Đức Minh")
    appoint(user, Agency.objects.get(key="sct"), Role.DEPARTMENT, actor=None, since=cast.SINCE)
    return user


def test_a_no_with_a_reason_makes_a_full_process_service_partial_and_a_yes_brings_it_back():
    assert service(FULL).level == "full"
    partial = says(service(FULL), "presence", NO)
    assert (partial.level, partial.procedure.classification) == ("partial", "partial")
    assert partial.obstacles == ["presence:originals"]
    assert "Phải đối chiếu bản chính" in partial.criteria["presence"]["reason"]["vi"]
    again = says(partial, "presence", Answer("yes", "", "Đã có dữ liệu dân cư"), DAY + timedelta(days=1))
    assert (again.level, again.procedure.classification) == ("full", "full")


def test_what_is_not_clear_counts_as_not_met():
    asked = says(service(FULL), "handling", Answer("unclear", "", "Chờ Sở Tư pháp trả lời"))
    assert asked.level == "partial"
    assert asked.criteria["handling"]["clear"] is False


@pytest.mark.parametrize("criterion", sorted(set(CRITERIA) - {"handling", "presence"}))
def test_nobody_can_claim_what_the_version_does_not_show(criterion: str):
    """Information, e-form, fee and way of return are read from the version: a yes there changes nothing."""
    document = content_of(service(FULL).procedure.current_version_id).model_copy(
        update={"eform": None, "public": content_of(service(FULL).procedure.current_version_id).public.model_copy(
            update={"steps": ()}), "result": content_of(service(FULL).procedure.current_version_id).result.model_copy(
            update={"delivery": ("counter",)}),
            "fees": tuple(fee.model_copy(update={"payable_online": False})
                          for fee in content_of(service(FULL).procedure.current_version_id).fees)}
    )  # fmt: skip
    before = {found.key: found.met for found in classify(document).criteria}
    assert before[criterion] is False
    after = {
        found.key: found.met for found in classify(document, {criterion: Answer("yes", "", "Cứ coi là đạt")}).criteria
    }
    assert after == before


def test_a_claim_against_the_version_is_refused_and_a_doubt_is_taken():
    one = service("poor-household-recognition")
    assert "filing" in one.unmet
    with pytest.raises(ValidationError):
        classifying.answer(one, "filing", Answer("yes", "", "x"), actor=None, at=timezone.now(), valid_from=DAY)
    doubted = says(service(FULL), "fee", Answer("no", "fee_offline", "Cổng thanh toán chưa nối"))
    assert doubted.level == "partial"


@pytest.mark.parametrize(
    ("criterion", "answer"),
    [
        ("presence", Answer("no")),
        ("presence", Answer("unclear", "", "  ")),
        ("presence", Answer("no", "fee_offline")),
        ("no-such", Answer("yes")),
    ],
)
def test_a_no_without_a_fitting_reason_is_refused(criterion: str, answer: Answer):
    with pytest.raises(ValidationError):
        classifying.answer(service(FULL), criterion, answer, actor=None, at=timezone.now(), valid_from=DAY)


def test_every_reason_in_use_can_be_counted():
    used = {obstacle for one in OnlineService.objects.all() for obstacle in one.obstacles}
    assert used
    for obstacle in used:
        criterion, _colon, reason = obstacle.partition(":")
        assert criterion in OBSTACLES[reason][0]


def test_answers_keep_their_days_and_the_same_answer_twice_changes_nothing():
    one = service(FULL)
    says(one, "presence", NO, DAY)
    assert classifying.answer(one, "presence", NO, actor=None, at=timezone.now(), valid_from=DAY) is None
    later = DAY + timedelta(days=10)
    classifying.answer(one, "presence", Answer("yes"), actor=None, at=timezone.now(), valid_from=later)
    assert classifying.answers_on(one, later - timedelta(days=1))["presence"].answer == "no"
    assert classifying.answers_on(one, later)["presence"].answer == "yes"
    assert one.answers.count() == 2


def test_an_answer_for_a_later_day_changes_the_class_on_that_day_and_not_before():
    one, begins = service(FULL), timezone.localdate() + timedelta(days=3)
    classifying.answer(one, "presence", NO, actor=None, at=timezone.now(), valid_from=begins)
    projecting.begin_answers(on=begins - timedelta(days=1))
    assert service(FULL).level == "full"
    assert projecting.begin_answers(on=begins) == 1
    assert service(FULL).level == "partial"
    assert projecting.begin_answers(on=begins) == 0


# ── another class than the computed one ──
def test_an_override_needs_a_reason_and_a_second_person(lan, minh):
    one, now = service(PARTIAL), timezone.now()
    assert one.level == "partial"
    with pytest.raises(ValidationError):
        classifying.propose_override(one, level="full", reason=" ", actor=lan, at=now)
    proposed = classifying.propose_override(one, level="full", reason="Thí điểm theo Kế hoạch 12", actor=lan, at=now)
    assert service(PARTIAL).effective_level == "partial"
    with pytest.raises(ValidationError):
        classifying.decide_override(proposed.pk, confirm=True, remark="", actor=lan, at=now)
    classifying.decide_override(proposed.pk, confirm=True, remark="", actor=minh, at=now)
    projecting.reclassify(service(PARTIAL), on=DAY)
    after = service(PARTIAL)
    assert (after.level, after.effective_level, after.procedure.classification) == ("partial", "full", "full")
    with pytest.raises(ValidationError):
        classifying.decide_override(proposed.pk, confirm=False, remark="", actor=minh, at=now)
    classifying.end_override(proposed.pk, actor=minh, at=now)
    ended = Access.objects.get(action="override.ended")
    assert (ended.actor_id, ended.subject_id) == (minh.pk, proposed.pk)  # who ended it is on record
    projecting.reclassify(service(PARTIAL), on=DAY)
    assert service(PARTIAL).procedure.classification == "partial"


def test_the_database_knows_no_override_by_one_person_and_no_second_living_one(lan, minh):
    one, now = service(PARTIAL), timezone.now()
    values = {"service": one, "level": "full", "reason": "x", "proposed_at": now, "proposed_by": lan}
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(**values, state="confirmed", decided_by=lan, decided_at=now)
    Override.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(**values)


# ── the pages ──
def test_a_department_sees_and_answers_its_own_services_only(client, trade):
    client.force_login(trade, backend="accounts.backends.PhoneOrNameBackend")
    page = client.get("/quan-tri/phan-loai/").content.decode()
    own = OnlineService.objects.filter(procedure__owner__key="sct")
    assert own.exists()
    assert all(one.code in page for one in own)
    foreign = service(FULL)
    assert foreign.code not in page
    assert client.get(f"/quan-tri/phan-loai/{foreign.code}/").status_code == 404
    sent = {"chon": [foreign.pk], "criterion": "presence", "answer": "no", "obstacle": "originals", "sure": "1"}
    client.post("/quan-tri/phan-loai/nhieu/", sent)
    assert not foreign.answers.exists()


def form_of(one: OnlineService, **changes: str) -> dict[str, str]:
    seen = one.answers.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"seen": str(seen), "handling-answer": "yes", "presence-answer": "yes"} | changes


def test_the_page_of_a_service_saves_the_answers_and_says_the_class(client, lan):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    one = service(FULL)
    no = {"presence-answer": "no", "presence-obstacle": "originals", "presence-basis": "23/2015/NĐ-CP"}
    answer = client.post(f"/quan-tri/phan-loai/{one.code}/", form_of(one, **no), follow=True)
    assert "Một phần" in answer.content.decode()
    assert service(FULL).level == "partial"
    row = one.answers.get()
    assert (row.criterion, row.answered_by, row.legal_basis) == ("presence", lan, "23/2015/NĐ-CP")


def test_an_untouched_form_writes_no_answers(client, lan):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    for key in (FULL, PARTIAL):
        one = service(key)
        page = client.get(f"/quan-tri/phan-loai/{one.code}/")
        untouched = {"seen": page.context["seen"]}
        for line in page.context["lines"]:
            typed = line.typed
            untouched |= {f"{line.key}-answer": typed.answer, f"{line.key}-obstacle": typed.obstacle,
                          f"{line.key}-reason": typed.reason, f"{line.key}-basis": typed.legal_basis}  # fmt: skip
        assert client.post(f"/quan-tri/phan-loai/{one.code}/", untouched).status_code == 302
        assert not one.answers.exists()


def test_the_second_of_two_people_sees_what_the_first_answered_and_keeps_her_text(client, lan, minh):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    one = service(FULL)
    hers = form_of(
        one, **{"presence-answer": "no", "presence-obstacle": "appear", "presence-reason": "Lấy dấu vân tay"}
    )
    says(one, "presence", NO, timezone.localdate(), actor=minh)
    answer = client.post(f"/quan-tri/phan-loai/{one.code}/", hers)
    words = answer.content.decode()
    assert answer.status_code == 409
    assert "Lấy dấu vân tay" in words
    assert "Phải đối chiếu bản chính" in words
    assert one.answers.get().answered_by == minh
    hers["seen"] = answer.context["seen"]
    assert client.post(f"/quan-tri/phan-loai/{one.code}/", hers).status_code == 302
    assert one.answers.get(valid_to=None).reason == "Lấy dấu vân tay"


def test_answers_in_bulk_are_shown_first_and_say_what_stays_as_it_is(client, lan):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    ones = [service(FULL), service("poor-household-recognition")]
    sent = {"chon": [one.pk for one in ones], "criterion": "filing", "answer": "yes"}
    shown = client.post("/quan-tri/phan-loai/nhieu/", sent)
    assert [one.pk for one in shown.context["willing"]] == [ones[0].pk]
    assert [one.pk for one, _why in shown.context["refused"]] == [ones[1].pk]
    assert not ones[0].answers.exists()
    sent |= {"criterion": "presence", "answer": "no", "obstacle": "originals", "sure": "1"}
    client.post("/quan-tri/phan-loai/nhieu/", sent)
    assert {service(one.procedure.key).answers.get().obstacle for one in ones} == {"originals"}
    assert service(FULL).level == "partial"


def test_all_that_fit_the_filters_are_answered_without_ticking_and_the_way_leads_back_to_them(client, lan):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    fitting = set(grid.found(lan, grid.Filters(level="partial", agency="xa")).values_list("pk", flat=True))
    sent = {
        "tat-ca": "1",
        "loc": "?co-quan=xa&loai=partial",
        "criterion": "presence",
        "answer": "unclear",
        "reason": "x",
    }
    shown = client.post("/quan-tri/phan-loai/nhieu/", sent)
    assert fitting
    assert {one.pk for one in shown.context["willing"]} == fitting
    done = client.post("/quan-tri/phan-loai/nhieu/", sent | {"sure": "1"})
    assert done.url == "/quan-tri/phan-loai/?co-quan=xa&loai=partial"
    assert set(CriterionAnswer.objects.values_list("service", flat=True)) == fitting


def test_communes_can_be_chosen_like_an_agency(lan):
    found = grid.found(lan, grid.Filters(agency="xa"))
    assert found.exists()
    assert not found.exclude(procedure__owner=None).exists()


def test_the_grid_takes_eight_statements_at_most(client, lan, django_assert_max_num_queries):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    client.get("/quan-tri/phan-loai/")
    for query in ("", "?loai=partial", "?chua-dat=presence", "?ly-do=originals", "?q=giay+phep"):
        with django_assert_max_num_queries(8):
            client.get(f"/quan-tri/phan-loai/{query}")


@pytest.mark.parametrize("level", ["full", "partial", "info"])
def test_the_filter_by_class_and_the_shares_agree_with_the_rows(lan, level: str):
    rows = grid.found(lan, grid.Filters(level=level))
    share = {one.level: one for one in grid.shares(grid.found(lan, grid.Filters()))}[level]
    assert rows.count() == share.number
    assert {one.effective_level for one in rows} == {level}


def test_words_find_services_without_diacritics(lan):
    name = fold(service(FULL).procedure.title["vi"])
    assert service(FULL) in grid.found(lan, grid.Filters(text=name))


# ── what stops it ──
def test_the_simulation_agrees_with_answering_every_service_concerned(lan):
    """Lifting a reason on paper gives what comes out when each service is really answered so."""
    rows = OnlineService.objects.answerable_by(lan)
    full = rows.of_level("full").count()
    services = blockers.blocked(rows)
    lifted = frozenset({"originals", "appear", "test", "site_check", "public_notice"})
    found = blockers.simulate(services, lifted, full=full, total=rows.count())
    assert found.become_full
    for one in found.become_full:
        really = OnlineService.objects.select_related("procedure").get(pk=one.pk)
        for criterion in list(really.unmet):
            classifying.answer(
                really, criterion, Answer("yes", "", "Đã bỏ"), actor=lan, at=timezone.now(), valid_from=DAY
            )
        projecting.reclassify(really, on=DAY)
    assert rows.of_level("full").count() == found.full_after


def test_reasons_count_services_not_mentions(lan):
    services = blockers.blocked(OnlineService.objects.answerable_by(lan))
    for reason in blockers.reasons(services):
        assert reason.number == sum(reason.key in one.all_reasons for one in services)
    assert sum(row.partial for row in blockers.by_agency(services)) == len(services)


def test_the_page_of_reasons_reads_few_statements(client, lan, django_assert_max_num_queries):
    client.force_login(lan, backend="accounts.backends.PhoneOrNameBackend")
    client.get("/quan-tri/dieu-chan/")
    with django_assert_max_num_queries(8):
        answer = client.get("/quan-tri/dieu-chan/?go=originals&go=no-such")
    assert answer.context["lifted"] == frozenset({"originals"})


def test_the_class_shown_to_citizens_is_the_one_in_force(lan, minh):
    now = timezone.now()
    proposed = classifying.propose_override(service(FULL), level="partial", reason="Tạm dừng", actor=lan, at=now)
    classifying.decide_override(proposed.pk, confirm=True, remark="", actor=minh, at=now)
    projecting.reclassify(service(FULL), on=DAY)
    assert Procedure.objects.get(key=FULL).classification == "partial"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT override_by_id <> override_confirmed_by_id FROM procedures_onlineservice WHERE override_level <> ''"
        )
        assert cursor.fetchall() == [(True,)]
