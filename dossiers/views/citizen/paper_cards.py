"""Papers as cards: one per paper, one row per file, the state of each in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.mc import vn_date
from documents.kinds import KINDS
from documents.models import StoredFile
from dossiers.models import Dossier, PaperFile
from dossiers.services.editing import is_prepared
from dossiers.workflow import State
from procedures.content import Paper
from procedures.presenting import say

ORIGINS = ("taken_from__paper__dossier", "from_result__dossier")
# What a list of files shows of each; of the dossiers they came from only the codes.
OWN = ("paper", "position", "revision", "added_at", "removed_at", "file", "taken_from", "from_result")
ROW = (
    *OWN[:6], "taken_from__added_at", "taken_from__paper__dossier__code",
    "from_result__issued_at", "from_result__revoked_at", "from_result__dossier__code",
)  # fmt: skip
BAD = frozenset({StoredFile.State.INFECTED, StoredFile.State.REFUSED, StoredFile.State.ERASED})


def live_files(dossier: Dossier) -> dict[str, list[PaperFile]]:
    """{key of the paper: its files, in order}."""
    rows = PaperFile.objects.filter(paper__dossier=dossier, removed_at=None)
    rows = rows.select_related("file", "paper", *ORIGINS)
    found: dict[str, list[PaperFile]] = {}
    for row in rows.order_by("paper__position", "position", "pk"):
        found.setdefault(row.paper.key, []).append(row)
    return found


def cards(
    dossier: Dossier, rules: Iterable[Paper], *, faults: Mapping[str, str] | None = None, removed: str = ""
) -> list[dict[str, Any]]:
    """Data of common/upload_card.html. `faults`: {key: sentence}; `removed`: a file just taken out, to be put back."""
    files = live_files(dossier)
    undo = _undo(dossier, removed)
    return [
        card(dossier, rule, number, files.get(rule.key, []))
        | {"fault": (faults or {}).get(rule.key, ""), "undo": undo if undo and undo.paper.key == rule.key else None}
        for number, rule in enumerate(rules, 1)
    ]


def _undo(dossier: Dossier, removed: str) -> PaperFile | None:
    if not removed:
        return None
    rows = PaperFile.objects.filter(paper__dossier=dossier).exclude(removed_at=None).select_related("file", "paper")
    return next((row for row in rows if str(row.file.public_id) == removed), None)


def card(dossier: Dossier, rule: Paper, number: int, files: list[PaperFile]) -> dict[str, Any]:
    """One paper with its files."""
    rows = [file_row(dossier, one.file) | {"origin": origin_words(one)} for one in files]
    tone, words, icon = _state(rule, rows)
    return {
        "key": rule.key,
        "number": number,
        "title": say(rule.name),
        "why": _why(rule),
        "tone": tone,
        "words": words,
        "icon": icon,
        "files": rows,
        "accept": ",".join(ending for kind in rule.accept for ending in _endings(kind)),
        "max_bytes": rule.max_mb * 1024 * 1024,
        "camera": "yes" if {"jpg", "png"} & set(rule.accept) else "no",
        "reuse_url": reuse_url(dossier, rule.key),
    }


def reuse_url(dossier: Dossier, key: str) -> str:
    """Where a document of the store is chosen; not while an officer prepares the draft: it is the citizen's store."""
    if is_prepared(dossier) or dossier.state == State.SUPPLEMENT:
        return ""
    return reverse("dossiers:reuse", args=[dossier.procedure.code, dossier.public_id, key])


def origin_words(row: PaperFile) -> str:
    """Where a reused paper came from: which dossier, which day, signed result or own upload; empty for a new one."""
    if row.from_result_id is None and row.taken_from_id is None:  # most of them
        return ""
    if row.from_result is not None and row.from_result.issued_at:
        words = _("Reused: signed result of dossier %(code)s, issued %(day)s")
        values = {"code": row.from_result.dossier.code, "day": vn_date(row.from_result.issued_at)}
        withdrawn = " " + _("(revoked since)") if row.from_result.revoked_at else ""
        return words % values + withdrawn
    if row.taken_from is not None:
        words = _("Reused: paper of dossier %(code)s, sent %(day)s")
        return words % {"code": row.taken_from.paper.dossier.code, "day": vn_date(row.taken_from.added_at)}
    return ""


def _endings(kind: str) -> list[str]:
    return [f".{ending}" for ending in KINDS[kind].endings]


def _why(rule: Paper) -> str:
    kinds = ", ".join(kind.upper() for kind in rule.accept)
    size = _("%(kinds)s, at most %(mb)s MB.") % {"kinds": kinds, "mb": rule.max_mb}
    condition = f"{say(rule.condition).rstrip('.')}. " if rule.condition else ""
    return condition + size


def _state(rule: Paper, rows: list[dict[str, Any]]) -> tuple[str, str, str]:
    states = {row["state"] for row in rows}
    if not rows:
        return ("info", _("Not there yet"), "") if rule.required else ("info", _("Only if you have it"), "")
    if "bad" in states:
        return "bad", _("To be sent again"), "alert"
    if "busy" in states:
        return "blue", _("Being checked"), "sync"
    return "ok", pgettext("paper", "Received"), "check"


def file_row(dossier: Dossier, file: StoredFile) -> dict[str, Any]:
    """Data of common/file_row.html."""
    state, words = _file_state(file)
    row = {
        "public_id": file.public_id,
        "name": file.original_name,
        "size": file.size,
        "state": state,
        "words": words,
        "url": reverse("dossiers:file", args=[file.public_id]) if file.is_clean else "",
    }
    if file.is_waiting:
        row["poll"] = reverse("dossiers:file_row", args=[dossier.procedure.code, dossier.public_id, file.public_id])
    return row


def _file_state(file: StoredFile) -> tuple[str, Any]:
    if file.state in BAD:
        return "bad", file.state_message or _("This file is no longer there. Send it again.")
    if file.is_waiting:
        return "busy", _("Sent, the file is being checked. You can go on meanwhile.")
    if file.warning:
        return "warn", file.warning_message
    return "ok", _("Checked")
