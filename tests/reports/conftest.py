"""The world of rights, for pages that everybody reads."""

from tests.portal.conftest import world  # noqa: F401
