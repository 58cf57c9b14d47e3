"""What the applicant thinks of it, once it is over."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier


class Rating(models.Model):
    """One rating per dossier, by its applicant, after the result (Decree 118/2025: rating of the one-stop's work)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField()  # 1 very bad … 5 very good
    comment = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    rated_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    erase_after = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="score_one_to_five")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.score}"
