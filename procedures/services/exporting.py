"""The catalogue, or a part of it, as entries to be written into files."""

from collections.abc import Iterator

from django.db.models import Prefetch

from procedures.models import Procedure, ProcedureVersion
from procedures.querysets import ProcedureQuerySet
from procedures.transfers.records import Entry, Facts

CHUNK = 100


def facts_of(procedure: Procedure) -> Facts:
    """What stands outside the document; field and owner must be joined."""
    owner = procedure.owner
    return Facts(
        code=procedure.code, field=procedure.field.name_vi, field_en=procedure.field.name_en, level=procedure.level,
        audience=procedure.audience, agency=owner.key if owner else "", agency_name=owner.name_vi if owner else "",
        also_levels=tuple(procedure.also_levels),
    )  # fmt: skip


def entries(procedures: ProcedureQuerySet, *, start: int = 0, count: int | None = None) -> Iterator[Entry]:
    """Each procedure with its version in force; one that was never published with its draft. In the order of the codes.

    `start` and `count` cut a part out.
    """
    drafts = Prefetch("versions", ProcedureVersion.objects.open(), to_attr="drafts")
    keys = list(procedures.order_by("code").values_list("pk", flat=True))
    keys = keys[start : start + count if count is not None else None]
    for place in range(0, len(keys), CHUNK):
        rows = Procedure.objects.filter(pk__in=keys[place : place + CHUNK]).order_by("code")
        for row in rows.select_related("field", "owner", "current_version").prefetch_related(drafts):
            version = row.current_version or next(iter(row.drafts), None)
            if version is not None:
                yield Entry(facts_of(row), version.content)
