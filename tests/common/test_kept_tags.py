"""Fixed words and addresses of a template are drawn once per language, and never stand for what may change."""

import pytest
from django.template import Context, Template
from django.urls import set_script_prefix
from django.utils.translation import override

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
