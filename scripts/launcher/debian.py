"""What no wheel brings: a scanner, the libraries behind PDF papers, a browser and PDF tools for the tests."""

import ctypes
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from launcher.console import step
from launcher.places import SYSTEM_PATH, find, is_root


@dataclass(frozen=True)
class Part:
    """Something of the operating system: how to see that it is there, and the Debian packages that bring it."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]


def _has_library(*names: str) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def _draws_text() -> bool:
    pango = _has_library("libpango-1.0.so.0", "libpango-1.0.dylib", "/opt/homebrew/lib/libpango-1.0.dylib")
    return pango and _has_library(
        "libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "/opt/homebrew/lib/libpangoft2-1.0.dylib"
    )


PAPERS = Part("PDF papers", ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"), _draws_text)
SCANNER = Part("virus scanner", ("clamav-daemon",), lambda: find("clamd") is not None)
BROWSER = Part("browser", ("chromium",), lambda: chromium() is not None)
PDF_TOOLS = Part("PDF tools", ("poppler-utils",), lambda: find("pdftotext") is not None)
RUN_PARTS = (PAPERS, SCANNER)
TEST_PARTS = (PAPERS, SCANNER, BROWSER, PDF_TOOLS)


def chromium() -> str | None:
    """The browser of the tests: the one CHROMIUM names, or an installed one."""
    given = os.environ.get("CHROMIUM")
    return given or find("chromium") or find("chromium-browser") or find("google-chrome")


def provide(parts: tuple[Part, ...]) -> list[Part]:
    """Install what is missing when root may do so; returns what is still missing."""
    missing = [part for part in parts if not part.is_there()]
    if missing and is_root() and find("apt-get"):
        packages = [package for part in missing for package in part.packages]
        step(f"installing {' '.join(packages)} with apt-get")
        install_packages(packages)
        missing = [part for part in missing if not part.is_there()]
    return missing


def advice(missing: list[Part]) -> str:
    """The one command to type for what is missing."""
    packages = " ".join(package for part in missing for package in part.packages)
    names = ", ".join(part.name for part in missing)
    return f"missing: {names}; type: sudo apt-get install -y --no-install-recommends {packages}"


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages: with the lists as they are, then with fresh ones, then one by one."""
    if _apt("install", *packages):
        return True
    _apt("update")
    return _apt("install", *packages) or all([_apt("install", package) for package in packages])


def _apt(action: str, *packages: str) -> bool:
    options = [
        "-y",
        "-q",
        "-o",
        "Acquire::Retries=1",
        "-o",
        "Acquire::http::Timeout=30",
        "-o",
        "DPkg::Lock::Timeout=120",
    ]
    extra = ["--no-install-recommends"] if action == "install" else []
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "PATH": SYSTEM_PATH}
    command = [find("apt-get") or "apt-get", *options, action, *extra, *packages]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, env=environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
    except OSError:
        return False
    return done.returncode == 0
