"""Processes we start: each in its own session, remembered in a file, found again after a kill -9, ended in order."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.console import LauncherError
from launcher.places import Account, Home

LOG_LIMIT = 5 * 1024 * 1024


@dataclass
class Child:
    """One long-running program and how to end it."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    home: Home
    account: Account
    stop_signal: int = signal.SIGTERM
    stdin: str | None = None
    folder: Path | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    started_at: float = 0.0

    def start(self) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches the launcher alone."""
        log = self.log_file()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environment),
                cwd=self.folder or self.home.path,
                stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                **run_as(self.account),
            )
        self.started_at = time.monotonic()
        if self.stdin is not None and self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.write(self.stdin.encode())
                self.process.stdin.close()
        remember(self.home, self.name, self.process.pid)

    def log_file(self) -> Path:
        """The program's log, begun anew when it has grown large."""
        log = self.home.folder("logs") / f"{self.name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".old.log"))
        return log

    def last_words(self) -> str:
        """The last line the program wrote, for the message about its end."""
        log = self.home.folder("logs") / f"{self.name}.log"  # where it is: only a start begins it anew
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process and self.is_alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.process.pid, self.stop_signal)

    def finish(self, seconds: float) -> None:
        """Wait for the end; after `seconds` end the whole session without asking."""
        if not self.process:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(seconds, 0.05))
        end_session(self.process.pid, seconds=0)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        forget(self.home, self.name)

    def stop(self, seconds: float = 8) -> None:
        self.ask_to_stop()
        self.finish(seconds)


def run_as(account: Account) -> dict[str, Any]:
    """The arguments that make subprocess change to `account` (nothing when we are it already)."""
    return {} if account.is_me else {"user": account.uid, "group": account.gid, "extra_groups": []}


def _pid_folder(home: Home) -> Path:
    return home.folder("pids")


def remember(home: Home, name: str, pid: int) -> None:
    """Note a started program with the moment it started, since process numbers are used again."""
    note = {"pid": pid, "born": birth(pid), "name": name}
    (_pid_folder(home) / f"{name}.json").write_text(json.dumps(note), encoding="utf-8")


def forget(home: Home, name: str) -> None:
    (_pid_folder(home) / f"{name}.json").unlink(missing_ok=True)


def end_leftovers(home: Home) -> list[str]:
    """End what an earlier launcher of this data folder left running; returns the names of what was ended."""
    ended = []
    notes = [_read_note(file) for file in sorted(_pid_folder(home).glob("*.json"))]
    # The database goes last: the others write their last words to it.
    for note in sorted(notes, key=lambda note: note.get("name") == "postgres"):
        pid, born = int(note.get("pid", 0)), note.get("born")
        is_ours = pid > 1 and birth(pid) == born is not None
        if (is_ours or _orphans_of(pid)) and end_session(
            pid, seconds=5, polite=signal.SIGINT if note["name"] == "postgres" else signal.SIGTERM
        ):
            ended.append(str(note["name"]))
    for file in _pid_folder(home).glob("*.json"):
        file.unlink(missing_ok=True)
    return ended


def _read_note(file: Path) -> dict[str, Any]:
    try:
        note = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) and "name" in note else {}


def birth(pid: int) -> str | None:
    """When a living process began, as the system writes it; None when there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except OSError:
        return None if Path("/proc/self").exists() else _birth_by_ps(pid)


def _birth_by_ps(pid: int) -> str | None:
    """The same where there is no /proc (macOS)."""
    try:
        done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() or None


def _members(session: int) -> list[int]:
    """The living processes of a session."""
    members = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                members.append(int(entry.name))
    return members


def _orphans_of(pid: int) -> list[int]:
    """Members of a session whose leader is gone: its number cannot have been used again while they live."""
    return [] if pid <= 1 or birth(pid) else _members(pid)


def end_session(pid: int, *, seconds: float, polite: int = signal.SIGTERM) -> bool:
    """End a session leader and its whole session: first politely, after `seconds` by force; true if it was alive."""
    alive = [member for member in {pid, *_members(pid)} if birth(member)]
    if not alive:
        return False
    if seconds and birth(pid):
        _signal([pid], polite)
        _wait_gone([pid], seconds)
    _signal(_members(pid) or [pid], signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)  # where there is no /proc to list the members
    if not _wait_gone(_members(pid) or [pid], 5):
        raise LauncherError(f"process {pid}, left from an earlier start, cannot be ended")
    return True


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def _wait_gone(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(birth(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until(ready: Any, seconds: float, child: Child) -> None:
    """Wait for a child to be ready; raises LauncherError with its last words when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.is_alive:
            raise LauncherError(f"{child.name} did not start: {child.last_words()} (log: {child.log_file()})")
        if time.monotonic() > deadline:
            raise LauncherError(f"{child.name} was not ready after {seconds:.0f} s (log: {child.log_file()})")
        time.sleep(0.03)
