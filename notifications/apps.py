from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        from common import jobs

        jobs.register(
            {
                "message.send": jobs.Kind(
                    "notifications.services.send", attempts=40, on_dead="notifications.services.give_up"
                ),
                "message.receipt": jobs.Kind("notifications.services.settle_receipt"),
            }
        )
