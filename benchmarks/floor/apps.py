"""The floor as a Django app, for its templates and models."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """Two tables, three pages."""

    name = "benchmarks.floor"
    label = "floor"
