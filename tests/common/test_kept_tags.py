"""Fixed words and addresses of a template are drawn once per language, and never stand for what may change."""

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils.translation import override

from common.templatetags import shapes
from common.templatetags.shapes import KeptNode

LANGUAGES = ("vi", "en", "vi")


def drawn(text: str, **values: object) -> str:
    return Template("{% load i18n %}" + text).render(Context(values))


def in_both(text: str, **values: object) -> list[str]:
    page = Template("{% load i18n %}" + text)
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append(page.render(Context(values)))
    return found


def test_a_kept_word_is_the_word_of_the_readers_language() -> None:
    vietnamese, english, again = in_both('{% translate "Sign out" %}')
    assert english == "Sign out" and vietnamese == again and vietnamese != english


def test_a_kept_word_knows_its_context() -> None:
    with_context, without = (
        in_both(text) for text in ('{% translate "Filter" context "button" %}', '{% translate "Filter" %}')
    )
    assert with_context[1] == without[1] == "Filter"


def test_a_word_that_is_a_variable_is_never_kept() -> None:
    page = Template("{% load i18n %}{% translate word %}|{% translate word as kept %}{{ kept }}")
    with override("en"):
        assert [page.render(Context({"word": word})) for word in ("one", "two")] == ["one|one", "two|two"]


def test_a_kept_address_is_that_of_the_readers_language() -> None:
    vietnamese, english, again = in_both("{% url 'dossiers:officer_queue' %}")
    assert (vietnamese, english, again) == ("/can-bo/ho-so/", "/en/can-bo/ho-so/", "/can-bo/ho-so/")


def test_a_kept_address_follows_the_prefix_of_the_site() -> None:
    page = Template("{% load i18n %}{% url 'dossiers:officer_queue' %}")
    with override("vi"):
        before = page.render(Context())
        try:
            set_script_prefix("/cong/")
            assert page.render(Context()) == f"/cong{before}"
        finally:
            set_script_prefix("/")


def test_an_address_with_a_code_is_never_kept() -> None:
    page = Template("{% load i18n %}{% url 'dossiers:officer_dossier' code %}")
    with override("vi"):
        assert [page.render(Context({"code": code})) for code in ("A", "B")] == ["/can-bo/ho-so/A/", "/can-bo/ho-so/B/"]


def test_an_unknown_address_is_still_a_fault() -> None:
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        drawn("{% url 'nowhere' %}")


# ── parts kept by what they show ──
def kept(text: str, *pages: dict[str, object]) -> list[str]:
    page = Template("{% load i18n mc %}" + text)
    return [page.render(Context(values)) for values in pages]


def test_a_kept_part_sees_nothing_of_the_page_but_what_is_named() -> None:
    pages = ({"tone": "ok", "name": "Lò Thị Mai"}, {"tone": "ok", "name": "Vi Văn Hải"}, {"tone": "bad", "name": "An"})
    assert kept("{% kept tone %}{{ tone }}:{{ name }}{% endkept %}", *pages) == ["ok:", "ok:", "bad:"]


def test_a_place_is_filled_with_the_value_of_each_page() -> None:
    pages = ({"tone": "ok", "name": "Lò Thị Mai"}, {"tone": "ok", "name": "Vi Văn Hải"})
    assert kept("{% kept tone %}{{ tone }}:[[name]]{% endkept %}", *pages) == ["ok:Lò Thị Mai", "ok:Vi Văn Hải"]


def test_a_place_may_stand_for_an_expression_that_is_no_part_of_what_is_kept() -> None:
    pages = [{"one": {"code": f"H37.{number}"}} for number in range(2)]
    text = "{% kept kind=one.kind : code=one.code|lower %}[{{ kind }}[[code]]]{% endkept %}"
    assert kept(text, *pages) == ["[Noneh37.0]", "[Noneh37.1]"]
    page = Template("{% load mc %}" + text)
    assert [page.render(Context(values)) for values in pages]
    [node] = page.nodelist.get_nodes_by_type(KeptNode)
    assert len(node.shapes.drawn) == 1, "drawn once, whatever the code"


def test_what_is_filled_in_is_escaped_and_so_is_what_is_kept() -> None:
    hostile = "<script>alert('x')</script>[[csrf_token]]{{ name }}"
    [found] = kept(
        "{% kept tone %}{{ tone }}|[[name]]{% endkept %}", {"tone": "<b>", "name": hostile, "csrf_token": "T"}
    )
    assert "<b>" not in found and "<script>" not in found
    assert found.endswith("[[csrf_token]]{{ name }}"), "what somebody typed is never read as a place or a tag"


def test_a_kept_part_is_drawn_in_the_readers_language() -> None:
    vietnamese, english, again = in_both(
        "{% load mc %}{% kept tone %}{% translate 'Sign out' %}{% endkept %}", tone="ok"
    )
    assert english == "Sign out" and vietnamese == again and vietnamese != english


def test_a_value_that_may_change_under_the_same_name_cannot_be_kept() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        kept("{% kept rows %}{% endkept %}", {"rows": [1]})


def test_a_kept_part_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_VARIANTS", 3)
    page = Template("{% load mc %}{% kept n %}{{ n }}{% endkept %}")
    assert [page.render(Context({"n": n})) for n in (1, 2, 3, 4, 1)] == ["1", "2", "3", "4", "1"]
    [node] = page.nodelist.get_nodes_by_type(KeptNode)
    assert len(node.shapes.drawn) <= 3
