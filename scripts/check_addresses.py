"""No tracked file may name a package registry's address: where packages come from is the machine's business."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written in halves, so that this file does not name them either.
HOSTS = [
    "pypi" + r"\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs", "registry" + r"\.yarnpkg", "npmmirror" + r"\.com",
    "deb" + r"\.debian\.org", "crates" + r"\.io", "proxy" + r"\.golang", "rubygems" + r"\.org",
]  # fmt: skip
FORBIDDEN = re.compile("|".join([*HOSTS, "--(extra-)?index" + "-url[ =]", '"resolved"' + r':\s*"http']))
# The launcher and the lock targets name pip's options without any address.
ASIDE = {"scripts/check_addresses.py"}
INSTALLED = {".git", ".venv", "node_modules", "var", "vendor", "__pycache__"}


def tracked() -> list[str]:
    """The repository's files; without git, every file that is not installed or made here."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        done = subprocess.run(
            [git, "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            return [name for name in done.stdout.decode().split("\0") if name]
    files = (file.relative_to(ROOT) for file in ROOT.rglob("*") if file.is_file())
    return [str(file) for file in files if not INSTALLED & set(file.parts) and not file.parts[0].startswith(".")]


def complaints(name: str) -> list[str]:
    """The lines of one file that name a registry."""
    try:
        text = (ROOT / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    lines = enumerate(text.splitlines(), 1)
    return [f"{name}:{number}: names a package registry" for number, line in lines if FORBIDDEN.search(line)]


def main() -> int:
    """Print every complaint; 1 when there is one."""
    names = [name for name in tracked() if name not in ASIDE]
    found = [complaint for name in names for complaint in complaints(name)]
    print("\n".join(found) or f"{len(names)} files looked at")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
