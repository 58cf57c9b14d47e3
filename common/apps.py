from django.apps import AppConfig
from django.middleware import csrf

from common.crypto import random_text
from common.lookups import look_up_quickly
from common.threads import keep_plainly


class CommonConfig(AppConfig):
    name = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before the first request."""
        keep_plainly()
        look_up_quickly()
        csrf.get_random_string = random_text  # type: ignore[attr-defined]
