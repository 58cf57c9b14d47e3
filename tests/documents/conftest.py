"""What the tests of stored files share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.gateways import clamd as clamd_gateway
from documents.models import StoredFile
from documents.services import store_upload
from tests.clamd_process import clamd_address, own_clamd  # noqa: F401 - fixtures

AT = datetime(2026, 11, 13, 7, 20, tzinfo=UTC)
ALL_KINDS = frozenset({"pdf", "jpg", "png", "docx", "xlsx"})
MB = 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """A media folder of the test's own, and a scanner that nobody has found to be away."""
    settings.MEDIA_ROOT = tmp_path / "media"
    clamd_gateway._away_until.clear()
    return tmp_path / "media"


@pytest.fixture
def owner(db: None) -> Any:
    return get_user_model().objects.create_user("citizen-of-documents")


@pytest.fixture
def scanned(settings: Any, clamd_address: str) -> str:  # noqa: F811
    """Settings that scan with the running clamd."""
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", clamd_address
    return clamd_address


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    """An upload whose name is exactly `name`, as a hostile client may send it past Django's own cleaning."""
    made = SimpleUploadedFile("x", data)
    made._name = name
    return made


def stored(owner: Any, name: str, data: bytes, **changes: Any) -> StoredFile:
    """Store one upload in the room dossiers."""
    values: dict[str, Any] = {
        "room": "dossiers",
        "purpose": "paper",
        "owner": owner,
        "accept": ALL_KINDS,
        "max_bytes": 25 * MB,
        "at": AT,
    }
    return store_upload(upload(name, data), **(values | changes))
