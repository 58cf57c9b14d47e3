"""Agencies that merge or split on a date: who succeeds whom, and the posts that follow.

What concerns procedures and dossiers follows in the rooms above; all of it may be run again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, Post, StandIn, Succession
from audit.services import record
from common.text import sort_key

NEW = {"key", "code", "name_vi", "name_en", "one_stop_vi", "one_stop_en", "kind", "level"}
MORE = {"commune_code", "phone", "address_vi"}


@dataclass(frozen=True)
class Rule:
    """Which part of a split agency's work goes to `into`: one procedure, one field, or one commune's people."""

    into: Agency
    procedure: str = ""
    field: str = ""
    commune: str = ""

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether a dossier or procedure with these facts (procedure, field, commune) falls under the rule."""
        wanted = {name: getattr(self, name) for name in ("procedure", "field", "commune") if getattr(self, name)}
        return bool(wanted) and all(facts.get(name) == value for name, value in wanted.items())


@dataclass(frozen=True)
class Share:
    """What becomes of one agency: what no rule names goes to `into`; `into` the agency itself: it stays, with less work."""

    old: Agency
    into: Agency
    rules: tuple[Rule, ...] = ()
    posts: Mapping[str, Agency] = field(default_factory=dict)  # by user name, where a post does not go to `into`

    @property
    def ends(self) -> bool:
        """Whether the old agency is gone afterwards."""
        return self.into != self.old

    @property
    def successors(self) -> list[Agency]:
        """Every agency that takes something over."""
        found = {agency.pk: agency for agency in (self.into, *(rule.into for rule in self.rules))}
        return [agency for agency in found.values() if agency != self.old]


@dataclass(frozen=True)
class Reorganisation:
    """One decision: on which date, by which act, what becomes of which agency."""

    on: date
    source: str
    shares: tuple[Share, ...]

    @property
    def old_ids(self) -> list[int]:
        """The agencies whose work moves."""
        return [share.old.pk for share in self.shares]

    def successor(self, agency_id: int | None, facts: Mapping[str, str]) -> int | None:
        """Who takes over from an agency what has these facts; the agency itself where nothing changes."""
        share = next((share for share in self.shares if share.old.pk == agency_id), None)
        if share is None:
            return agency_id
        return next((rule.into.pk for rule in share.rules if rule.fits(facts)), share.into.pk)


def read_plan(document: Mapping[str, Any]) -> Reorganisation:
    """A plan as an administrator writes it (see docs/operations.md); makes the new agencies it names.

    Raises ValidationError in words. Runs inside the caller's transaction, so that a dry run leaves nothing behind.
    """
    try:
        on = date.fromisoformat(str(document["on"]))
        source = str(document["source"]).strip()
        parts = [*document.get("merge", []), *document.get("split", [])]
    except (KeyError, ValueError, TypeError) as error:
        raise ValidationError(_("The plan needs `on` (a date YYYY-MM-DD), `source` and `merge` or `split`.")) from error
    if not source or not parts:
        raise ValidationError(_("The plan needs `on` (a date YYYY-MM-DD), `source` and `merge` or `split`."))
    for values in document.get("agencies", []):
        _make(values, on)
    shares = tuple(share for part in parts for share in _shares(part))
    _check(shares, on)
    return Reorganisation(on, source, shares)


def _make(values: Mapping[str, Any], on: date) -> None:
    if not values.keys() >= NEW or values.keys() - NEW - MORE:
        raise ValidationError(_("A new agency needs exactly: %(fields)s.") % {"fields": ", ".join(sorted(NEW))})
    Agency.objects.get_or_create(
        key=values["key"], defaults={**values, "valid_from": on, "sort_key": sort_key(values["name_vi"])}
    )


def _shares(part: Mapping[str, Any]) -> Iterator[Share]:
    olds = part.get("from")
    for code in [olds] if isinstance(olds, str) else olds or []:
        rules = tuple(
            Rule(agency_of(rule.get("into")), **{n: str(rule.get(n, "")) for n in ("procedure", "field", "commune")})
            for rule in part.get("rules", [])
        )
        posts = {name: agency_of(into) for name, into in part.get("posts", {}).items()}
        yield Share(agency_of(code), agency_of(part.get("into")), rules, posts)


def agency_of(code: object) -> Agency:
    """The agency of a code; raises ValidationError."""
    found = Agency.objects.filter(code=str(code or "")).first()
    if found is None:
        raise ValidationError(_("There is no agency %(code)s.") % {"code": code})
    return found


def _check(shares: tuple[Share, ...], on: date) -> None:
    olds = [share.old.pk for share in shares]
    if len(set(olds)) != len(olds):
        raise ValidationError(_("An agency stands in the plan twice."))
    for share in shares:
        if share.ends and share.old.valid_to is not None and share.old.valid_to != on:
            raise ValidationError(_("%(name)s has ended on another day.") % {"name": share.old.name_vi})
        for agency in share.successors:
            if not agency.is_valid_on(on) or any(one.old == agency and one.ends for one in shares):
                raise ValidationError(_("%(name)s does not exist on that day.") % {"name": agency.name_vi})


def succeed(plan: Reorganisation, *, actor: User | None) -> int:
    """Write the successions, end what ends, let the posts follow; returns how many posts moved. Again changes nothing."""
    with transaction.atomic():
        return sum(_succeed(share, plan.on, actor) for share in plan.shares)


def _succeed(share: Share, on: date, actor: User | None) -> int:
    for agency in share.successors:
        Succession.objects.get_or_create(old=share.old, new=agency, on=on)
    if share.ends and share.old.valid_to is None:
        Agency.objects.filter(pk=share.old.pk).update(valid_to=on)
        record(
            "agency.succeeded", actor_id=actor.pk if actor else None, subject_type="agency", subject_id=share.old.pk,
            agency_code=share.old.code, data={"into": [agency.pk for agency in share.successors]},
        )  # fmt: skip
    posts = Post.objects.filter(agency=share.old).exclude(valid_to__lte=on).select_related("user")
    moving = [(post, share.posts.get(post.user.username or "", share.into)) for post in posts]
    return sum(_move_post(post, agency, on, actor) for post, agency in moving if agency != share.old)


def _move_post(post: Post, agency: Agency, on: date, actor: User | None) -> bool:
    since = max(on, post.valid_from)
    moved, created = Post.objects.get_or_create(
        user=post.user, agency=agency, role=post.role, valid_to=post.valid_to,
        defaults={"valid_from": since, "title_vi": post.title_vi, "title_en": post.title_en},
    )  # fmt: skip
    for stand_in in StandIn.objects.filter(post=post, valid_to__gt=since):
        StandIn.objects.get_or_create(
            post=moved, substitute=stand_in.substitute, valid_from=max(since, stand_in.valid_from),
            valid_to=stand_in.valid_to,
        )  # fmt: skip
        _end_stand_in(stand_in, since)
    Post.objects.filter(pk=post.pk).update(valid_to=since)
    record(
        "post.moved", actor_id=actor.pk if actor else None, subject_type="post", subject_id=post.pk,
        agency_code=agency.code, data={"to": moved.pk},
    )  # fmt: skip
    return created


def _end_stand_in(stand_in: StandIn, on: date) -> None:
    if stand_in.valid_from < on:
        StandIn.objects.filter(pk=stand_in.pk).update(valid_to=on)
    else:
        stand_in.delete()
