"""Numbers that must have neither gaps nor doubles: dossier codes and numbers of results."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from common.prepared import Statement

_RESERVE = """
INSERT INTO dossiers_codesequence (scope, period, last) VALUES (%s, %s, %s)
ON CONFLICT (scope, period) DO UPDATE SET last = dossiers_codesequence.last + EXCLUDED.last RETURNING last
"""
_NEXT = Statement.of(
    """INSERT INTO dossiers_codesequence (scope, period, last) VALUES (%(scope)s, %(period)s, 1)
ON CONFLICT (scope, period) DO UPDATE SET last = dossiers_codesequence.last + 1 RETURNING last""",
    scope=str,
    period=str,
)


def next_number(scope: str, period: str) -> int:
    """The next number of a scope and period; its row stays locked until the transaction ends."""
    return int(_NEXT.rows({"scope": scope, "period": period})[0][0])


def reserve_numbers(scope: str, period: str, count: int) -> int:
    """Take `count` numbers in a row; returns the last of them. The row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [scope, period, count])
        return int(cursor.fetchone()[0])


def next_dossier_code(agency_code: str, at: datetime) -> str:
    """`H37.12-261121-0001`: agency of the counter, local date of submission, number of the day (grows past 9999)."""
    day = timezone.localdate(at).strftime("%y%m%d")
    return f"{agency_code}-{day}-{next_number(f'dossier:{agency_code}', day):04d}"


def next_result_serial(agency_code: str, kind: str, at: datetime) -> tuple[int, int]:
    """(year, serial) of the next result: numbered per agency, type and year (Decree 30/2020)."""
    year = timezone.localdate(at).year
    return year, next_number(f"result:{agency_code}:{kind}", str(year))


def result_number(agency_code: str, kind: str, year: int, serial: int) -> str:
    """`118/2026/KQ-H37.12`."""
    return f"{serial}/{year}/{kind}-{agency_code}"


def next_paper_serial(agency_code: str, kind: str, year: int) -> int:
    """The next number of a kind of paper in its year, per agency: forms of the one-stop, hand-over lists."""
    return next_number(f"paper:{agency_code}:{kind}", str(year))
