"""Parts of a template that are drawn once and kept: what is the same for everybody, rows of one shape, parts by what they show.

Part of the library `mc`. Nothing of one person gets into what is kept unless it is named there: each is drawn without the page.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from common import context
from common.lookups import Names

register = template.Library()


class ConstantNode(template.Node):
    """Drawn once per language, without any variable of the page, and kept."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[tuple[Any, ...], SafeString] = {}

    def render(self, page: template.Context) -> SafeString:
        """The kept text; an empty context sees to it that nothing of one person gets into it."""
        kind = _where(page)
        if kind not in self.drawn:
            empty = template.Context({"home_path": context.home_path(), "site": context.current_site()})
            with empty.bind_template(page.template):  # type: ignore[arg-type]
                self.drawn[kind] = self.nodelist.render(empty)
        return self.drawn[kind]


@register.tag
def constant(parser: template.base.Parser, token: template.base.Token) -> ConstantNode:
    """`{% constant %}…{% endconstant %}`: a part that depends on nothing but the language (and the installation)."""
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(nodelist)


_PLACE = re.compile(r"\[\[(\w+)\]\]")
_special = re.compile("[&<>\"']").search  # what must be escaped; most texts have none
Shape = tuple[str, tuple[tuple[str, str], ...]]  # the text before the first place; each place and the text behind it
MOST_VARIANTS = 500  # per loop or part; then all are drawn anew


def _where(page: template.Context) -> tuple[Any, ...]:
    """What every kept part depends on beside its values; the page remembers the installation, its language may change."""
    known = page.__dict__
    if "installation" not in known:
        known["installation"] = settings.PROVINCE_CODE, settings.MODE, settings.SCANNER
    return get_language(), known["installation"]


class _Shapes:
    """What a part of a template looks like, drawn once per language and values; [[name]] is filled in each time."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[tuple[Any, ...], Shape] = {}

    def of(self, page: template.Context, where: tuple[Any, ...], values: Mapping[str, Any]) -> Shape:
        """What is drawn for these values, for this language and installation (`_where`)."""
        kind = (where, *values.values())
        return self.drawn.get(kind) or self._draw(page, kind, values)

    def _draw(self, page: template.Context, kind: tuple[Any, ...], values: Mapping[str, Any]) -> Shape:
        if len(self.drawn) >= MOST_VARIANTS:
            self.drawn.clear()
        empty = template.Context({"home_path": context.home_path(), "site": context.current_site(), **values})
        with empty.bind_template(page.template):  # type: ignore[arg-type]
            first, *others = _PLACE.split(self.nodelist.render(empty))
        self.drawn[kind] = shape = first, tuple(zip(others[::2], others[1::2], strict=True))
        return shape


def escaped(text: str) -> str:
    """A plain text as HTML; most have nothing to be escaped."""
    return escape(text) if _special(text) else text


def _fill(parts: list[str], shape: Shape, row: Mapping[str, Any], page: template.Context) -> None:
    """A shape with its places filled: the row's value, else the page's, escaped unless marked safe."""
    first, places = shape
    add = parts.append
    add(first)
    for name, text in places:
        value: Any = row[name] if name in row else page.get(name, "")
        # conditional_escape without its care for lazy texts: this runs some hundred times a page
        kind = type(value)
        if kind is str:
            add(escape(value) if _special(value) else value)
        elif kind is SafeString:
            add(value)
        elif kind is int:
            add(str(value))
        else:
            add(str(value) if hasattr(value, "__html__") else escape(str(value)))
        add(text)


class RepeatNode(template.Node):
    """Rows of one shape: the shape is drawn once per language and variant, each row only fills in its values."""

    def __init__(
        self, rows: template.base.FilterExpression, variants: tuple[str, ...], nodelist: template.NodeList
    ) -> None:
        self.rows, self.variants, self.nodelist = rows, variants, nodelist
        self.shapes = _Shapes(nodelist)

    def render(self, page: template.Context) -> SafeString:
        """The rows one after the other."""
        parts: list[str] = []
        where = _where(page)
        for row in self.rows.resolve(page) or ():
            chosen = {name: row[name] if name in row else page.get(name) for name in self.variants}
            _fill(parts, self.shapes.of(page, where, chosen), row, page)
        return SafeString("".join(parts))  # every value is escaped above, the shape is the template's own


@register.tag
def repeat(parser: template.base.Parser, token: template.base.Token) -> RepeatNode:
    """`{% repeat rows by kind %}<li class="{{ kind }}">[[name]]</li>{% endrepeat %}`, for long lists.

    Rows are mappings. [[name]] is the row's value, else the page's, escaped unless marked safe. What stands in {{ }} and {% %}
    sees nothing but the names after `by` (of the row, else of the page): small sets of values, each drawn once.
    """
    _name, rows, *variants = token.split_contents()
    nodelist = parser.parse(("endrepeat",))
    parser.delete_first_token()
    return RepeatNode(parser.compile_filter(rows), tuple(variants[1:]), nodelist)


Expressions = dict[str, template.base.FilterExpression]


class KeptNode(template.Node):
    """A part of a page that is drawn once for each set of the values it shows."""

    def __init__(self, values: Expressions, places: Expressions, nodelist: template.NodeList) -> None:
        self.values, self.places = Names(values, missing_is_none=True), Names(places)
        self.nodelist = nodelist
        self.shapes = _Shapes(nodelist)

    def render(self, page: template.Context) -> SafeString:
        """The part for the values of this page, as it was drawn before."""
        parts: list[str] = []
        _fill(parts, self.shapes.of(page, _where(page), self.values.on(page)), self.places.on(page), page)
        return SafeString("".join(parts))  # every value is escaped above, the shape is the template's own


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> KeptNode:
    """`{% kept tone who=user.display_name : code=dossier.code %}…[[code]]…{% endkept %}`, for what many pages show alike.

    What stands in {{ }} and {% %} sees nothing but the values named before the colon (hashable: texts, numbers, tuples) and
    is drawn once for each set of them. [[name]] is what the name after the colon stands for, else the page's value of that
    name, filled in each time: a token, a code, an address. What applicants typed stands in places only: a named value that
    holds [[csrf_token]] would be filled in as well.
    """
    _name, *given = token.split_contents()
    edge = given.index(":") if ":" in given else len(given)
    values, places = _expressions(parser, given[:edge]), _expressions(parser, given[edge + 1 :])
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, places, nodelist)


def _expressions(parser: template.base.Parser, given: list[str]) -> Expressions:
    named = [one.partition("=") for one in given]
    return {name: parser.compile_filter(expression or name) for name, _sign, expression in named}
