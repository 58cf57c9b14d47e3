"""Everything a dossier page of the desk shows, each part read once and only when it is needed."""

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.querysets import unshown
from agencies.models import Post, Role
from agencies.standing import standing_of
from common.prepared import Prepared, Together, unread
from common.writing import Part, ahead
from dossiers import clock, offers
from dossiers.clock.words import limit_words
from dossiers.models import Answers, ClockEntry, Dossier, DossierEvent, FeeLine, Paper, PaperFile, Result
from dossiers.services import clockwork, result_texts, results, routing, uploads
from dossiers.terms import DossierTerms, terms_of
from dossiers.time_left import time_left
from dossiers.views.citizen import paper_cards
from dossiers.views.officer import changes, history, rows
from dossiers.workflow import State
from procedures import eforms

# Of a file: what a page shows of it; how it is kept is for those who keep it.
FILE_SHOWN = ("public_id", "original_name", "extension", "size", "pages", "state", "reason", "warning")
AS_TEXT = Cast("answers", TextField())
# What each page reads of a dossier, compiled once per process (see common.prepared).
ANSWERS = Prepared(
    lambda dossier, revision: Answers.objects.filter(dossier=dossier, revision=revision).values_list(AS_TEXT),
    dossier=int,
    revision=int,
)
PAPERS = Prepared(lambda dossier: Paper.objects.filter(dossier=dossier).order_by("position", "pk"), dossier=int)


def _files(dossier: int, *origins: str) -> QuerySet[PaperFile]:
    """The files in force, with where they were taken from if that is asked for."""
    found = PaperFile.objects.filter(paper__dossier=dossier, removed_at=None).select_related("file", *origins)
    shown = paper_cards.ROW if origins else paper_cards.OWN
    return found.only(*shown, *(f"file__{column}" for column in FILE_SHOWN)).order_by("position", "pk")


FILES = Prepared(_files, dossier=int)
FILES_TAKEN = Prepared(lambda dossier: _files(dossier, *paper_cards.ORIGINS), dossier=int)
RESULT = Prepared(
    lambda dossier: (
        Result.objects.filter(dossier=dossier, revoked_at=None)
        .select_related("file", "drafted_by", "signed_by")
        .defer(*unshown("drafted_by", "signed_by"), *unread(Result, file="public_id"))
        .order_by("-revision")[:1]
    ),
    dossier=int,
)
LEDGER = Prepared(lambda dossier: ClockEntry.objects.filter(dossier=dossier).order_by("seq", "position"), dossier=int)
EXTENSIONS = Prepared(
    lambda dossier: ClockEntry.objects.filter(dossier=dossier, kind="legal_extension").values_list("reason_code"),
    dossier=int,
)


def _events(dossier: int) -> QuerySet[DossierEvent]:
    """The events with the names of those who acted, newest first."""
    found = DossierEvent.objects.filter(dossier=dossier).select_related("actor")
    return found.defer("hash", "previous_hash", "key_id", *unshown("actor")).order_by("-seq")


EVENTS = Prepared(_events, dossier=int)
LATEST = Prepared(lambda dossier: _events(dossier)[:4], dossier=int)
FEE_AFTER = Prepared(
    lambda dossier: FeeLine.objects.filter(dossier=dossier, timing="after", amount__gt=0).values_list("pk")[:1],
    dossier=int,
)

# What the page reads beside the dossier itself, in one statement.
READING = Together(
    answers=ANSWERS, papers=PAPERS, files=FILES, result=RESULT, extensions=EXTENSIONS, latest=LATEST,
    fee_after=FEE_AFTER, texts=history.TEXTS,
)  # fmt: skip

_MOVES = frozenset({"forward", "send_back", "sign_result", "start_processing", "confirm_supplement", "reopen"})


class DossierPage:
    """The dossier as one officer sees it at one moment."""

    def __init__(self, dossier: Dossier, user: User, now: datetime, *, seen: int | None = None) -> None:
        self.dossier = dossier
        self.user = user
        self.now = now
        self.seen = seen  # the last event the officer saw before this visit; None: never looked, or nobody asks

    @cached_property
    def terms(self) -> DossierTerms:
        """The pinned version with the dossier's case and channel."""
        return terms_of(self.dossier)

    @property
    def title(self) -> str:
        """The procedure's short name."""
        return self.say(self.terms.content.title)

    @staticmethod
    def say(text: Any) -> str:
        """A text of the catalogue in the reader's language."""
        return str(text.in_(get_language() or "vi")) if text else ""

    @cached_property
    def left(self) -> clock.Remaining:
        """The time left."""
        return time_left(self.dossier, self.now)

    @property
    def delivery_words(self) -> str:
        """How the result is to be received."""
        return str(rows.DELIVERIES.get(self.dossier.delivery, ""))

    @cached_property
    def due_words(self) -> str:
        """The second line of the time left."""
        return self.left.due_words

    @cached_property
    def _read(self) -> dict[str, list[Any]]:
        return READING.read(dossier=self.dossier.pk, revision=self.dossier.answers_revision)

    def read_and_note(self, *parts: Part) -> None:
        """Read the dossier's parts now and write `parts` (that it was looked at) on the same way, both or neither."""
        dossier = self.dossier
        self._read = READING.read(ahead(parts), dossier=dossier.pk, revision=dossier.answers_revision)

    # ── answers ──
    @cached_property
    def answers_text(self) -> str:
        """The answers that count, those of the newest revision that was sent, as the database holds them (JSON)."""
        rows = self._read["answers"]
        return rows[0][0] if rows else "{}"

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that count."""
        found: dict[str, Any] = json.loads(self.answers_text)
        return found

    @cached_property
    def sections(self) -> Any:
        """The answers in words, section by section."""
        return self._summary(self.answers)

    def sections_of(self, revision: int) -> Any:
        """An earlier revision of the answers in words."""
        rows = ANSWERS.rows(dossier=self.dossier.pk, revision=revision)
        return self._summary(json.loads(rows[0][0])) if rows else []

    def _summary(self, answers: dict[str, Any]) -> Any:
        return eforms.summary(
            self.terms.content, answers, get_language() or "vi", at=self.dossier.filed_at, masked=True
        )

    @cached_property
    def changes(self) -> changes.Changes:
        """What others changed since this officer last looked."""
        return changes.of(self, self.seen)

    def field_choices(self) -> list[tuple[str, str]]:
        """(key, label) of the answers that can be asked for again."""
        return [(row.key, row.label) for section in self.sections for row in section.rows]

    # ── papers ──
    @cached_property
    def papers(self) -> list[Paper]:
        """The papers handed in, in the order of the catalogue."""
        return self._read["papers"]

    @cached_property
    def files(self) -> dict[int, list[PaperFile]]:
        """The files in force by paper."""
        found: dict[int, list[PaperFile]] = {}
        read = self._read["files"]
        is_taken = any(row.taken_from_id or row.from_result_id for row in read)  # from another dossier: rare
        for row in FILES_TAKEN.all(dossier=self.dossier.pk) if is_taken else read:
            found.setdefault(row.paper_id, []).append(row)
        return found

    def name_of(self, key: str) -> str:
        """The name of a paper."""
        try:
            return self.say(self.terms.content.paper(key).name)
        except KeyError:
            return key

    @cached_property
    def paper_rows(self) -> list[dict[str, Any]]:
        """Papers for the list: number, name, verdict, files."""
        return [
            {
                "number": n,
                "paper": paper,
                "name": self.name_of(paper.key),
                "files": self.files.get(paper.pk, []),
                "origins": [words for one in self.files.get(paper.pk, []) if (words := paper_cards.origin_words(one))],
            }
            for n, paper in enumerate(self.papers, 1)
        ]

    def asked_papers(self) -> list[tuple[str, str, Paper | None]]:
        """(key, name, mark) of every paper the law asks for in this case, handed in or not."""
        marks = {paper.key: paper for paper in self.papers}
        at = self.dossier.filed_at or self.now
        rules = uploads.rules(self.dossier, self.terms.content, self.dossier.case_key, self.answers, at)
        return [(rule.key, self.say(rule.name), marks.get(rule.key)) for rule in rules]

    @property
    def has_invalid(self) -> bool:
        """A paper is marked as not valid."""
        return any(paper.verdict == Paper.Verdict.INVALID for paper in self.papers)

    @property
    def marks_words(self) -> str:
        """What the marks amount to, for the act bar."""
        invalid = sum(paper.verdict == Paper.Verdict.INVALID for paper in self.papers)
        unseen = sum(paper.verdict == Paper.Verdict.UNSEEN for paper in self.papers)
        if unseen and not invalid:
            return ngettext("%(n)s paper not seen yet.", "%(n)s papers not seen yet.", unseen) % {"n": unseen}
        if invalid:
            return _("%(invalid)s papers not valid, %(unseen)s not seen yet.") % {"invalid": invalid, "unseen": unseen}
        return _("Every paper is valid.") if self.papers else ""

    # ── result, supplement, people ──
    @cached_property
    def result(self) -> Result | None:
        """The newest result that was not revoked."""
        if not (self.dossier.result_state or self.dossier.outcome):
            return None
        return next(iter(self._read["result"]), None)

    @cached_property
    def request(self) -> Any:
        """The newest request for a supplement with its items."""
        return self.dossier.supplements.prefetch_related("items").order_by("-number").first()

    @property
    def request_rows(self) -> list[dict[str, str]]:
        """What the request asks for, in words."""
        if self.request is None:
            return []
        labels = dict(self.field_choices())
        return [
            {
                "key": self.name_of(item.key) if item.kind == "paper" else labels.get(item.key, item.key),
                "value": item.reason,
            }
            for item in self.request.items.all()
        ]

    def result_template(self) -> str:
        """The first words of a positive result: the template of its kind with the answers; the specialist changes them."""
        agency = self.dossier.deciding_agency
        return result_texts.first_words(
            self.terms.content, self.answers, name=self.dossier.party.full_name,
            agency=agency.name_vi if agency else "", at=self.dossier.filed_at,
        )  # fmt: skip

    def earlier_steps(self) -> list[tuple[Any, str]]:
        """The steps the dossier may be sent back to, with their titles."""
        return [(step, self.say(step.title)) for step in routing.earlier_steps(self.dossier)]

    def extension_choices(self) -> list[tuple[str, str]]:
        """The lawful extensions that were not used."""
        return [
            (item.key, f"{limit_words(self._limit(item.by))}: {self.say(item.condition)}")
            for item in self.terms.terms.extensions
            if item.key not in self.used_extensions
        ]

    @staticmethod
    def _limit(limit: Any) -> clock.Limit:
        return clock.Limit(max(1, limit.amount), limit.unit.value)

    @cached_property
    def used_extensions(self) -> frozenset[str]:
        """Extensions the dossier has had."""
        return frozenset(reason for (reason,) in self._read["extensions"])

    def colleagues(self) -> Iterable[User]:
        """The people whose post fits the current step, today."""
        dossier = self.dossier
        role = dossier.step_role or Role.RECEPTION
        at_counter = role == Role.RECEPTION
        agency = dossier.receiving_agency_id if at_counter else dossier.handling_agency_id
        posts = Post.objects.valid_on(timezone.localdate(self.now)).filter(role=role, agency=agency)
        return User.objects.filter(pk__in=posts.values("user"), is_active=True).order_by("full_name")

    # ── clock and history ──
    @cached_property
    def ledger_rows(self) -> list[ClockEntry]:
        """The clock entries, oldest first."""
        return LEDGER.all(dossier=self.dossier.pk)

    @cached_property
    def explanation(self) -> clock.Explanation | None:
        """The legal limit (before acceptance: the answer within 8 hours) and how it was computed."""
        track = "handling" if self.dossier.accepted_at else "intake"
        rows = [clockwork.as_entry(row) for row in self.ledger_rows]
        if not any(row.track == track for row in rows):
            return None
        return clock.explain(rows, track, clockwork.calendar_for(self.dossier, track, rows))  # type: ignore[arg-type]

    @cached_property
    def events(self) -> list[Any]:
        """The events with their actors, newest first."""
        return EVENTS.all(dossier=self.dossier.pk)

    @cached_property
    def latest(self) -> list[dict[str, Any]]:
        """The newest four events in words."""
        return self._in_words(self._latest)

    @cached_property
    def _latest(self) -> list[DossierEvent]:
        return self._read["latest"]

    @cached_property
    def texts(self) -> dict[int, str]:
        """Reasons and messages by the seq of their event."""
        return dict(self._read["texts"])

    @cached_property
    def sent_back(self) -> dict[str, Any] | None:
        """The comment with which the dossier was given back to this step, while it is here; None else."""
        if self.dossier.state != State.PROCESSING:
            return None
        moved = next((event for event in self._latest if event.name in _MOVES), None)
        if moved is None or moved.name != "send_back":
            return None
        return {"at": moved.at, "who": moved.actor, "text": self.texts.get(moved.seq, "")}

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """The history in words, newest first."""
        return self._in_words(self.events)

    def _in_words(self, events: list[Any]) -> list[dict[str, Any]]:
        rows = history.entries(events, self.texts)
        new = {event.seq for event in self.changes.events}
        for row in rows if new else ():
            row["is_new"] = row["seq"] in new
        return rows

    # ── acts ──
    @cached_property
    def offer(self) -> offers.Offer:
        """What this officer can do now."""
        return offers.offer(self.dossier, self.user, self._facts())

    @property
    def _waits_at_once(self) -> bool:
        return self.dossier.decides_at_once and self.dossier.state == State.RECEIVED

    def _facts(self) -> offers.Facts:
        later = self.dossier.fee_state == Dossier.FeeState.LATER
        return offers.Facts(
            now=self.now,
            has_invalid=self.dossier.state == State.NEW and self.has_invalid,
            result=self.result,
            used_extensions=self.used_extensions,
            has_fee_after=later and bool(self._read["fee_after"]),
            typed_by=results.typed_by(self.dossier) if self._waits_at_once else None,
        )

    @property
    def holder(self) -> str:
        """Who has the dossier now: a person, or the post it waits at."""
        if self.dossier.assignee:
            return _("You") if self.dossier.assignee_id == self.user.pk else self.dossier.assignee.display_name
        return _("Nobody yet")

    @cached_property
    def step_words(self) -> str:
        """The current step of the route by its title."""
        steps = {step.no: step for step in self.terms.steps}
        step = steps.get(self.dossier.step_no)
        return self.say(step.title) if step and self.dossier.state in {State.RECEIVED, State.PROCESSING} else ""

    @property
    def standing(self) -> Any:
        """The officer's posts today."""
        return standing_of(self.user)
