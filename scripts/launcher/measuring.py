"""`make bench` and `make drills`: services and a database of their own, then the programs that measure."""

import os
import shlex
import subprocess

from launcher import debian, frontend, services
from launcher.console import LauncherError, step
from launcher.places import ROOT, VENV_PYTHON, write_file


def bench() -> int:
    """Run the benchmarks; their table goes to the screen and to $DATA_DIR/bench.json."""
    return _measure("benchmarks", "bench")


def drills() -> int:
    """Run the failure drills; the outcome goes to the screen and to $DATA_DIR/drills.json."""
    return _measure("tests.drills", "drills")


def _measure(module: str, name: str) -> int:
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
        step(f"running {module}")
        command = [str(VENV_PYTHON), "-m", module, *shlex.split(os.environ.get("ARGS", ""))]
        return subprocess.run(command, cwd=ROOT, env=stack.environment, check=False).returncode
    finally:
        stack.stop()
        result = stack.home / f"{name}.json"
        if result.exists():
            write_file(home.base / result.name, result.read_text(encoding="utf-8"), home.account, mode=0o644)
