"""Short words for calls to the API inside a test's own process."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.services.tokens import issue_token

ROOT = "/api/v1/"


def token_of(user: User, scope: str = "", at: datetime | None = None, lasts: timedelta | None = None) -> str:
    """A token as auth/token/ gives it."""
    scope = scope or ("officer" if user.is_officer else "citizen")
    return issue_token(user, scope=scope, at=at or timezone.now(), lasts=lasts)[1]


class Caller:
    """Somebody with a token (or without); every answer of 500 is an answer, not an exception."""

    def __init__(self, user: User | None = None, *, token: str = "", language: str = "vi") -> None:
        self.client = Client(raise_request_exception=False)
        secret = token or (token_of(user) if user else "")
        self.headers = {"accept-language": language} | ({"authorization": f"Bearer {secret}"} if secret else {})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = self.headers | ({"idempotency-key": key} if key else {})
        call = getattr(self.client, method)
        return call(ROOT + path, {} if body is None else body, content_type="application/json", headers=headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return self.send("post", path, body, key=key)

    def upload(self, path: str, data: Any) -> Any:
        return self.client.post(ROOT + path, data, headers=self.headers)


def errors(answer: Any) -> set[str]:
    """The fields a problem names."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
    return set(answer.json().get("errors", {}))


def kind(answer: Any) -> str:
    """The kind of a problem."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:300]
    return str(answer.json()["type"]).rpartition("#problem-")[2]
