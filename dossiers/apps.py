from django.apps import AppConfig


class DossiersConfig(AppConfig):
    name = "dossiers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does, and the administrators' menu which pages it has."""
        from common import jobs
        from dossiers.services.bulk import KIND
        from dossiers.views.admin.menu import ENTRIES
        from procedures.views.admin.access import add_to_menu

        corrections = "dossiers.services.corrections"
        batches = "dossiers.services.batches"
        jobs.register(
            {
                "dossier.form": jobs.Kind("dossiers.services.issuing.make_form", lease=60, attempts=8),
                "dossier.share": jobs.Kind("dossiers.services.distributing.give_one", lease=30, attempts=5),
                "dossier.parts": jobs.Kind("dossiers.services.joint.run", lease=60, attempts=8),
                "dossier.bulk": KIND,
                "dossier.result_batch": jobs.Kind(
                    f"{batches}.run_job", lease=60, attempts=5, on_dead=f"{batches}.give_up"
                ),
                "dossier.book": jobs.Kind(
                    "dossiers.services.tracking_book.make_volume",
                    lease=120,
                    attempts=5,
                    on_dead="dossiers.services.tracking_book.give_up",
                ),
                "calendar.recompute": jobs.Kind(f"{corrections}.in_background.recompute", lease=120, attempts=6),
                "outage.shift": jobs.Kind(f"{corrections}.in_background.shift", lease=120, attempts=6),
            }
        )
        add_to_menu(ENTRIES)
