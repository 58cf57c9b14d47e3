from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from common import jobs

        jobs.register(
            {
                "catalogue.check": jobs.Kind(
                    "procedures.services.importing.check",
                    lease=600,
                    attempts=4,
                    on_dead="procedures.services.importing.give_up",
                ),
                "catalogue.apply": jobs.Kind(
                    "procedures.services.importing.apply",
                    lease=600,
                    attempts=6,
                    on_dead="procedures.services.importing.give_up",
                ),
            }
        )
