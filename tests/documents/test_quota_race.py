"""Uploads at the same moment cannot slip past the quota together; without the lock they would (negative control)."""

import threading
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from documents.models import StoredFile
from documents.refusals import UploadRefused
from documents.services import intake
from tests.documents import hostile
from tests.documents.conftest import stored


class _Race:
    """Two uploads of one user that are allowed one file, both held at the point where the quota is read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.owner = get_user_model().objects.create_user("sender")
        self.codes: list[str] = []
        self.barrier = threading.Barrier(2)
        monkeypatch.setattr(intake.quotas, "quota_of", self._meet)

    def _meet(self, purpose: str) -> Any:
        barrier = self.barrier

        class OneFile:
            """Its limit is read after the files were counted: there each waits for the other."""

            megabytes = 100

            @property
            def files(self) -> int:
                try:
                    barrier.wait(5)
                except threading.BrokenBarrierError:
                    pass  # the other one waits for the lock, as it should
                return 1

        return OneFile()

    def _send(self) -> None:
        try:
            stored(self.owner, "don.pdf", hostile.pdf())
        except UploadRefused as refusal:
            self.codes.append(refusal.code)
        finally:
            connection.close()

    def run(self) -> None:
        threads = [threading.Thread(target=self._send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_stay_within_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    race = _Race(monkeypatch)
    race.run()
    assert race.codes == ["quota_files"]
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLock:
        def cursor(self) -> Any:
            return self

        def __enter__(self) -> "NoLock":
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def execute(self, *_: object) -> None:
            return None

    monkeypatch.setattr(intake, "connection", NoLock())
    race = _Race(monkeypatch)
    race.run()
    assert race.codes == []
    assert StoredFile.objects.count() == 2
