"""The processes that work for people: web, worker, beat and the sandbox; and the watch that starts again what dies."""

import http.client
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from launcher import services
from launcher.console import step, warn
from launcher.places import ROOT, VENV_PYTHON, Account
from launcher.processes import Child, wait_until

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
        return f"http://{dial(self.host)}:{self.web}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{dial(self.host)}:{self.sandbox}"


def dial(host: str) -> str:
    """The address to dial for an address listened on."""
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def outside_world(stack: services.Stack, doors: Doors) -> dict[str, str]:
    """Addresses of the portal and of the sandbox that plays banks, carriers and the post."""
    return {
        "PUBLIC_URL": os.environ.get("PUBLIC_URL") or doors.web_url,
        "SANDBOX_URL": doors.sandbox_url,
        "SANDBOX_HOST": doors.host,
        "SANDBOX_PORT": str(doors.sandbox),
        "SANDBOX_DATA": str(stack.home.folder("sandbox")),
        "PORTAL_URL": doors.web_url,
        "SMTP_PORT": str(doors.mail),
        "EMAIL_HOST": dial(doors.host),
        "EMAIL_PORT": str(doors.mail),
    }


def start_serving(stack: services.Stack, doors: Doors, account: Account) -> None:
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
    answers: Callable[[], bool] = lambda: status_of(doors) > 0  # noqa: E731
    wait_until(answers, 90, stack.serving[0])
    status = status_of(doors)
    if status != 200:
        warn(f"/healthz answers {status}; see {stack.serving[0].log_file()}")


def status_of(doors: Doors) -> int:
    """What /healthz answers; 0 while nobody listens."""
    link = http.client.HTTPConnection(dial(doors.host).strip("[]"), doors.web, timeout=20)
    try:
        link.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{doors.web}"})
        return link.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()


@dataclass
class Watch:
    """Starts again what dies, waiting longer each time (at most `max_pause` seconds)."""

    stack: services.Stack
    max_pause: float = MAX_PAUSE
    pauses: dict[str, float] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """One look at every process; called several times a second."""
        for child in [*self.stack.children, *self.stack.serving]:
            if not child.is_alive:
                self._tend(child, time.monotonic())

    def _tend(self, child: Child, now: float) -> None:
        name = child.name
        if name not in self.due:
            steady = now - child.started_at > STEADY_SECONDS
            longer = 1.0 if steady else self.pauses.get(name, 0.5) * 2
            self.pauses[name] = min(longer, self.max_pause)
            self.due[name] = now + self.pauses[name]
            warn(f"{name} died ({child.last_words()}); starting it again in {self.pauses[name]:.0f} s")
        elif now >= self.due[name]:
            del self.due[name]
            child.finish(0)  # ends what the dead program left of its session
            child.start()
