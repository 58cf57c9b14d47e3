"""Templates named outright are looked up once; what is drawn is what Django's own tags draw."""

import pytest
from django.template import Context, Engine
from django.template.loader_tags import ExtendsNode, IncludeNode

from common.templatetags.loading import QuickExtends, QuickInclude

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
