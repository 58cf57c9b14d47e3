"""Indexes of what every dossier has rows in: each is paid for with every filing and every act, so none may be idle."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

TABLES = [
    f"dossiers_{name}"
    for name in ("dossier", "party", "answers", "paper", "paperfile", "feeline", "dossierevent", "dossiertext",
                 "clockentry", "steprun", "result", "issuedpaper")
]  # fmt: skip
# Whole indexes (of all rows, of columns, not of expressions) whose columns another whole one begins with.
BEGINNINGS = """
WITH whole AS (
    SELECT indexrelid, indrelid, indkey::text AS columns, indisunique
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = ANY(%s::regclass[]) AND indpred IS NULL AND indexprs IS NULL AND amname = 'btree'
)
SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text FROM whole short JOIN whole long USING (indrelid)
WHERE short.indexrelid <> long.indexrelid AND NOT short.indisunique AND long.columns || ' ' LIKE short.columns || ' %%'
"""


def beginnings() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(BEGINNINGS, [TABLES])
        found = [(str(short), str(long)) for short, long in cursor.fetchall()]
    return [pair for pair in found if not pair[0].endswith("_like")]  # what Django adds beside a unique text


def test_no_index_of_a_dossier_is_the_mere_beginning_of_another():
    assert beginnings() == []


def test_an_index_that_is_the_beginning_of_another_would_be_found():
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX idle ON dossiers_paper (dossier_id)")
    assert beginnings() == [("idle", "one_paper")]
