from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        from common import jobs

        give_up = "dossiers.services.batches.give_up"
        jobs.register({
            "dossier.form": jobs.Kind("dossiers.services.issuing.make_form", lease=60, attempts=8),
            "dossier.result_batch": jobs.Kind("dossiers.services.batches.run_job", lease=60, attempts=5, on_dead=give_up),
        })  # fmt: skip
