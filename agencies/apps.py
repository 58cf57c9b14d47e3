from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Accounts of sessions come with what they hold."""
        from accounts import backends
        from agencies import standing

        backends.read_by(standing.account_with_standing)
