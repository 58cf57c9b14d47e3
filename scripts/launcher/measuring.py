"""`make bench` and `make drills`: services and a database of their own, then the programs that measure."""

import contextlib
import os
import shlex
import subprocess
import time
from collections.abc import Callable

from launcher import debian, frontend, services
from launcher.console import LauncherError, step
from launcher.places import ROOT, VENV_PYTHON, Account, write_file
from launcher.processes import run_as
from launcher.redis import free_port
from launcher.serving import Doors, Watch, outside_world, start_serving

PAUSE = 1.0  # what a drill kills is started again after a second, however often it is killed
# The vendors of the drills do not wait as long as real ones before they tell the portal once more.
HURRY = {"CALLBACK_RETRY_SECONDS": "1", "CALLBACK_MAX_ATTEMPTS": "200", "SMS_RECEIPT_SECONDS": "0.2"}


def bench() -> int:
    """Run the benchmarks; their table goes to the screen and to $DATA_DIR/bench.json."""
    return _measure("benchmarks", "bench", _run_program)


def drills() -> int:
    """Run the failure drills on the whole demo; the outcome goes to the screen and to $DATA_DIR/drills.json."""
    return _measure("tests.drills", "drills", _run_beside_the_demo)


def _measure(module: str, name: str, run: Callable[[services.Stack, Account, str], int]) -> int:
    place = ROOT / module.replace(".", "/")
    if not place.is_dir() and not place.with_suffix(".py").exists():
        raise LauncherError(f"there is no {module} yet")
    home = services.ready_home()
    debian.provide(debian.RUN_PARTS)
    stack = services.take(services.sub_home(home, name), "demo")
    try:
        services.start_backing(stack, own_only=True)
        services.start_scanner(stack, with_real=False)
        frontend.compile_messages(stack.environment)
        frontend.build_static(stack.environment)
        account = services.serving_account(stack.home)
        frontend.collect_static(stack, account)
        frontend.load_database(stack, account, with_demo=False)
        (stack.home / f"{name}.json").unlink(missing_ok=True)  # an old outcome is not to be taken for this one
        return run(stack, account, module)
    finally:
        stack.stop()
        result = stack.home / f"{name}.json"
        if result.exists():
            write_file(home.base / result.name, result.read_text(encoding="utf-8"), home.account, mode=0o644)


def _command(module: str) -> list[str]:
    step(f"running {module}")
    return [str(VENV_PYTHON), "-m", module, *shlex.split(os.environ.get("ARGS", ""))]


def _run_program(stack: services.Stack, account: Account, module: str) -> int:
    return subprocess.run(_command(module), cwd=ROOT, env=stack.environment, check=False).returncode


def _run_beside_the_demo(stack: services.Stack, account: Account, module: str) -> int:
    """Start web, worker, beat and sandbox with the demo's people, watch over them, and run the program beside them."""
    doors = Doors("127.0.0.1", free_port(), free_port(), free_port())
    stack.environment |= outside_world(stack, doors) | HURRY
    frontend.manage(["load_demo", "--people"], services.serving_environment(stack, account), account)
    start_serving(stack, doors, account)
    environment, watch = services.serving_environment(stack, account), Watch(stack, max_pause=PAUSE)
    program = subprocess.Popen(_command(module), cwd=ROOT, env=environment, **run_as(account))
    try:
        while program.poll() is None:
            time.sleep(0.1)
            watch.look()
        return program.returncode
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.terminate()
        program.wait()
