"""The return desk: handing a parcel to the postman, or keeping the result at the counter."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from dossiers.errors import Denied, Refused
from dossiers.models import Dossier
from postal import services
from postal.models import Parcel

Act = Callable[..., Parcel]
DESK = "/can-bo/"


@login_required
@require_POST
def hand_over_parcel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The postman took it along."""
    return _act(request, public_id, services.hand_over, _("The parcel was handed to the post."))


@login_required
@require_POST
def cancel_parcel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Not by post after all."""
    return _act(request, public_id, services.cancel, _("The result now waits at the counter."))


def _act(request: HttpRequest, public_id: UUID, act: Act, done: str) -> HttpResponse:
    user, at = _officer(request), timezone.now()
    visible = Dossier.objects.visible_to(user)
    parcel = get_object_or_404(Parcel, public_id=public_id, dossier__in=visible)
    _perform(request, act, parcel, user, at, done)
    return HttpResponseRedirect(_back(request))


def _perform(request: HttpRequest, act: Act, parcel: Parcel, user: User, at: datetime, done: str) -> None:
    try:
        act(parcel, user=user, at=at)
    except Denied as denied:
        raise PermissionDenied from denied
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)


def _officer(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.is_officer:
        raise Http404
    return request.user


def _back(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if is_ours and re.match(r"/(?!/)", wanted) else DESK
