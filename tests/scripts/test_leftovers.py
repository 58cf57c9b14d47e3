"""A launcher that was killed leaves programs behind; the next one ends them and nobody else's."""

import json
import subprocess
import sys

import pytest

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
FAMILY = [sys.executable, "-c", f"import subprocess; subprocess.Popen({SLEEPER!r}).wait()"]


@pytest.fixture
def sleeper():
    process = subprocess.Popen(SLEEPER, start_new_session=True)
    yield process
    process.kill()
    process.wait()


def start(home, command):
    from launcher.processes import Child

    child = Child("web", command, {"PATH": "/usr/bin:/bin"}, home, home.account)
    child.start()
    return child


def test_what_a_killed_launcher_left_is_ended(home):
    from launcher.processes import end_leftovers

    child = start(home, SLEEPER)
    assert end_leftovers(home) == ["web"]
    assert child.process.wait(5) != 0
    assert end_leftovers(home) == []


def test_programs_whose_parent_died_first_are_ended_too(home):
    from launcher.processes import _members, end_leftovers

    child = start(home, FAMILY)
    while len(_members(child.process.pid)) < 2:
        assert child.is_alive
    child.process.kill()
    child.process.wait()
    assert end_leftovers(home) == ["web"]
    assert _members(child.process.pid) == []


def test_a_process_number_used_again_by_somebody_else_is_left_alone(home, sleeper):
    from launcher.processes import end_leftovers, remember

    remember(home, "web", sleeper.pid)
    note = home / "pids" / "web.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "born": "1"}))
    assert end_leftovers(home) == []
    assert sleeper.poll() is None


def test_two_launchers_do_not_share_a_data_folder(home):
    from launcher.console import LauncherError
    from launcher.services import take, try_lock

    held = try_lock(home)
    with pytest.raises(LauncherError, match="already running"):
        take(home, "demo")
    held.close()
    take(home, "demo").stop()


def test_a_program_that_died_behind_a_long_log_is_started_again_by_the_watch(home):
    from launcher import processes
    from launcher.services import Stack
    from launcher.serving import Watch

    child = start(home, [sys.executable, "-c", f"print('x' * {processes.LOG_LIMIT + 1}); print('out of paper')"])
    child.process.wait()
    watch = Watch(Stack(home, "test", serving=[child]), max_pause=0.0)
    watch.look()  # says what the program said last; the log is begun anew by the start alone
    assert child.last_words() == "out of paper"
    child.command = SLEEPER
    watch.look()
    assert child.is_alive
    child.stop()
