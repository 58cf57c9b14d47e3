"""Fill the floor's database once, sign somebody in; prints the plan of its requests as JSON."""

import json
import sys

import django


def main(size: int) -> None:
    """The floor has as many dossiers as the product, 400 of them open at the agency that is looked at."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    _load(size)
    print(json.dumps(_plan()))


def _load(size: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('floor_event') IS NOT NULL")
        if not cursor.fetchone()[0]:
            for statement in _TABLES:
                cursor.execute(statement, [size] if "%s" in statement else None)
        cursor.execute("DELETE FROM floor_event WHERE dossier IN (SELECT id FROM floor_dossier WHERE code LIKE 'N-%')")
        cursor.execute("DELETE FROM floor_dossier WHERE code LIKE 'N-%'")
        cursor.execute("ANALYZE")


_TABLES = (
    "DROP TABLE IF EXISTS floor_dossier",
    """CREATE TABLE floor_dossier (id bigserial PRIMARY KEY, code text UNIQUE, state text, agency int, due_at timestamptz,
       applicant text, procedure text, version int, data jsonb)""",
    """INSERT INTO floor_dossier (code, state, agency, due_at, applicant, procedure, version, data)
       SELECT 'F-' || n, CASE WHEN n <= 3000 THEN 'open' ELSE 'closed' END, CASE WHEN n <= 400 THEN 1 ELSE 2 + n %% 19 END,
       now() + n * interval '7 minutes', 'Người nộp ' || n, 'Thủ tục ' || n %% 75, 3, '{"a": 1}' FROM generate_series(1, %s) n""",
    "CREATE INDEX floor_queue ON floor_dossier (agency, state, due_at, id)",
    "CREATE TABLE floor_event (id bigserial PRIMARY KEY, dossier bigint, seq int, name text, at timestamptz, data jsonb)",
    """INSERT INTO floor_event (dossier, seq, name, at, data)
       SELECT d, s, 'moved', now(), '{}' FROM generate_series(1, %s) d, generate_series(1, 3) s""",
    "CREATE INDEX floor_events ON floor_event (dossier, seq)",
)


def _plan() -> dict[str, object]:
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    client = Client()
    user, _created = User.objects.get_or_create(username="officer")
    client.force_login(user)
    token = "a" * 32
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, due_at, id FROM floor_dossier WHERE agency = 1 AND state = 'open' ORDER BY due_at, id"
        )
        rows = cursor.fetchall()
    marks = [
        f"/list/?due={rows[at][1].isoformat().replace('+', '%2B')}&after={rows[at][2]}"
        for at in (0, 20, len(rows) - 21)
    ]
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    return {"cookies": cookies, "token": token, "codes": [code for code, _due, _id in rows], "marks": marks}


if __name__ == "__main__":
    main(int(sys.argv[1]))
