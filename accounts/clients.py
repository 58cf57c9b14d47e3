"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The client's address: REMOTE_ADDR, or behind settings.TRUSTED_PROXIES the last hop they did not add themselves.

    X-Forwarded-For from anybody else is ignored, so that it cannot be used to slip past limits.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if address not in settings.TRUSTED_PROXIES:
        return address
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    return next((hop for hop in reversed(hops) if hop not in settings.TRUSTED_PROXIES and _is_address(hop)), address)


def client_network(request: HttpRequest) -> str:
    """What limits count: the IPv4 address, or the /64 network that one IPv6 subscriber holds."""
    address = client_ip(request)
    if not _is_address(address) or ipaddress.ip_address(address).version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
