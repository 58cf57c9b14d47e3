"""The people of these tests and how they type; everything that is sent is read from the durable rows."""

import re
from datetime import UTC, date, datetime

from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import Details, open_account
from notifications.models import Message

PASSWORD = "mot con vit xoe hai cai canh"
MAI_PHONE = "+84912345678"
MAI_ID = "020190000017"
NAM_ID = "020085000121"
ADDRESS = {"province": "20", "commune": "05977", "line": "Ngõ 8, đường Ngô Quyền"}


def details(**changes: object) -> Details:
    """Lý Thị Mai as the forms would give her."""
    values = {
        "full_name": "Lý Thị Mai",
        "national_id": MAI_ID,
        "birth_date": date(1990, 5, 1),
        "sex": "female",
        "address": ADDRESS,
        "email": "mai@example.vn",
    }
    return Details(**(values | changes))


def mai(**account: object) -> User:
    """Mai's open account."""
    values = {"password": PASSWORD, "phone": MAI_PHONE, "at": datetime(2026, 11, 1, 2, tzinfo=UTC)} | account
    return open_account(details(), **values)


def nam(**account: object) -> User:
    """Her husband, who uses the same phone."""
    values = {"password": PASSWORD + " nam", "phone": MAI_PHONE, "at": datetime(2026, 11, 2, 2, tzinfo=UTC)} | account
    return open_account(details(full_name="Hoàng Văn Nam", national_id=NAM_ID, sex="male"), **values)


def url(name: str, *args: object) -> str:
    return reverse(f"accounts:{name}", args=args)


def last_code() -> str:
    """The digits of the newest SMS."""
    message = Message.objects.filter(kind="accounts.code").latest("pk")
    found = re.search(r"\b(\d{6})\b", message.body)
    assert found
    return found[1]


def wrong(code: str) -> str:
    """Six digits that are not `code`."""
    return f"{(int(code) + 1) % 10**6:06d}"


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str):
    return client.post(url("sign_in"), {"username": name, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    """Whether the profile opens."""
    return client.get(url("profile")).status_code == 200


def plain(response) -> str:
    """The page without what differs on every request (CSRF tokens)."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
