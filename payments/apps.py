from django.apps import AppConfig

from common import jobs


class PaymentsConfig(AppConfig):
    name = "payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the worker which jobs this room does."""
        jobs.register(
            {
                "payment.reconcile": jobs.Kind("payments.services.asking.reconcile", attempts=20),
                "payment.sweep": jobs.Kind("payments.services.asking.sweep"),
                "payment.expire": jobs.Kind("payments.services.orders.expire", attempts=20),
                "payment.remind": jobs.Kind("payments.services.orders.remind"),
            }
        )
