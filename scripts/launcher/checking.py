"""`make check`: every rule a machine can hold, one line each; what failed is shown at the end."""

import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from launcher import keys, services
from launcher.console import fail, say
from launcher.frontend import ROOMS
from launcher.places import ROOT, VENV, VENV_PYTHON

BIN = VENV / "bin"
PYTHON = str(VENV_PYTHON)
AT_ONCE = 2
# No check needs a database; the settings only want an address.
NOWHERE = {
    "DATABASE_URL": "postgresql://motcua_app@/motcua?host=/nonexistent",
    "OWNER_DATABASE_URL": "postgresql://motcua_owner@/motcua?host=/nonexistent",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


@dataclass(frozen=True)
class Check:
    """One command and the files without which it makes no sense yet."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def is_due(self) -> bool:
        return all(any(ROOT.glob(pattern)) for pattern in self.needs)


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    check: Check
    code: int
    seconds: float
    output: str


def _tool(name: str) -> str:
    return str(BIN / name)


CHECKS = (
    Check("types (mypy)", (_tool("mypy"), *ROOMS, "sandbox", "scripts"), ("sandbox/*.py",)),
    Check("types without the sandbox (mypy)", (_tool("mypy"), *ROOMS, "scripts")),
    Check("style (ruff check)", (_tool("ruff"), "check", "--quiet", ".")),
    Check("layout (ruff format)", (_tool("ruff"), "format", "--check", "--quiet", ".")),
    Check("layers (import-linter)", (_tool("lint-imports"), "--no-cache")),
    Check("migrations", (PYTHON, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run")),
    Check("translations", (PYTHON, "scripts/translations.py", "--check"), ("scripts/translations.py",)),
    Check("templates (djlint)", (_tool("djlint"), "templates", "--lint", "--quiet"), ("templates/**/*.html",)),
    Check("sizes of modules and functions", (PYTHON, "scripts/check_sizes.py")),
    Check("no registry's address", (PYTHON, "scripts/check_addresses.py")),
    Check(
        "compose file",
        (_tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ("docker-compose.yml",),
    ),
    Check("image (hadolint)", (_tool("hadolint"), "Dockerfile"), ("Dockerfile",)),
)


def check() -> int:
    """Run all checks, two at a time; 1 when any failed."""
    home = services.sub_home(services.ready_home(), "check")
    keys.prepare(home)
    environment = services.base_environment(home, "test") | NOWHERE
    due = [check for check in CHECKS if check.is_due]
    if any(check.name == CHECKS[0].name for check in due):
        due.remove(CHECKS[1])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda check: _perform(check, environment), due))
    failed = [outcome for outcome in outcomes if outcome.code]
    for outcome in failed:
        say(f"\n── {outcome.check.name}\n{outcome.output.rstrip()}")
    if failed:
        fail(f"{len(failed)} of {len(outcomes)} checks failed: {', '.join(outcome.check.name for outcome in failed)}")
    return 1 if failed else 0


def _perform(check: Check, environment: Mapping[str, str]) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(
        check.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    seconds = time.monotonic() - begun
    say(f"{'failed' if done.returncode else 'ok':<7}{seconds:6.1f} s  {check.name}")
    return Outcome(check, done.returncode, seconds, done.stdout)
