"""What is wrong with a file or a row, as a code and values: said in the reader's language, with the remedy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procedures import faults
from procedures.transfers.tidying import tidy

# Rules of cells and rows. Sentences follow the address of the cell: "Phí, lệ phí!D17: …".
MESSAGES: dict[str, str | Promise] = {
    "formula": _("the cell holds a formula. Formulas are never computed: write the value itself."),
    "cell_error": _("the cell shows an error (%(text)s). Write the value itself."),
    "not_money": _("“%(text)s” is not an amount. Write a whole number of đồng, for example 50000."),
    "not_whole": _("“%(text)s” is not a whole number from 0 to %(most)s. Write digits only, for example 15."),
    "not_day": _("“%(text)s” is not a day. Write day/month/year, for example 01/07/2026."),
    "not_choice": _("“%(text)s” is not known here. Write one of: %(choices)s."),
    "required": _("the cell is empty. Fill it in."),
    "code_malformed": _(
        "“%(text)s” is not a procedure code. National codes look like 1.001612; leave it empty, or write MOI-1, for a new one."
    ),
    "code_unknown": _("no procedure has code %(text)s. Provincial codes are given here: leave it empty, or write MOI-1."),
    "code_twice": _("code %(text)s stands in the file twice, first at %(first)s. Keep one of them."),
    "code_missing": _("the row does not say which procedure it belongs to. Fill in its code."),
    "name_twice": _("a procedure of this name stands in the file twice, first at %(first)s. Keep one of them."),
    "agency_unknown": _("agency “%(text)s” is not known. Did you mean: %(near)s?"),
    "agency_unknown_at_all": _("agency “%(text)s” is not known. Write the key or the full name as in the list of agencies."),
    "agency_differs": _("key and name are two different agencies: %(key)s and %(name)s. Correct one of them."),
    "field_unknown": _("field “%(text)s” is not known. Did you mean: %(near)s?"),
    "field_new": _("field “%(text)s” is new and will be created."),
    "facts_kept": _(
        "field, level, audience or agency differ from the catalogue. An import does not change them; they stay as they are."
    ),
    "in_review": _("a draft of this procedure is in review. Send it back or publish it, then import again."),
    "draft_open": _("a draft of this procedure is open. What the file says will be written into it."),
    "time_without_unit": _("a time without a unit. Write for example “ngày làm việc” in the column “Đơn vị”."),
    "unit_without_time": _("a unit without a time. Write the number in the column “Thời gian”."),
    "channels_contradict": _(
        "the column “Kênh nộp” says %(said)s, the sheet “Thời hạn” has rows for %(rows)s. Make them the same."
    ),
    "row_twice": _("the same row stands at %(first)s. Keep one of them."),
    "fee_free_with_amount": _("“Miễn phí” with an amount. Choose “Phí” or “Lệ phí”, or leave the amount empty."),
    "fee_without_amount": _("a fee without an amount. Write the amount, or choose “Miễn phí”."),
    "english_alone": _("English without Vietnamese. Fill in the Vietnamese text first."),
    "document_wrong": _("%(where)s: %(what)s"),
    "json_characters": _("the document holds a character or number that cannot be kept. Export it again at its source."),
    "national_incomplete": _("the record has no %(what)s. Ask for it to be completed at the source, or leave the record out."),
    "heads_twice": _("the column “%(text)s” stands here twice. Keep one of them."),
    "head_unknown": _("the column “%(text)s” is not known and is not read."),
    "sheet_unknown": _("the sheet “%(text)s” is not known and is not read."),
    "heads_without_code": _("the sheet has no column “Mã thủ tục”. Take the template for the names of the columns."),
    # Faults of a whole file.
    "too_many_sheets": _("The workbook has more than %(most)s sheets. Take the template and keep its sheets only."),
    "too_many_rows": _("A sheet has more than %(most)s rows. Split the file."),
    "too_many_columns": _("A sheet has more than %(most)s columns. Take the template and keep its columns only."),
    "too_large_inside": _("The workbook becomes too large when it is opened. Split the file."),
    "workbook_broken": _("The workbook cannot be read. Open it, save it again as .xlsx and choose the new file."),
    "csv_encoding": _("The text is not UTF-8. Save it as “CSV UTF-8” and choose the new file."),
    "csv_broken": _("The CSV file cannot be read: check the quotation marks around texts of several lines."),
    "json_broken": _("The JSON file cannot be read: fault in line %(line)s, column %(column)s."),
    "json_shape": _("The JSON file holds no list of procedures. Take one exported here as a pattern."),
    "json_deep": _("The JSON file is nested too deeply."),
    "nothing_known": _("No sheet or column of the file is known. Take the template for the names of sheets and columns."),
    "empty": _("The file holds no procedure."),
    "infected": _("A virus was found in this file. Check your device and send a clean copy."),
    "scan_refused": _("The file could not be checked for viruses. Save it anew and send it again."),
    "crashed": _("The file could not be checked because of a fault on our side. Try again; the system's operator was told."),
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `place`: sheet and cell, or where in a JSON file; `is_error` False: only a warning."""

    place: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    is_error: bool = True

    def stored(self) -> dict[str, Any]:
        """As it is kept in a row."""
        values = {name: tidy(value) if isinstance(value, str) else value for name, value in self.values.items()}
        return {"place": tidy(self.place), "code": self.code, "values": values, "is_error": self.is_error}


class Unreadable(Exception):
    """The file as a whole is refused; `code` is one of MESSAGES."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values_said = code, values


class Wrong(Exception):
    """A cell whose text is no value of its column."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values_said = code, values


def sentence(code: str, values: Mapping[str, Any]) -> str:
    """The sentence of a code in the reader's language."""
    from procedures import slips

    if code == "document_wrong":
        values = {"where": values["where"], "what": faults.sentence({"type": "", **values})}
    text = MESSAGES.get(code) or slips.MESSAGES.get(code) or MESSAGES["crashed"]
    return str(text) % values


def told(problems: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Kept problems as {place, text, is_error} in the reader's language."""
    return [
        {
            "place": problem["place"],
            "text": sentence(problem["code"], problem["values"]),
            "is_error": problem["is_error"],
        }
        for problem in problems
    ]
