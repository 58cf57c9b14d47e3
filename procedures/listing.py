"""The list of procedures for those who look after them: search, filters, narrow pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import QueryDict

from accounts.models import User
from common.text import clean, whole_number
from procedures.finding import COMMUNES
from procedures.models import Procedure, ProcedureVersion
from procedures.querysets import ProcedureQuerySet

SIZE = 50
MOST_PAGES = 1000
COLUMNS = (
    "code", "national_code", "name_vi", "name_en", "short_name_vi", "short_name_en", "classification", "unverified",
    "current_version", "sort_key", "field__name_vi", "field__name_en", "owner__name_vi", "owner__name_en",
)  # fmt: skip
OPEN = ProcedureVersion.objects.open().filter(procedure=OuterRef("pk"))
FROZEN = ProcedureVersion.objects.exclude(state__in=["draft", "review"]).filter(procedure=OuterRef("pk"))
COMING = ProcedureVersion.objects.published().filter(procedure=OuterRef("pk"))
# In the order of the filter; the words stand in the template of the list.
STATES: dict[str, Q] = {
    "draft": Q(open_state="draft"),
    "review": Q(open_state="review"),
    "in_force": Q(current_version__isnull=False),
    "coming": Q(current_version=None) & Q(Exists(COMING)),
    "retired": Q(current_version=None) & Q(Exists(FROZEN)) & ~Q(Exists(COMING)),
    "never": Q(current_version=None) & ~Q(Exists(FROZEN)),
}


@dataclass(frozen=True)
class Filters:
    """Search text, filters and page out of the address; whatever stands there, a page comes out."""

    text: str = ""
    state: str = ""
    classification: str = ""
    field: str = ""
    agency: str = ""
    unverified: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """Unknown values are left out."""
        state, level = query.get("tinh-trang", ""), query.get("loai", "")
        return cls(
            text=clean(query.get("q", ""))[:200],
            state=state if state in STATES else "",
            classification=level if level in Procedure.Classification.values else "",
            field=query.get("linh-vuc", "")[:60],
            agency=query.get("co-quan", "")[:40],
            unverified=query.get("chua-xac-minh") == "1",
            page=max(1, whole_number(query.get("trang"), MOST_PAGES) or 1),
        )

    @property
    def is_used(self) -> bool:
        """Whether anything besides the text narrows the list."""
        return bool(self.state or self.classification or self.field or self.agency or self.unverified)

    def address(self, page: int) -> str:
        """The query of another page of the same list."""
        values: dict[str, Any] = {
            "q": self.text, "tinh-trang": self.state, "loai": self.classification, "linh-vuc": self.field,
            "co-quan": self.agency, "chua-xac-minh": "1" if self.unverified else "",
            "trang": page if page > 1 else "",
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in values.items() if value})


def found(user: User, filters: Filters) -> ProcedureQuerySet:
    """The procedures the reader may edit that fit, with the state of the open draft."""
    rows = Procedure.objects.editable_by(user).search(filters.text)
    rows = rows.annotate(open_state=Subquery(OPEN.values("state")[:1]), was_published=Exists(FROZEN))
    if filters.state:
        rows = rows.filter(STATES[filters.state])
    if filters.classification:
        rows = rows.filter(classification=filters.classification, current_version__isnull=False)
    if filters.field:
        rows = rows.filter(field__key=filters.field)
    if filters.agency:
        rows = rows.filter(owner=None) if filters.agency == COMMUNES else rows.filter(owner__key=filters.agency)
    return rows.filter(unverified__gt=0) if filters.unverified else rows


def page_of(rows: ProcedureQuerySet, page: int) -> tuple[list[Procedure], bool]:
    """The rows of one page, and whether there are more."""
    start = (page - 1) * SIZE
    some = list(rows.select_related("field", "owner").only(*COLUMNS)[start : start + SIZE + 1])
    return some[:SIZE], len(some) > SIZE


def coming(procedures: list[Procedure], on: date) -> dict[int, ProcedureVersion]:
    """{procedure id: the version published for a later day}, of the rows of one page."""
    rows = ProcedureVersion.objects.published().filter(procedure__in=procedures, effective_from__gt=on)
    return {row.procedure_id: row for row in rows.defer("content")}
