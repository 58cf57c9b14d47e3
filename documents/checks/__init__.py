"""Checks of strangers' files, run in a process of its own with limits (512 MB, 20 s of processor, 30 s by the clock)."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from documents.checks.verdicts import Verdict

WALL_SECONDS = 30
_ROOT = Path(__file__).resolve().parents[2]
_PASSED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR")
logger = logging.getLogger(__name__)


def check(path: Path, kind: str, output: Path) -> Verdict:
    """Check a file of a known kind; pictures are written anew to `output`."""
    return _run("check", kind, str(path), str(output))


def combine(paths: list[tuple[Path, str]], output: Path) -> Verdict:
    """Make one PDF of A4 pages at `output` from pictures [(path, kind), …]."""
    return _run("combine", str(output), *[f"{kind}:{path}" for path, kind in paths])


def draw(path: Path, kind: str, output: Path, *, page: int, width: int) -> Verdict:
    """Draw one page as a PNG at `output`."""
    return _run("preview", kind, str(path), str(output), str(page), str(width))


def _run(*arguments: str) -> Verdict:
    """Run the process; one that dies or takes too long means that the file is too complex to be accepted."""
    command = [sys.executable, "-m", "documents.checks.child", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - fixed program, paths of our own making
            command, cwd=_ROOT, env=environment(), capture_output=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Verdict(refused="too_complex")
    if done.returncode:
        # The last line only names an exception's class; texts of a stranger's file stay out of the log.
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0][:80]
        logger.warning("documents.check_died task=%s status=%s reason=%s", arguments[0], done.returncode, reason)
        return Verdict(refused="too_complex")
    return Verdict(**json.loads(done.stdout))


def environment() -> dict[str, str]:
    """What such a process needs to start, and no secret of ours."""
    kept = {name: os.environ[name] for name in _PASSED if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), kept.get("PYTHONPATH", "")]))}
