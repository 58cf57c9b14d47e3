from django.apps import AppConfig

from common.addresses import find_quickly
from common.lookups import look_up_quickly
from common.threads import keep_plainly
from common.tokens import mask_quickly


class CommonConfig(AppConfig):
    name = "common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before the first request."""
        keep_plainly()
        find_quickly()
        look_up_quickly()
        mask_quickly()
