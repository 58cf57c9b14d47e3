"""Merge or split agencies on a date: agencies, posts, procedures and open dossiers follow."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency
from agencies.services.reorganising import Reorganisation, read_plan, succeed
from dossiers.management.commands.recompute_calendar import _user
from dossiers.services.corrections import reorganisation
from procedures.services.succeeding import follow


class Command(BaseCommand):
    """Without `--apply` every dossier that would move is listed and nothing is written."""

    help = (
        "Merge or split agencies: dry run, or with --apply (from the date on). May be run again until nothing is left."
    )

    def add_arguments(self, parser: Any) -> None:
        """A plan file, or `--merge A,B --into C --on DATE --source DECISION` by codes of agencies."""
        parser.add_argument("plan", nargs="?", type=Path, help="a plan as JSON, see docs/operations.md")
        parser.add_argument("--merge", default="", metavar="CODES")
        parser.add_argument("--into", default="", metavar="CODE")
        parser.add_argument("--on", default="", metavar="DATE")
        parser.add_argument("--source", default="", metavar="DECISION")
        parser.add_argument("--apply", action="store_true", help="write it")
        parser.add_argument("--by", default="", metavar="USERNAME", help="the officer who orders it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List or apply."""
        document = _document(options)
        by = _user(options["by"])
        try:
            with transaction.atomic():
                plan = read_plan(document)
                if not options["apply"]:
                    self._list(reorganisation.plan_moves(plan), "would move")
                    self.stdout.write("Nothing was written. Add --apply to write it.")
                    transaction.set_rollback(True)
                    return
                _has_begun(plan)
                posts, procedures = succeed(plan, actor=by), follow(plan, actor=by, on=plan.on)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{posts} posts and {procedures} procedures moved.")
        self._list(reorganisation.apply(plan, by=by, at=timezone.now()), "moved")

    def _list(self, moves: Any, what: str) -> None:
        codes = dict(Agency.objects.values_list("pk", "code"))
        count = 0
        for count, move in enumerate(moves, start=1):  # noqa: B007 - told at the end
            ways = [f"{place} {codes.get(move.was[place])} -> {codes.get(move.now[place])}" for place in move.changes]
            self.stdout.write(f"{move.code}\t{'; '.join(ways)}")
        self.stdout.write(f"{count} dossiers {what}.")


def _document(options: dict[str, Any]) -> dict[str, Any]:
    if options["plan"] is None:
        part = {"from": [code for code in options["merge"].split(",") if code], "into": options["into"]}
        return {"on": options["on"], "source": options["source"], "merge": [part] if part["from"] else []}
    try:
        document = json.loads(options["plan"].read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{options['plan']}: {error}") from error
    if not isinstance(document, dict):
        raise CommandError(f"{options['plan']}: an object is expected.")
    return document


def _has_begun(plan: Reorganisation) -> None:
    if timezone.localdate() < plan.on:
        raise CommandError(f"The agencies change on {plan.on:%d/%m/%Y}: run this on that day or later.")
