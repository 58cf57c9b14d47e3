from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        from common import jobs
        from dossiers.services.bulk import KIND

        jobs.register(
            {
                "dossier.form": jobs.Kind("dossiers.services.issuing.make_form", lease=60, attempts=8),
                "dossier.share": jobs.Kind("dossiers.services.distributing.give_one", lease=30, attempts=5),
                "dossier.bulk": KIND,
            }
        )
