"""Import and export: the list of imports with both forms, one import with its report, one row with its difference."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from common.text import whole_number
from documents.refusals import UploadRefused
from procedures import listing
from procedures.content import parse
from procedures.differences import differences, tell
from procedures.differences.labels import PARTS
from procedures.forms_transfers import UploadForm
from procedures.models import CatalogueImport, Field, ImportRow, Procedure
from procedures.services import exporting, importing
from procedures.transfers import problems, writing
from procedures.transfers.layout import BY_KEY, TABLES
from procedures.transfers.records import Entry
from procedures.views.admin.access import catalogue_only, page

Response = TypeVar("Response", bound=HttpResponseBase)
SIZE = 50
REFRESH = 3  # seconds until a page without scripts looks again
IMPORTS = 20
PART = 1_500  # procedures in one JSON file, so that it can be imported again
LARGEST = 2**31 - 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("wrong", "changed", "new", "gone", "unchanged")


@catalogue_only
@require_http_methods(["GET", "HEAD", "POST"])
def transfers(request: PersonRequest) -> HttpResponse:
    """Imports, newest first; a file is sent here, too."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = importing.receive(
                values["file"], actor=request.user, at=timezone.now(), is_national=values["is_national"],
                is_complete=values["is_complete"],
            )  # fmt: skip
        except UploadRefused as refused:
            form.add_error("file", str(refused.message))
        else:
            return redirect("catalogue:import", made.public_id)
    number = max(1, whole_number(request.GET.get("trang"), 10_000) or 1)
    rows = list(CatalogueImport.objects.select_related("by")[(number - 1) * IMPORTS : number * IMPORTS + 1])
    context = {
        "form": form,
        "imports": rows[:IMPORTS],
        "next_url": f"?trang={number + 1}" if len(rows) > IMPORTS else "",
        "previous_url": f"?trang={number - 1}" if number > 1 else "",
        **_export_choices(),
    }
    return page(request, "procedures/admin/transfers/list.html", context, status=422 if form.errors else 200)


def _export_choices() -> dict[str, Any]:
    total = Procedure.objects.count()
    return {
        "tables": TABLES,
        "fields": Field.objects.only("key", "name_vi", "name_en"),
        "agencies": Procedure.objects.all().owners(),
        "json_parts": range(1, -(-total // PART) + 1) if total > PART else (),
        "part_size": PART,
        "most_rows": total,
    }


@catalogue_only
@require_safe
def export(request: PersonRequest) -> HttpResponseBase:
    """The catalogue, or what the filters of the list leave of it: `?dang=` xlsx, csv (with `bang=`) or json (`phan=`)."""
    found = listing.found(request.user, listing.Filters.of(request.GET))
    kind, day = request.GET.get("dang", "xlsx"), f"{timezone.localdate():%Y-%m-%d}"
    chosen = Procedure.objects.filter(pk__in=found.order_by().values("pk"))
    response: HttpResponseBase
    if kind == "json":
        part = max(1, whole_number(request.GET.get("phan"), 1_000) or 1)
        entries = exporting.entries(chosen, start=(part - 1) * PART, count=PART)
        texts = writing.as_json(entries, at=timezone.localtime().isoformat(timespec="seconds"))
        name = f"thu-tuc-{day}.json" if part == 1 else f"thu-tuc-{day}-{part}.json"
        response = _streamed(texts, "application/json", name)
    elif kind == "csv":
        table = BY_KEY.get(request.GET.get("bang", "procedures"), TABLES[0])
        rows = writing.as_csv(exporting.entries(chosen), table)
        response = _streamed(rows, "text/csv; charset=utf-8", f"{table.key}-{day}.csv")
    else:
        response = _workbook(exporting.entries(chosen), f"thu-tuc-{day}.xlsx")
    return response


@catalogue_only
@require_safe
def template(request: PersonRequest) -> HttpResponse:
    """An empty workbook with the names of all sheets and columns, and instructions."""
    return _workbook((), "mau-nhap-thu-tuc.xlsx")


def _workbook(entries: Iterable[Entry], name: str) -> HttpResponse:
    return _named(HttpResponse(writing.as_workbook(entries), content_type=XLSX), name)


def _streamed(texts: Iterable[str], content_type: str, name: str) -> StreamingHttpResponse:
    return _named(StreamingHttpResponse((text.encode() for text in texts), content_type=content_type), name)


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _import(public_id: UUID) -> CatalogueImport:
    return get_object_or_404(CatalogueImport.objects.select_related("by"), public_id=public_id)


@catalogue_only
@require_safe
def one_import(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Progress while a job is at it, then the report: `?loai=` a kind of rows, `sau=` the number the page begins after."""
    found = _import(public_id)
    counts = {kind: found.counts.get(kind, 0) for kind in KINDS}
    kind = request.GET.get("loai", "")
    kind = kind if kind in KINDS else next((one for one in KINDS if counts[one]), "unchanged")
    after = whole_number(request.GET.get("sau"), LARGEST) or 0
    rows: list[ImportRow] = []
    if not found.is_working and found.state != CatalogueImport.State.REFUSED:
        chosen = found.rows.filter(kind=kind, number__gt=after).defer("content", "facts").select_related("version")
        rows = list(chosen.select_related("procedure")[: SIZE + 1])
    shown = rows[:SIZE]
    context = {
        "found": found,
        "refresh": REFRESH,
        "kind": kind,
        "kinds": [(one, ImportRow.Kind(one).label, counts[one]) for one in KINDS],
        "rows": [(row, _parts(row)) for row in shown],
        "left": _left(found),
        "notes": problems.told(found.notes),
        "refusal": problems.sentence(**found.refusal) if found.refusal else "",
        "next_url": f"?loai={kind}&sau={shown[-1].number}" if len(rows) > SIZE else "",
        "previous_url": f"?loai={kind}" if after else "",
    }
    return page(request, "procedures/admin/transfers/import.html", context)


def _left(found: CatalogueImport) -> dict[str, int]:
    """Right rows that nobody has accepted yet, with and without warnings."""
    if found.is_working:
        return {"all": 0, "calm": 0}
    waiting = found.rows.filter(kind__in=["new", "changed", "gone"], outcome="")
    flags = list(waiting.values_list("has_warnings", flat=True))
    return {"all": len(flags), "calm": flags.count(False)}


def _parts(row: ImportRow) -> list[str]:
    """The parts of the document that would change, by name."""
    return list(dict.fromkeys(str(PARTS.get(part, PARTS["general"])) for part in row.parts))


@catalogue_only
@require_POST
def accept(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """`cach=` all, calm (all without warnings) or picked (the numbers `so`)."""
    found = _import(public_id)
    way = request.POST.get("cach", "")
    if way not in {"all", "calm", "picked"}:
        raise Http404
    numbers = None
    if way == "picked":
        picked = [whole_number(text, LARGEST) for text in request.POST.getlist("so")]
        numbers = [number for number in picked if number]
    count = importing.accept(found, numbers, with_warnings=way == "all", at=timezone.now())
    if count:
        text = ngettext("%(count)s row is being written.", "%(count)s rows are being written.", count)
        messages.success(request, text % {"count": count})
    else:
        messages.warning(request, _("No row was accepted: pick at least one that is right and not written yet."))
    return redirect("catalogue:import", found.public_id)


@catalogue_only
@require_safe
def one_row(request: PersonRequest, public_id: UUID, number: int) -> HttpResponse:
    """What would change in one procedure, in words."""
    rows = ImportRow.objects.select_related("procedure__current_version", "version")
    row = get_object_or_404(rows, batch=_import(public_id), number=min(number, LARGEST))
    content = parse(row.content) if row.content else None
    base = importing.base_of(row)
    context = {
        "found": _import(public_id),
        "row": row,
        "told": tell(content) if content and base is None else [],
        "parts": differences(parse(base.content), content) if content and base else [],
        "is_stale": bool(base and not row.outcome and base.sha256 != row.base_sha256),
    }
    return page(request, "procedures/admin/transfers/row.html", context)
