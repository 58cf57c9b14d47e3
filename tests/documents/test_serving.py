"""Files leave with headers that keep browsers from running them, under their own Vietnamese name, whole or in part."""

import io
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.http import HttpResponseBase
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from documents import names, services
from documents.models import StoredFile
from documents.services import NoPreview, NotReady
from tests.documents import hostile, sample_papers
from tests.documents.conftest import AT

DATA = bytes(range(256)) * 300


def _paper(data: bytes = DATA, name: str = "Giấy hẹn.pdf", kind: str = "pdf") -> StoredFile:
    return services.store_bytes(data, room="dossiers", purpose="form01", name=name, owner=None, at=AT, kind=kind)


def _body(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize("inline", [True, False])
def test_a_served_file_can_neither_run_nor_be_kept(inline: bool) -> None:
    response = services.serve(_paper(), inline=inline)
    assert response.status_code == 200
    assert _body(response) == DATA
    assert response["Content-Length"] == str(len(DATA))
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Content-Disposition"].startswith("inline" if inline else "attachment")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=10-19", 206, 10, 20),
        ("bytes=70000-", 206, 70000, 76800),
        ("bytes=-100", 206, 76700, 76800),
        ("bytes=0-99999999", 200, 0, 76800),
        ("bytes=5-2", 200, 0, 76800),
        ("bytes=0-1,5-6", 200, 0, 76800),
        ("lines=0-1", 200, 0, 76800),
        ("bytes=" + "9" * 80 + "-", 200, 0, 76800),
        ("", 200, 0, 76800),
    ],
)
def test_a_part_of_a_file_is_served(header: str, status: int, start: int, end: int) -> None:
    response = services.serve(_paper(), byte_range=header)
    assert response.status_code == status
    assert _body(response) == DATA[start:end]
    assert response["Content-Length"] == str(end - start)
    if status == 206:
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["bytes=76800-", "bytes=99999-100000", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(header: str) -> None:
    response = services.serve(_paper(), byte_range=header)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.django_db
def test_behind_nginx_the_bytes_do_not_pass_through_us(settings: Any) -> None:
    settings.X_ACCEL = "/_files/"
    file = _paper()
    response = services.serve(file)
    assert response["X-Accel-Redirect"] == f"/_files/{file.storage_name}"
    assert _body(response) == b""
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.django_db
def test_an_erased_file_is_not_served_even_from_a_stale_object() -> None:
    file = _paper()
    services.erase(file.pk)
    assert file.state == "clean"
    with pytest.raises(NotReady) as found:
        services.serve(file)
    assert found.value.state == "erased"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\Hải\\Đơn.pdf", "Đơn.pdf"),
        ("Đơn đề nghị.pdf".encode().decode(), "Đơn đề nghị.pdf"),
        ("Gia\u0302\u0301y to\u031b\u0300.pdf", "Giấy tờ.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("don\u202efdp.exe", "donfdp.exe"),
        ("con.pdf", "_con.pdf"),
        ("", "tep"),
        ("...", "tep"),
        (".pdf", "tep.pdf"),
        ('a"b<c>.pdf', "a b c.pdf"),
    ],
)
def test_a_name_is_data_never_a_path(raw: str, clean: str) -> None:
    assert names.clean_name(raw) == clean


def test_a_name_of_four_thousand_letters_is_cut_and_keeps_its_ending() -> None:
    name = names.clean_name("ễ" * 4096 + ".pdf")
    assert len(name) <= names.MAX_NAME
    assert name.endswith(".pdf")


@given(raw=st.text(max_size=300))
@hypothesis_settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_survives_the_header_and_comes_back(raw: str) -> None:
    name = names.clean_name(raw)
    header = names.content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    found = re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._ -]+\"; filename\*=UTF-8''(\S*)", header)
    assert found
    assert unquote(found[1]) == name
    assert not set(name) & set("/\\\r\n\0")
    assert names.clean_name(name) == name


def test_a_vietnamese_name_travels_in_both_forms() -> None:
    header = names.content_disposition("Giấy hẹn Đỗ.pdf")
    assert 'filename="giay hen do.pdf"' in header
    assert unquote(header.partition("UTF-8''")[2]) == "Giấy hẹn Đỗ.pdf"


@pytest.mark.django_db
def test_pages_are_drawn_for_the_viewer() -> None:
    from documents.render import render_pdf

    pdf = render_pdf("dossiers/papers/form01.html", sample_papers.form01(), title="Mẫu 01")
    file = _paper(pdf)
    with Image.open(io.BytesIO(services.preview(file, 1, width=600))) as page:
        assert page.format == "PNG"
        assert page.width in {599, 600, 601}
        dark = page.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
        assert dark is not None
    response = services.serve_preview(file)
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(NoPreview):
        services.preview(file, 2)
    with pytest.raises(NoPreview):
        services.preview(file, 0)


@pytest.mark.django_db
def test_pictures_are_drawn_and_word_files_are_not() -> None:
    picture = _paper(hostile.image(size=(1600, 1200)), "anh.jpg", "jpg")
    with Image.open(io.BytesIO(services.preview(picture, width=400))) as page:
        assert page.size == (400, 300)
    with pytest.raises(NoPreview):
        services.preview(_paper(hostile.office(), "don.docx", "docx"))
    with pytest.raises(NoPreview):
        services.preview(_paper(b"%PDF-1.4 broken"))
