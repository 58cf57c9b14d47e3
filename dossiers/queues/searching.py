"""Search of the desk: codes, numbers, telephones and names, each by an index of its own whatever the province holds."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import StrIndex

from accounts.models import User
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, Agency
from agencies.standing import Standing, standing_of
from common.cache import for_a_moment
from common.crypto import blind_index
from common.text import clean, fold
from dossiers.models import Dossier, Party, Result
from dossiers.querysets import DossierQuerySet
from dossiers.services.parties import NATIONAL_ID_CONTEXT
from dossiers.workflow import OPEN

CODE = re.compile(r"^[A-Z]\d{1,3}(?:\.\d+)*-\d{6}-\d{4,}$")
FOREIGN_CODE = re.compile(r"(?=.*\d)\S{4,60}")  # in the software of an agency that decides elsewhere
CODE_INSIDE = re.compile(r"[A-Z]\d{1,3}(?:\.\d+)*-\d{6}-\d{4,}")
RESULT_ADDRESS = re.compile(r"/xac-thuc/([\w-]{8,24})/?$")
SHORT_CODE = re.compile(r"^\d{6}-\d{4,}$")
MOST_WORDS = 6
DRAFTS = 10  # of one name at a counter, at most: the keys of a name are found without looking at states
CARD_BARS = 6


class Hits(NamedTuple):
    """Keys of dossiers in the order of their showing, and what the text was taken for: code, phone, number or name."""

    ids: list[int]
    kind: str


def search(user: User, text: str, most: int) -> Hits:
    """At most `most` of the dossiers this officer sees that the text may mean."""
    found, text = Dossier.objects.visible_to(user), clean(text)[:300]
    exact, kind = by_mark(found, text)
    if exact is not None:
        return Hits(list(open_first(exact).values_list("pk", flat=True)[:most]), kind)
    return Hits(_named(user, found, text, most), "name")


def open_first(found: DossierQuerySet) -> DossierQuerySet:
    """Those still open before the others, the newest first."""
    is_open = Case(When(state__in=OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(is_open, "-id")


def by_mark(found: DossierQuerySet, text: str) -> tuple[DossierQuerySet | None, str]:
    """The dossiers of a code, an identity number, a tax code or a telephone; None for anything else."""
    if text.count("|") >= CARD_BARS:  # the QR of an identity card, scanned as if typed: its first part is the number
        text = text.partition("|")[0].strip()
    by_code = _by_code(found, text)
    if by_code is not None:
        return by_code, "code"
    plain = re.sub(r"[\s.]", "", text)
    digits = plain.removeprefix("+")
    if digits.isdigit() and len(digits) == 12:
        return found.filter(party__national_id_index=blind_index(digits, context=NATIONAL_ID_CONTEXT)), "number"
    if re.fullmatch(r"[1-9]\d{9}|\d{10}-\d{3}", plain):  # ten digits from 0 may be a telephone as well: below
        return found.filter(party__tax_code=plain), "number"
    if digits.isdigit() and len(digits) >= 9:
        phone = "+84" + digits.removeprefix("84").removeprefix("0")
        return found.filter(Q(party__phone=phone) | Q(party__tax_code=digits)), "phone"
    if FOREIGN_CODE.fullmatch(text) and (foreign := found.filter(elsewhere_code=text)).exists():
        return foreign, "code"
    return None, "name"


def _by_code(found: DossierQuerySet, text: str) -> DossierQuerySet | None:
    """A code as it is pasted, scanned from the bars of a receipt or from a QR, or its end; None for anything else."""
    if "://" in text:
        return _by_address(found, text)
    if CODE.match(text.upper()):
        return found.filter(Q(code=text.upper()) | Q(external_code=text.upper()) | Q(elsewhere_code=text))
    if SHORT_CODE.match(text):
        return found.filter(code__in=[f"{agency}-{text}" for agency in _agency_codes()])
    return None


def _by_address(found: DossierQuerySet, text: str) -> DossierQuerySet:
    """A QR of our papers, scanned as if typed: it holds the dossier's code, or the long code of a result."""
    if code := CODE_INSIDE.search(text.upper()):
        return found.filter(code=code[0])
    result = RESULT_ADDRESS.search(text)
    return (
        found.filter(pk__in=Result.objects.filter(verify_code=result[1]).values("dossier")) if result else found.none()
    )


@for_a_moment
def _agency_codes() -> list[str]:
    """What may stand in front of a code: the counters of the province. All together on the index of codes."""
    return list(Agency.objects.values_list("code", flat=True))


def _named(user: User, found: DossierQuerySet, text: str, most: int) -> list[int]:
    """By name, diacritics and case ignored: who is called just so, and the open dossiers of whoever's name has all the
    words. Only when there is nobody, the finished ones with all the words as well: an index of three letters grows with
    the province, the other two ways do not.
    """
    words = [word for word in fold(text).split() if len(word) > 1][:MOST_WORDS]
    if not words:
        return []
    exact = _all_keys(called(standing_of(user), text), most + DRAFTS)
    ids = list(dict.fromkeys([*exact, *open_with(found, words)[:most]])) or _keys(with_words(found, words), most)
    return list(open_first(found.filter(pk__in=ids)).values_list("pk", flat=True)[:most])


def _all_keys(found: list[QuerySet[Dossier, int]], most: int) -> list[int]:
    """At most so many keys of each, in one statement."""
    parts = [one[:most] for one in found]
    return list(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]) if parts else []


def _keys(found: DossierQuerySet, most: int) -> list[int]:
    return list(found.values_list("pk", flat=True)[:most])


def called(standing: Standing, text: str) -> list[QuerySet[Dossier, int]]:
    """Keys of the dossiers of exactly this name, for each place and agency this person may see one from; the newest first.

    A common name stands on thousands of dossiers of the province. Their keys are read from the index of names and looked for
    together in that of the agency's dossiers, never in the dossiers: joined, the planner may walk through all of them, and for
    several agencies at once it would read each dossier of that name.
    """
    name, handlers = " ".join(fold(text).split()), standing.agency_ids(HANDLING_ROLES)
    places = {"receiving": standing.agency_ids(COUNTER_ROLES), "handling": handlers, "deciding": handlers}
    return [_called(name, f"{place}_agency", agency) for place, keys in places.items() for agency in keys]


def _called(name: str, place: str, agency: int) -> QuerySet[Dossier, int]:
    so_called = Party.objects.filter(folded_name=name).values("dossier_id")
    return (
        Dossier.objects.filter(_is_among("pk", so_called), **{place: agency})
        .order_by("-pk")
        .values_list("pk", flat=True)
    )


def open_with(found: DossierQuerySet, words: Sequence[str]) -> QuerySet[Party, int]:
    """Keys of the open dossiers whose applicant's name has every word, in any order; the newest first.

    No index of names is asked: the keys of the few open ones are looked for together in one walk of the index of parties. Joined,
    each would be a search of its own in a province of millions, and all names would be read in a small one.
    """
    parties = Party.objects.filter(_is_among("dossier_id", found.filter(state__in=OPEN).values("pk")))
    for number, word in enumerate(words):
        parties = parties.alias(**{f"at_{number}": StrIndex("folded_name", Value(word))}).filter(
            **{f"at_{number}__gt": 0}
        )
    return parties.order_by("-dossier_id").values_list("dossier_id", flat=True)


def _is_among(key: str, keys: QuerySet[Any, Any]) -> Func:
    """That the key is one of those: all found first, then looked for in one walk of the key's own index."""
    among = Func(ArraySubquery(keys), function="ANY")
    return Func(F(key), among, arg_joiner=" = ", template="(%(expressions)s)", output_field=BooleanField())


def with_words(found: DossierQuerySet, words: Sequence[str]) -> DossierQuerySet:
    """All dossiers whose applicant's name has every word, the newest first; served by the trigram index."""
    for word in words:
        found = found.filter(party__folded_name__contains=word)
    return found.order_by("-id")
