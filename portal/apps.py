from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tie the rooms together: news to reactions, slots to panels."""
        from django.core.checks import Tags, register

        from common import outbox, panels
        from portal import checks
        from portal.panels import PANELS
        from portal.reactions import REACTIONS

        outbox.register(REACTIONS)
        panels.register(PANELS)
        register(checks.unsafe_settings, Tags.security)
        register(checks.demo_accounts, Tags.security, deploy=True)
