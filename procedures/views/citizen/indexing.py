"""What search engines read: title, description, the one address of a page in each language, facts of a service."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from common.context import current_site
from procedures.content import Content
from procedures.models import Procedure
from procedures.presenting import say

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@dataclass(frozen=True)
class Meta:
    """Addresses of one page in both languages, its description, and whether it is for search engines at all."""

    vi: str
    en: str
    description: str = ""
    is_indexed: bool = True
    facts: str = ""

    @classmethod
    def of(cls, name: str, *args: str, description: str = "", is_indexed: bool = True, facts: str = "") -> "Meta":
        """The page of that route."""
        return cls(address_of(name, "vi", *args), address_of(name, "en", *args), description, is_indexed, facts)

    @property
    def canonical(self) -> str:
        """The address of the page in the language it is read in."""
        return self.en if (translation.get_language() or "vi").startswith("en") else self.vi


@lru_cache(maxsize=64)
def address_of(name: str, language: str, *args: str) -> str:
    """The full address of a page in a language."""
    with translation.override(language):
        return f"{settings.PUBLIC_URL}{reverse(name, args=args)}"


def service_facts(procedure: Procedure, content: Content, description: str) -> SafeString:
    """schema.org's GovernmentService as JSON that may stand in a script element: data, never run."""
    site, language = current_site(), (translation.get_language() or "vi")[:2]
    address = address_of("procedures:procedure_detail", language, procedure.code)
    agency = say(content.public.agency) or site.facts["owner"][language]
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "name": say(content.title),
        "alternateName": say(content.name) if content.short_name else None,
        "identifier": procedure.code,
        "description": description,
        "inLanguage": language,
        "serviceType": procedure.field.name.get(language) or procedure.field.name_vi,
        "provider": {"@type": "GovernmentOrganization", "name": agency},
        "areaServed": {"@type": "AdministrativeArea", "name": site.province[language]},
        "audience": {"@type": "Audience", "audienceType": procedure.get_audience_display()},
        "serviceOutput": {"@type": "Thing", "name": say(content.result.name)},
        "availableChannel": _channel(procedure, address, site.facts["phone"]),
    }
    text = json.dumps({key: value for key, value in facts.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(_ESCAPES))  # noqa: S308 - no < > & is left in it


def _channel(procedure: Procedure, address: str, phone: str) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "@type": "ServiceChannel",
        "servicePhone": {"@type": "ContactPoint", "telephone": phone},
    }
    return channel | ({"serviceUrl": address} if procedure.classification != "info" else {})
