"""How the officer wants the desk: columns and order of a tab, saved views, keyboard shortcuts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from dossiers import queues
from dossiers.errors import Invalid, Refused
from dossiers.forms.desk import FilterForm, ShowingForm, ViewForm
from dossiers.models import SavedView
from dossiers.queues.columns import usable
from dossiers.services import desk
from dossiers.views.officer import listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import desk_address


@officers_only
@require_POST
def switch_keys(request: PersonRequest) -> HttpResponse:
    """Switch the keyboard shortcuts on or off for this officer, wherever they sign in (WCAG 2.1.4)."""
    desk.switch_keys(request.user, on=request.POST.get("phim") == "bat")
    return HttpResponseRedirect(reverse("dossiers:officer_queue"))


@officers_only
@require_POST
def arrange(request: PersonRequest) -> HttpResponse:
    """Columns (ticked ones in their order, one moved up or down), rows a page, order; or all of it as usual again."""
    viewer = queues.viewer_of(request.user, timezone.now())
    key, filters, _found = listing.listed(viewer, QueryDict(request.POST.get("danh-sach", "")))
    form = ShowingForm({"tab": key, "size": request.POST.get("so-dong"), "sort": request.POST.get("xep")})
    form.is_valid()
    if "mac-dinh" in request.POST:
        desk.reset(request.user, key)
    else:
        columns = _columns(request.POST)
        size, sort = form.cleaned_data.get("size") or None, form.cleaned_data.get("sort") or ""
        desk.arrange(request.user, key, columns=columns, size=size, sort=sort)
    is_moving = "len" in request.POST or "xuong" in request.POST
    return HttpResponseRedirect(
        listing.link(key, filters, mo="cot" if is_moving else "") + ("#cot" if is_moving else "")
    )


def _columns(sent: QueryDict) -> tuple[str, ...]:
    """The ticked columns in the order of the form, after the move that was asked for."""
    order = [key for key in sent.getlist("thu-tu") if key in queues.COLUMNS]
    chosen = set(sent.getlist("cot"))
    for name, step in (("len", -1), ("xuong", 1)):
        wanted = str(sent.get(name, ""))
        if wanted in order:
            place = order.index(wanted)
            order.insert(max(0, place + step), order.pop(place))
    return usable(key for key in order if key in chosen)


@officers_only
@require_POST
def save_view(request: PersonRequest) -> HttpResponse:
    """Keep the list as it stands under a name; only ids, codes, states and days are kept of its filters."""
    viewer = queues.viewer_of(request.user, timezone.now())
    key, filters, _found = listing.listed(viewer, QueryDict(request.POST.get("danh-sach", "")))
    form = ViewForm(request.POST, agencies=listing.agencies_of(viewer))
    if not form.is_valid():
        return _again(request, form, key, filters)
    data = form.cleaned_data
    try:
        view = desk.save_view(
            request.user, name=data["name"], tab=key, filters=filters, agency=data["agency"], at=viewer.now
        )
    except Invalid as refusal:
        form.add_error("name", str(refusal))
        return _again(request, form, key, filters)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _again(request, form, key, filters)
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
    return HttpResponseRedirect(listing.link(key, filters, xem=view.public_id))


def _again(request: PersonRequest, form: ViewForm, key: str, filters: dict[str, Any]) -> HttpResponse:
    context = {"form": form, "place": listing.query(key, filters), "back_url": listing.link(key, filters)}
    return render(request, "dossiers/officer/view_name.html", context, status=422)


@officers_only
@require_safe
def open_view(request: PersonRequest, view: UUID) -> HttpResponse:
    """A view by its address, as it is sent to a colleague: their own rights decide what they see in it."""
    found = SavedView.objects.filter(public_id=view).first()
    if found is None:
        raise Http404
    filters = FilterForm(found.filters).chosen()
    return HttpResponseRedirect(listing.link(found.tab, filters, xem=found.public_id))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_view(request: PersonRequest, view: UUID) -> HttpResponse:
    """Rename or delete one's own view."""
    found = SavedView.objects.filter(owner=request.user, public_id=view).select_related("agency").first()
    if found is None:
        raise Http404
    viewer = queues.viewer_of(request.user, timezone.now())
    form = ViewForm(request.POST or {"name": found.name}, agencies=listing.agencies_of(viewer))
    back = listing.link(found.tab, found.filters)
    if request.method == "POST":
        if "xoa" in request.POST:
            desk.delete_view(request.user, view)
            messages.success(request, _("The view “%(name)s” is deleted.") % {"name": found.name})
            return HttpResponseRedirect(f"{desk_address(get_language())}?tab={found.tab}")
        if _renamed(request, form, view):
            return HttpResponseRedirect(back)
    status = 422 if request.method == "POST" else 200
    shared = request.build_absolute_uri(reverse("dossiers:open_view", args=[view]))
    context = {"form": form, "view": found, "back_url": back, "shared_url": shared}
    return render(request, "dossiers/officer/view_name.html", context, status=status)


def _renamed(request: PersonRequest, form: ViewForm, view: UUID) -> bool:
    if not form.is_valid():
        return False
    try:
        return desk.rename_view(request.user, view, name=form.cleaned_data["name"])
    except Invalid as refusal:
        form.add_error("name", str(refusal))
        return False
