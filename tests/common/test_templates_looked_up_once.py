"""Templates named outright are looked up once; what is drawn is what Django's own tags draw."""

import pytest
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode

from common.templatetags.loading import QuickBlock, QuickExtends, QuickInclude

LOADING = "common.templatetags.loading"
FILES = {
    "root.html": "<{% block a %}root a{% endblock %}|{% block b %}root b{% endblock %}>",
    "middle.html": '{% extends "root.html" %}{% block a %}middle {{ block.super }}{% endblock %}',
    "leaf.html": '{% extends "middle.html" %}{% block a %}leaf {{ block.super }}{% endblock %}{% block b %}{{ name }}'
    "{% endblock %}",
    "chosen.html": "{% extends parent %}{% block b %}chosen{% endblock %}",
    "part.html": "[{{ name }} {{ extra }}]",
    "page.html": '{% include "part.html" %}{% include "part.html" with extra=name %}{{ extra }}',
    "alone.html": '{% include "part.html" with extra="x" only %}',
    "named.html": "{% include part %}",
    "nested.html": "({% block whole %}1{% block inner %}2{% block least %}3{% endblock %}4{% endblock %}5{% endblock %})",
    "least.html": '{% extends "nested.html" %}{% block least %}{{ name }}{% block own %}!{% endblock %}{% endblock %}',
    "over.html": '{% extends "least.html" %}{% block whole %}{{ block.super }}{{ block.super }}{% block own %}no{% endblock %}'
    "{% endblock %}{% block inner %}i{{ block.super }}{% endblock %}",
    "asked.html": '{% extends "nested.html" %}{% block inner %}{% if name %}{% block least %}{{ name }}{% endblock %}{% endif %}'
    "{% endblock %}",
    "each.html": '{% extends "nested.html" %}{% block inner %}{% for name in names %}{% block least %}{{ block.super }}'
    "{{ name }}{% endblock %}{% endfor %}{% endblock %}",
    "inside.html": '{% extends "root.html" %}{% block b %}{% with name="other" %}{% include "least.html" %}{% endwith %}'
    "{{ name }}{% endblock %}",
    "none.html": "{% block a %}alone {{ block.name }} {% block b %}{{ name }}{% endblock %}{% endblock %}",
    "broken.html": '{% extends "root.html" %}{% block b %}{% include part %}{% endblock %}',
    "many.html": '{% for name in names %}{% include "part.html" with extra=forloop.counter %}{% endfor %}',
}


def engine(*builtins: str) -> Engine:
    loaders = [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", FILES)])]
    return Engine(loaders=loaders, builtins=list(builtins))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("leaf.html", {"name": "<An>"}),
        ("middle.html", {}),
        ("chosen.html", {"parent": "root.html"}),
        ("page.html", {"name": "<An>"}),
        ("alone.html", {"name": "An"}),
        ("named.html", {"part": "part.html", "name": "An"}),
        ("many.html", {"names": ["An", "Bình"]}),
        ("nested.html", {}),
        ("least.html", {"name": "<An>"}),
        ("asked.html", {"name": "<An>"}),
        ("asked.html", {}),
        ("each.html", {"names": ["<An>", "Bình"]}),
        ("inside.html", {"name": "An"}),
        ("none.html", {"name": "<An>"}),
    ],
)
def test_pages_are_drawn_as_by_django_the_first_time_and_again(name: str, values: dict[str, object]) -> None:
    by_django = engine().get_template(name).render(Context(values))
    page = engine(LOADING).get_template(name)
    assert [page.render(Context(values)) for _ in range(2)] == [by_django, by_django]


def test_a_parent_that_is_chosen_by_the_page_is_asked_for_each_time() -> None:
    page = engine(LOADING).get_template("chosen.html")
    assert not isinstance(page.nodelist[0], QuickExtends)
    drawn = [page.render(Context({"parent": parent})) for parent in ("root.html", "middle.html")]
    assert drawn == ["<root a|chosen>", "<middle root a|chosen>"]


def test_what_is_named_outright_is_looked_up_once() -> None:
    ours = engine(LOADING)
    page, around = ours.get_template("leaf.html"), ours.get_template("page.html")
    assert isinstance(page.nodelist[0], QuickExtends)
    assert all(isinstance(node, QuickInclude) for node in around.nodelist.get_nodes_by_type(IncludeNode))
    assert len(page.nodelist.get_nodes_by_type(ExtendsNode)) == 1
    first = page.render(Context({"name": "An"})), around.render(Context({"name": "An"}))
    ours.template_loaders[0].reset()
    ours.template_loaders[0].loaders[0].templates_dict = {}  # nothing is to be found any more
    assert (page.render(Context({"name": "An"})), around.render(Context({"name": "An"}))) == first


def test_a_value_given_to_a_part_is_gone_after_it() -> None:
    page = engine(LOADING).get_template("page.html")
    assert page.render(Context({"name": "An"})) == "[An ][An An]"


def test_blocks_over_blocks_over_blocks_are_drawn_as_by_django() -> None:
    """The outermost twice, with the inner ones in it, one of which a page in between has given a block of its own."""
    by_django = engine().get_template("over.html").render(Context({"name": "An"}))
    page = engine(LOADING).get_template("over.html")
    assert [page.render(Context({"name": "An"})) for _ in range(2)] == [by_django, by_django]
    assert by_django.count("An") == 2 and "no" in by_django


def test_what_fails_in_a_block_leaves_nothing_of_it_on_the_page() -> None:
    page, values = engine(LOADING).get_template("broken.html"), Context({"part": "part.html", "name": "An"})
    values["part"] = "not-there.html"
    with pytest.raises(TemplateDoesNotExist):
        page.render(values)
    assert len(values.dicts) == 2 and "block" not in values
    values["part"] = "part.html"
    assert page.render(values) == "<root a|[An ]>"


def test_every_block_of_the_house_draws_into_one_list() -> None:
    blocks = [
        node
        for name in ("over.html", "each.html")
        for node in engine(LOADING).get_template(name).nodelist.get_nodes_by_type(BlockNode)
    ]
    assert blocks and all(isinstance(node, QuickBlock) for node in blocks)
