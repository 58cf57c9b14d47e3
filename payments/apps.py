from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        from common import jobs

        jobs.register(
            {
                "payment.reconcile": jobs.Kind("payments.services.asking.reconcile", attempts=20),
                "payment.sweep": jobs.Kind("payments.services.asking.sweep"),
                "payment.expire": jobs.Kind("payments.services.orders.expire", attempts=20),
                "payment.remind": jobs.Kind("payments.services.orders.remind"),
            }
        )
