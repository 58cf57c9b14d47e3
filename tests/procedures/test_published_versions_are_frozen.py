"""A published version is law for the dossiers pinned to it: the services and the database both keep it so."""

import copy
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from procedures.models import Procedure, ProcedureVersion
from procedures.services import content_of, publish, retire, save_draft
from tests.procedures.catalogue import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def published() -> ProcedureVersion:
    return Procedure.objects.get(key="birth-registration").current_version


def changed_document() -> dict:
    raw = copy.deepcopy(document("birth-registration"))
    raw["purpose"] = {"vi": "Đăng ký khai sinh cho trẻ.", "en": "Registers a birth."}
    return raw


CHANGES = (
    {"content": {"name": "other"}},
    {"sha256": "0" * 64},
    {"number": 9},
    {"effective_from": date(2020, 1, 1)},
    {"published_at": timezone.now()},
    {"state": "draft"},
    {"state": "retired"},
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ",".join(f"{k}" for k in change))
def test_the_database_refuses_to_change_a_published_version(published, change) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=published.pk).update(**change)


def test_the_database_refuses_to_delete_a_published_version(published) -> None:
    Procedure.objects.filter(pk=published.procedure_id).update(current_version=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=published.pk).delete()


def test_a_draft_may_be_changed_and_deleted() -> None:
    procedure = Procedure.objects.get(key="birth-registration")
    draft = save_draft(procedure, document("birth-registration"))
    draft = save_draft(procedure, changed_document(), number=draft.number)
    assert draft.content["purpose"]["en"] == "Registers a birth."
    ProcedureVersion.objects.filter(pk=draft.pk).update(sha256="0" * 64)
    draft.delete()
    assert not ProcedureVersion.objects.filter(pk=draft.pk).exists()


def test_a_published_version_may_be_retired_with_an_end_date(published) -> None:
    done = retire(published, effective_to=date(2026, 12, 31))
    assert (done.state, done.effective_to) == ("retired", date(2026, 12, 31))


def test_a_retired_version_stays_as_it_is(published) -> None:
    retire(published, effective_to=date(2026, 12, 31))
    for change in ({"state": "published"}, {"effective_to": date(2027, 1, 1)}, {"effective_to": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ProcedureVersion.objects.filter(pk=published.pk).update(**change)


def test_publishing_ends_the_version_before_on_the_day_before(published) -> None:
    draft = save_draft(published.procedure, changed_document())
    start = timezone.localdate() + timedelta(days=30)
    publish(draft, actor=None, effective_from=start, at=timezone.now())
    published.refresh_from_db()
    assert (published.state, published.effective_to) == ("retired", start - timedelta(days=1))
    today = published.procedure.versions.in_force(timezone.localdate()).get()
    later = published.procedure.versions.in_force(start).get()
    assert (today.pk, later.pk) == (published.pk, draft.pk)
    assert Procedure.objects.get(pk=published.procedure_id).current_version_id == published.pk


def test_two_versions_cannot_be_in_force_on_one_day(published) -> None:
    draft = save_draft(published.procedure, changed_document())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=draft.pk).update(
            state="published", effective_from=date(2026, 1, 1), published_at=timezone.now()
        )


def test_publishing_waits_for_the_eight_compulsory_parts(published) -> None:
    raw = changed_document()
    raw["public"]["applicants"] = []
    draft = save_draft(published.procedure, raw)
    with pytest.raises(ValidationError, match="applicants"):
        publish(draft, actor=None, effective_from=date(2027, 1, 1), at=timezone.now())


def test_a_version_is_published_once(published) -> None:
    with pytest.raises(ValidationError):
        publish(published, actor=None, effective_from=date(2027, 1, 1), at=timezone.now())
    with pytest.raises(ValidationError):
        save_draft(published.procedure, changed_document(), number=published.number)


def test_the_application_role_is_bound_by_the_same_rule(published, as_app) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.filter(pk=published.pk).update(sha256="0" * 64)


def test_a_parsed_document_is_read_once_per_process(published, django_assert_num_queries) -> None:
    first = content_of(published.pk)
    with django_assert_num_queries(0):
        assert content_of(published.pk) is first
