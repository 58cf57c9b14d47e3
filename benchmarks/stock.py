"""The dossiers: a few made by the product's own services, all others cloned from them by SQL.

A closed dossier has three events with its clock entries, answers of ten fields and three papers; an open one its full
chain. 3,000 stand open (what is open is bounded by the days a law gives, not by history), of them 1,300 at the agency that is
looked at; 52,000 in the province of 3.3 million, the agency's share stays. 100 are rich: 60 answers, ten papers, twelve events.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection

from common.text import fold

OPEN = {"new": 400, "claimed": 300, "forward": 500}  # at the agency that is looked at
ELSEWHERE, ELSEWHERE_IN_A_LARGE_PROVINCE = 1_700, 50_600
RICH = 100
DRAFTS = 400
FIRST_OPEN = 1_000_000_000  # keys from here on are put there anew at each run
FIRST_CLONE = 10_000
LARGE_PROVINCE = 1_000_000
# Names as they are spread in Viet Nam: of twenty people seven are called Nguyễn.
FAMILIES = "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Vũ Phan Đặng Bùi Đỗ Hồ Nông"
MIDDLES = "Văn Văn Văn Thị Thị Thị Thị Đức Minh Ngọc Thanh Hữu Quang Thu Xuân Kim Bảo Gia Hồng Tuấn Mạnh Phương Khánh"
GIVENS = (
    "Anh Bình Châu Chi Cường Dung Dũng Duyên Đạt Giang Hà Hải Hằng Hạnh Hiền Hiếu Hoa Hòa Hùng Hương Huy Khoa Lan Linh Loan "
    "Long Mai Nam Nga Ngân Nhung Oanh Phong Phúc Quân Quỳnh Sơn Tâm Thảo Thắng Thủy Tiến Trang Trung Tú Tuyết Vân Việt Vinh Yến"
)
NAMES = (FAMILIES, MIDDLES, GIVENS)


def elsewhere(size: int) -> int:
    """How many dossiers stand open at the other agencies of a province that holds so many."""
    return ELSEWHERE_IN_A_LARGE_PROVINCE if size >= LARGE_PROVINCE else ELSEWHERE


def own_tables() -> list[Any]:
    """The models with a row per dossier, each after those it points to."""
    models = apps.get_app_config("dossiers").get_models()
    return [model for model in models if any(field.column == "dossier_id" for field in model._meta.concrete_fields)]


def clone(template: int, first: int, count: int, changes: dict[str, str], *, keep_events: int | None = None) -> None:
    """`count` copies of a dossier with keys from `first` on; `changes`: column of the dossier → SQL over n."""
    with connection.cursor() as cursor:
        cursor.execute(_insert("dossiers_dossier", _columns("dossiers_dossier"), _dossier(first, changes, keep_events),
                               "t.id = %s"), [count, template])  # fmt: skip
        for model in own_tables():
            _clone_rows(cursor, model._meta.db_table, template, first, count, keep_events)
        _clone_files(cursor, template, first, count)


def _clone_rows(cursor: Any, table: str, template: int, first: int, count: int, keep_events: int | None) -> None:
    columns = [name for name in _columns(table) if name != "id"]
    values = {"dossier_id": f"{first} + n", "public_id": "gen_random_uuid()", "number": "t.number"}
    values["verify_code"] = f"'B' || ({first} + n)"
    if table == "dossiers_party":
        values |= _person(first)
    chosen = [values.get(name, f"t.{name}") if name != "number" else "t.number" for name in columns]
    where = "t.dossier_id = %s"
    if keep_events is not None and "seq" in columns:
        where += f" AND t.seq <= {keep_events}"
    if keep_events is not None and table in {"dossiers_result", "dossiers_issuedpaper", "dossiers_steprun"}:
        return
    cursor.execute(_insert(table, columns, chosen, where), [count, template])


def _person(first: int) -> dict[str, str]:
    """SQL: another name, telephone and identity number for each clone."""
    digest = f"md5(({first} + n)::text)"
    name = " || ' ' || ".join(_one_of(words, digest, at) for words, at in zip(NAMES, (1, 8, 15), strict=True))
    folded = " || ' ' || ".join(_one_of(fold(words), digest, at) for words, at in zip(NAMES, (1, 8, 15), strict=True))
    phone = f"'+849' || lpad((({first} + n) % 100000000)::text, 8, '0')"
    return {
        "full_name": name, "folded_name": folded, "sort_key": folded, "phone": phone,
        "national_id_index": f"{digest} || {digest}",
    }  # fmt: skip


def _one_of(words: str, digest: str, at: int) -> str:
    """SQL: one of the words, by seven hexadecimal digits of a digest."""
    chosen = words.split()
    array = ", ".join(f"'{word}'" for word in chosen)
    return f"(ARRAY[{array}])[1 + ('x' || substr({digest}, {at}, 7))::bit(28)::int % {len(chosen)}]"


def _clone_files(cursor: Any, template: int, first: int, count: int) -> None:
    """Files of papers: the clone's paper has the same key; the stored bytes are shared."""
    cursor.execute(
        """INSERT INTO dossiers_paperfile (paper_id, file_id, position, revision, added_at)
           SELECT p.id, f.file_id, f.position, f.revision, f.added_at FROM dossiers_paper p
           JOIN dossiers_paper o ON o.dossier_id = %s AND o.key = p.key JOIN dossiers_paperfile f ON f.paper_id = o.id
           WHERE p.dossier_id BETWEEN %s AND %s""",
        [template, first + 1, first + count],
    )


def _insert(table: str, columns: list[str], values: list[str], where: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    chosen = ", ".join(values).replace("%", "%%")
    return f"INSERT INTO {table} ({names}) SELECT {chosen} FROM generate_series(1, %s) n, {table} t WHERE {where}"


def _dossier(first: int, changes: dict[str, str], keep_events: int | None) -> list[str]:
    values = {"id": f"{first} + n", "public_id": "gen_random_uuid()", **changes}
    if keep_events is not None:
        values |= {"version": str(keep_events), "head_seq": str(keep_events)}
    return [values.get(name, f"t.{name}") for name in _columns("dossiers_dossier")]


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def wipe_open() -> None:
    """Take away what the run before left: everything with a key from FIRST_OPEN on, and what was told of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM dossiers_paperfile WHERE paper_id IN (SELECT id FROM dossiers_paper WHERE dossier_id > %s)",
            [FIRST_OPEN],
        )
        for model in own_tables():
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE dossier_id > %s", [FIRST_OPEN])
        cursor.execute("DELETE FROM dossiers_dossier WHERE id > %s", [FIRST_OPEN])
        cursor.execute("TRUNCATE common_outbox, common_job, audit_access")


def others(agency: int) -> Iterator[int]:
    """Agencies besides the one that is looked at."""
    from agencies.models import Agency

    yield from Agency.objects.exclude(pk=agency).order_by("pk").values_list("pk", flat=True)[:19]


def spread(agencies: list[int], column: str = "n") -> str:
    """SQL: one of these keys by turns."""
    return f"(ARRAY[{', '.join(str(key) for key in agencies)}])[1 + {column} % {len(agencies)}]"


def due(now: datetime) -> str:
    """SQL: queue times spread over the coming days, none late when the run begins."""
    return f"timestamptz '{(now + timedelta(days=2)).isoformat()}' + n * interval '3 minutes'"
