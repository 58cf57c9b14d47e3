"""The floor's two tables, for the ORM of the full floor."""

from django.db import models


class Dossier(models.Model):
    """One row a dossier."""

    code = models.TextField(unique=True)
    state = models.TextField()
    agency = models.IntegerField()
    due_at = models.DateTimeField()
    applicant = models.TextField()
    procedure = models.TextField()
    version = models.IntegerField()
    data = models.JSONField()

    class Meta:
        app_label = "floor"
        db_table = "floor_dossier"
        managed = False

    def __str__(self) -> str:
        return self.code


class Event(models.Model):
    """One row an act."""

    dossier = models.ForeignKey(Dossier, models.DO_NOTHING, db_column="dossier")
    seq = models.IntegerField()
    name = models.TextField()
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        app_label = "floor"
        db_table = "floor_event"
        managed = False

    def __str__(self) -> str:
        return self.name
