from django.apps import AppConfig


class PostalConfig(AppConfig):
    name = "postal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        from common import jobs

        jobs.register(
            {
                "post.order": jobs.Kind(
                    "postal.services.booking.order", attempts=40, on_dead="postal.services.booking.give_up"
                ),
                "post.event": jobs.Kind("postal.services.moving.settle_event", attempts=20),
                "post.poll": jobs.Kind("postal.services.moving.poll", attempts=20),
            }
        )
