"""Every file sent is either stored or refused with a sentence that says how to mend it; nothing else can happen."""

import io
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from common.models import Job
from documents import checks, quotas, refusals
from documents.models import StoredFile
from documents.refusals import UploadRefused
from documents.services import combine_images
from tests.documents import hostile
from tests.documents.conftest import AT, MB, stored, upload

pytestmark = pytest.mark.django_db


LEAST = {"pdf": 25, "pictures": 15, "office": 30, "others": 12}


@pytest.mark.parametrize("kind", sorted(hostile.GROUPS))
def test_each_file_of_the_corpus_gets_its_verdict(kind: str, owner: Any) -> None:
    wrong = {}
    assert len(hostile.group(kind)) >= LEAST[kind]
    for what, name, data, verdict in hostile.group(kind):
        assert set(verdict.split("|")) - {hostile.OK} <= set(refusals.MESSAGES)
        rows = StoredFile.objects.count()
        try:
            file = stored(owner, name, data, max_bytes=60 * MB)
        except UploadRefused as refusal:
            got, kept = refusal.code, StoredFile.objects.count() == rows
        else:
            got, kept = hostile.OK, file.state == "checking" and default_storage.size(file.storage_name) == file.size
        if got not in verdict.split("|") or not kept:
            wrong[what] = (got, verdict)
    assert not wrong
    assert sorted(_names_in_storage()) == sorted(StoredFile.objects.values_list("storage_name", flat=True))


def _names_in_storage() -> list[str]:
    root = Path(default_storage.location)
    return [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()]


def test_every_refusal_has_a_vietnamese_sentence_with_its_figures(owner: Any) -> None:
    with pytest.raises(UploadRefused) as refusal:
        stored(owner, "don.pdf", hostile.pdf() + bytes(3 * MB), max_bytes=2 * MB)
    assert refusal.value.code == "too_large"
    assert "3,0 MB" in str(refusal.value.message)
    assert "2 MB" in str(refusal.value.message)


def test_a_kind_that_this_paper_does_not_take_is_refused_naming_those_it_takes(owner: Any) -> None:
    with pytest.raises(UploadRefused) as refusal:
        stored(owner, "don.docx", hostile.office(), accept={"pdf", "jpg"})
    assert refusal.value.code == "wrong_type"
    assert "JPG, PDF" in str(refusal.value.message)


def test_an_unknown_code_still_gets_a_sentence() -> None:
    assert str(refusals.sentence("no_such_code"))


def test_a_picture_keeps_no_place_and_stands_upright(owner: Any) -> None:
    picture = Image.new("RGB", (400, 200), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "canary-of-the-camera"
    target = io.BytesIO()
    picture.save(target, "JPEG", exif=exif)
    assert b"canary-of-the-camera" in target.getvalue()
    file = stored(owner, "anh.jpg", target.getvalue())
    with default_storage.open(file.storage_name) as stream:
        kept = stream.read()
    assert b"canary-of-the-camera" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (200, 400)
        assert not shown.getexif()


def test_what_hides_behind_a_picture_is_gone(owner: Any) -> None:
    file = stored(owner, "anh.jpg", hostile.image() + b"canary-program" * 9)
    with default_storage.open(file.storage_name) as stream:
        assert b"canary-program" not in stream.read()


def test_a_signed_pdf_is_kept_byte_for_byte(owner: Any) -> None:
    data = hostile.pdf()
    file = stored(owner, "don.pdf", data)
    with default_storage.open(file.storage_name) as stream:
        assert stream.read() == data


@pytest.mark.parametrize(("shade", "warning"), [((8, 8, 8), "image_dark"), ((250, 250, 250), "image_flat"), (None, "")])
def test_a_picture_that_cannot_be_read_is_accepted_with_a_warning(shade: Any, warning: str, owner: Any) -> None:
    target = io.BytesIO()
    Image.new("RGB", (300, 300), shade or "white").save(target, "JPEG")
    file = stored(owner, "anh.jpg", target.getvalue() if shade else hostile.image())
    assert file.warning == warning
    assert bool(str(file.warning_message)) == bool(warning)


def test_bombs_die_in_the_checking_process_not_in_ours(owner: Any) -> None:
    bombs = {
        "don.docx": hostile.office(extra={"word/z.xml": b"0" * 99_000_000}),
        "don.pdf": hostile.object_stream_bomb(),
        "anh.png": hostile.png_claiming(65_000, 65_000),
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, data in bombs.items():
        with pytest.raises(UploadRefused):
            stored(owner, name, data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_the_checking_process_is_held_to_512_megabytes() -> None:
    code = "from documents.checks import child; child.limit(); print(len(bytearray({})))"
    allowed = subprocess.run(
        [sys.executable, "-c", code.format(200 * MB)], check=False, capture_output=True, env=checks.environment()
    )
    greedy = subprocess.run(
        [sys.executable, "-c", code.format(600 * MB)], check=False, capture_output=True, env=checks.environment()
    )
    assert allowed.returncode == 0
    assert b"MemoryError" in greedy.stderr


def test_the_checking_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setenv("DATABASE_URL", "canary")
    assert "canary" not in checks.environment().values()


def test_a_photograph_of_48_million_dots_is_still_taken(owner: Any) -> None:
    file = stored(owner, "anh.jpg", hostile.image(size=(8000, 6000)))
    with default_storage.open(file.storage_name) as stream, Image.open(stream) as kept:
        assert max(kept.size) <= 5000


def test_an_upload_owes_exactly_one_scan(owner: Any) -> None:
    file = stored(owner, "don.pdf", hostile.pdf())
    assert list(Job.objects.filter(kind="documents.scan").values_list("payload", flat=True)) == [{"file": file.pk}]


def test_the_storage_name_is_room_year_month_and_uuid(owner: Any) -> None:
    file = stored(owner, "../../../etc/passwd.pdf", hostile.pdf())
    assert file.storage_name == f"dossiers/2026/11/{file.public_id}"
    assert file.original_name == "passwd.pdf"


def test_the_quota_counts_files_of_one_user_and_one_purpose_within_24_hours(owner: Any, settings: Any) -> None:
    settings.DOCUMENT_QUOTAS = {"paper": quotas.Quota(files=2, megabytes=100)}
    for _ in range(2):
        stored(owner, "don.pdf", hostile.pdf())
    with pytest.raises(UploadRefused) as refusal:
        stored(owner, "don.pdf", hostile.pdf())
    assert refusal.value.code == "quota_files"
    stored(owner, "don.pdf", hostile.pdf(), purpose="avatar")
    stored(owner, "don.pdf", hostile.pdf(), at=AT + quotas.WINDOW * 1.01)


def test_the_quota_counts_bytes(owner: Any, settings: Any) -> None:
    settings.DOCUMENT_QUOTAS = {"paper": quotas.Quota(files=9, megabytes=1)}
    noise = io.BytesIO()
    Image.effect_noise((1500, 1000), 90).convert("RGB").save(noise, "JPEG", quality=95)
    assert 0.5 * MB < len(noise.getvalue()) < 2 * MB
    codes = []
    for _ in range(3):
        try:
            stored(owner, "anh.jpg", noise.getvalue())
        except UploadRefused as refusal:
            codes.append(refusal.code)
    assert codes[-1] == "quota_bytes"


def test_a_full_disk_leaves_neither_row_nor_file(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(UploadRefused) as refusal:
        stored(owner, "don.pdf", hostile.pdf())
    assert refusal.value.code == "cannot_store"
    assert not StoredFile.objects.exists()
    assert not Job.objects.exists()


def test_several_photographs_become_one_pdf_of_a4_pages_in_their_order(owner: Any) -> None:
    first = stored(owner, "1.jpg", hostile.image(size=(900, 1200)))
    pictures = [first, upload("2.png", hostile.image("PNG", (1200, 900))), upload("3.jpg", hostile.image())]
    made = combine_images(
        pictures, room="dossiers", purpose="paper", owner=owner, max_bytes=25 * MB, at=AT, name="Căn cước.jpg"
    )
    assert (made.extension, made.pages, made.state) == ("pdf", 3, "checking")
    assert made.original_name == "Căn cước.jpg.pdf"
    with default_storage.open(made.storage_name) as stream, pikepdf.open(stream) as pdf:
        sizes = [tuple(round(float(edge)) for edge in page.mediabox[2:]) for page in pdf.pages]
    assert sizes == [(595, 842), (842, 595), (842, 595)]


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        ([], "no_pictures"),
        ([("a.pdf", hostile.pdf())], "not_a_picture"),
        ([("a.jpg", hostile.image("PNG"))], "content_differs"),
        ([("a.jpg", b"")], "empty"),
        ([("a.jpg", hostile.image()), ("b.jpg", hostile.image()[:900])], "image_broken"),
        ([("a.jpg", hostile.image())] * 31, "too_many_pictures"),
    ],
)
def test_pictures_that_cannot_become_a_pdf_are_refused(pictures: Any, code: str, owner: Any) -> None:
    uploads = [upload(name, data) for name, data in pictures]
    with pytest.raises(UploadRefused) as refusal:
        combine_images(uploads, room="dossiers", purpose="paper", owner=owner, max_bytes=25 * MB, at=AT, name="a.pdf")
    assert refusal.value.code == code
    assert not StoredFile.objects.exists()
