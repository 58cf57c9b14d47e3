"""`make test`: services of its own beside the demo's, then pytest, then the command to type for what is missing."""

import contextlib
import os
import shlex
import signal
import subprocess

from launcher import debian, engines, frontend, processes, services
from launcher.console import LauncherError, fail, step
from launcher.places import ROOT, VENV_PYTHON, Home

SLOTS = 8


def test() -> int:
    """Run the tests; returns pytest's exit code, or 1 when something of the machine is missing."""
    home = services.ready_home()
    missing = debian.provide(debian.TEST_PARTS)
    stack = _free_slot(home)
    try:
        services.start_backing(stack, careless=True)
        services.start_scanner(stack, with_real=False)
        stack.environment |= _test_environment()
        stack.environment["PATH"] += f"{os.pathsep}{engines.locate(stack.home).postgres_bin}"  # pg_dump, pg_restore
        frontend.compile_messages(stack.environment)
        frontend.build_static(stack.environment)
        stack.home.folder("static")
        services.wait_for_scanner(stack, 30)
        step("running the tests")
        code = _pytest(stack)
    finally:
        stack.stop()
    if missing:
        fail(debian.advice(missing))
    return code or (1 if missing else 0)


def _free_slot(home: Home) -> services.Stack:
    """The first set of test services that no other `make test` of this checkout uses now."""
    for number in range(1, SLOTS + 1):
        slot = services.sub_home(home, f"test/{number}")
        lock = services.try_lock(slot)
        if lock:
            lock.close()
            return services.take(slot, "test")
    raise LauncherError(f"{SLOTS} test runs are already under way in this checkout")


def _test_environment() -> dict[str, str]:
    return {
        "MOTCUA_DB_ROLE": "owner",
        "CHROMIUM": debian.chromium() or "",
        "SCANNER": "clamd",  # a missing scanner makes its tests fail: never a silent skip
        "SANDBOX_URL": os.environ.get("SANDBOX_URL", "http://127.0.0.1:8001"),
    }


def _pytest(stack: services.Stack) -> int:
    # One more than the cores: browsers and papers are waited for. Whoever is done takes over what others still have.
    usual = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
    arguments = shlex.split(os.environ.get("ARGS", "")) or usual
    command = [str(VENV_PYTHON), "-m", "pytest", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=stack.environment)
    processes.remember(stack.home, "pytest", process.pid)
    try:
        code = process.wait()
        processes.forget(stack.home, "pytest")
        return code
    except BaseException:
        # A terminal's Ctrl-C has reached pytest already; a signal to the launcher alone has not.
        for number in (None, signal.SIGINT, signal.SIGKILL):
            if number:
                process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10 if number else 2)
                break
        raise
