"""Raw SQL and a JSON reply: the least that does the job."""

import secrets
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

COLUMNS = "id, code, state, agency, due_at, applicant, procedure, version"
_LIST = f"""SELECT {COLUMNS} FROM floor_dossier WHERE agency = 1 AND state = 'open' AND (due_at, id) > (%s, %s)
ORDER BY due_at, id LIMIT %s"""
_SHOW = f"SELECT {COLUMNS}, data FROM floor_dossier WHERE code = %s"
_CREATE = """INSERT INTO floor_dossier (code, state, agency, due_at, applicant, procedure, version, data)
VALUES (%s, 'open', 1, now() + interval '9 days', %s, %s, 1, %s) RETURNING id"""
_EVENT = "INSERT INTO floor_event (dossier, seq, name, at, data) VALUES (%s, %s, %s, now(), '{}')"


def rows(cursor: Any) -> list[dict[str, Any]]:
    """What a cursor found, by column."""
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def listing(request: HttpRequest) -> JsonResponse:
    """Twenty rows (or as many as are asked for) by keyset on an index."""
    with connection.cursor() as cursor:
        cursor.execute(
            _LIST, [datetime.fromisoformat(request.GET["due"]), int(request.GET["after"]), request.GET.get("rows", 20)]
        )
        return JsonResponse({"rows": rows(cursor)})


def show(request: HttpRequest, code: str) -> JsonResponse:
    """One row by its code."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [code])
        return JsonResponse(rows(cursor)[0])


def create(request: HttpRequest) -> JsonResponse:
    """One dossier and one event in a transaction."""
    code = f"N-{secrets.token_hex(8)}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CREATE, [code, request.POST["name"], request.POST["procedure"], '{"a": 1}'])
        [number] = cursor.fetchone()
        cursor.execute(_EVENT, [number, 1, "filed"])
    return JsonResponse({"code": code})


def move(request: HttpRequest, code: str) -> JsonResponse:
    """Lock, update, event."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id, version FROM floor_dossier WHERE code = %s FOR UPDATE", [code])
        number, version = cursor.fetchone()
        cursor.execute("UPDATE floor_dossier SET version = version + 1, due_at = due_at WHERE id = %s", [number])
        cursor.execute(_EVENT, [number, version + 1, "moved"])
    return JsonResponse({"version": version + 1})


urlpatterns = [
    path("list/", listing),
    path("show/<str:code>/", show),
    path("create/", create),
    path("move/<str:code>/", move),
]
