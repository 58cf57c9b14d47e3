"""What every page knows without asking the database: province, mode, footer, the address in the other language."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from common import provinces

ENGLISH = "/en/"
PLACEHOLDERS = {
    "responsible": {
        "vi": "(họ tên, chức vụ người chịu trách nhiệm)",
        "en": "(name and post of the person responsible)",
    },
    "address": {"vi": "(số nhà, đường, phường hoặc xã)", "en": "(number, street, ward or commune)"},
    "phone": "0205 000 000",
    "email": "hotro@motcua.example",
    "hours": {"vi": "7:30–11:30, 13:30–17:00, thứ Hai đến thứ Sáu", "en": "7:30–11:30, 13:30–17:00, Monday to Friday"},
}


@dataclass(frozen=True)
class Site:
    """The province's facts, the same for every request."""

    province: dict[str, str]
    short_name: str
    mode: str
    scanner: str
    facts: dict[str, Any]

    @property
    def place(self) -> dict[str, str]:
        """The province's name inside a sentence: "tỉnh Lạng Sơn"."""
        return {"vi": _lower_first(self.province["vi"]), "en": self.province["en"]}

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def is_unscanned(self) -> bool:
        """True when uploads are kept without a virus scan (never in production)."""
        return self.scanner == "none"


@lru_cache(maxsize=8)
def _site(code: str, mode: str, scanner: str) -> Site:
    own = getattr(settings, "SITE_FACTS", {})
    owner = {"vi": f"Ủy ban nhân dân {_lower_first(provinces.name(code)['vi'])}"}
    owner["en"] = f"People's Committee of {provinces.name(code)['en']}"
    manager = {"vi": "Trung tâm Phục vụ hành chính công", "en": "Public Administration Service Centre"}
    facts = PLACEHOLDERS | {"owner": owner, "manager": manager} | own
    return Site(provinces.name(code), provinces.short_name(code), mode, scanner, facts)


def _lower_first(text: str) -> str:
    """The text with a small first letter: names of the province inside a sentence."""
    return text[:1].lower() + text[1:]


def current_site() -> Site:
    """The facts of this installation."""
    return _site(settings.PROVINCE_CODE, settings.MODE, settings.SCANNER)


def home_path() -> str:
    """Put before "thu-tuc/" and the like: "/" or "/en/"."""
    return ENGLISH if (get_language() or "vi").startswith("en") else "/"


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every page.

    `site`; `home_path` ("/" or "/en/", put before "thu-tuc/" and the like); `section` (first part of the address);
    `other_language_url` (this page in the other language).
    """
    path = request.path
    plain = path.removeprefix(ENGLISH.rstrip("/")) if path.startswith(ENGLISH) else path
    is_english = (get_language() or "vi").startswith("en")
    return _token(request) | {
        "site": current_site(),
        "home_path": home_path(),
        "section": plain.strip("/").split("/", 1)[0],
        "other_language_url": plain if is_english else ENGLISH.rstrip("/") + plain,
    }


def _token(request: HttpRequest) -> dict[str, Any]:
    """The token of the forms as a text, for who is signed in: each of their pages has a form (to sign out), most have many.

    For anybody else it stays what Django makes of it, which sets no cookie on a page without a form.
    """
    user = getattr(request, "user", None)
    return {} if user is None or type(user) is SimpleLazyObject else {"csrf_token": get_token(request)}
