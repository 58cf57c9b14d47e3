"""A backup brings everything back, says so, and finds what is damaged: in the house, in its files, in the backup itself."""

import os
from datetime import timedelta
from pathlib import Path

import pgtrigger
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from documents.models import StoredFile
from dossiers.models import Dossier, DossierEvent, Result
from dossiers.services import fees, intake, results, routing
from dossiers.services.results import Decision
from notifications.models import Message
from portal.backup import manifest as promised
from portal.backup.comparing import compare
from portal.backup.manifest import DUMP, FILES, MANIFEST, Manifest
from portal.backup.programs import BackupError
from portal.backup.rehearsing import fresh_database, restore_beside
from portal.backup.restoring import refuse_unusable
from portal.backup.saving import save
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db(transaction=True)
TENNIS = "sports-business-certificate-tennis"
SILENT = lambda words: None  # noqa: E731


@pytest.fixture
def dossier(settings, tmp_path) -> Dossier:
    """A dossier with papers and a signed result, in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    people = cast.make_cast()
    found = cast.filed(people.hai, TENNIS, answers(TENNIS))
    fees.settle(found.pk, at=cast.MONDAY, order="test")
    intake.claim_intake(found.pk, user=people.hanh, at=cast.MONDAY)
    intake.receive(found.pk, user=people.hanh, at=cast.MONDAY)
    results.draft(found.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=cast.MONDAY)
    routing.forward(found.pk, user=people.bao, at=cast.MONDAY)
    at_leader = routing.forward(found.pk, user=people.cuong, at=cast.MONDAY).dossier
    results.sign(found.pk, user=people.dung, version=at_leader.version, at=cast.MONDAY)
    results.issue(found.pk, user=people.en, at=cast.MONDAY)
    Message.objects.create(key="m1", channel="site", kind="test", recipient=people.hai)
    return Dossier.objects.get(pk=found.pk)


@pytest.fixture
def backup(dossier, tmp_path) -> tuple[Path, Manifest]:
    """A backup of that."""
    return save(tmp_path / "backups", at=timezone.now(), progress=SILENT)


def wrong(backup: tuple[Path, Manifest]) -> set[str]:
    """The first words of the comparisons that fail."""
    return {" ".join(line.what.split()[:2]) for line in compare(*backup) if not line.is_right}


def flip(path: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def test_a_backup_restored_into_a_fresh_house_brings_everything_back(backup, tmp_path):
    folder, made = backup
    name = f"{connection.settings_dict['NAME']}_rehearsal"
    with fresh_database(name):
        table = restore_beside(folder, tmp_path / "restored", name)
        restored = {path.name for path in (tmp_path / "restored" / "media").rglob("*") if path.is_file()}
    assert "WRONG" not in table
    assert made.files == StoredFile.objects.count() == len(restored) >= 4
    assert made.tables["dossiers_dossierevent"]["rows"] == DossierEvent.objects.count() >= 6
    assert made.tables["accounts_person"]["rows"] == Person.objects.count() >= 2
    results_line = next(line for line in table.splitlines() if line.startswith("signed results"))
    assert results_line.split()[-3:] == ["1", "1", "ok"]


def test_nothing_is_wrong_where_nothing_was_changed(backup):
    assert wrong(backup) == set()


def test_a_flipped_byte_of_a_file_is_found(backup, dossier):
    file = Result.objects.get(dossier=dossier).file
    flip(settings.MEDIA_ROOT / file.storage_name)
    assert wrong(backup) == {"files with", "signed results"}


def test_a_missing_file_is_found(backup, dossier):
    file = StoredFile.objects.exclude(pk=Result.objects.get(dossier=dossier).file_id).first()
    (settings.MEDIA_ROOT / file.storage_name).unlink()
    assert wrong(backup) == {"files with"}


def test_a_changed_event_is_found_and_named(backup, dossier):
    with pgtrigger.ignore():
        DossierEvent.objects.filter(dossier=dossier, seq=3).update(actor_role="leader")
    assert {"whole chains", "tables with"} == wrong(backup)
    with pytest.raises(CommandError, match=f"{dossier.code}: event 3"):
        call_command("verify_chain")


def test_a_missing_row_is_found(backup):
    Message.objects.get(key="m1").delete()
    assert {"rows of", "tables with"} == wrong(backup)


def test_one_changed_cell_is_found(backup):
    Message.objects.filter(key="m1").update(kind="other")
    assert wrong(backup) == {"tables with"}


def test_an_event_signed_with_a_key_that_is_gone_is_found(dossier, settings):
    settings.CHAIN_KEYS = {"k9": "another key"}
    with pytest.raises(CommandError, match="event 1"):
        call_command("verify_chain")


def test_whole_chains_are_said_to_be_whole(dossier, capsys):
    call_command("verify_chain")
    assert "every chain of events is whole (1 have events)" in capsys.readouterr().out


def test_a_backup_with_a_damaged_dump_is_refused(backup):
    folder, made = backup
    flip(folder / DUMP)
    with pytest.raises(BackupError, match=DUMP):
        refuse_unusable(folder, made)


def test_a_backup_with_a_damaged_file_is_refused(backup, dossier, tmp_path):
    folder, _made = backup
    file = Result.objects.get(dossier=dossier).file
    flip(folder / FILES / file.storage_name)
    name = f"{connection.settings_dict['NAME']}_rehearsal"
    with fresh_database(name), pytest.raises(BackupError, match=file.storage_name):
        restore_beside(folder, tmp_path / "restored", name)


def test_a_changed_manifest_is_refused(backup):
    folder, made = backup
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    (folder / MANIFEST).write_text(text.replace(f'"files": {made.files}', f'"files": {made.files - 1}'))
    with pytest.raises(BackupError, match="was changed"):
        promised.read(folder)


def test_a_restore_never_writes_over_a_database_or_a_folder_that_holds_something(backup, settings, tmp_path):
    folder, made = backup
    with pytest.raises(BackupError, match=r"database .* is not empty"):
        refuse_unusable(folder, made)
    name = f"{connection.settings_dict['NAME']}_rehearsal"
    (tmp_path / "restored" / "media" / "dossiers").mkdir(parents=True)
    (tmp_path / "restored" / "media" / "dossiers" / "something").write_text("kept")
    with fresh_database(name), pytest.raises(BackupError, match="not empty"):
        restore_beside(folder, tmp_path / "restored", name)


def test_a_backup_cannot_be_restored_without_the_keys_it_was_written_with(backup, settings):
    folder, made = backup
    settings.FIELD_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
    with pytest.raises(BackupError, match="FIELD_KEYS"):
        refuse_unusable(folder, made)


def test_no_key_and_no_session_lies_in_a_backup(dossier, client, tmp_path):
    client.force_login(Person.objects.get(user__full_name="Lý Thị Mai").user)
    session = client.cookies["sessionid"].value
    folder, made = save(tmp_path / "plain", at=timezone.now(), progress=SILENT)
    keys = [*settings.FIELD_KEYS, settings.BLIND_INDEX_KEY, *settings.CHAIN_KEYS.values(), settings.SECRET_KEY, session]
    script = tmp_path / "dump.sql"
    from portal.backup import programs

    programs.run("pg_restore", f"--file={script}", str(folder / DUMP))
    readable = script.read_text(encoding="utf-8")
    assert dossier.code in readable  # the dump can be read here, so a key in it would be found
    for path in [script, *(path for path in folder.rglob("*") if path.is_file())]:
        content = path.read_bytes()
        assert not [key for key in keys if key.encode() in content], path.name
    assert "django_session" not in made.tables


def test_a_second_backup_links_the_files_that_did_not_change(backup, dossier, tmp_path):
    folder, _made = backup
    again, made = save(tmp_path / "backups", at=timezone.now() + timedelta(seconds=2), progress=SILENT)
    names = [path.relative_to(again) for path in (again / FILES).rglob("*") if path.is_file()]
    assert len(names) == made.files
    assert all(os.path.samefile(again / name, folder / name) for name in names)
    flip(folder / FILES / Result.objects.get(dossier=dossier).file.storage_name)
    third, made = save(tmp_path / "backups", at=timezone.now() + timedelta(seconds=4), progress=SILENT)
    assert not made.damaged  # a copy that went bad is not handed on
    assert wrong((third, made)) == set()
