"""Two people on one thing: the second sees what the first has written and keeps her own text (409). One shape for all pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from procedures.content import parse
from procedures.differences import Part, differences
from procedures.models import ProcedureVersion
from procedures.services import Stale, content_at
from procedures.views.admin.access import page

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Difference:
    """One input: what stands there now, and what the second person typed."""

    label: str
    now: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """What the note says. `way_on`: where her text is; `differs` None: nothing was compared; `kept`: {label, value}."""

    message: str
    by: "User | None" = None
    at: datetime | None = None
    way_on: str = ""
    differs: tuple[Difference, ...] | None = None
    kept: tuple[Mapping[str, Any], ...] = ()
    reload_url: str = ""

    @property
    def who(self) -> str:
        """The name of the first person."""
        return self.by.display_name if self.by else ""


def differing(rows: Iterable[tuple[str, str, str]]) -> tuple[Difference, ...]:
    """Of (label, what stands there now, what she typed) those that differ."""
    return tuple(Difference(*row) for row in rows if row[1] != row[2])


def words_of(field: forms.Field, value: Any) -> str:
    """The value of an input, as people read it."""
    if isinstance(field, forms.ChoiceField):
        chosen = {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
        return ", ".join(str(words) for key, words in _flat(field.choices) if key in chosen and key)
    if isinstance(field, forms.BooleanField):
        return _("yes") if value else _("no")
    return "" if value is None or isinstance(field, forms.FileField) else str(value).strip()


def _flat(choices: Any) -> list[tuple[str, Any]]:
    found = []
    for key, words in choices:
        found += [(str(one), text) for one, text in words] if isinstance(words, list | tuple) else [(str(key), words)]
    return found


def save_again() -> str:
    """Where her text is when a form holds it."""
    return _("Your text still stands below: change it if needed and save it again.")


def of_draft(version: ProcedureVersion, **more: Any) -> Conflict:
    """The conflict about the draft as it is now; `message` says more where more is known."""
    words = _(
        "Somebody changed this draft while you were writing. Nothing of yours was saved yet, nothing of yours is lost."
    )
    return Conflict(more.pop("message", words), by=version.edited_by, at=version.edited_at, **more)


def changed_since(stale: Stale) -> list[Part]:
    """What the other person changed since the page was opened; empty when only the state changed."""
    seen = content_at(stale.version, stale.seen)
    return differences(seen, parse(stale.version.content)) if seen else []


def conflict_page(
    request: HttpRequest, stale: Stale, *, reload_url: str, kept: Iterable[Mapping[str, Any]] = ()
) -> HttpResponse:
    """409: who changed what, what she had typed ({label, value}), and the way on. Nothing was saved."""
    context = {
        "procedure": stale.version.procedure,
        "version": stale.version,
        "conflict": of_draft(stale.version, message=str(stale), kept=tuple(kept), reload_url=reload_url),
        "parts": changed_since(stale),
    }
    return page(request, "procedures/admin/versions/conflict.html", context, status=409)
