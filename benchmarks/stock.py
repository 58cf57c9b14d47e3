"""The dossiers: a few made by the product's own services, all others cloned from them by SQL.

A closed dossier has three events with its clock entries, answers of ten fields and three papers; an open one its full
chain. 3,000 stand open (what is open is bounded by the days a law gives, not by history), of them 1,300 at the agency that is
looked at; 52,000 in the province of 3.3 million, the agency's share stays. 100 are rich: 60 answers, ten papers, twelve events.
The other agencies are of very different size: the largest has a tenth of everything, most have less than a hundredth.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
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
MOST_PAPERS = 10  # of one dossier
SLOTS, STRIDE = 300, 7919
ALIKE = 3  # so many dossiers of one person follow each other
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


def tables() -> list[str]:
    """Every table of which a dossier has rows."""
    return ["dossiers_dossier", "dossiers_paperfile", *(model._meta.db_table for model in own_tables())]


@dataclass(frozen=True)
class Batch:
    """Clones numbered `begin` to `end` of one dossier: key = `first` + number. `changes`: column of the dossier → SQL
    over n, the number. `keep_events`: how many events are cloned (None: all).
    """

    template: int
    first: int
    begin: int
    end: int
    changes: dict[str, str]
    keep_events: int | None = None

    @property
    def source(self) -> str:
        """SQL: the numbers."""
        return f"generate_series({self.begin}, {self.end}) n"


def clone(template: int, first: int, count: int, changes: dict[str, str]) -> None:
    """`count` copies of a dossier with keys from `first` on, written at once."""
    with connection.cursor() as cursor:
        for statement in statements(Batch(template, first, 1, count, changes)):
            cursor.execute(statement)


def statements(batch: Batch) -> list[str]:
    """SQL without parameters, for each table one; in any order when nobody looks at foreign keys."""
    found = [_insert("dossiers_dossier", _dossier(batch), batch, f"t.id = {batch.template}"), _files(batch)]
    return [*found, *filter(None, (_rows(batch, model._meta.db_table) for model in own_tables()))]


def _rows(batch: Batch, table: str) -> str:
    columns = _columns(table)
    values = {"dossier_id": f"{batch.first} + n", "public_id": "gen_random_uuid()"}
    values["verify_code"] = f"'B' || ({batch.first} + n)"
    if table == "dossiers_party":
        values |= _person(batch.first)
    if table == "dossiers_paper":
        values["id"] = _paper_key(batch, "t.position")
    where = f"t.dossier_id = {batch.template}"
    if batch.keep_events is not None and "seq" in columns:
        where += f" AND t.seq <= {batch.keep_events}"
    if batch.keep_events is not None and table in {"dossiers_result", "dossiers_issuedpaper", "dossiers_steprun"}:
        return ""
    chosen = {name: values.get(name, f't."{name}"') for name in columns if name != "id" or name in values}
    return _insert(table, chosen, batch, where)


def _paper_key(batch: Batch, position: str) -> str:
    """SQL: a paper's key follows from its dossier's, so that its files are cloned without looking for it."""
    return f"({batch.first} + n)::bigint * {MOST_PAPERS} + {position}"


def code(letter: str, first: int) -> str:
    """SQL: a code as the portal gives them, so that a search takes it for one."""
    return f"'{letter}1-260105-' || lpad(({first} + n)::text, 10, '0')"


def _person(first: int) -> dict[str, str]:
    """SQL: another name, telephone and identity number for each person; everybody files a few dossiers."""
    number = f"(({first} + n) / {ALIKE})"
    digest = f"md5({number}::text)"
    name = " || ' ' || ".join(_one_of(words, digest, at) for words, at in zip(NAMES, (1, 8, 15), strict=True))
    folded = " || ' ' || ".join(_one_of(fold(words), digest, at) for words, at in zip(NAMES, (1, 8, 15), strict=True))
    phone = f"'+849' || lpad(({number} % 100000000)::text, 8, '0')"
    return {
        "full_name": name, "folded_name": folded, "sort_key": folded, "phone": phone,
        "national_id_index": f"{digest} || {digest}",
    }  # fmt: skip


def _one_of(words: str, digest: str, at: int) -> str:
    """SQL: one of the words, by seven hexadecimal digits of a digest."""
    chosen = words.split()
    array = ", ".join(f"'{word}'" for word in chosen)
    return f"(ARRAY[{array}])[1 + ('x' || substr({digest}, {at}, 7))::bit(28)::int % {len(chosen)}]"


def _files(batch: Batch) -> str:
    """Files of papers; the stored bytes are shared."""
    return f"""INSERT INTO dossiers_paperfile (paper_id, file_id, position, revision, added_at)
        SELECT {_paper_key(batch, "p.position")}, f.file_id, f.position, f.revision, f.added_at
        FROM {batch.source}, dossiers_paper p JOIN dossiers_paperfile f ON f.paper_id = p.id
        WHERE p.dossier_id = {batch.template}"""


def _insert(table: str, values: dict[str, str], batch: Batch, where: str) -> str:
    names = ", ".join(f'"{name}"' for name in values)
    return f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {batch.source}, {table} t WHERE {where}"


def _dossier(batch: Batch) -> dict[str, str]:
    values = {"id": f"{batch.first} + n", "public_id": "gen_random_uuid()", **batch.changes}
    if batch.keep_events is not None:
        values |= {"version": str(batch.keep_events), "head_seq": str(batch.keep_events)}
    return {name: values.get(name, f't."{name}"') for name in _columns("dossiers_dossier")}


@cache
def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def wipe_open() -> None:
    """Take away what the run before left: everything with a key from FIRST_OPEN on, and what was told of it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dossiers_paperfile WHERE paper_id > %s", [FIRST_OPEN * MOST_PAPERS])
        for model in own_tables():
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE dossier_id > %s", [FIRST_OPEN])
        cursor.execute("DELETE FROM dossiers_dossier WHERE id > %s", [FIRST_OPEN])
        cursor.execute("TRUNCATE common_outbox, common_job, audit_access")


def is_empty() -> bool:
    """Whether the mass has not been loaded yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM dossiers_dossier WHERE id BETWEEN %s AND %s)", [FIRST_CLONE, FIRST_OPEN]
        )
        return bool(cursor.fetchone()[0])


def others(agency: int) -> list[int]:
    """Agencies besides the one that is looked at, the largest first."""
    from agencies.models import Agency

    return list(Agency.objects.exclude(pk=agency).order_by("pk").values_list("pk", flat=True))


def spread(keys: list[int]) -> str:
    """SQL: one of these keys by turns, neighbours in the list far from each other in the table."""
    return f"(ARRAY[{', '.join(str(key) for key in keys)}])[1 + n % {len(keys)} * {STRIDE} % {len(keys)}]"


def skewed(keys: list[int]) -> list[int]:
    """The keys as often as agencies of a province have dossiers: the one at place k in proportion to 1 / (k + 2)."""
    return [key for place, key in enumerate(keys) for _time in range(round(SLOTS / (place + 3)))]


def with_share(key: int, others: list[int]) -> list[int]:
    """The other keys, and this one as one of twenty."""
    return others + [key] * (len(others) // 19)


def due(now: datetime) -> str:
    """SQL: queue times spread over the coming days, none late when the run begins."""
    return f"timestamptz '{(now + timedelta(days=2)).isoformat()}' + n * interval '3 minutes'"
