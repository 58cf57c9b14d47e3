"""`make run`: the demo province from nothing, watched over until Ctrl-C."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable

from launcher import debian, frontend, python_env, services
from launcher.console import LauncherError, Stopped, say, step, warn
from launcher.redis import free_port
from launcher.serving import Doors, Watch, outside_world, start_serving

PASSWORD = "motcua-demo"
ACCOUNTS = {
    "citizens": "citizen, citizen2, business",
    "one-stop counter": "reception, reception2 (another agency), cashier",
    "departments": "specialist, head, leader, clerk; commune (one person, several posts)",
    "province": "catalogue, catalogue2 (the second person), department, department2, department3, auditor, admin",
}


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
        stack.environment |= outside_world(stack, doors)
        frontend.compile_messages(stack.environment)
        frontend.build_static(stack.environment)
        packages.wait()
        with_scanner = services.start_scanner(stack, with_real=True)
        account = services.serving_account(home)
        static = _Aside(lambda: frontend.collect_static(stack, account))
        frontend.load_database(stack, account, with_demo=True)
        static.wait()
        start_serving(stack, doors, account)
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
    """Start again what dies; leave when `make`, our parent, is gone."""
    parent, watch = os.getppid(), Watch(stack)
    is_made = "MAKELEVEL" in os.environ
    while not (is_made and os.getppid() != parent):
        time.sleep(0.25)
        watch.look()
