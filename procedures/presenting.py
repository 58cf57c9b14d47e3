"""What pages say about a procedure: time, fee, minutes, papers, in words of the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from itertools import product
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

from common.money import vnd
from procedures import finding
from procedures.content import Channel, Content, Fee, Limit, Paper, Terms, Text, Unit
from procedures.eforms.context import LOCAL
from procedures.eforms.words import condition_words
from procedures.fees import quote
from procedures.finding import Entry
from procedures.models import Procedure


def say(text: Text | None) -> str:
    """A text of the catalogue in the reader's language; empty for None."""
    return text.in_(get_language() or "vi") if text else ""


# ── time ──
def limit_words(limit: Limit | None) -> str:
    """`5 working days`, `10 days`, `within the day`; empty when there is no limit."""
    if limit is None:
        return ""
    number = limit.amount
    match limit.unit:
        case Unit.SAME_DAY:
            return _("within the day")
        case Unit.WORKING_DAY:
            words = ngettext("%(number)s working day", "%(number)s working days", number)
        case Unit.CALENDAR_DAY:
            words = ngettext("%(number)s day", "%(number)s days", number)
        case Unit.MONTH:
            words = ngettext("%(number)s month", "%(number)s months", number)
        case _unit:
            words = ngettext("%(number)s working hour", "%(number)s working hours", number)
    return words % {"number": number}


def channel_name(channel: Channel) -> str:
    """Online, at the counter, by post."""
    return {
        Channel.ONLINE: _("filed online"),
        Channel.COUNTER: _("filed at the counter"),
        Channel.POST: _("filed by post"),
    }[channel]


def _first_terms(content: Content) -> Terms:
    case = content.cases[0] if content.cases[0].when is None else content.cases[-1]
    case = content.cases[0] if case.when is not None else case
    return next((terms for terms in case.terms if terms.channel == Channel.ONLINE), case.terms[0])


def counts_calendar_days(content: Content) -> bool:
    """Whether the usual limit runs on days of the calendar (days, months), not on working days or hours."""
    limit = _first_terms(content).limit
    return limit is not None and limit.unit in {Unit.CALENDAR_DAY, Unit.MONTH}


def usual(procedure: Procedure, content: Content) -> dict[str, Any] | None:
    """What the page says of the last 30 days: sentences and the lengths of the bars (of 100); None without figures."""
    figures, limit = procedure.usual_days, _first_terms(content).limit
    if not figures:
        return None
    unit = Unit.CALENDAR_DAY if counts_calendar_days(content) else Unit.WORKING_DAY
    days = (limit.amount * (30 if limit.unit == Unit.MONTH else 1)) if limit and limit.unit != Unit.HOUR else 0
    whole = max(days, figures["p90"], 1)
    return {
        "half": _within(figures["median"], unit),
        "most": _within(figures["p90"], unit),
        "limit": limit_words(limit),
        "dossiers": figures["dossiers"],
        "half_bar": round(100 * max(figures["median"], 0) / whole),
        "most_bar": round(100 * figures["p90"] / whole),
    }


def _within(days: int, unit: Unit) -> str:
    return limit_words(Limit(amount=days, unit=unit)) if days else _("within the day")


def time_words(content: Content) -> str:
    """The legal time of the usual case on the usual channel, naming the channel where others differ."""
    terms = _first_terms(content)
    if terms.limit is None:
        return say(terms.limit_note)
    limits = {(t.limit.amount, t.limit.unit) for case in content.cases for t in case.terms if t.limit}
    words = limit_words(terms.limit)
    return f"{words} ({channel_name(terms.channel)})" if len(limits) > 1 and len(content.channels) > 1 else words


def other_times(content: Content, *, with_parts: bool = True) -> list[str]:
    """What differs by case or channel, and what the law may add; `with_parts`: that other agencies take time, too."""
    main, found = _first_terms(content), []
    for case in content.cases:
        limits = {(terms.limit.amount, terms.limit.unit) for terms in case.terms if terms.limit}
        for terms in case.terms:
            if terms.limit is None or _same(terms.limit, main.limit):
                continue
            parts = [say(case.name)] if len(content.cases) > 1 else []
            parts += [channel_name(terms.channel)] if len(limits) > 1 else []
            found.append(f"{', '.join(parts)}: {limit_words(terms.limit)}")
    for extension in main.extensions:
        values = {"time": limit_words(extension.by), "condition": say(extension.condition)}
        found.append(_("%(time)s more if: %(condition)s") % values)
    if with_parts and content.route.children:
        named = ", ".join(say(child.title) for child in content.route.children)
        found.append(_("and the time of the other agencies for their parts: %(parts)s") % {"parts": named})
    return list(dict.fromkeys(found))


def own_limit(content: Content) -> Limit | None:
    """The legal limit of the usual case on the usual channel."""
    return _first_terms(content).limit


def _same(one: Limit, other: Limit | None) -> bool:
    return other is not None and (one.amount, one.unit) == (other.amount, other.unit)


def ways_to_file(content: Content, on: date) -> list[dict[str, str]]:
    """For each channel of the usual case: its name, the legal time, the fee."""
    case = content.cases[0] if content.cases[0].when is None else content.cases[-1]
    case = content.cases[0] if case.when is not None else case
    return [
        {
            "channel": channel_name(terms.channel),
            "time": limit_words(terms.limit) or say(terms.limit_note),
            "fee": fee_words(content, on, terms.channel),
        }
        for terms in case.terms
    ]


# ── fee ──
def _amounts(fee: Fee, channel: Channel, on: date) -> list[int]:
    if fee.quantity.steps:
        return [step.amount_vnd for step in fee.quantity.steps]
    rate = fee.rate(channel, on)
    return [rate.amount_vnd] if rate else []


def fee_words(content: Content, on: date, only: Channel | None = None) -> str:
    """`No fee`, `200.000 đ`, `from 255.000 đ`: what the card says, without exemptions; of the first channel unless named."""
    at = datetime.combine(on, time(12), LOCAL)
    channel, answers = only or content.channels[0], _typical_answers(content, on)
    totals = {
        quote(content, case=case.key, channel=channel, answers=given, at=at).total
        for case in content.cases
        if not only or only in {terms.channel for terms in case.terms}
        for given in answers
    }
    if not any(totals):
        return _("No fee")
    by_page = next((fee for fee in content.fees if fee.quantity.steps), None)
    if by_page:
        return _fee_amount(by_page, content, on)
    return vnd(totals.pop()) if len(totals) == 1 else _("from %(amount)s") % {"amount": vnd(min(totals))}


def _typical_answers(content: Content, on: date) -> list[dict[str, Any]]:
    """Answers that decide what is charged: each value a fee hangs on, one unit where a number is asked."""
    values: dict[str, set[str]] = {}
    fixed: dict[str, Any] = {}
    for fee in content.fees:
        if fee.quantity.table:
            fixed[fee.quantity.table] = [{str(fee.quantity.units): 1, str(fee.quantity.times): 1}]
        if fee.quantity.field:
            asked = content.eform.field(fee.quantity.field) if content.eform else None
            fixed[fee.quantity.field] = 0 if getattr(asked, "min", None) == 0 else 1
        condition = fee.show_if
        if condition and condition.field:
            is_choice = condition.equals is not None
            days = {on.isoformat(), date(on.year - 5, 1, 1).isoformat()}
            values.setdefault(condition.field, set()).update({str(condition.equals)} if is_choice else days)
    names = sorted(values)
    return [fixed | dict(zip(names, row, strict=True)) for row in product(*(sorted(values[name]) for name in names))]


@dataclass(frozen=True)
class FeeRow:
    """A line of the fee table: what, how much, and what else to know."""

    name: str
    amount: str
    notes: tuple[str, ...] = ()


def fee_rows(content: Content, on: date) -> list[FeeRow]:
    """The fee table as citizens read it; empty when nothing is paid."""
    rows: list[FeeRow] = []
    for fee in content.fees:
        if fee.kind != "none":
            rows.append(FeeRow(say(fee.name), _fee_amount(fee, content, on), tuple(_fee_notes(fee, content, on))))
            rows += [_exempt_row(fee, exemption, content, on) for exemption in fee.exemptions]
    return rows


def _fee_amount(fee: Fee, content: Content, on: date) -> str:
    if fee.quantity.steps:
        return _("%(amount)s a page") % {"amount": vnd(fee.quantity.steps[0].amount_vnd)}
    amounts = _amounts(fee, content.channels[0], on)
    return vnd(amounts[0]) if amounts else "—"


def _fee_notes(fee: Fee, content: Content, on: date) -> Iterable[str]:
    yield _("for each: %(unit)s") % {"unit": say(fee.unit)}
    steps = fee.quantity.steps
    for number, step in enumerate(steps[1:], 1):
        values = {"page": (steps[number - 1].up_to or 0) + 1, "amount": vnd(step.amount_vnd)}
        yield _("from page %(page)s on %(amount)s a page") % values
    if fee.quantity.cap_vnd:
        yield _("at most %(amount)s a copy") % {"amount": vnd(fee.quantity.cap_vnd)}
    first = fee.rate(content.channels[0], on)
    for channel in content.channels[1:]:
        rate = fee.rate(channel, on)
        if rate and first and rate.amount_vnd != first.amount_vnd:
            yield f"{channel_name(channel)}: {vnd(rate.amount_vnd)}"
    if fee.timing == "after":
        yield _("paid when the result is ready")


def _exempt_row(fee: Fee, exemption: Any, content: Content, on: date) -> FeeRow:
    amounts = _amounts(fee, content.channels[0], on)
    lowered = amounts[0] * (100 - exemption.percent_off) // 100 if amounts else 0
    return FeeRow(say(exemption.name), vnd(lowered), (_("with a paper that proves it"),) if exemption.proof else ())


# ── the rest ──
def description(content: Content, card: "Card") -> str:
    """One or two sentences for search engines: what it is for, time, fee, who decides."""
    facts = [part for part in (card["time"], card["fee"], card["agency"]) if part]
    return f"{say(content.purpose) or say(content.result.name)}. {' · '.join(facts)}".replace("..", ".")[:300]


def paper_condition(paper: Paper, content: Content) -> str:
    """When a paper is asked for: in the catalogue's words, else as the form's condition says; "" when always."""
    if paper.condition:
        return say(paper.condition)
    if paper.show_if is None or content.eform is None:
        return ""
    language = (get_language() or "vi")[:2]
    return _("only when %(condition)s") % {"condition": condition_words(paper.show_if, content.eform, language)}


def minutes(content: Content) -> int:
    """Minutes to fill in, computed: 20 seconds a question, a minute a table, a minute and a half an upload."""
    if content.eform is None:
        return 0
    fields = content.eform.fields()
    seconds = sum(60 if field.type in {"table", "address"} else 20 for field in fields if field.required)
    seconds += sum(90 for paper in content.papers if paper.is_uploaded and paper.required and paper.show_if is None)
    return max(3, round(seconds / 60))


def delivery_words(content: Content) -> tuple[str, str]:
    """How the result comes: the best way, and the others."""
    names = {"online": _("Online"), "post": _("By public post"), "counter": _("At the one-stop counter")}
    ways = [names[kind] for kind in ("online", "post", "counter") if kind in content.result.delivery]
    others = _("or: %(ways)s") % {"ways": ", ".join(ways[1:])} if len(ways) > 1 else ""
    return ways[0], others


Card = dict[str, Any]
CARD_PARTS = ("name", "full_name", "agency", "fee", "time", "visit_line")


def card_from(
    texts: Mapping[str, Mapping[str, str]], *, code: str, classification: str, has_national_code: bool
) -> Card:
    """The card of a procedure in the reader's language: name, full_name, url, code (shown), agency, fee, time, class,
    visit_line. `texts` is its column `card`."""
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    own = texts.get(language, {})
    return {part: own.get(part, "") for part in CARD_PARTS} | {
        "url": f"{_list_address(language)}{code}/",
        "code": code if has_national_code else "",
        "classification": classification,
        "has_full_name": bool(own.get("full_name")),
        "has_code": has_national_code,
        "has_visit": bool(own.get("visit_line")),
    }


@lru_cache(maxsize=4)
def _list_address(language: str) -> str:
    """Codes need no quoting, and twenty look-ups of an address are a tenth of a page."""
    with override(language):
        return reverse("procedures:procedure_list")


def card(procedure: Procedure) -> Card:
    """The card of a published procedure, read from its columns."""
    return card_from(
        procedure.card,
        code=procedure.code,
        classification=procedure.classification,
        has_national_code=procedure.has_national_code,
    )


def entry_card(entry: Entry) -> Card:
    """The card of a procedure that was found."""
    return card_from(
        entry.card,
        code=entry.code,
        classification=entry.classification,
        has_national_code=entry.has_national_code,
    )


def top_procedures(limit: int = 6) -> list[Card]:
    """Cards of the procedures filed most often; none until the reports have counted."""
    return [entry_card(entry) for entry in finding.current().top(limit)]
