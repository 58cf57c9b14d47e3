"""What every page of a dossier at the desk shows around its own part: head, place in the list, parts, acts."""

from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from accounts.requests import PersonRequest
from dossiers import queues
from dossiers.querysets import DossierQuerySet
from dossiers.views.officer import act_table, desk_choices, listing, rows
from dossiers.views.officer.page import DossierPage

PARTS = ("", "y-kien", "trao-doi", "ghi-chu", "lich-su", "phi", "tin-nhan")
# What the address of a dossier page says of the page itself; everything else says which list the officer came from.
OWN = frozenset({"giay", "tep", "trang", "co", "xoay", "csrfmiddlewaretoken", "vua", "mau", "sua", "in"})
LONGEST_QUERY = 600


LABELS = {
    "": _("Dossier"),
    "y-kien": _("Opinions"),
    "trao-doi": _("Messages with the applicant"),
    "ghi-chu": _("Notes"),
    "lich-su": _("History and clock"),
    "phi": _("Fee and parcel"),
    "tin-nhan": _("Notices sent"),
}


def part_label(key: str) -> str:
    """The name of a part of the page."""
    return str(LABELS[key])


def head(request: PersonRequest, page: DossierPage, part: str = "") -> dict[str, Any]:
    """Sticky head, place in the list, parts, acts."""
    dossier, query = page.dossier, list_query(request)
    offer = page.offer
    return {
        "page": page,
        "dossier": dossier,
        "agency": dossier.handling_agency,
        "badges": tuple((str(one.text), one.tone, one.icon) for one in rows.badges(dossier)[:2]),
        "tab_key": tab_of(request),
        "list_query": query,
        "whole_url": address(dossier.reference),
        "parts": _parts(page, part),
        "primary": _button(act_table.ACTS[offer.primary]) if offer.primary in act_table.ACTS else None,
        "primary_name": offer.primary,
        "others": tuple(_button(act) for _name, act in act_table.entries(offer.others)),
        "goes_on": desk_choices.goes_on(request),
    } | place(request, page)


class Button(NamedTuple):
    """An act as the bar shows it."""

    slug: str
    button: str
    title: str
    quick: bool


def _button(act: act_table.DeskAct) -> Button:
    return Button(act.slug, str(act.button), str(act.title), act.quick)


def _parts(page: DossierPage, current: str) -> tuple[listing.TabLink, ...]:
    """The parts of the page; [[whole_url]] and [[list_query]] are filled in where they are drawn."""
    return tuple(_part(key, _count(page, key), key == current, get_language()) for key in PARTS)


@lru_cache(maxsize=1024)
def _part(key: str, count: Any, is_current: bool, language: str | None) -> listing.TabLink:
    return listing.TabLink(
        part_label(key),
        f"[[whole_url]]{key}/[[list_query]]" if key else "[[whole_url]][[list_query]]",
        count,
        is_current,
    )


def _count(page: DossierPage, key: str) -> Any:
    """What stands beside the name of a part: how many opinions are waited for, that a message is new."""
    if key == "y-kien":
        return page.dossier.open_opinions or None
    return pgettext("message", "new") if key == "trao-doi" and page.dossier.message_waits == "agency" else None


def tab_of(request: PersonRequest) -> str:
    """The tab the officer came from; "" for none or an unknown one."""
    key = request.GET.get("tab") or request.POST.get("tab") or ""
    return key if key in queues.BY_KEY else ""


def list_query(request: PersonRequest) -> str:
    """`?tab=…` and whatever else says which list the officer came from, as it stood in the address; "" for none."""
    tab = tab_of(request)
    if not tab:
        return ""
    others = [(key, value) for key, value in request.GET.items() if key not in OWN and key != "tab"]
    query = f"?{urlencode([('tab', tab), *others])}"
    return query if len(query) <= LONGEST_QUERY else f"?{urlencode({'tab': tab})}"


def list_of(request: PersonRequest, viewer: queues.Viewer) -> DossierQuerySet:
    """The list the officer came from, in its order: the one place that reads the address of a list."""
    return listing.listed(viewer, request.GET if request.GET.get("tab") else request.POST)[2]


def neighbours(request: PersonRequest, page: DossierPage) -> tuple[str, str]:
    """Codes of the dossiers before and after this one in the list the officer came from ("" at its ends)."""
    if not tab_of(request):
        return "", ""
    viewer = queues.viewer_of(page.user, page.now)
    return queues.neighbours(list_of(request, viewer), page.dossier)


def place(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    """Previous and next inside the list."""
    query, tab = list_query(request), tab_of(request)
    if not tab:
        return {"previous_url": "", "next_url": "", "back_url": reverse("dossiers:officer_queue")}
    previous, following = neighbours(request, page)
    return {
        "previous_url": address(previous, query) if previous else "",
        "next_url": address(following, query) if following else "",
        "back_url": reverse("dossiers:officer_queue") + query,
        "place_label": queues.BY_KEY[tab].label,
    }


def address(code: str, query: str = "") -> str:
    """The page of a dossier; `query`: the list it is read in."""
    return f"{rows.desk_address(get_language())}{code}/{query}"
