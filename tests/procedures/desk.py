"""People of the catalogue and browsers signed in as them."""

from typing import Any

from django.test import Client

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services import appoint
from procedures.models import Procedure, ProcedureVersion
from tests import cast

TENNIS = "sports-business-certificate-tennis"  # kept by svhttdl
BIRTH = "birth-registration"
BACKEND = "accounts.backends.PhoneOrNameBackend"


def province(username: str = "lan", name: str = "Lộc Thị Lan") -> User:
    """Somebody who controls procedures for the whole province."""
    user = cast.officer(username, name)
    appoint(user, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    return user


def department(username: str = "duc", agency: str = "svhttdl") -> User:
    """A department's contact."""
    user = cast.officer(username, "Chu Đức Minh")
    appoint(user, Agency.objects.get(key=agency), Role.DEPARTMENT, actor=None, since=cast.SINCE)
    return user


def browser(user: User, **options: Any) -> Client:
    """Signed in; English addresses are not needed: pages are asked for in the default language."""
    client = Client(**options)
    client.force_login(user, backend=BACKEND)
    return client


def procedure(key: str = TENNIS) -> Procedure:
    """A procedure of the committed catalogue, read anew."""
    return Procedure.objects.get(key=key)


def open_version(key: str = TENNIS) -> ProcedureVersion:
    """Its open draft, read anew."""
    return ProcedureVersion.objects.open().get(procedure__key=key)


def purpose(words: str) -> Any:
    """An edit that writes the purpose."""

    def edit(document: dict[str, Any]) -> None:
        document["purpose"] = {"vi": words, "en": words}

    return edit


def empty(*names: str) -> Any:
    """An edit that empties parts the citizen reads."""

    def edit(document: dict[str, Any]) -> None:
        for name in names:
            document["public"][name] = []

    return edit
