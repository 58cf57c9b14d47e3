"""Papers as PDF: our own templates, our own fonts, nothing loaded from anywhere.

WeasyPrint runs in a process of its own that is kept warm (a paper then costs 0.1 to 0.3 s), has no network address to
ask and no file to read but a fixed list, and is ended when a paper takes longer than 20 s.
"""

import atexit
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation
from django.utils.safestring import SafeString

from documents import checks

SECONDS = 20.0
START_SECONDS = 30.0
PAPERS_PER_PROCESS = 200  # its memory grows slowly; a fresh one costs 1.5 s
MAX_HTML = 4 * 1024 * 1024
VARIANT = "pdf/ua-1"
FONTS = ("tinos-400", "tinos-400-italic", "tinos-700", "tinos-700-italic")


class RenderFailed(Exception):
    """The paper could not be made: too large, too slow, or an asset or library is missing (the text says which)."""


@dataclass(frozen=True)
class Paper:
    """A rendered paper: the PDF and its number of pages."""

    pdf: bytes
    pages: int


def render_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    language: str = "vi",
    title: str,
    variant: str = VARIANT,
    is_slip: bool = False,
) -> bytes:
    """Render one of our templates to a tagged PDF with language and title; raises RenderFailed.

    `context` holds plain values: nothing in it can switch off escaping. `variant` "pdf/a-2u" is for results that are archived.
    Conformance is declared by the maker, not checked by a validator.
    """
    return render_paper(template_name, context, language=language, title=title, variant=variant, is_slip=is_slip).pdf


def render_paper(
    template_name: str,
    context: Mapping[str, Any],
    *,
    language: str = "vi",
    title: str,
    variant: str = VARIANT,
    is_slip: bool = False,
) -> Paper:
    """`render_pdf` that also tells the number of pages. `is_slip`: the page ends where its content does (thermal roll)."""
    with translation.override(language):
        values = {**plain(context), "paper_title": title, "paper_language": language}
        html = get_template(template_name).render(values)
    return _printer.draw(str(html), variant, is_slip=is_slip)


def plain(value: Any) -> Any:
    """The same values with every "already safe" mark taken off, however deep, so that templates escape them all."""
    if isinstance(value, SafeString):
        return str.__add__(value, "")
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def assets() -> dict[str, str]:
    """Name and path of everything a paper may load; RenderFailed tells which one is missing at the first paper."""
    fonts = Path(settings.BASE_DIR) / "static" / "vendor" / "fonts" / "ttf"
    paper = Path(settings.BASE_DIR) / "static" / "documents" / "paper.css"
    return {"paper.css": str(paper), **{f"{name}.ttf": str(fonts / f"{name}.ttf") for name in FONTS}}


class _Printer:
    """The parent's side of the printing process; one paper at a time, whatever the number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._papers = 0

    def draw(self, html: str, variant: str, *, is_slip: bool = False) -> Paper:
        body = html.encode()
        if len(body) > MAX_HTML:
            raise RenderFailed("the paper is too long")
        with self._lock:
            process = self._ready_process()
            self._papers += 1
            request = {"size": len(body), "variant": variant, "is_slip": is_slip}
            head = json.dumps(request).encode() + b"\n"
            answer, pdf = self._ask(process, head + body, time.monotonic() + SECONDS)
        if "error" in answer:
            raise RenderFailed(str(answer["error"]))
        return Paper(pdf, int(answer["pages"]))

    def _ready_process(self) -> "subprocess.Popen[bytes]":
        """The running process, or a new one: after a fork, a death, or enough papers."""
        process = self._process
        alive = process is not None and self._owner == os.getpid() and process.poll() is None
        if process is not None and alive and self._papers < PAPERS_PER_PROCESS:
            return process
        if alive:
            self.stop()
        self._process, self._owner, self._papers = self._start(), os.getpid(), 0
        answer, _ = self._ask(self._process, b"", time.monotonic() + START_SECONDS)
        if "error" in answer:
            self.stop()
            raise RenderFailed(str(answer["error"]))
        return self._process

    @staticmethod
    def _start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "documents.pdf_process", json.dumps(assets())]
        return subprocess.Popen(  # noqa: S603 - fixed program, paths of our own
            command,
            cwd=settings.BASE_DIR,
            env=checks.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _ask(self, process: "subprocess.Popen[bytes]", request: bytes, until: float) -> tuple[dict[str, Any], bytes]:
        """Write the request and read the answer, both without waiting beyond `until`; ends the process when it is late."""
        try:
            return _exchange(process, request, until)
        except TimeoutError:
            self.stop()
            raise RenderFailed("the paper took longer than 20 seconds") from None
        except (OSError, EOFError, ValueError):
            self.stop()
            raise RenderFailed("the printing process ended") from None

    def stop(self) -> None:
        """End the process, if it is ours and runs."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()


def _exchange(process: "subprocess.Popen[bytes]", request: bytes, until: float) -> tuple[dict[str, Any], bytes]:
    """Feed the request and collect the answer; raises TimeoutError, or EOFError when the process is gone."""
    if process.stdin is None or process.stdout is None:
        raise EOFError
    source, target = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(source, False)
    received, waiting = bytearray(), memoryview(request)
    with selectors.DefaultSelector() as selector:
        selector.register(target, selectors.EVENT_READ)
        if waiting:
            selector.register(source, selectors.EVENT_WRITE)
        while not (answer := _complete(received)):
            ready = selector.select(max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if key.fd == source:
                    waiting = waiting[os.write(source, waiting[:65536]) :]
                    if not waiting:
                        selector.unregister(source)
                elif piece := os.read(target, 1 << 20):
                    received += piece
                else:
                    raise EOFError
    return answer


def _complete(received: bytearray) -> tuple[dict[str, Any], bytes] | None:
    """The answer once its line and all its bytes are there."""
    line, newline, rest = received.partition(b"\n")
    if not newline:
        return None
    head = json.loads(line)
    size = int(head.get("size", 0))
    return (head, bytes(rest[:size])) if len(rest) >= size else None


_printer = _Printer()
atexit.register(_printer.stop)
