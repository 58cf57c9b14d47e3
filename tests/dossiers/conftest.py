"""What most tests of dossiers start from."""

import pytest

from tests import cast


@pytest.fixture
def people() -> cast.Cast:
    """The citizens and officers of the province of the tests; a module that needs them at a fixed moment has its own."""
    return cast.make_cast()
