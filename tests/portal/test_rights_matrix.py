"""Who may read and send what: every address × every kind of person, from the table in `authz.py`."""

import hashlib
import re

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse

from tests.portal.authz import GONE, ROWS, SIGN_IN, STATUSES
from tests.portal.routes import Route, routes
from tests.portal.world import PERSONAS, UNKNOWN, World, thrown_away

pytestmark = pytest.mark.django_db
ROUTES = routes()
TOKEN = re.compile(rb"(?<=csrfmiddlewaretoken\" value=\")\w{64}|(?<=X-CSRFToken\": \")\w{64}")
# Rows that reading may write: who looked at what, sessions, counters of tries. And marks: "seen" on a result, "used" on a token.
WRITTEN_BY_READING = ("dossiers_look", "audit_", "django_session", "axes_", "common_attemptcounter")
SEEN_MARKS = {"dossiers_result": ("viewed_at",), "accounts_apitoken": ("last_used_at",)}


def ask(world: World, persona: str, method: str, url: str, route: Route) -> HttpResponse:
    client = world.client(persona)
    if method == "get":
        return client.get(url)
    is_json = route.name.startswith("api:") and route.name != "api:files"
    sent = world.sent(route.name, ROWS[route.name].data)
    return client.post(url, sent, **({"content_type": "application/json"} if is_json else {}))


def got(answer: HttpResponse) -> str:
    where = answer.headers.get("Location", "")
    return f"{answer.status_code} {where}".strip()


def fits(answer: HttpResponse, wanted: str) -> bool:
    is_sign_in = answer.status_code == 302 and "/tai-khoan/dang-nhap/?next=" in answer.headers["Location"]
    return answer.status_code in STATUSES[wanted] and is_sign_in == (wanted == SIGN_IN)


def test_every_address_is_decided():
    unknown = sorted(route.name for route in ROUTES if route.name not in ROWS)
    assert not unknown, "write a row in tests/portal/authz.py: who may read this, who may send to it?"
    assert not sorted(set(ROWS) - {route.name for route in ROUTES}), "rows of addresses that are gone"


def test_there_is_no_address_for_stored_files_and_no_admin_at_the_usual_place(client):
    for url in ("/media/", "/media/dossiers/2026/11/x.pdf", "/admin/", "/admin/login/", "/documents/", "/uploads/"):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("route", [route for route in ROUTES if route.name in ROWS], ids=lambda route: route.name)
def test_everybody_gets_exactly_what_the_table_says(route: Route, world: World):
    row, wrong = ROWS[route.name], []
    for arguments in world.samples(route.name, route.parameters):
        url = route.url(**arguments)
        for persona in PERSONAS:
            for method, rule in (("get", row.get), ("post", row.post)):
                with thrown_away():
                    answer = ask(world, persona, method, url, route)
                if not fits(answer, rule[persona]):
                    wrong.append(f"{persona} {method} {url}: wanted {rule[persona]}, got {got(answer)}")
    assert not wrong, "\n".join(wrong)


OBJECTS = [
    route
    for route in ROUTES
    if route.parameters & set(UNKNOWN)
    and route.name in ROWS
    and GONE in {*ROWS[route.name].get.values(), *ROWS[route.name].post.values()}
]


@pytest.mark.parametrize("route", OBJECTS, ids=lambda route: route.name)
def test_somebody_elses_thing_and_no_thing_are_the_same_bytes(route: Route, world: World):
    """Whoever may not see a thing cannot even learn that it exists."""
    row, wrong = ROWS[route.name], []
    for arguments in world.samples(route.name, route.parameters):
        for name in sorted(set(arguments) & set(UNKNOWN)):
            nobodys = route.url(**(arguments | {name: UNKNOWN[name]}))
            for persona in PERSONAS:
                for method, rule in (("get", row.get), ("post", row.post)):
                    if rule[persona] != GONE:
                        continue
                    with thrown_away():
                        theirs = ask(world, persona, method, route.url(**arguments), route)
                        none = ask(world, persona, method, nobodys, route)
                    if not same(theirs, none):
                        wrong.append(f"{persona} {method} {nobodys}: {got(theirs)} and {got(none)} differ")
    assert not wrong, "\n".join(wrong)


def same(one: HttpResponse, other: HttpResponse) -> bool:
    return told(one) == told(other)


def told(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer tells; the token against forged forms is masked anew on every page and tells nothing."""
    headers = {name: value for name, value in answer.headers.items() if name != "Expires"}  # the second of the answer
    return answer.status_code, TOKEN.sub(b"", answer.content), headers


def digests() -> dict[str, str]:
    """A digest of every table, marks of reading aside."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}):
            if table.startswith(WRITTEN_BY_READING):
                continue
            dropped = "".join(f" - '{column}'" for column in SEEN_MARKS.get(table, ()))
            lines = f'SELECT (to_jsonb(t){dropped})::text AS line FROM "{table}" t'
            cursor.execute(f"SELECT string_agg(line, E'\\n' ORDER BY line) FROM ({lines}) AS all_lines")
            found[table] = hashlib.sha256((cursor.fetchone()[0] or "").encode()).hexdigest()
    return found


@pytest.mark.parametrize("persona", PERSONAS)
def test_reading_changes_nothing(persona: str, world: World):
    """No state changes by GET, whoever reads and however often."""
    with thrown_away():
        client = world.client(persona)
        before = digests()
        addresses = []
        for route in ROUTES:
            if route.name in ROWS and ROWS[route.name].machine:
                continue
            for arguments in world.samples(route.name, route.parameters):
                addresses.append(route.url(**arguments))
                client.get(addresses[-1])
                client.head(addresses[-1]) if persona == "owner" else None
        after = digests()
        changed = sorted(table for table, digest in before.items() if after[table] != digest)
        assert len(addresses) > 60
    assert not changed, f"{changed}: {culprits(world, persona, addresses)}"


def culprits(world: World, persona: str, addresses: list[str]) -> list[str]:
    """Which addresses did it."""
    found = []
    for address in addresses:
        with thrown_away():
            client, before = world.client(persona), digests()
            client.get(address)
            if digests() != before:
                found.append(address)
    return found


@pytest.mark.parametrize("persona", ["anonymous", "owner", "receiving"])
def test_nothing_is_taken_without_the_token_of_the_page(persona: str, world: World):
    """A foreign site can make a browser send a form; without our token it gets 403 and nothing changes.

    The API knows no session: whatever the browser brings along, it sees a stranger, or a form where it takes JSON.
    """
    wrong = []
    with thrown_away():
        client = world.client(persona, enforce_csrf_checks=True, headers={})  # a foreign site knows no token of the API
        before = digests()
        for route in ROUTES:
            row = ROWS.get(route.name)
            if row is None or row.machine:
                continue
            for arguments in world.samples(route.name, route.parameters):
                answer = client.post(route.url(**arguments), world.sent(route.name, row.data))
                refused = {401, 403, 405, 415} if route.name.startswith("api:") else {403}
                if answer.status_code not in refused:
                    wrong.append(f"{route.name}: {got(answer)}")
        assert digests() == before
    assert not wrong, "\n".join(wrong)


def test_only_signed_callers_are_free_of_the_token():
    machines = {name for name, row in ROWS.items() if row.machine}
    assert machines == {"vnpay_ipn", "postal_events", "notifications_callbacks:receipt"}
