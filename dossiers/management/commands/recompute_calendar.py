"""Recompute the dates of open dossiers with a corrected calendar."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency
from dossiers.errors import Invalid
from dossiers.services.corrections import calendar


class Command(BaseCommand):
    """Without `--apply` nothing is written: every dossier whose date would move is listed with old date, new date and why."""

    help = "Move open dossiers to a corrected calendar: dry run, or with --apply each in its own transaction."

    def add_arguments(self, parser: Any) -> None:
        """`--shorten REASON` is needed before any date comes earlier; `--by` names the officer in the audit log."""
        parser.add_argument("--revision", type=int, required=True, help="number of the newest calendar")
        parser.add_argument(
            "--agency", action="append", default=[], metavar="CODE", help="only dossiers of this agency"
        )
        parser.add_argument("--apply", action="store_true", help="write it")
        parser.add_argument("--shorten", default="", metavar="REASON", help="dates may come earlier, for this reason")
        parser.add_argument("--by", default="", metavar="USERNAME", help="the officer who orders it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List or apply; ends with 1 when a dossier could not be read."""
        try:
            revision = calendar.newest(options["revision"])
        except Invalid as refusal:
            raise CommandError(str(refusal)) from refusal
        agencies = [_agency(code) for code in options["agency"]]
        if options["apply"]:
            done = calendar.apply(
                revision, agencies=agencies, by=_user(options["by"]), at=timezone.now(), shorten=options["shorten"]
            )
            self._tell(done)
        else:
            self._tell(_as_planned(found, options["shorten"]) for found in calendar.plan(revision, agencies))
            self.stdout.write("Nothing was written. Add --apply to write it.")

    def _tell(self, outcomes: Any) -> None:
        counts: dict[str, int] = {}
        for outcome in outcomes:
            counts[outcome.what] = counts.get(outcome.what, 0) + 1
            for line in _lines(outcome):
                self.stdout.write(line)
        self.stdout.write(
            f"{counts.get('moved', 0)} dossiers with another date, {counts.get('pinned', 0)} without, "
            f"{counts.get('kept', 0)} kept because a date would come earlier, {counts.get('fault', 0)} unreadable."
        )
        if counts.get("fault"):
            raise CommandError("Some ledgers could not be read; those dossiers keep their calendar.")


def _as_planned(found: calendar.Recount, shorten: str) -> calendar.Outcome:
    if found.fault:
        return calendar.Outcome("fault", found)
    if found.is_shorter and not shorten.strip():
        return calendar.Outcome("kept", found)
    return calendar.Outcome("moved" if found.moves else "pinned", found)


def _lines(outcome: calendar.Outcome) -> list[str]:
    found = outcome.recount
    if found.fault:
        return [f"{found.code}\t{found.fault}"]
    mark = "kept: earlier" if outcome.what == "kept" else outcome.what
    why = "; ".join(found.why)
    return [
        f"{found.code}\t{move.track}\t{_local(move.old)}\t{_local(move.new)}\t{mark}\t{why}" for move in found.moves
    ]


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M")


def _agency(code: str) -> Agency:
    try:
        return Agency.objects.get(code=code)
    except Agency.DoesNotExist as error:
        raise CommandError(f"There is no agency {code}.") from error


def _user(username: str) -> User | None:
    if not username:
        return None
    try:
        return User.objects.get(username=username, kind="officer")
    except User.DoesNotExist as error:
        raise CommandError(f"There is no officer {username}.") from error
