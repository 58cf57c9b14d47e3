"""The virus scanner, as settings name it."""

from django.conf import settings

from documents.gateways.base import Scanner, ScanResult
from documents.gateways.clamd import ClamdScanner

__all__ = ["ScanResult", "Scanner", "scanner"]


def scanner() -> Scanner | None:
    """The scanner in force; None where settings say that there is none (demo and test only)."""
    return None if settings.SCANNER == "none" else ClamdScanner(settings.CLAMD_ADDRESS)
