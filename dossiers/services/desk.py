"""How officers arrange their desk: shortcuts, columns, saved views."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency
from agencies.standing import standing_of
from common.text import fold
from dossiers.errors import Denied, Invalid
from dossiers.models import Desk, Dossier, SavedView

MOST_VIEWS = 40
NUMBER = re.compile(r"\d(?:[\s.\-–]?\d){8,}")  # nine digits and more: telephone, identity, tax code, dossier code
LONGEST_NAME = 6  # words of a person's name


def switch_keys(user: User, *, on: bool) -> None:
    """Keyboard shortcuts on or off for this officer, wherever they sign in (WCAG 2.1.4)."""
    Desk.objects.update_or_create(user=user, defaults={"keys": on})


def arrange(user: User, tab: str, *, columns: Iterable[str], size: int | None, sort: str) -> None:
    """Columns in their order, rows a page and order of a tab."""
    chosen = {"columns": list(columns), "size": size, "sort": sort}
    with transaction.atomic():
        Desk.objects.get_or_create(user=user)
        desk = Desk.objects.select_for_update().get(user=user)
        desk.tabs = desk.tabs | {tab: {key: value for key, value in chosen.items() if value}}
        desk.save(update_fields=["tabs"])


def reset(user: User, tab: str) -> None:
    """The usual columns, rows and order of a tab again."""
    with transaction.atomic():
        desk = Desk.objects.select_for_update().filter(user=user).first()
        if desk is not None and desk.tabs.pop(tab, None):
            desk.save(update_fields=["tabs"])


def save_view(
    user: User, *, name: str, tab: str, filters: Mapping[str, Any], agency: Agency | None, at: datetime
) -> SavedView:
    """Keep a list under a name; the same name again replaces it. Raises Invalid for a name that says who applied,
    Denied for an agency in which the officer holds no post. `filters`: as cleaned by FilterForm."""
    names_nobody(name, user)
    if agency is not None and not standing_of(user).roles_in(agency.pk):
        raise Denied(_("You share views with your own agencies only."))
    if SavedView.objects.filter(owner=user).exclude(name=name).count() >= MOST_VIEWS:
        raise Invalid({"name": _("You keep %(n)s views already: delete one first.") % {"n": MOST_VIEWS}})
    values = {"tab": tab, "filters": dict(filters), "agency": agency, "created_at": at}
    return SavedView.objects.update_or_create(owner=user, name=name, defaults=values)[0]


def rename_view(user: User, public_id: UUID, *, name: str) -> bool:
    """A new name for one's own view; raises Invalid for a name that is taken or says who applied; False: not theirs."""
    names_nobody(name, user)
    try:
        with transaction.atomic():
            return bool(SavedView.objects.filter(owner=user, public_id=public_id).update(name=name))
    except IntegrityError:
        raise Invalid({"name": _("You have a view of that name already.")}) from None


def delete_view(user: User, public_id: UUID) -> bool:
    """Forget one's own view; False when it is not theirs."""
    return bool(SavedView.objects.filter(owner=user, public_id=public_id).delete()[0])


def names_nobody(name: str, user: User) -> None:
    """Raise Invalid for a name that holds a number of a person, an address of mail, or the name of an applicant."""
    if NUMBER.search(name) or "@" in name:
        raise Invalid({"name": _("Leave numbers of people, telephones and dossiers out of the name of a view.")})
    if _names_an_applicant(name, user):
        raise Invalid({"name": _("Leave the name of an applicant out of the name of a view.")})


def _names_an_applicant(name: str, user: User) -> bool:
    """Whether words of the text are the whole name of somebody whose dossier this officer sees."""
    words = re.findall(r"\w+", fold(name))
    parts = {
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 2, min(first + LONGEST_NAME, len(words)) + 1)
    }
    rule = Q()
    for part in parts:
        rule |= Q(party__folded_name=part)
    return bool(parts) and Dossier.objects.visible_to(user).filter(rule).exists()
