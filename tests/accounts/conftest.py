"""Every test begins in Vietnamese, whatever page the one before has opened."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield
