"""The printing process: WeasyPrint with one font configuration and one style sheet, no network, no files but its own.

Reads requests from standard input and answers on standard output: a line of JSON, then as many bytes as it says.
Knows nothing of Django, the database or any secret. Ends when its input ends or its parent is gone.
"""

import json
import resource
import sys
from pathlib import Path
from typing import IO, Any

MEMORY_BYTES = 1024 * 1024 * 1024
SCHEME = "asset:"


def main() -> None:
    folder = {name: Path(path) for name, path in json.loads(sys.argv[1]).items()}
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may reach the parent
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ValueError, OSError):  # macOS knows no such limit; the parent's time limit still holds
        pass
    try:
        printer: Any = Printer(folder)
    except Exception as error:
        answer(answers, {"error": f"start: {type(error).__name__}: {error}"})
        return
    answer(answers, {"ready": True})
    while line := sys.stdin.buffer.readline():
        serve(printer, json.loads(line), answers)


def serve(printer: "Printer", request: dict[str, Any], answers: IO[bytes]) -> None:
    """One request: {"size": bytes of HTML, "variant": …, "is_slip": whether pages end with their content}."""
    html = sys.stdin.buffer.read(request["size"]).decode()
    try:
        pdf, pages = printer.draw(html, request["variant"], is_slip=request["is_slip"])
    except MemoryError:
        answer(answers, {"error": "MemoryError"})
    except Exception as error:  # its text may quote the paper: only the class is told
        answer(answers, {"error": type(error).__name__})
    except BaseException as error:  # WeasyPrint's own fatal error, the only one that it lets through
        if not hasattr(error, "asset"):
            raise
        answer(answers, {"error": error.asset})
    else:
        answer(answers, {"size": len(pdf), "pages": pages}, pdf)


def answer(answers: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    answers.write(json.dumps(head).encode() + b"\n" + body)
    answers.flush()


class Printer:
    """Holds what is dear to build: fonts and the parsed style sheet."""

    def __init__(self, assets: dict[str, Path]) -> None:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        self._weasyprint = weasyprint
        self._assets = {name: path.read_bytes() for name, path in assets.items()}
        self._fonts = FontConfiguration()
        style = self._assets["paper.css"].decode()
        self._style = weasyprint.CSS(string=style, font_config=self._fonts, url_fetcher=self._fetcher())

    def draw(self, html: str, variant: str, *, is_slip: bool = False) -> tuple[bytes, int]:
        """The PDF and its number of pages."""
        source = self._weasyprint.HTML(string=html, url_fetcher=self._fetcher(), base_url=None)
        document = source.render(stylesheets=[self._style], font_config=self._fonts)
        for page in document.pages if is_slip else ():
            page.height = _end_of(page)
        return document.write_pdf(pdf_variant=variant or None), len(document.pages)

    def _fetcher(self) -> Any:
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        assets = self._assets

        class OwnAssetsOnly(URLFetcher):
            """Answers `asset:name` from a fixed dictionary. A missing own asset stops the paper; all else is refused."""

            def __init__(self) -> None:
                super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=False)

            def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
                if not url.startswith(SCHEME):
                    raise ValueError("papers load nothing from outside")
                name = url.removeprefix(SCHEME)
                if name not in assets:
                    error = FatalURLFetchingError(f"own asset missing: {name}")
                    error.asset = f"own asset missing: {name[:60]}"
                    raise error
                return URLFetcherResponse(url, assets[name], {"Content-Type": _media_type(name)}, 200)

        return OwnAssetsOnly()


def _end_of(page: Any) -> float:
    """Where the content of a page ends, lower margin included: a roll of paper is cut there."""
    box = page._page_box
    root = box.children[0]
    return float(min(page.height, root.position_y + root.margin_height() + box.margin_bottom))


def _media_type(name: str) -> str:
    return {"ttf": "font/ttf", "svg": "image/svg+xml", "css": "text/css"}.get(name.rpartition(".")[2], "image/png")


if __name__ == "__main__":
    main()
