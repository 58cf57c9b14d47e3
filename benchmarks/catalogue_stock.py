"""Fills the catalogue up to a number of procedures.

Made from the real documents: each copy gets a subject of its own in its name, another field, another agency.
"""

import json
from datetime import date, datetime
from typing import Any

import django

THINGS = (
    "cơ sở chăn nuôi", "trang trại", "bến thủy nội địa", "công trình thủy lợi", "kho vật liệu nổ", "cửa hàng xăng dầu",
    "nhà máy chè",
    "khu du lịch sinh thái", "phòng khám đa khoa", "trung tâm ngoại ngữ", "bãi giữ xe", "chợ nông thôn", "mỏ đá vôi",
    "rừng phòng hộ",
    "tàu cá", "trạm thu phát sóng", "thư viện tư nhân", "quỹ từ thiện", "hồ chứa nước", "lò giết mổ", "vườn ươm", "xưởng gốm sứ",
    "đại lý bảo hiểm", "văn phòng luật sư", "hội chợ triển lãm", "đường dây điện", "cáp viễn thông", "nghĩa trang", "bảo tàng",
    "di tích",
)  # fmt: skip
WAYS = ("cấp mới", "gia hạn", "điều chỉnh", "thu hồi", "chuyển nhượng", "kiểm tra định kỳ", "tạm dừng", "khôi phục")
SINCE = date(2026, 1, 1)
FIELDS = 40
BATCH = 250


def fill(size: int) -> None:
    """Add what is missing, project it, note that the load is complete."""
    from benchmarks import database
    from procedures.models import Procedure
    from procedures.services import reproject

    now = django.utils.timezone.now()
    missing = size - Procedure.objects.published().count()
    if missing > 0:
        _fill(missing, now)
        reproject(on=django.utils.timezone.localdate(now), all_of_them=False)
        _use()
        name = django.db.connection.settings_dict["NAME"]
        django.db.connection.close()
        with database.connect(name).cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        database.stamp(name, database.CATALOGUE)


def _fill(missing: int, now: datetime) -> None:
    from benchmarks.report import say
    from common.text import sort_key
    from procedures.content import digest
    from procedures.models import Procedure, ProcedureVersion

    models = list(Procedure.objects.published().order_by("pk").select_related("current_version"))
    fields, owners = _fields(), _owners()
    for start in range(0, missing, BATCH):
        numbers = range(start, min(start + BATCH, missing))
        documents = [_renamed(models[number % len(models)], number) for number in numbers]
        procedures = Procedure.objects.bulk_create(
            Procedure(
                key=f"bench-{number}", code=f"L.8{number:05d}", local_code=f"L.8{number:05d}", level=model.level,
                also_levels=model.also_levels, audience=model.audience, name_vi=document["name"]["vi"],
                sort_key=sort_key(document["name"]["vi"]), field=fields[number % FIELDS],
                owner=owners[number % len(owners)] if model.owner_id else None,
            )
            for number, document in zip(numbers, documents, strict=True)
            for model in [models[number % len(models)]]
        )  # fmt: skip
        versions = ProcedureVersion.objects.bulk_create(
            ProcedureVersion(
                procedure=made, number=1, content=document, sha256=digest(document), state="published",
                effective_from=SINCE, published_at=now,
            )
            for made, document in zip(procedures, documents, strict=True)
        )  # fmt: skip
        for made, version in zip(procedures, versions, strict=True):
            made.current_version = version
        Procedure.objects.bulk_update(procedures, ["current_version"])
        say(f"{numbers[-1] + 1:,} of {missing:,} procedures")


def _renamed(model: Any, number: int) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(model.current_version.content))
    _rename(document, number)
    return document


def _rename(document: dict[str, Any], number: int) -> None:
    """The name with a subject of its own: "… đối với trang trại (gia hạn), số 7"."""
    thing, way = THINGS[number % len(THINGS)], WAYS[number // len(THINGS) % len(WAYS)]
    end = f" đối với {thing} ({way})"
    for part in ("name", "short_name"):
        if document.get(part):
            document[part] = {key: text + end for key, text in document[part].items()}


def _fields() -> list[Any]:
    from common.text import sort_key
    from procedures.models import Field

    names = [
        f"Lĩnh vực {THINGS[number % len(THINGS)]} {number // len(THINGS) or ''}".strip() for number in range(FIELDS)
    ]
    return [
        Field.objects.get_or_create(key=f"bench-{number}", defaults={"name_vi": name, "sort_key": sort_key(name)})[0]
        for number, name in enumerate(names)
    ]


def _owners() -> list[Any]:
    from agencies.models import Agency

    return list(Agency.objects.filter(level="province").order_by("pk"))


def _use() -> None:
    """A tenth of the procedures makes most of the dossiers."""
    from procedures.models import Procedure
    from procedures.services import set_use_rank

    rows = Procedure.objects.order_by("pk").values_list("pk", flat=True)
    set_use_rank({pk: 5_000 // (number + 1) for number, pk in enumerate(rows) if number % 10 == 3})
