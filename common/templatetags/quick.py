"""Tags of Django that say the same each time they are drawn, kept per language: `{% translate "…" %}`, `{% url 'name' %}`.

A page has some dozens of each. Those with anything that may change (a variable, an argument) work as Django's own.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Node, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


def is_fixed(part: FilterExpression | None) -> bool:
    """A text of the template itself, nothing of the page."""
    if part is None:
        return True
    return not part.filters and (not isinstance(part.var, Variable) or part.var.lookups is None)


class Kept(Node):
    """A node whose text depends on the language (and the addresses in force) alone."""

    child_nodelists = ()

    def __init__(self, node: Any) -> None:
        self.node = node
        self.drawn: dict[Any, str] = {}

    def render(self, context: Context) -> str:
        """The text as it was drawn before."""
        kind = (get_language(), context.autoescape, get_script_prefix(), get_urlconf())
        if kind not in self.drawn:
            self.drawn[kind] = self.node.render(context)
        return self.drawn[kind]


@register.tag("translate")
@register.tag("trans")
def translate(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag."""
    node = i18n.do_translate(parser, token)
    is_same = not node.asvar and is_fixed(node.filter_expression) and is_fixed(node.message_context)
    return Kept(node) if is_same else node


@register.tag("url")
def url(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag."""
    node: URLNode = django_url(parser, token)
    is_same = not node.asvar and not node.args and not node.kwargs and is_fixed(node.view_name)
    return Kept(node) if is_same else node
