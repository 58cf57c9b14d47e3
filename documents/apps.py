from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from common import jobs

        jobs.register({"documents.scan": jobs.Kind("documents.tasks.scan", attempts=20)})
