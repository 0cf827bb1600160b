"""Words and icons of templates: the language of the page, escaping, and nothing typed that stays behind."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale

from portal.core import templating


def drawn(app: Flask, source: str, **values: object) -> str:
    with app.test_request_context():
        return render_template_string(source, **values)


def test_one_word_follows_the_language_of_the_page(app: Flask) -> None:
    with app.test_request_context():
        dutch, again = (render_template_string("{{ _('Jongeren') }}") for _ in range(2))
        with force_locale("en"):
            english = render_template_string("{{ _('Jongeren') }}")
        assert (dutch, again, english, render_template_string("{{ _('Jongeren') }}")) == (
            "Jongeren", "Jongeren", "Young people", "Jongeren",
        )  # fmt: skip


def test_values_in_a_message_are_escaped_and_a_percent_sign_stays_one(app: Flask) -> None:
    assert drawn(app, "{{ _('Bel %(name)s', name=name) }}", name="<b>&") == "Bel &lt;b&gt;&amp;"
    assert drawn(app, "{{ _('100%% klaar') }}") == "100% klaar"
    assert drawn(app, "{% trans name=name %}Bel {{ name }}{% endtrans %}", name="<i>") == "Bel &lt;i&gt;"


def test_a_text_that_is_no_page_is_not_escaped(app: Flask) -> None:
    with app.test_request_context():
        template = app.jinja_env.overlay(autoescape=False).from_string("{{ _('Bel %(name)s', name=name) }}")
        assert template.render(name="Jan & Piet") == "Bel Jan & Piet"


def test_a_macro_in_a_loop_and_with_a_caller_gets_what_it_asks(app: Flask) -> None:
    source = (
        "{% macro item(n) %}<li>{{ n }}{{ caller() if caller }}</li>{% endmacro %}"
        "{% for n in ['<', 'b'] %}{{ item(n) }}{% call item(n) %}!{% endcall %}{% endfor %}"
    )
    assert drawn(app, source) == "<li>&lt;</li><li>&lt;!</li><li>b</li><li>b!</li>"


def test_an_icon_is_hidden_or_says_its_label_which_is_escaped_and_not_kept(app: Flask) -> None:
    with app.test_request_context():
        assert 'aria-hidden="true"' in templating.drawn_icon("phone")
        before = templating._kept.cache_info().currsize
        said = templating.drawn_icon("phone", 'Bel "Amir" <3')
        assert 'role="img" aria-label="Bel &#34;Amir&#34; &lt;3"' in said
        assert templating._kept.cache_info().currsize == before
        with pytest.raises(KeyError):
            templating.drawn_icon("no-such-icon")
