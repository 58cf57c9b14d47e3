"""`make bench ARGS="profile list rich" SIZE=10000`: where the time of a page goes, by cProfile, without a server between."""

import cProfile
import pstats
import sys
import time

import django

TIMES = 20


def main(names: list[str]) -> None:
    """Profile each named page (list, rich, show)."""
    django.setup()
    client, pages = _pages()
    for name in names:
        for _ in range(5):
            assert client.get(pages[name]).status_code == 200
        begin = time.process_time()
        for _ in range(TIMES):
            client.get(pages[name])
        print(f"{name}: {(time.process_time() - begin) / TIMES * 1000:.1f} ms CPU without the profiler")
        _profiled(client, pages[name])


def _pages() -> "tuple[django.test.Client, dict[str, str]]":
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from dossiers.models import Dossier

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(User.objects.get(username="bench-reception"), backend=settings.AUTHENTICATION_BACKENDS[-1])
    rich = Dossier.objects.filter(code__startswith="BR-")[0].code
    usual = Dossier.objects.filter(code__startswith="BF-")[0].code
    desk = "/can-bo/ho-so/"
    return client, {"list": f"{desk}?tab=all", "rich": f"{desk}{rich}/", "show": f"{desk}{usual}/"}


def _profiled(client: "django.test.Client", page: str) -> None:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(TIMES):
        client.get(page)
    profile.disable()
    found = pstats.Stats(profile)
    found.sort_stats("tottime").print_stats(30)
    found.sort_stats("cumtime").print_stats(90)


if __name__ == "__main__":
    main(sys.argv[1:])
