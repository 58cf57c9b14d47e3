"""`{% extends %}`, `{% block %}` and `{% include %}` of Django; a template named outright is looked up once, not at each page.

Templates are compiled once per process (Django's cached loader), so what is found the first time is what would be found again.
Blocks within blocks are drawn into one list: Django puts the text of each together and then into that of the next, and what
stands in the innermost of a page of four levels is copied seven times.
"""

from collections.abc import Iterable
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
    do_block,
    do_extends,
    do_include,
)
from django.utils.safestring import SafeString

from common.templatetags.quick import is_fixed

register = template.Library()


class _Drawn:
    """A node that draws itself into the list of what stands before it."""

    def draw(self, context: Any, out: list[str]) -> None:
        """Add what stands here."""
        raise NotImplementedError

    def render(self, context: Any) -> Any:
        """The same by itself: `{{ block.super }}`, a block within a condition, the outermost template."""
        out: list[str] = []
        self.draw(context, out)
        return "".join(out)  # every node has escaped its own, and who asked says so


def _draw(nodes: Iterable[Any], context: Any, out: list[str]) -> None:
    for node in nodes:
        if type(node) is TextNode:
            out.append(node.s)
        elif isinstance(node, _Drawn):
            node.draw(context, out)
        else:
            out.append(node.render_annotated(context))


class QuickBlock(_Drawn, BlockNode):
    """A block, as Django draws it."""

    def draw(self, context: Any, out: list[str]) -> None:
        """The innermost of this name; each finds the one it stands over as {{ block.super }}."""
        known = context.render_context.get(BLOCK_CONTEXT_KEY)
        over = known.pop(self.name) if known else None
        block = over or self
        if known:  # one of its own for this page: others draw the same template
            block = QuickBlock(block.name, block.nodelist)
            block.context = context
        context.dicts.append({"block": block})
        try:
            _draw(block.nodelist, context, out)
        finally:
            context.dicts.pop()
        if over is not None:
            known.push(self.name, over)


class QuickExtends(_Drawn, ExtendsNode):
    """A template whose parent is named by a text."""

    found: tuple[Template, dict[str, BlockNode]] | None = None

    def draw(self, context: Any, out: list[str]) -> None:
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
            _draw(parent.nodelist, context, out)


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


@register.tag("block")
def block(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag."""
    node = do_block(parser, token)
    node.__class__ = QuickBlock
    return node


@register.tag("include")
def include(parser: template.base.Parser, token: template.base.Token) -> Node:
    """Django's tag; names that begin with a dot and parts drawn without the page are left to it."""
    node: Any = do_include(parser, token)
    is_relative = str(node.template.token).strip("'\"").startswith(".")
    if is_fixed(cast("Any", node.template)) and not is_relative and not node.isolated_context:
        node.__class__ = QuickInclude
    return node
