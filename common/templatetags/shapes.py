"""Parts of a template that are drawn once and kept: what is the same for everybody, rows of one shape, parts by what they show.

Part of the library `mc`. Nothing of one person gets into what is kept unless it is named there: each is drawn without the page.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from common import context

register = template.Library()


class ConstantNode(template.Node):
    """Drawn once per language, without any variable of the page, and kept."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[tuple[str, ...], SafeString] = {}

    def render(self, page: template.Context) -> SafeString:
        """The kept text; an empty context sees to it that nothing of one person gets into it."""
        kind = (get_language() or "", settings.PROVINCE_CODE, settings.MODE, settings.SCANNER)
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
MOST_VARIANTS = 500  # per loop or part; then all are drawn anew


class _Shapes:
    """What a part of a template looks like, drawn once per language and values; [[name]] is filled in each time."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist
        self.drawn: dict[tuple[Any, ...], list[str]] = {}

    def of(self, page: template.Context, values: Mapping[str, Any]) -> list[str]:
        """Texts and names of places by turns."""
        kind = (get_language(), settings.PROVINCE_CODE, settings.MODE, *values.values())
        return self.drawn.get(kind) or self._draw(page, kind, values)

    def _draw(self, page: template.Context, kind: tuple[Any, ...], values: Mapping[str, Any]) -> list[str]:
        if len(self.drawn) >= MOST_VARIANTS:
            self.drawn.clear()
        empty = template.Context({"home_path": context.home_path(), "site": context.current_site(), **values})
        with empty.bind_template(page.template):  # type: ignore[arg-type]
            self.drawn[kind] = _PLACE.split(self.nodelist.render(empty))
        return self.drawn[kind]


def _fill(parts: list[Any], shape: list[str], row: Mapping[str, Any], page: template.Context) -> None:
    """A shape with its places filled: the row's value, else the page's, escaped unless marked safe."""
    parts.append(shape[0])
    for name, text in zip(shape[1::2], shape[2::2], strict=True):
        value = row[name] if name in row else page.get(name, "")
        # conditional_escape without its care for lazy texts: this runs some hundred times a page
        if type(value) is str:
            parts.append(escape(value) if _special(value) else value)
        else:
            parts.append(str(value) if hasattr(value, "__html__") else escape(str(value)))
        parts.append(text)


class RepeatNode(template.Node):
    """Rows of one shape: the shape is drawn once per language and variant, each row only fills in its values."""

    def __init__(
        self, rows: template.base.FilterExpression, variants: tuple[str, ...], nodelist: template.NodeList
    ) -> None:
        self.rows, self.variants, self.nodelist = rows, variants, nodelist
        self.shapes = _Shapes(nodelist)

    def render(self, page: template.Context) -> SafeString:
        """The rows one after the other."""
        parts: list[Any] = []
        for row in self.rows.resolve(page) or ():
            chosen = {name: row[name] if name in row else page.get(name) for name in self.variants}
            _fill(parts, self.shapes.of(page, chosen), row, page)
        return mark_safe("".join(parts))  # noqa: S308 - every value is escaped above, the shape is the template's own


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
        self.values, self.places, self.nodelist = values, places, nodelist
        self.shapes = _Shapes(nodelist)

    def render(self, page: template.Context) -> SafeString:
        """The part for the values of this page, as it was drawn before."""
        values = {name: value.resolve(page, ignore_failures=True) for name, value in self.values.items()}
        filled = {name: value.resolve(page) for name, value in self.places.items()}
        parts: list[Any] = []
        _fill(parts, self.shapes.of(page, values), filled, page)
        return mark_safe("".join(parts))  # noqa: S308 - every value is escaped above, the shape is the template's own


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
