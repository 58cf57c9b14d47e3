"""The annex of a campaign's decision: one row per procedure, as PDF and as a workbook."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import override

from documents.render import render_pdf
from procedures.models import Campaign, CampaignItem, OnlineService, Procedure
from procedures.services.reviewing.answering import given_criteria, proposed

TEMPLATE = "procedures/papers/review_annex.html"
PART = 250  # rows of one PDF: more take the printer longer than it may
WIDTHS = (6, 16, 70, 34, 24, 40, 12, 12, 18, 18, 50)
HEADS = (
    "TT", "Mã thủ tục", "Tên thủ tục", "Cơ quan", "Phương án", "Thủ tục thay thế", "Giảm (ngày)", "Giảm (giấy tờ)",
    "Mức độ trước", "Mức độ sau", "Lý do",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One procedure of the annex. `before` and `after` are classes; `after` is empty when the procedure ends."""

    code: str
    name: str
    agency: str
    answer: str
    successor: str
    days: int
    papers: int
    before: str
    after: str
    reason: str


def approved(campaign: Campaign) -> list[CampaignItem]:
    """The items the decision speaks of, by agency and name."""
    related = ("procedure", "task__agency", "successor")
    found = CampaignItem.objects.of(campaign).filter(state=CampaignItem.State.APPROVED).select_related(*related)
    return list(found.order_by("task__agency__sort_key", "procedure__sort_key"))


def rows(items: Iterable[CampaignItem], *, anew: bool = False) -> list[Row]:
    """Rows of these items; `anew` judges each class by the version in force now instead of when it was answered."""
    some = list(items)
    kept = OnlineService.objects.filter(procedure__in=[item.procedure_id for item in some], number=1)
    overrides = dict(kept.exclude(override_level="").values_list("procedure_id", "override_level"))
    return [_row(item, overrides, anew) for item in some]


def _row(item: CampaignItem, overrides: Mapping[int, str], anew: bool) -> Row:
    procedure, successor = item.procedure, item.successor
    after = "" if item.ends else item.proposed_level
    if anew and not item.ends and (found := proposed(procedure, given_criteria(item))):
        after = found.level
    return Row(
        code=procedure.code, name=procedure.name_vi, agency=item.task.agency.name_vi, answer=item.answer,
        successor=f"{successor.code} {successor.title['vi']}" if successor else "",
        days=item.days_saved, papers=item.papers_saved, before=procedure.classification,
        after=overrides.get(procedure.pk, after) if after else "", reason=item.reason,
    )  # fmt: skip


def frozen(found: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows as the campaign keeps them."""
    return [asdict(row) for row in found]


def rows_of(campaign: Campaign) -> list[Row]:
    """The annex as it was decided, or as it would be now."""
    if campaign.annex:
        return [Row(**values) for values in campaign.annex]
    return rows(approved(campaign))


def parts(campaign: Campaign) -> range:
    """The numbers of the PDFs a long annex is made of."""
    count = len(campaign.annex) or CampaignItem.objects.of(campaign).filter(state=CampaignItem.State.APPROVED).count()
    return range(1, max(1, -(-count // PART)) + 1)


def as_pdf(campaign: Campaign, part: int = 1) -> bytes:
    """One part of the annex in Vietnamese, A4 across. Raises documents.render.RenderFailed."""
    with override("vi"):
        every = _worded(rows_of(campaign))
    before = (part - 1) * PART
    lines = every[before : before + PART]
    context = {
        "decision": _decision(campaign),
        "name": campaign.name,
        "effective_on": campaign.effective_on,
        "lines": lines,
        "before": before,
        "is_last": before + PART >= len(every),
        "total": len(every),
        "days": sum(line["days"] for line in every),
        "papers": sum(line["papers"] for line in every),
    }
    return render_pdf(TEMPLATE, context, title=f"Phụ lục: {campaign.name}")


def _decision(campaign: Campaign) -> dict[str, Any] | None:
    found = campaign.decision
    return {"number": found.number, "signed_on": found.signed_on} if found else None


def _worded(found: Iterable[Row]) -> list[dict[str, Any]]:
    answers, levels = dict(CampaignItem.Answer.choices), dict(Procedure.Classification.choices)
    return [
        asdict(row) | {
            "answer": str(answers.get(row.answer, row.answer)),
            "before": str(levels.get(row.before, "")),
            "after": str(levels.get(row.after, "")),
        }
        for row in found
    ]  # fmt: skip


def as_xlsx(campaign: Campaign) -> bytes:
    """The same rows as a workbook; nothing in it is a formula."""
    from openpyxl import Workbook  # read when somebody asks for a workbook: ten megabytes in every process otherwise

    with override("vi"):
        lines = _worded(rows_of(campaign))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Phụ lục")
    sheet.freeze_panes = "D2"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJK"[number]].width = width
    sheet.append([_cell(sheet, head, is_head=True) for head in HEADS])
    for number, line in enumerate(lines, 1):
        sheet.append([_cell(sheet, value) for value in (number, *_values(line))])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(line: Mapping[str, Any]) -> list[str | int]:
    after = line["after"] or "Hết hiệu lực"
    names = ("code", "name", "agency", "answer", "successor", "days", "papers", "before")
    return [*(line[name] for name in names), after, line["reason"]]


def _cell(sheet: Any, value: str | int, *, is_head: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_head:
        cell.font = Font(bold=True)
    return cell
