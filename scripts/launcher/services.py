"""A set of running services in one data folder, and the environment that points the product at them."""

import fcntl
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from launcher import clamd, engines, keys, postgres, processes, python_env, redis
from launcher.console import LauncherError, say, warn
from launcher.places import (
    ROOT,
    SYSTEM_PATH,
    VENV,
    VENV_PYTHON,
    Account,
    Home,
    base_folder,
    can_enter,
    can_run,
    make_folder,
    service_account,
    write_file,
)

SERVING_SECONDS = 6
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OPTIONAL = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "CLAMD_ADDRESS", "CHROMIUM", "SCANNER", "DB_APP_ROLE"}


@dataclass
class Stack:
    """The services of one data folder while they run."""

    home: Home
    mode: str
    environment: dict[str, str] = field(default_factory=dict)
    children: list[processes.Child] = field(
        default_factory=list
    )  # database, Redis, scanner, in the order of their start
    serving: list[processes.Child] = field(default_factory=list)  # what works for people: web, worker, beat, sandbox
    lock: TextIO | None = None
    scanner: clamd.Clamd | None = None
    database: postgres.Postgres | None = None

    def stop(self) -> None:
        """Stop everything, quickly and in order: those who serve at the same time, the database last."""
        for child in self.serving:
            child.ask_to_stop()
        deadline = time.monotonic() + SERVING_SECONDS
        for child in self.serving:
            child.finish(deadline - time.monotonic())
        for child in reversed(self.children):
            child.stop()
        (self.home / "run" / "environment.json").unlink(missing_ok=True)
        if self.lock:
            self.lock.close()


def open_home() -> Home:
    """The data folder of the demo, made when missing."""
    account = service_account()
    base = base_folder(account)
    return Home(base, base, account)


def ready_home() -> Home:
    """The data folder of the demo, with the packages of the lock installed in .venv."""
    home = open_home()
    python_env.prepare(home.account)
    return home


def sub_home(home: Home, name: str) -> Home:
    """A data folder inside the base folder, with services of its own (tests, bench, drills)."""
    path = home.base
    for part in name.split("/"):
        path = make_folder(path / part, home.account, 0o700)
    return Home(home.base, path, home.account)


def try_lock(home: Home) -> TextIO | None:
    """The lock of a data folder, None while another launcher holds it; the system frees it when its holder dies."""
    file = (home.folder("run") / "lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.seek(0)
    file.truncate()
    file.write(str(os.getpid()))
    file.flush()
    return file


def take(home: Home, mode: str) -> Stack:
    """Take possession of a data folder and end what a killed launcher left in it."""
    lock = try_lock(home)
    if lock is None:
        holder = (home / "run" / "lock").read_text(encoding="ascii").strip()
        raise LauncherError(f"already running here (process {holder}); stop it first, or choose another DATA_DIR")
    ended = processes.end_leftovers(home)
    if ended:
        say(f"ended what an earlier start had left running: {', '.join(ended)}")
    return Stack(home, mode, lock=lock)


def start_backing(stack: Stack, *, careless: bool = False, own_only: bool = False) -> None:
    """Start PostgreSQL and Redis and note their addresses; those of the environment win unless `own_only` (bench, drills)."""
    keys.prepare(stack.home)
    found = engines.locate(stack.home)
    stack.environment |= base_environment(stack.home, stack.mode)
    if os.environ.get("DATABASE_URL") and not own_only:
        _use_given_database(stack, found)
    else:
        stack.database = postgres.Postgres(stack.home, found, careless=careless)
        stack.children.append(stack.database.child)
        stack.database.start()
        owner, app = stack.database.url(postgres.OWNER), stack.database.url(postgres.APP)
        stack.environment |= {"DATABASE_URL": app, "OWNER_DATABASE_URL": owner, "DB_APP_ROLE": postgres.APP}
    if os.environ.get("REDIS_URL") and not own_only:
        redis.check_url(os.environ["REDIS_URL"])
    else:
        server = redis.Redis(stack.home, found)
        stack.children.append(server.child)
        server.start()
        stack.environment["REDIS_URL"] = server.url


def _use_given_database(stack: Stack, found: engines.Engines) -> None:
    owner = os.environ.get("OWNER_DATABASE_URL") or os.environ["DATABASE_URL"]
    for name, url in (("DATABASE_URL", os.environ["DATABASE_URL"]), ("OWNER_DATABASE_URL", owner)):
        postgres.check_url(found, name, url)
    stack.environment["OWNER_DATABASE_URL"] = owner


def start_scanner(stack: Stack, *, with_real: bool) -> bool:
    """Start clamd where it is installed; without one the demo runs unscanned and says so. False when there is none."""
    given = os.environ.get("CLAMD_ADDRESS")
    program = clamd.program()
    if given or not program:
        stack.environment |= {"SCANNER": "clamd" if given else "none", "CLAMD_ADDRESS": given or ""}
        return bool(given)
    stack.scanner = clamd.Clamd(stack.home, program, with_real=with_real)
    stack.scanner.start()
    stack.children.append(stack.scanner.child)
    stack.environment |= {"SCANNER": "clamd", "CLAMD_ADDRESS": stack.scanner.address}
    return True


def wait_for_scanner(stack: Stack, seconds: float) -> None:
    """Wait until the scanner has loaded its signatures."""
    scanner = stack.scanner
    if scanner:
        processes.wait_until(lambda: scanner.is_ready, seconds, scanner.child)


def base_environment(home: Home, mode: str) -> dict[str, str]:
    """What every process of the product gets: the caller's environment and where its data lies."""
    environment = {name: value for name, value in os.environ.items() if value or name not in OPTIONAL}
    path = os.environ.get("PATH", os.defpath)
    environment |= {
        "MOTCUA_MODE": mode,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATA_DIR": str(home.path),
        "SECRETS_DIR": str(home / "secrets"),
        "PATH": os.pathsep.join([path, str(VENV / "bin"), SYSTEM_PATH]),  # whatever the caller's PATH leaves out
        "UV_PYTHON_DOWNLOADS": "never",
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # threads share their heaps
        "LC_ALL": os.environ.get("LC_ALL") or "C.UTF-8",
    }
    if SYSTEM_CERTIFICATES.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))  # npm knows only its own otherwise
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARGS", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"):
        environment.pop(name, None)
    return environment


SERVING_SECONDS = 6
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OPTIONAL = {"DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL", "CLAMD_ADDRESS", "CHROMIUM", "SCANNER", "DB_APP_ROLE"}


def serving_account(home: Home) -> Account:
    """Who the product runs as: the unprivileged account wherever it can read the checkout and run its Python."""
    account = home.account
    if account.is_me or (can_run(VENV_PYTHON, account) and can_enter(ROOT, account)):
        return account
    warn(
        f"{account.name} cannot enter {ROOT} or run its Python, so the product runs as root; put the checkout elsewhere"
    )
    return Account(os.geteuid(), os.getegid(), "root")


def serving_environment(stack: Stack, account: Account) -> dict[str, str]:
    """The environment of a process of the product; another account gets folders of its own to write caches to."""
    if account.is_me:
        return stack.environment
    caches = str(stack.home.folder("cache"))
    own = {"HOME": str(stack.home.path), "USER": account.name, "XDG_CACHE_HOME": caches}
    return stack.environment | own | {"PYTHONPYCACHEPREFIX": str(stack.home.folder("pycache"))}


def note_environment(stack: Stack) -> None:
    """Leave the environment for `make manage` while we run; readable by the services' account alone."""
    write_file(stack.home / "run" / "environment.json", json.dumps(stack.environment), stack.home.account)
