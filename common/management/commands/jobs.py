"""See the durable jobs and try those again that were given up."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, QuerySet

from common.jobs import retry_dead
from common.models import Job

SHOWN = 50


class Command(BaseCommand):
    """`jobs` counts, `jobs list` names the dead ones with their reasons, `jobs retry` makes them due again."""

    help = "Count the durable jobs; list or retry the dead ones."

    def add_arguments(self, parser: Any) -> None:
        """What to do, and with which jobs: all dead ones, of one kind, or by number."""
        parser.add_argument("what", nargs="?", choices=("count", "list", "retry"), default="count")
        parser.add_argument("--kind", default="", help="only jobs of this kind")
        parser.add_argument("--id", type=int, action="append", default=[], help="only this job (may be repeated)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, list or retry."""
        dead = Job.objects.filter(state=Job.State.DEAD)
        dead = dead.filter(kind=options["kind"]) if options["kind"] else dead
        dead = dead.filter(pk__in=options["id"]) if options["id"] else dead
        {"count": self._count, "list": self._list, "retry": self._retry}[options["what"]](dead)

    def _count(self, dead: QuerySet[Job]) -> None:
        rows = Job.objects.values("kind", "state").annotate(count=Count("pk"), newest=Max("created_at"))
        for row in rows.order_by("kind", "state"):
            self.stdout.write(
                f"{row['kind']:40} {row['state']:6} {row['count']:8} newest {row['newest']:%Y-%m-%d %H:%M}"
            )

    def _list(self, dead: QuerySet[Job]) -> None:
        for job in dead.order_by("-pk")[:SHOWN]:
            self.stdout.write(
                f"{job.pk} {job.kind} given up {job.done_at:%Y-%m-%d %H:%M} after {job.attempts}: {job.error}"
            )
        self.stdout.write(f"{dead.count()} dead jobs")

    def _retry(self, dead: QuerySet[Job]) -> None:
        count = retry_dead(dead)
        if not count:
            raise CommandError("There is no such dead job.")
        self.stdout.write(f"{count} jobs are due again")
