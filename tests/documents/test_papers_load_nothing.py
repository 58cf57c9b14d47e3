"""No paper fetches anything: not from the network, not from the disk, whatever a template or its data try (trust.md B8)."""

import io
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from documents.render import render_pdf
from tests.documents.test_papers import words


class Trap:
    """A listening socket that counts who knocks."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.knocks = 0
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                line, _ = self.server.accept()
            except OSError:
                return
            self.knocks += 1
            line.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.server.close()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary.txt"
    path.write_text("canary-of-the-disk")
    return path


HOSTILE = {
    "attachment link": '<link rel="attachment" href="{url}">',
    "style sheet link": '<link rel="stylesheet" href="{url}">',
    "style import": '<style>@import url("{url}");</style>',
    "font": '<style>@font-face {{ font-family: x; src: url("{url}") }} p {{ font-family: x }}</style>',
    "background": '<style>body {{ background: url("{url}") }}</style>',
    "generated content": '<style>p::before {{ content: url("{url}") }}</style>',
    "list mark": '<style>li {{ list-style-image: url("{url}") }}</style><ul><li>x</li></ul>',
    "picture": '<img src="{url}">',
    "picture set": '<img srcset="{url} 2x" src="{url}">',
    "object": '<object data="{url}" type="image/png"></object>',
    "embed": '<embed src="{url}">',
    "frame": '<iframe src="{url}"></iframe>',
    "svg picture": '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{url}" href="{url}"/></svg>',
    "svg use": '<svg><use href="{url}#a"/></svg>',
    "svg style": '<svg><style>@import url("{url}");</style></svg>',
    "attachment anchor": '<a rel="attachment" href="{url}">x</a>',
    "base": '<base href="{url}"><img src="x.png">',
}
ADDRESSES = {
    "http": "http://127.0.0.1:{port}/x.png",
    "upper case": "HTTP://127.0.0.1:{port}/x.png",
    "ftp": "ftp://127.0.0.1:{port}/x",
    "file": "file://{canary}",
    "file with host": "file://localhost{canary}",
    "bare path": "{canary}",
    "network path": "//127.0.0.1:{port}/x.png",
}


@pytest.fixture
def hostile_template(settings: Any, tmp_path: Path) -> Any:
    """Renders mark-up as if one of our own templates held it, through the production function."""
    folder = tmp_path / "templates"
    folder.mkdir()
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [folder, *settings.TEMPLATES[0]["DIRS"]]}]

    def run(markup: str) -> bytes:
        (folder / "hostile.html").write_text(f"<html lang='vi'><body><p>giấy</p>{markup}</body></html>")
        from django.template import engines

        engines["django"].engine.template_loaders[0].reset()
        return render_pdf("hostile.html", {}, title="x", variant="")

    return run


def test_a_hostile_template_makes_no_fetch_and_still_gives_a_paper(
    hostile_template: Any, trap: Trap, canary: Path
) -> None:
    for address in ADDRESSES.values():
        url = address.format(port=trap.port, canary=canary)
        markup = "".join(kind.format(url=url) for kind in HOSTILE.values())
        pdf = hostile_template(markup)
        assert "giấy" in words(pdf)
        with pikepdf.open(io.BytesIO(pdf)) as document:
            assert not document.attachments
            held = b"".join(item.read_bytes() for item in document.objects if isinstance(item, pikepdf.Stream))
        assert b"canary-of-the-disk" not in held
        assert b"/EmbeddedFile" not in pdf
    assert trap.knocks == 0


def test_the_trap_would_have_noticed(trap: Trap) -> None:
    socket.create_connection(("127.0.0.1", trap.port)).close()
    for _ in range(100):
        if trap.knocks:
            break
        threading.Event().wait(0.02)
    assert trap.knocks == 1


def test_our_own_templates_mark_nothing_as_safe() -> None:
    root = Path(__file__).resolve().parents[2] / "templates"
    files = [*root.glob("documents/**/*.html"), *root.glob("dossiers/papers/**/*.html")]
    assert len(files) >= 10
    for file in files:
        assert not re.search(r"\|\s*safe\b|autoescape off|mark_safe", file.read_text(encoding="utf-8")), file
