"""`{% extends %}` and `{% include %}` of Django, which look up a template that is named outright once and not at each page.

Templates are compiled once per process (Django's cached loader), so what is found the first time is what would be found again.
"""

from contextlib import nullcontext
from typing import Any, cast

from django import template
from django.template.base import Node, Template, TextNode
from django.template.context import Context
from django.template.loader_tags import (
    BLOCK_CONTEXT_KEY,
    BlockContext,
    BlockNode,
    ExtendsNode,
    IncludeNode,
    do_extends,
    do_include,
)
from django.utils.safestring import SafeString

from common.templatetags.quick import is_fixed

register = template.Library()


class QuickExtends(ExtendsNode):
    """A template whose parent is named by a text."""

    found: tuple[Template, dict[str, BlockNode]] | None = None

    def render(self, context: Any) -> SafeString:
        """The parent with these blocks, as Django draws it."""
        if self.found is None:
            chosen = self.get_parent(context)
            self.found = chosen, _blocks_of(chosen)
        (parent, blocks), known = self.found, context.render_context
        if BLOCK_CONTEXT_KEY not in known:
            known[BLOCK_CONTEXT_KEY] = BlockContext()
        known[BLOCK_CONTEXT_KEY].add_blocks(self.blocks)
        if blocks:
            known[BLOCK_CONTEXT_KEY].add_blocks(blocks)
        with known.push_state(parent, isolated_context=False):
            return cast("Any", parent)._render(context)  # the stubs do not know it


def _blocks_of(parent: Template) -> dict[str, BlockNode]:
    """The blocks of a template that extends nothing; those of others are added by their own tag."""
    first = next((node for node in parent.nodelist if not isinstance(node, TextNode)), None)
    if first is None or isinstance(first, ExtendsNode):
        return {}
    found: list[Any] = parent.nodelist.get_nodes_by_type(BlockNode)
    return {node.name: node for node in found}


class QuickInclude(IncludeNode):
    """A part that is named by a text and sees the page it stands in."""

    found: Template | None = None

    def render(self, context: Context) -> SafeString:
        """The part with what `with` gives it, as Django draws it."""
        if self.found is None:
            name: Any = self.template
            page: Any = context.template
            self.found = page.engine.get_template(name.resolve(context))
        found: Any = self.found
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        with context.push(**values) if values else nullcontext():
            drawn: SafeString = found.render(context)
        return drawn


@register.tag("extends")
def extends(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag."""
    node = do_extends(parser, token)
    if is_fixed(cast("Any", node.parent_name)):
        node.__class__ = QuickExtends
    return node


@register.tag("include")
def include(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag; names that begin with a dot and parts drawn without the page are left to it."""
    node: Any = do_include(parser, token)
    is_relative = str(node.template.token).strip("'\"").startswith(".")
    if is_fixed(cast("Any", node.template)) and not is_relative and not node.isolated_context:
        node.__class__ = QuickInclude
    return node
