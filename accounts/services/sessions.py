"""Beginning and ending of sessions, and what binds a code to one."""

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from audit.services import record
from common.crypto import blind_index

SINCE = "since"
SEEN = "seen"
ENDED = "ended"
CODES = "codes"


def begin_session(request: HttpRequest, user: User) -> None:
    """Sign `user` in: the session key is replaced, so that a key planted before is worth nothing."""
    for name in (ENDED, CODES):
        request.session.pop(name, None)
    login(request, user, backend="accounts.backends.PhoneOrNameBackend")
    request.session[SINCE] = request.session[SEEN] = int(timezone.now().timestamp())
    record("account.signed_in", actor_id=user.pk, subject_type="user", subject_id=user.pk)


def end_session(request: HttpRequest) -> None:
    """Sign out: the session is deleted on the server."""
    if request.user.is_authenticated:
        record("account.signed_out", actor_id=request.user.pk, subject_type="user", subject_id=request.user.pk)
    logout(request)


def binding(request: HttpRequest) -> str:
    """What a one-time code is bound to: this browser session, created when there is none yet."""
    if not request.session.session_key:
        request.session.create()
    return blind_index(str(request.session.session_key), context="session")
