"""No file is opened before a real scanner has found it clean; a scanner that is away delays, it never loses or lets pass."""

import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from common import jobs
from common.gateways import GatewayError
from common.models import Job, OutboxRow
from documents import services
from documents.gateways import clamd as clamd_gateway
from documents.gateways import scanner
from documents.models import StoredFile
from documents.services import NotReady
from tests.clamd_process import EICAR, ClamdProcess
from tests.documents import hostile
from tests.documents.conftest import AT, stored

pytestmark = pytest.mark.django_db


def _infected_word_file() -> bytes:
    """EICAR inside a Word file that is otherwise in order."""
    return hostile.office(extra={"word/media/image1.txt": EICAR})


def _run_jobs() -> None:
    """Run what is due now, as the worker does."""
    Job.objects.filter(state="ready").update(due_at=timezone.now() - timedelta(seconds=1), lease_until=None)
    clamd_gateway._away_until.clear()
    jobs.run_due(20)


def test_a_clean_file_becomes_clean_and_news_holds_ids_only(owner: Any, scanned: str) -> None:
    file = stored(owner, "Đơn của Trần Văn Hải.pdf", hostile.pdf())
    with pytest.raises(NotReady):
        services.open_clean(file)
    _run_jobs()
    file.refresh_from_db()
    assert (file.state, file.reason) == ("clean", "")
    assert services.read_clean(file) == hostile.pdf() or services.read_clean(file).startswith(b"%PDF")
    news = OutboxRow.objects.get()
    assert (news.name, news.subject_id) == ("documents.file_checked", file.pk)
    assert "Hải" not in str(news.data)


def test_an_infected_file_is_put_aside_told_and_never_served(owner: Any, scanned: str) -> None:
    file = stored(owner, "don.docx", _infected_word_file())
    _run_jobs()
    file.refresh_from_db()
    assert file.state == "infected"
    assert str(file.state_message)
    assert OutboxRow.objects.get().name == "documents.file_infected"
    for open_it in (services.open_clean, services.serve, services.preview):
        with pytest.raises((NotReady, services.NoPreview)):
            open_it(file)


def test_a_second_run_of_the_same_scan_changes_and_tells_nothing(owner: Any, scanned: str) -> None:
    file = stored(owner, "don.pdf", hostile.pdf())
    first = services.scan(file.pk, at=AT)
    again = services.scan(file.pk, at=AT + timedelta(hours=1))
    assert again.scanned_at == first.scanned_at
    assert OutboxRow.objects.count() == 1


def test_while_clamd_is_down_the_file_waits_and_is_scanned_when_it_is_up(
    owner: Any, settings: Any, own_clamd: ClamdProcess
) -> None:
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", own_clamd.address
    clean = stored(owner, "don.pdf", hostile.pdf())
    infected = stored(owner, "don.docx", _infected_word_file())
    for _ in range(25):  # more often than a failing job is tried
        _run_jobs()
    assert set(StoredFile.objects.values_list("state", flat=True)) == {"checking"}
    assert set(Job.objects.values_list("state", flat=True)) == {"ready"}
    with pytest.raises(NotReady):
        services.serve(clean)
    own_clamd.start()
    _run_jobs()
    assert StoredFile.objects.get(pk=clean.pk).state == "clean"
    assert StoredFile.objects.get(pk=infected.pk).state == "infected"
    own_clamd.stop()
    late = stored(owner, "don.pdf", hostile.pdf())
    _run_jobs()
    late.refresh_from_db()
    assert late.state == "checking"


class _Fake:
    """A server on a Unix socket that answers with fixed bytes, or not at all."""

    def __init__(self, path: Path, answer: bytes | None) -> None:
        self.answer, self.stop = answer, threading.Event()
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(path))
        self.server.listen(8)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self.stop.is_set():
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            if self.answer is None:
                self.stop.wait(20)
            else:
                while not line.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                line.sendall(self.answer)
            line.close()


@pytest.mark.parametrize("answer", [None, b"INSTREAM: Can't allocate memory ERROR\n", b"", b"nonsense\n"])
def test_a_slow_or_failing_clamd_never_makes_a_file_clean(
    answer: bytes | None, owner: Any, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    path = tmp_path_factory.mktemp("s") / "c"
    fake = _Fake(path, answer)
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", f"unix:{path}"
    monkeypatch.setattr(clamd_gateway.ClamdScanner.__init__, "__kwdefaults__", {"timeout": 1})
    file = stored(owner, "don.pdf", hostile.pdf())
    _run_jobs()
    fake.stop.set()
    fake.server.close()
    file.refresh_from_db()
    assert file.state == "checking"
    assert Job.objects.get().state == "ready"


def test_a_file_that_clamd_will_never_take_is_refused(owner: Any, settings: Any, tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("s") / "c"
    fake = _Fake(path, b"INSTREAM size limit exceeded. ERROR\n")
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", f"unix:{path}"
    file = stored(owner, "don.pdf", hostile.pdf())
    _run_jobs()
    fake.stop.set()
    fake.server.close()
    file.refresh_from_db()
    assert (file.state, file.reason) == ("refused", "too_large_to_scan")
    assert str(file.state_message)


def test_a_hanging_clamd_is_asked_once_not_once_per_file(settings: Any, tmp_path: Path) -> None:
    settings.SCANNER, settings.CLAMD_ADDRESS = "clamd", f"unix:{tmp_path}/nobody"
    found = scanner()
    assert found is not None
    with pytest.raises(GatewayError):
        found.scan((tmp_path / "x").open("wb+"))
    assert clamd_gateway._away_until[settings.CLAMD_ADDRESS] > 0
    assert not found.ping()


def test_clamd_answers_a_ping(scanned: str) -> None:
    found = scanner()
    assert found is not None
    assert found.ping()


def test_without_a_scanner_demo_says_unscanned_and_production_waits(owner: Any, settings: Any) -> None:
    settings.SCANNER, settings.MODE = "none", "production"
    file = stored(owner, "don.pdf", hostile.pdf())
    _run_jobs()
    file.refresh_from_db()
    assert file.state == "checking"
    settings.MODE = "demo"
    _run_jobs()
    file.refresh_from_db()
    assert (file.state, file.reason) == ("clean", "unscanned")


def test_a_paper_of_our_own_is_clean_at_once_and_owes_no_scan(owner: Any) -> None:
    file = services.store_bytes(
        b"%PDF-1.7 own", room="dossiers", purpose="form01", name="mau-01.pdf", owner=None, at=AT, pages=1
    )
    assert file.state == "clean"
    assert services.read_clean(file) == b"%PDF-1.7 own"
    assert not Job.objects.exists()
    assert default_storage.size(file.storage_name) == file.size
