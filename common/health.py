"""What /readyz asks: is the worker's loop alive, is news waiting too long?"""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone

from common.models import OutboxRow, Sweep


def sweep_age() -> timedelta | None:
    """Time since the loops last ran through; None when they never did."""
    at = Sweep.objects.filter(name="loops").values_list("at", flat=True).first()
    return timezone.now() - at if at else None


def outbox_lag() -> timedelta:
    """Age of the oldest piece of news that nobody has handled."""
    oldest = OutboxRow.objects.filter(done_at=None).aggregate(oldest=Min("created_at"))["oldest"]
    return timezone.now() - oldest if oldest else timedelta()
