"""The project: settings, addresses, Celery, reactions, panels, home and error pages, health."""
