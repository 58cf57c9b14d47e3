"""The long lists of the dossier page as rows for {% repeat %}: papers with their files, answers in words."""

import json
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.templatetags import mc
from common.templatetags.shapes import escaped
from documents.models import StoredFile
from dossiers.forms.officer import REASONS
from dossiers.models import PaperFile
from dossiers.queues import COLUMNS, DUE, NEWEST
from dossiers.views.officer import changes
from procedures import eforms
from procedures.services import content_of

if TYPE_CHECKING:
    from dossiers.views.officer.page import DossierPage

SAMPLE = "0-0"  # stands for the key of a paper while the address is built once


def papers(
    rows: list[dict[str, Any]], *, code: str, shown: str, may_mark: bool, changed: changes.Changes = changes.NONE
) -> list[dict[str, Any]]:
    """The papers of `DossierPage.paper_rows`; `shown` is the key of the one in the viewer."""
    before, after = reverse("dossiers:mark_paper", args=[code, SAMPLE]).rsplit(SAMPLE, 1)
    language = get_language()
    return [
        {
            "number": row["number"],
            "name": row["name"],
            "key": row["paper"].key,
            "verdict": row["paper"].verdict,
            "reason": row["paper"].reason,
            "has_reason": bool(row["paper"].reason),
            "options": reason_options(row["paper"].reason_code, language),
            "is_open": row["paper"].key == shown,
            "may_mark": may_mark,
            "mark_url": f"{before}{row['paper'].key}{after}",
            "files": SafeString("".join(f"<small>{escaped(_file(one, language))}</small>" for one in row["files"])),
            "origins": SafeString("".join(f"<small><strong>{escaped(one)}</strong></small>" for one in row["origins"]))
            + changes.drawn_paper(changed, code, row["paper"].key),
            "has_files": bool(row["files"]),
        }
        for row in rows
    ]


@lru_cache(maxsize=64)
def reason_options(chosen: str, language: str | None) -> SafeString:
    """The reasons for which a paper is not valid, one of them chosen (or none)."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((code, mark_safe(" selected") if code == chosen else "", words) for code, words in REASONS.items()),
    )


def _file(row: PaperFile, language: str | None) -> str:
    file = row.file
    about = _about(file.size, file.pages, file.state, language)
    return file.original_name + about + (_more(str(file.warning_message)) if file.warning else "")


@lru_cache(maxsize=4096)
def _about(size: int, pages: int | None, state: str, language: str | None) -> str:
    """Size, number of pages and state of a file, behind its name."""
    parts = [mc.file_size(size)]
    if pages and pages > 1:
        parts.append(_("%(n)s pages") % {"n": pages})
    return "".join(_more(str(part)) for part in (*parts, _FILE_STATES.get(state, "")))


def _more(words: str) -> str:
    return f" · {words}" if words else ""


_FILE_STATES = dict(StoredFile.State.choices)  # get_state_display goes through all choices each time


@lru_cache(maxsize=1024)
def badges(found: tuple[tuple[str, str, str], ...]) -> SafeString:
    """The badges (words, tone, icon) of a row of the list, beside its code."""
    drawn = format_html_join("", "{}", ((mc.badge(*one),) for one in found))
    return format_html('<span class="mc-badges">{}</span>', drawn) if found else drawn


SORTED_BY = {"code": NEWEST, "left": DUE}  # heads that sort, as far as an index or the few open dossiers give the order


@lru_cache(maxsize=1024)
def heads(columns: tuple[str, ...], sort: str, address: str, language: str | None) -> SafeString:
    """The heads of a list's columns; those that sort are links. `address`: the list without its order, "" for none."""
    shown = [("code", _("Dossier")), *((key, str(COLUMNS[key].label)) for key in columns)]
    return format_html_join("", "{}", ((_head(key, words, sort, address),) for key, words in shown))


def _head(key: str, words: str, sort: str, address: str) -> SafeString:
    fixed = mark_safe(' class="mc-fix"') if key == "code" else ""
    wanted = SORTED_BY.get(key)
    if not (wanted and address):
        return format_html('<th scope="col" role="columnheader"{}>{}</th>', fixed, words)
    is_current = wanted == sort
    order = ("descending" if wanted == NEWEST else "ascending") if is_current else "none"
    return format_html(
        '<th scope="col" role="columnheader"{} aria-sort="{}"><a href="{}&amp;xep={}">{} {}</a></th>',
        fixed, order, address, SORT_WORDS[wanted], words, mc.icon("down" if is_current else "sort"),
    )  # fmt: skip


SORT_WORDS = {DUE: "han", NEWEST: "moi"}  # how an address says it


@lru_cache(maxsize=256)
def options(choices: tuple[tuple[str, Any], ...], language: str | None) -> SafeString:
    """The choices of a select, none of them chosen; drawn once per language."""
    return format_html_join("", '<option value="{}">{}</option>', ((value, str(label)) for value, label in choices))


def declared(page: "DossierPage", changed: changes.Changes = changes.NONE) -> tuple[dict[str, Any], ...]:
    """The sections of the answers with their rows drawn: `title`, `rows`."""
    if changed.answers:
        return tuple(_section(part, changed) for part in page.sections)
    dossier, where = page.dossier, (settings.PROVINCE_CODE, get_language())
    return _declared(page.answers_text, dossier.procedure_version_id, dossier.filed_at, *where)


@lru_cache(maxsize=100)
def _declared(
    text: str, version: int, at: datetime | None, province: str, language: str | None
) -> tuple[dict[str, Any], ...]:
    """Answers in words, kept: who works on a dossier opens its page a dozen times, for each paper and each act. They hang on
    nothing but the answers' own text, the version of the form, the day of filing (its communes) and the language.
    """
    parts = eforms.summary(content_of(version), json.loads(text), language or "vi", at=at, masked=True)
    return tuple(_section(part) for part in parts)


def _section(part: Any, changed: changes.Changes = changes.NONE) -> dict[str, Any]:
    return {"title": part.title, "rows": answers(part, changed)}


def answers(section: Any, changed: changes.Changes = changes.NONE) -> SafeString:
    """The rows of a section of the summary: label and value, the lines of a long answer kept, tables row by row."""
    return SafeString("".join([
        f"<div><dt>{escaped(row.label)}</dt><dd>{_value(row, changed)}</dd></div>\n" for row in section.rows
    ]))  # fmt: skip


def _value(row: Any, changed: changes.Changes) -> str:
    value = _table(row.table) if row.table else _lines(row.value)
    return changes.drawn_answer(changed, row.key, SafeString(value)) if changed.answers else value


def _lines(text: str) -> str:
    drawn = escaped(text)
    return drawn.replace("\r\n", "<br>").replace("\n", "<br>") if "\n" in drawn else drawn


def _table(table: tuple[tuple[tuple[str, str], ...], ...]) -> SafeString:
    lines = (" · ".join(f"{label}: {value}" for label, value in row) for row in table)
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines))
