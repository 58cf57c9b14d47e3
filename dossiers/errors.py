"""What a service may refuse, each with a sentence for the person who asked."""

from typing import Any

from django.utils.translation import gettext as _


class Refused(Exception):
    """The base of everything a service refuses on purpose; nothing was changed."""


class Conflict(Refused):
    """Somebody was faster, or the state does not allow it (HTTP 409). `dossier` is the state as it is now."""

    def __init__(self, dossier: Any, *, since: int | None = None) -> None:
        super().__init__(_("The dossier has changed since you opened it."))
        self.dossier = dossier
        self.since = since


class Denied(Refused):
    """The actor has no right to this act (HTTP 403)."""


class Invalid(Refused):
    """The input is not right; `errors` maps a field ("" for the whole) to a sentence saying how to mend it."""

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__("; ".join(str(text) for text in errors.values()))
        self.errors = errors
