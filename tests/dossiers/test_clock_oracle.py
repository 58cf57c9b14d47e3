"""The fast calculator against an oracle that walks minute by minute."""

import importlib
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agencies.calendar import LEGAL_ZONE, Calendar
from dossiers.clock import KINDS, fold, steps
from tests.dossiers.clock_cases import ALLOWED, run_cases, with_the_clock
from tests.dossiers.clock_oracle import Case

derive = importlib.import_module("dossiers.clock.derive")  # the package has a function of that name
ROOT = Path(__file__).resolve().parents[2]


def test_a_thousand_random_dossiers_end_where_the_oracle_ends() -> None:
    assert run_cases(1000, seed=766) == []


def test_every_kind_of_entry_is_among_the_random_histories() -> None:
    assert {"start", *(kind for kinds in ALLOWED.values() for kind in kinds)} == set(KINDS)


def test_the_oracle_catches_a_clock_that_forgets_what_an_outage_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fold.READERS, "outage_shift", lambda run, entry: None)
    assert run_cases(100, seed=1)


def test_the_oracle_catches_a_step_that_gets_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        derive, "step_due", lambda start, hours, calendar, given_back: steps.step_due(start, hours, calendar)
    )
    assert run_cases(200, seed=1)


def test_the_oracle_catches_a_calendar_that_knows_no_closures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Calendar, "for_agency", lambda calendar, key: calendar)
    assert run_cases(100, seed=1)


def test_the_oracle_catches_a_calculator_that_turns_days_into_hours() -> None:
    def days_as_hours(case: Case, calendar: Calendar) -> datetime:
        if case.unit != "working_day" or case.waits or case.added:
            return with_the_clock(case, calendar)
        end = calendar.add_working_time(case.start.replace(tzinfo=LEGAL_ZONE), case.amount * timedelta(hours=8))
        return calendar.closing(end.astimezone(LEGAL_ZONE).date()).astimezone(LEGAL_ZONE).replace(tzinfo=None)

    assert run_cases(100, seed=1, calculate=days_as_hours)


def test_the_oracle_catches_a_calculator_that_counts_the_day_of_acceptance() -> None:
    def counts_acceptance(case: Case, calendar: Calendar) -> datetime:
        earlier = case.start - timedelta(days=1) if case.unit.endswith("_day") else case.start
        return with_the_clock(Case(case.unit, case.amount, earlier, case.waits, case.added, case.route_hours), calendar)

    assert run_cases(100, seed=1, calculate=counts_acceptance)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Ho_Chi_Minh"])
def test_the_time_zone_of_the_machine_changes_nothing(zone: str) -> None:
    command = [sys.executable, "-m", "tests.dossiers.clock_cases", "60", "45"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stdout.strip()) == (0, "no difference"), done.stdout + done.stderr
