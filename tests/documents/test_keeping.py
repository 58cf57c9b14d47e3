"""Bytes never change, rows and bytes belong together, and what is due is erased with the digest kept as evidence."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from common.models import Job
from documents import services
from documents.models import StoredFile
from tests.documents import hostile
from tests.documents.conftest import AT, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "0" * 64},
        {"size": 1},
        {"storage_name": "elsewhere"},
        {"extension": "jpg"},
        {"public_id": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_the_database_refuses_to_give_a_row_other_bytes(change: dict[str, Any], owner: Any) -> None:
    file = stored(owner, "don.pdf", hostile.pdf())
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(**change)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("infected", "clean"),
        ("infected", "checking"),
        ("refused", "clean"),
        ("erased", "clean"),
        ("erased", "checking"),
        ("clean", "checking"),
        ("checking", "storing"),
        ("storing", "infected"),
    ],
)
def test_the_database_refuses_states_out_of_order(old: str, new: str, owner: Any) -> None:
    row = StoredFile.objects.create(
        room="dossiers", purpose="paper", original_name="a.pdf", extension="pdf", size=1, sha256="0" * 64,
        state=old, created_at=AT, storage_name="dossiers/2026/11/x",
    )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=row.pk).update(state=new)


def test_erasing_takes_bytes_and_name_and_keeps_the_digest(owner: Any) -> None:
    file = stored(owner, "Trần Văn Hải.pdf", hostile.pdf())
    services.erase(file.pk)
    services.erase(file.pk)
    row = StoredFile.objects.get(pk=file.pk)
    assert (row.state, row.sha256) == ("erased", file.sha256)
    assert "Hải" not in row.original_name
    assert not default_storage.exists(file.storage_name)


def test_the_sweep_erases_what_is_due_and_nothing_else(owner: Any) -> None:
    due = stored(owner, "a.pdf", hostile.pdf())
    later = stored(owner, "b.pdf", hostile.pdf())
    unknown = stored(owner, "c.pdf", hostile.pdf())
    services.keep_until(due.pk, AT + timedelta(days=1))
    services.keep_until(later.pk, AT + timedelta(days=3), retention="draft")
    assert services.sweep(at=AT + timedelta(days=2))["erased"] == 1
    assert [StoredFile.objects.get(pk=file.pk).state for file in (due, later, unknown)] == [
        "erased",
        "checking",
        "checking",
    ]


def test_the_sweep_drops_bytes_without_a_row_after_a_day_only(owner: Any, media: Path) -> None:
    kept = stored(owner, "a.pdf", hostile.pdf())
    old = default_storage.save("dossiers/2026/11/orphan", ContentFile(b"left by a rolled-back transaction"))
    young = default_storage.save("dossiers/2026/11/young", ContentFile(b"being stored just now"))
    two_days_before = AT.timestamp() - 2 * 86400
    os.utime(media / old, (two_days_before, two_days_before))
    os.utime(media / kept.storage_name, (two_days_before, two_days_before))
    os.utime(media / young, (AT.timestamp() - 60, AT.timestamp() - 60))
    assert services.sweep(at=AT)["orphans"] == 1
    assert [default_storage.exists(name) for name in (kept.storage_name, old, young)] == [True, False, True]


def test_the_sweep_drops_rows_whose_bytes_never_came(owner: Any) -> None:
    half = StoredFile.objects.create(
        room="dossiers", purpose="paper", original_name="a.pdf", extension="pdf", size=1, sha256="0" * 64,
        created_at=AT, storage_name="dossiers/2026/11/half",
    )  # fmt: skip
    assert services.sweep(at=AT + timedelta(minutes=5))["half_stored"] == 0
    assert services.sweep(at=AT + timedelta(hours=2))["half_stored"] == 1
    assert not StoredFile.objects.filter(pk=half.pk).exists()


def test_the_sweep_gives_a_waiting_file_without_a_job_a_new_one(owner: Any) -> None:
    file = stored(owner, "a.pdf", hostile.pdf())
    Job.objects.all().delete()
    assert services.sweep(at=AT)["rescanned"] == 1
    assert services.sweep(at=AT)["rescanned"] == 0
    assert Job.objects.get().payload == {"file": file.pk}


def test_a_rolled_back_upload_leaves_no_row(owner: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        stored(owner, "a.pdf", hostile.pdf())
        raise RuntimeError
    assert not StoredFile.objects.exists()
    assert not Job.objects.exists()
