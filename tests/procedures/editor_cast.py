"""A catalogue officer with a browser, and a new procedure's draft to edit."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services import appoint
from procedures.content import Content, parse
from procedures.models import Field, ProcedureVersion
from procedures.services import create_procedure
from tests import cast

BACKEND = "accounts.backends.PhoneOrNameBackend"
NAME = "Cấp giấy phép thử nghiệm"


def catalogue_officer(username: str = "lan", name: str = "Lộc Thị Lan") -> User:
    """Somebody who controls procedures for the whole province."""
    user = cast.officer(username, name)
    appoint(user, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    return user


def new_draft(user: User) -> ProcedureVersion:
    """The first draft of a new procedure of the department of culture."""
    owner, one_field = Agency.objects.get(key="svhttdl"), Field.objects.order_by("pk").first()
    assert one_field is not None
    return create_procedure(
        name=NAME, field=one_field, level="province", audience="citizen", owner=owner, actor=user, at=timezone.now()
    )


@dataclass
class Editor:
    """What she does in her browser with one draft."""

    user: User
    version: ProcedureVersion
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.client.force_login(self.user, backend=BACKEND)

    def url(self, path: str = "") -> str:
        return f"/quan-tri/thu-tuc/{self.version.procedure.code}/soan/{path}"

    @property
    def content(self) -> Content:
        self.version.refresh_from_db()
        return parse(self.version.content)

    def get(self, path: str = "") -> Any:
        return self.client.get(self.url(path))

    def post(self, path: str, data: dict[str, Any], *, revision: int | None = None) -> Any:
        """Send a page as it is opened now (or at `revision`)."""
        self.version.refresh_from_db()
        return self.client.post(self.url(path), {"revision": revision or self.version.revision, **data})

    def filled(self, path: str) -> dict[str, Any]:
        """What stands in the inputs of a page, as a browser would send it back."""
        context = self.get(path).context
        found: dict[str, Any] = {}
        for group in context["groups"]:
            found[f"{group.rows.name}-rows"] = len(group.forms)
        for form in context["forms"]:
            for bound in form:
                value = bound.value()
                if value is not None and value is not False and value != "":
                    found[bound.html_name] = "on" if value is True else value
        if context["kind"]:
            found["loai"] = context["kind"]
        return found

    def save(self, path: str, **changes: Any) -> Any:
        """Open a page, change some inputs, save."""
        data = self.filled(path) | changes
        return self.post(path, {name: value for name, value in data.items() if value is not None})

    def press(self, path: str, button: str) -> Any:
        return self.post(path, {"do": button})
