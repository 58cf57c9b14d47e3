"""What follows an act: the next dossier of the list, or the same one."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from dossiers.services import desk_choices
from dossiers.views.officer.access import officers_only

GOES_ON = "desk_goes_on"  # in the session, so that no page asks for it again


def goes_on(request: PersonRequest) -> bool:
    """Whether the next dossier opens after an act; asked of the database once a session."""
    if GOES_ON not in request.session:
        request.session[GOES_ON] = desk_choices.goes_on(request.user)
    return bool(request.session[GOES_ON])


@officers_only
@require_POST
def switch_next(request: PersonRequest) -> HttpResponse:
    """Go on to the next dossier after an act, or stay with this one."""
    wanted = request.POST.get("tiep") == "1"
    desk_choices.set_goes_on(request.user, goes_on=wanted)
    request.session[GOES_ON] = wanted
    return HttpResponseRedirect(way_back(request))


def way_back(request: PersonRequest) -> str:
    """The page of ours the form stood on, else the list."""
    page = request.POST.get("ve", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts=None) and page.startswith("/")
    return page if is_ours else reverse("dossiers:officer_queue")
