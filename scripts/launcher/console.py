"""What the launcher says: short lines, and one line for every mistake."""

import sys
import time

STARTED = time.monotonic()


class LauncherError(Exception):
    """Something a person has to put right; its text is the one line that is printed."""


class Stopped(BaseException):
    """A request to stop: Ctrl-C or SIGTERM."""


def say(text: str) -> None:
    """A plain line on the standard output."""
    print(text, flush=True)


def step(text: str) -> None:
    """A line of progress, with the seconds since the start."""
    say(f"{time.monotonic() - STARTED:6.1f} s  {text}")


def warn(text: str) -> None:
    """Something that works less well than it should."""
    print(f"warning: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> None:
    """The last line before leaving with a failure."""
    print(f"error: {text}", file=sys.stderr, flush=True)
