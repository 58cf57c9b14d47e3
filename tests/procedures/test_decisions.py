"""Publication decisions: five working days, all or nothing, a day in the future, procedures that end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from dossiers.errors import Invalid
from dossiers.services import filing
from procedures.models import Procedure, ProcedureVersion, PublicationDecision
from procedures.services import change, deciding, enter_into_force, open_draft, submit
from tests import cast
from tests.procedures import desk
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 11, 16)  # a Monday; 24 November 2026 is a day off (National Culture Day)


def now() -> datetime:
    return timezone.now()


def decision(kind: str = "amended", *, effective: date | None = None, signed: date | None = None):
    day = effective or timezone.localdate()
    return deciding.create_decision(
        number="1234/QĐ-UBND", kind=kind, title={"vi": "Công bố", "en": ""}, signed_on=signed or min(day, SIGNED),
        effective_on=day,
    )  # fmt: skip


def reviewed(key: str, user, words: str = "Mục đích mới", edit=None) -> ProcedureVersion:
    draft = open_draft(desk.procedure(key), actor=user, at=now())
    draft = change(draft.pk, actor=user, revision=draft.revision, edit=edit or desk.purpose(words), at=now())
    return submit(draft.pk, actor=user, revision=draft.revision, at=now())


# ── the five working days ──
@pytest.mark.parametrize(
    ("signed", "effective", "is_late"),
    [
        (date(2026, 6, 1), date(2026, 6, 8), False),  # Monday to Monday: five working days
        (date(2026, 6, 2), date(2026, 6, 8), True),
        (date(2026, 6, 5), date(2026, 6, 12), False),  # Friday to Friday
        (date(2026, 6, 6), date(2026, 6, 13), False),  # signed on a Saturday: Monday to Friday lie between
        (date(2026, 6, 8), date(2026, 6, 13), False),  # takes effect on a Saturday
        (date(2026, 6, 9), date(2026, 6, 13), True),
    ],
)
def test_signed_five_working_days_before_it_takes_effect(signed, effective, is_late) -> None:
    made = PublicationDecision(signed_on=signed, effective_on=effective)
    assert deciding.promulgated(made).is_late is is_late


def test_days_off_count_for_nothing() -> None:
    """2 September and the day beside it are no working days."""
    made = PublicationDecision(signed_on=date(2026, 8, 28), effective_on=date(2026, 9, 7))
    span = deciding.province_calendar().working_dates_between(date(2026, 8, 27), date(2026, 9, 6))
    assert deciding.promulgated(made).is_late is (span < 5)


def test_published_within_five_working_days() -> None:
    made = PublicationDecision(signed_on=date(2026, 6, 1), effective_on=date(2026, 6, 15))
    assert deciding.published_in_time(made, on=date(2026, 6, 8)) == deciding.Timeliness(date(2026, 6, 8), None, False)
    assert deciding.published_in_time(made, on=date(2026, 6, 9)).is_late  # not published when the time is over
    made.published_on = date(2026, 6, 8)
    assert not deciding.published_in_time(made, on=date(2030, 1, 1)).is_late


# ── all or nothing ──
def test_one_incomplete_procedure_stops_the_whole_decision_and_is_named() -> None:
    lan, made = desk.province(), decision()
    good = reviewed(desk.TENNIS, lan)
    bad = open_draft(desk.procedure(desk.BIRTH), actor=lan, at=now())
    bad = change(bad.pk, actor=lan, revision=1, edit=desk.empty("steps", "manner"), at=now())
    ProcedureVersion.objects.filter(pk=bad.pk).update(state="review")
    for version in (good, bad):
        deciding.put_in(made.pk, version.pk)
    with pytest.raises(ValidationError) as refused:
        deciding.publish_decision(made.pk, actor=lan, at=now())
    assert refused.value.messages == ["1.001193: Fill in before publishing: steps for the citizen, ways of filing."]
    assert desk.open_version(desk.TENNIS).state == "review"
    answer = desk.browser(lan).post(f"/quan-tri/cong-bo/{made.pk}/", {"act": "publish"})
    assert (answer.status_code, PublicationDecision.objects.get().published_on) == (422, None)


def test_everything_in_it_is_published_in_one_go() -> None:
    lan, made = desk.province(), decision()
    drafts = [reviewed(key, lan) for key in (desk.TENNIS, desk.BIRTH)]
    browser = desk.browser(lan)
    browser.post(f"/quan-tri/cong-bo/{made.pk}/", {"act": "put_in", "version": [draft.pk for draft in drafts]})
    page = browser.get(f"/quan-tri/cong-bo/{made.pk}/").content.decode()
    assert "Mục đích mới" in page
    browser.post(f"/quan-tri/cong-bo/{made.pk}/", {"act": "publish"})
    assert [desk.procedure(key).current_version for key in (desk.TENNIS, desk.BIRTH)] == drafts
    assert desk.procedure().current_version.decision == made
    made.refresh_from_db()
    assert (made.published_on, made.published_by) == (timezone.localdate(), lan)


def test_a_draft_in_review_is_put_into_a_decision_from_its_own_page() -> None:
    lan = desk.province()
    draft, made = reviewed(desk.TENNIS, lan), decision()
    browser, page = desk.browser(lan), f"/quan-tri/thu-tuc/{desk.procedure().code}/du-thao/"
    assert [one.number for one in browser.get(page).context["decisions"]] == [made.number]
    values = {"revision": draft.revision, "decision": made.pk}
    assert browser.post(f"{page}quyet-dinh/", values).url == f"/quan-tri/cong-bo/{made.pk}/"
    assert [version.pk for version in made.versions.all()] == [draft.pk]
    assert browser.post(f"{page}quyet-dinh/", values | {"decision": "9" * 40}).status_code == 422
    assert desk.browser(desk.department()).post(f"{page}quyet-dinh/", values).status_code == 404


def test_a_decision_made_for_a_draft_holds_it_at_once() -> None:
    lan = desk.province()
    draft = reviewed(desk.TENNIS, lan)
    address = f"/quan-tri/cong-bo/moi/?thu-tuc={desk.procedure().code}"
    browser = desk.browser(lan)
    assert desk.procedure().name_vi in browser.get(address).context["form"].initial["title_vi"]
    values = {"number": "88/QĐ-UBND", "kind": "amended", "title_vi": "Sửa đổi", "signed_on": "16/11/2026"}
    browser.post(address, values | {"effective_on": f"{timezone.localdate():%d/%m/%Y}"})
    assert PublicationDecision.objects.get(number="88/QĐ-UBND").versions.get().pk == draft.pk


def test_a_published_decision_stays_as_it_is() -> None:
    lan, made = desk.province(), decision()
    deciding.put_in(made.pk, reviewed(desk.TENNIS, lan).pk)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    with pytest.raises(ValidationError):
        deciding.publish_decision(made.pk, actor=lan, at=now())
    for change_it in ({"number": "x"}, {"signed_on": SIGNED - timedelta(9)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PublicationDecision.objects.filter(pk=made.pk).update(**change_it)
    assert desk.browser(lan).get(f"/quan-tri/cong-bo/{made.pk}/sua/").status_code == 404


def test_only_drafts_in_review_stand_in_a_decision() -> None:
    lan, made = desk.province(), decision()
    draft = open_draft(desk.procedure(), actor=lan, at=now())
    for version in (draft, desk.procedure().current_version):
        with pytest.raises(ValidationError):
            deciding.put_in(made.pk, version.pk)


def test_departments_do_not_see_decisions() -> None:
    made = decision()
    browser = desk.browser(desk.department())
    assert {browser.get(path).status_code for path in ("/quan-tri/cong-bo/", f"/quan-tri/cong-bo/{made.pk}/")} == {404}


# ── a day in the future ──
def local(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def test_a_version_of_the_future_is_frozen_at_once_and_holds_from_its_day() -> None:
    lan, start = desk.province(), timezone.localdate() + timedelta(30)
    made, before = decision(effective=start), desk.procedure().current_version
    draft = reviewed(desk.TENNIS, lan)
    deciding.put_in(made.pk, draft.pk)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    assert desk.procedure().current_version == before
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=draft.pk).update(content={})
    eve, midnight = local(start - timedelta(1), 23, 59), local(start, 0, 0)
    assert eve.astimezone(UTC).date() == midnight.astimezone(UTC).date()  # the same day in Greenwich
    assert enter_into_force(on=timezone.localdate(eve)) == 0
    assert desk.procedure().current_version == before
    assert enter_into_force(on=timezone.localdate(midnight)) == 1
    assert desk.procedure().current_version == draft
    assert enter_into_force(on=timezone.localdate(midnight)) == 0


def test_a_night_without_the_sweep_is_made_up_for() -> None:
    lan, start = desk.province(), timezone.localdate() + timedelta(30)
    made, draft = decision(effective=start), reviewed(desk.TENNIS, lan)
    deciding.put_in(made.pk, draft.pk)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    assert enter_into_force(on=start + timedelta(4)) == 1
    service = desk.procedure().services.get()
    assert service.levels.get(valid_to=None).valid_from <= start


def test_a_later_version_cannot_begin_before_one_that_is_published() -> None:
    lan, start = desk.province(), timezone.localdate() + timedelta(30)
    made = decision(effective=start)
    deciding.put_in(made.pk, reviewed(desk.TENNIS, lan).pk)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    draft = reviewed(desk.TENNIS, lan, "Khác")
    answer = desk.browser(lan).post(
        f"/quan-tri/thu-tuc/{desk.procedure().code}/du-thao/cong-bo/",
        {"revision": draft.revision, "effective_from": f"{timezone.localdate():%d/%m/%Y}"},
    )
    assert answer.status_code == 422
    assert f"{start:%d/%m/%Y}" in answer.content.decode()


def test_people_file_on_the_old_version_until_the_new_one_holds() -> None:
    people, start = cast.make_cast(), timezone.localdate() + timedelta(30)
    lan, made = desk.province(), decision(effective=start)
    draft = cast.draft(people.mai, desk.TENNIS, answers(desk.TENNIS), at=now())
    deciding.put_in(made.pk, reviewed(desk.TENNIS, lan).pk)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    draft = type(draft).objects.get(pk=draft.pk)
    assert "version" not in filing.check(draft, answers(desk.TENNIS), at=local(start - timedelta(1), 23, 59)).other
    assert "version" in filing.check(draft, answers(desk.TENNIS), at=local(start, 0, 0)).other


# ── procedures that end ──
def ended(lan, successor: str | None = desk.BIRTH) -> PublicationDecision:
    made = decision("replaced" if successor else "abolished")
    deciding.end_by(made.pk, desk.procedure(), successor=desk.procedure(successor) if successor else None)
    deciding.publish_decision(made.pk, actor=lan, at=now())
    return made


def test_a_replaced_procedure_ends_the_day_before_and_names_its_successor() -> None:
    version = desk.procedure().current_version
    ended(desk.province())
    found = desk.procedure()
    version.refresh_from_db()
    assert (found.current_version, found.successor) == (None, desk.procedure(desk.BIRTH))
    assert (version.state, version.effective_to) == ("retired", timezone.localdate() - timedelta(1))
    assert found.services.get().levels.filter(valid_to=None).count() == 0


def test_a_procedure_with_an_open_draft_does_not_end() -> None:
    lan, made = desk.province(), decision("abolished")
    open_draft(desk.procedure(), actor=lan, at=now())
    deciding.end_by(made.pk, desk.procedure(), successor=None)
    with pytest.raises(ValidationError, match="open draft"):
        deciding.publish_decision(made.pk, actor=lan, at=now())
    assert desk.procedure().current_version is not None


@pytest.mark.parametrize(("procedure", "successor"), [("1.001193", "1.001193"), ("9.9", ""), ("1.001193", "L.999999")])
def test_wrong_codes_are_refused_in_words(procedure, successor) -> None:
    made = decision("abolished")
    values = {"act": "end", "procedure": procedure, "successor": successor}
    answer = desk.browser(desk.province()).post(f"/quan-tri/cong-bo/{made.pk}/", values)
    assert answer.status_code == 422
    assert not made.abolitions.exists()


def test_somebody_filling_in_the_form_is_told_and_led_to_the_successor() -> None:
    people = cast.make_cast()
    draft = cast.draft(people.mai, desk.TENNIS, answers(desk.TENNIS), at=now())
    ended(desk.province())
    successor = desk.procedure(desk.BIRTH)
    browser = desk.browser(people.mai)
    for part in ("", "kiem-tra/"):
        page = browser.get(f"/nop/{desk.procedure().code}/{draft.public_id}/{part}").content.decode()
        assert successor.title["vi"] in page
        assert f"/nop/{successor.code}/" in page
    with pytest.raises(Invalid) as refused:
        filing.submit(draft.pk, user=people.mai, undertaking=True, at=now())
    assert successor.title["vi"] in refused.value.errors["version"]
    draft = type(draft).objects.get(pk=draft.pk)
    assert draft.is_draft
    assert draft.answers.get().answers == answers(desk.TENNIS)
    assert successor.title["vi"] in browser.get(f"/nop/{desk.procedure().code}/").content.decode()


def test_a_procedure_that_ends_without_a_successor_says_whom_to_ask() -> None:
    people = cast.make_cast()
    draft = cast.draft(people.mai, desk.TENNIS, answers(desk.TENNIS), at=now())
    ended(desk.province(), successor=None)
    draft = type(draft).objects.get(pk=draft.pk)
    assert "one-stop counter" in filing.check(draft, answers(desk.TENNIS), at=now()).other["version"]
    assert Procedure.objects.filter(successor=None, key=desk.TENNIS).exists()
