"""Types of requests."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request behind `login_required`: its user is an account."""

    user: User
