from django.apps import AppConfig


class PostalConfig(AppConfig):
    name = "postal"
    default_auto_field = "django.db.models.BigAutoField"
