"""The commands behind the targets of the Makefile."""

import io
import signal
import sys
from collections.abc import Callable
from types import FrameType

from launcher import checking, housekeeping, measuring, running, testing
from launcher.console import LauncherError, Stopped, fail

COMMANDS: dict[str, Callable[[], int]] = {
    "run": running.run,
    "test": testing.test,
    "check": checking.check,
    "manage": housekeeping.manage,
    "rehearse": housekeeping.rehearse,
    "bench": measuring.bench,
    "drills": measuring.drills,
    "lock": housekeeping.lock,
    "clean": housekeeping.clean,
    "help": housekeeping.help_,
}


def main(arguments: list[str]) -> int:
    """Run one command; every mistake a person can put right ends in one line, without a traceback."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        fail(f"say one of: {', '.join(COMMANDS)}")
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN or number is signal.SIGINT:  # nohup stays in force
            signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return COMMANDS[arguments[0]]()
    except LauncherError as error:
        fail(str(error))
    except Stopped:
        return 130
    except OSError as error:
        fail(f"{error.filename or arguments[0]}: {error.strerror or error}")
    return 1


def _stop(number: int, frame: FrameType | None) -> None:
    for same in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(same, signal.SIG_IGN)
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
