"""What stands around a list of the desk: its tabs, filters as chips, views, columns; and its address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, LEADING_ROLES, Agency, Post, Role
from common.cache import for_a_moment
from common.templatetags import mc
from dossiers import queues
from dossiers.forms.desk import BADGES, STATES, chosen_filters
from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.querysets_consultations import OPINION_ROLES
from dossiers.views.officer.drawing import SORT_WORDS
from dossiers.views.officer.rows import desk_address, procedure_name

SORT_KEYS = {word: sort for sort, word in SORT_WORDS.items()}


@dataclass(frozen=True)
class TabLink:
    """A tab as templates/common/tabs.html draws it."""

    label: str
    url: str
    count: Any = None
    is_current: bool = False
    tone: str = ""
    help: str = ""


def chosen_tab(request: PersonRequest, viewer: queues.Viewer, counts: Mapping[str, int]) -> str:
    """The tab of the address if the person has it, else the first in which something waits."""
    keys = [tab.key for tab in queues.tabs_of(viewer)]
    wanted = request.GET.get("tab") or request.POST.get("tab") or ""
    return wanted if wanted in keys else next((key for key in keys if counts.get(key)), keys[0])


def query(key: str, filters: Mapping[str, Any], **more: Any) -> str:
    """A list as it stands in an address: "?tab=late&holder=me"; never a name or number of an applicant."""
    values = {"tab": key, **filters, **more}
    return f"?{urlencode({name: value for name, value in values.items() if value not in (None, '')})}"


def link(key: str, filters: Mapping[str, Any], **more: Any) -> str:
    """The address of a list: tab, filters and marks."""
    return f"{desk_address(get_language())}{query(key, filters, **more)}"


def listed(viewer: queues.Viewer, sent: QueryDict) -> tuple[str, dict[str, Any], DossierQuerySet]:
    """The list an address (or the hidden field of a form) names: tab, filters, rows; an unknown tab is all that is open."""
    keys = [tab.key for tab in queues.tabs_of(viewer)]
    key = sent.get("tab", "")
    key = key if key in keys else "all"
    filters = chosen_filters(sent)
    found = queues.of_tab(viewer, key, SORT_KEYS.get(sent.get("xep", ""), queues.DUE))
    return key, filters, queues.narrowed(found, filters, viewer) if filters else found


def shell(viewer: queues.Viewer, glance: queues.Glance, key: str) -> dict[str, Any]:
    """Tabs and views of every list of the desk."""
    shown = tabs(viewer, glance.counts, key)
    return {
        "tabs": shown,
        "tab_words": tuple((tab.label, tab.help) for tab in shown),
        "tab": queues.BY_KEY.get(key),
        "tab_key": key,
        "views": [_view(view, key) for view in glance.views],
        "run": glance.run,
        "has_posts": bool(viewer.standing.holdings),
        "leads": bool(viewer.standing.roles & set(LEADING_ROLES)),
        "opinions": glance.opinions,
        "gives_opinions": bool(viewer.standing.roles & set(OPINION_ROLES)),
        "at_counter": bool(viewer.standing.roles & {Role.RECEPTION, Role.CASHIER}),
        "keys": "on" if glance.keys else "off",
    }


def tabs(viewer: queues.Viewer, counts: Mapping[str, int], key: str) -> tuple[TabLink, ...]:
    """The tabs of this person with their counts."""
    language = get_language()
    return tuple(_tab(tab.key, counts.get(tab.key), tab.key == key, language) for tab in queues.tabs_of(viewer))


@lru_cache(maxsize=4096)
def _tab(key: str, count: int | None, is_current: bool, language: str | None) -> TabLink:
    tab = queues.BY_KEY[key]
    tone = tab.tone if count else ""
    return TabLink(str(tab.label), link(key, {}), count if tab.is_counted else None, is_current, tone, str(tab.help))


def _view(view: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {"url": link(view["tab"], view["filters"], xem=view["id"]), **view}


# ── what can be filtered by ──
def choices(viewer: queues.Viewer, filters: Mapping[str, Any]) -> dict[str, Any]:
    """What can be filtered by: procedures with open dossiers, the person's agencies, colleagues."""
    agencies = agencies_of(viewer)
    mine = tuple(agency.pk for agency in agencies)
    procedures = queues.procedures_open_at(mine)
    people = [person for person in people_of(mine) if person.pk != viewer.user.pk]
    return {
        "filters": filters,
        "is_filtered": bool(filters),
        "agencies": agencies,
        "agency": agencies[0] if len(agencies) == 1 else None,
        "procedures": procedures,
        "people": people,
        "procedure_choices": tuple((one.pk, procedure_name(one)) for one in procedures),
        "agency_choices": tuple((one.pk, mc.pick(one.name)) for one in agencies),
        "person_choices": tuple((one.pk, one.display_name) for one in people),
    }


def more_choices(procedures: Iterable[Any]) -> dict[str, Any]:
    """The choices of the whole filter form, beside those of `choices`."""
    fields = {procedure.field_id: procedure.field for procedure in procedures}
    return {
        "fields": sorted(((key, mc.pick(field.name)) for key, field in fields.items()), key=lambda one: one[1]),
        "states": STATES,
        "intakes": Dossier.Intake.choices,
        "deliveries": Dossier.Delivery.choices,
        "fees": Dossier.FeeState.choices,
        "badge_choices": BADGES,
    }


@for_a_moment
def people_of(agencies: tuple[int, ...]) -> list[User]:
    """Who holds a post at these agencies today."""
    posts = Post.objects.valid_on(timezone.localdate()).filter(agency__in=agencies)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("full_name").only("full_name", "username"))


def agencies_of(viewer: queues.Viewer) -> list[Agency]:
    """The agencies in which the person works on dossiers today."""
    return _agencies(tuple(viewer.standing.agency_ids((*COUNTER_ROLES, *HANDLING_ROLES))))


@for_a_moment
def _agencies(keys: tuple[int, ...]) -> list[Agency]:
    return list(Agency.objects.filter(pk__in=keys).order_by("sort_key"))


# ── chips ──
def chips(key: str, filters: Mapping[str, Any], known: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each filter in words, with the address of the list without it. `known`: what `choices` gave."""
    return [
        {
            "label": f"{_names()[name]}: {_words(name, value, known)}",
            "url": link(key, {one: kept for one, kept in filters.items() if one != name}),
        }
        for name, value in filters.items()
    ]


def _names() -> dict[str, str]:
    return _names_in(get_language())


@lru_cache
def _names_in(language: str | None) -> dict[str, str]:
    return {
        "procedure": _("Procedure"),
        "field": _("Field"),
        "state": pgettext("dossier", "State"),
        "intake": pgettext("column", "Came by"),
        "delivery": pgettext("column", "Result goes"),
        "fee": pgettext("column", "Fee"),
        "due_before": _("Due by"),
        "due_after": _("Due from"),
        "filed_from": _("Filed from"),
        "filed_to": _("Filed until"),
        "holder": _("Held by"),
        "agency": _("Agency"),
        "badge": pgettext("badge", "Sign"),
    }


_PLAIN = {
    "state": dict(STATES), "intake": dict(Dossier.Intake.choices), "delivery": dict(Dossier.Delivery.choices),
    "fee": dict(Dossier.FeeState.choices), "badge": dict(BADGES),
}  # fmt: skip


def _words(name: str, value: Any, known: Mapping[str, Any]) -> str:
    if name in _PLAIN:
        return str(_PLAIN[name].get(value, value))
    if name in {"due_before", "due_after", "filed_from", "filed_to"}:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return _named(name, value, known) or _("no longer in the list")


def _named(name: str, value: Any, known: Mapping[str, Any]) -> str:
    if name == "holder":
        people = {str(person.pk): person.display_name for person in known["people"]}
        return {"nobody": _("Nobody yet"), "me": _("Me")}.get(value) or people.get(value, "")
    if name == "procedure":
        return next((procedure_name(one) for one in known["procedures"] if one.pk == value), "")
    if name == "field":
        return next((mc.pick(one.field.name) for one in known["procedures"] if one.field_id == value), "")
    return next((mc.pick(one.name) for one in known["agencies"] if one.pk == value), "")
