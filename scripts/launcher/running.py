"""`make run`: the demo province from nothing, watched over until Ctrl-C."""

import contextlib
import http.client
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from launcher import debian, frontend, python_env, services
from launcher.console import LauncherError, Stopped, say, step, warn
from launcher.places import ROOT, VENV_PYTHON, Account
from launcher.processes import Child, wait_until
from launcher.redis import free_port

PASSWORD = "motcua-demo"
ACCOUNTS = {
    "citizens": "citizen, citizen2, business",
    "one-stop counter": "reception, reception2 (another agency), cashier",
    "departments": "specialist, head, leader, clerk; commune (one person, several posts)",
    "province": "catalogue, department, department2, department3, auditor, admin",
}
# Loaded once, then forked: half the time to the first page, and no connection is open yet at that moment.
GUNICORN = [
    "--preload",
    "--worker-class=gthread",
    "--workers=2",
    "--threads=4",
    "--graceful-timeout=3",
    "--no-control-socket",
]
STEADY_SECONDS = 60
MAX_PAUSE = 30.0


@dataclass(frozen=True)
class Doors:
    """The addresses the demo answers at."""

    host: str
    web: int
    sandbox: int
    mail: int

    @property
    def web_url(self) -> str:
        return f"http://{_dial(self.host)}:{self.web}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{_dial(self.host)}:{self.sandbox}"


def run() -> int:
    """Start everything, say where it is, and watch over it until told to stop."""
    home = services.open_home()
    stack = services.take(home, "demo")
    try:
        doors = _doors()
        python_env.prepare(home.account)
        missing: list[debian.Part] = []
        packages = _Aside(lambda: missing.extend(debian.provide(debian.RUN_PARTS)))
        services.start_backing(stack)
        stack.environment |= _outside_world(stack, doors)
        frontend.compile_messages(stack.environment)
        frontend.build_static(stack.environment)
        packages.wait()
        with_scanner = services.start_scanner(stack, with_real=True)
        account = services.serving_account(home)
        static = _Aside(lambda: frontend.collect_static(stack, account))
        frontend.load_database(stack, account, with_demo=True)
        static.wait()
        _start_serving(stack, doors, account)
        services.note_environment(stack)
        _welcome(stack, doors, missing, with_scanner)
        with contextlib.suppress(Stopped):  # the way a demo ends, not a failure
            _watch(stack)
    finally:
        if stack.children:
            say("stopping …")
        frontend.abandon()
        stack.stop()
    return 0


class _Aside:
    """Work done beside the rest; `result()` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._perform, daemon=True)
        self.thread.start()

    def _perform(self) -> None:
        try:
            self.work()
        except Exception as error:
            self.error = error

    def wait(self) -> None:
        while self.thread.is_alive():
            self.thread.join(0.2)  # in small bites, so that Ctrl-C is heard
        if self.error:
            raise self.error


def _doors() -> Doors:
    host = os.environ.get("HOST") or "127.0.0.1"
    web = _port("PORT", 8000)
    sandbox = _port("SANDBOX_PORT", web + 1)
    for name, port in (("PORT", web), ("SANDBOX_PORT", sandbox)):
        if not _is_free(host, port):
            raise LauncherError(f"port {port} is taken; choose another one, for example: make run {name}={port + 100}")
    mail = sandbox + 1 if sandbox + 1 != web and _is_free(host, sandbox + 1) else free_port()
    return Doors(host, web, sandbox, mail)


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= 65535:
        raise LauncherError(f"{name}={value} is not a port number (1 to 65535)")
    return int(value)


def _is_free(host: str, port: int) -> bool:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except PermissionError:
        raise LauncherError(f"port {port} may only be opened by root; choose one above 1023") from None
    except OSError:
        return False
    return True


def _dial(host: str) -> str:
    """The address to dial for an address listened on."""
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _outside_world(stack: services.Stack, doors: Doors) -> dict[str, str]:
    """Addresses of the portal and of the sandbox that plays banks, carriers and the post."""
    return {
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or doors.web_url,
        "SANDBOX_URL": doors.sandbox_url,
        "SANDBOX_HOST": doors.host,
        "SANDBOX_PORT": str(doors.sandbox),
        "SANDBOX_DATA": str(stack.home.folder("sandbox")),
        "PORTAL_URL": doors.web_url,
        "SMTP_PORT": str(doors.mail),
        "EMAIL_HOST": _dial(doors.host),
        "EMAIL_PORT": str(doors.mail),
    }


def _start_serving(stack: services.Stack, doors: Doors, account: Account) -> None:
    """Start web, worker, beat and sandbox at the same time, and wait until the first page comes."""
    environment = services.serving_environment(stack, account)
    celery = [str(VENV_PYTHON), "-m", "celery", "-A", "portal"]
    schedule = str(stack.home.run_folder() / "beat-schedule")
    web = [
        str(VENV_PYTHON),
        "-m",
        "gunicorn",
        "portal.wsgi:application",
        "--bind",
        f"{doors.host}:{doors.web}",
        *GUNICORN,
    ]
    commands = {
        "web": web,
        "worker": [*celery, "worker", "-c", "2", "-l", "WARNING", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat", "-l", "WARNING", "--schedule", schedule, "--pidfile="],
    }
    if (ROOT / "sandbox").is_dir():
        commands["sandbox"] = [str(VENV_PYTHON), "-m", "sandbox"]
    else:
        warn("there is no sandbox/ yet: payments, messages and post lead nowhere")
    step(f"starting {', '.join(commands)}")
    for name, command in commands.items():
        child = Child(name, command, environment, stack.home, account, folder=ROOT)
        stack.serving.append(child)
        child.start()
    answers: Callable[[], bool] = lambda: _status(doors) > 0  # noqa: E731
    wait_until(answers, 90, stack.serving[0])
    status = _status(doors)
    if status != 200:
        warn(f"/healthz answers {status}; see {stack.serving[0].log_file()}")


def _status(doors: Doors) -> int:
    """What /healthz answers; 0 while nobody listens."""
    link = http.client.HTTPConnection(_dial(doors.host).strip("[]"), doors.web, timeout=20)
    try:
        link.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{doors.web}"})
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


def _welcome(stack: services.Stack, doors: Doors, missing: list[debian.Part], with_scanner: bool) -> None:
    step("ready")
    if missing:
        warn(debian.advice(missing))
    if not with_scanner:
        warn("no virus scanner: uploads are accepted unscanned in this demonstration (SCANNER=none)")
    say("")
    say(f"  Một Cửa            {doors.web_url}/")
    say(f"  inbox (SMS, mail)  {doors.sandbox_url}/inbox/")
    say(f"  accounts           password {PASSWORD}")
    for group, names in ACCOUNTS.items():
        say(f"    {group:<17}{names}")
    say(f"  data and logs      {stack.home.path}")
    say("")
    say("Ctrl-C stops everything.")


def _watch(stack: services.Stack) -> None:
    """Start again what dies, waiting longer each time; leave when `make`, our parent, is gone."""
    parent = os.getppid()
    is_made = "MAKELEVEL" in os.environ
    pauses: dict[str, float] = {}
    due: dict[str, float] = {}
    while not (is_made and os.getppid() != parent):
        time.sleep(0.25)
        for child in [*stack.children, *stack.serving]:
            if child.is_alive:
                continue
            now = time.monotonic()
            if child.name not in due:
                steady = now - child.started_at > STEADY_SECONDS
                pauses[child.name] = 1.0 if steady else min(pauses.get(child.name, 0.5) * 2, MAX_PAUSE)
                due[child.name] = now + pauses[child.name]
                warn(f"{child.name} died ({child.last_words()}); starting it again in {pauses[child.name]:.0f} s")
            elif now >= due[child.name]:
                del due[child.name]
                child.finish(0)  # ends what the dead program left of its session
                child.start()
