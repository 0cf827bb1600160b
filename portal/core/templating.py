"""What every page draws hundreds of times: words and icons, kept as finished markup."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

from portal.core import catalog
from portal.core.assets import asset


def install(app: Flask) -> None:
    """Give templates `_`, `gettext` and `drawn_icon`; called after Flask-Babel, whose words these are."""
    app.jinja_env.context_class = PageContext
    app.jinja_env.globals |= {"_": word, "gettext": word, "drawn_icon": drawn_icon}


class PageContext(Context):
    """Jinja's context; it knows what a macro and a word want without looking at each of the hundreds of calls."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call with what the callable asks of the template."""
        if called.__class__ is not Macro and called is not word:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return called(self.eval_ctx, *args, **kwargs)


@pass_eval_context
def word(context: EvalContext, message: str, **values: Any) -> str:
    """The message in the language of the page, as a format string: values are escaped, `%%` is a percent sign."""
    words = catalog.present()
    if not context.autoescape:
        return str(words.ugettext(message)) % values
    return _plain(words, message) if not values else _trusted(words, message) % values


def words(message: str) -> Markup:
    """A message without values in the language of the page, as a template gets it from `_`."""
    return _plain(catalog.present(), message)


@lru_cache(maxsize=8192)
def _plain(words: Any, message: str) -> Markup:
    return _trusted(words, message) % {}


def _trusted(words: Any, message: str) -> Markup:
    return Markup(words.ugettext(message))  # noqa: S704 — our own words: a message is never made of what was typed


def drawn_icon(name: str, label: str = "", small: bool = False, large: bool = False) -> Markup:
    """One icon of the sprite; without `label` it is hidden from who listens. Raises KeyError for an unknown name."""
    hidden, before, after = _kept(asset(f"icons.svg#{name}"), small, large)
    return Markup(f"{before}{escape(label)}{after}") if label else hidden  # noqa: S704 — the label is escaped here


@lru_cache(maxsize=1024)
def _kept(address: str, small: bool, large: bool) -> tuple[Markup, str, str]:
    """The icon without a label, and what stands before and after one: a label may hold a name, so none is kept."""
    size = f"icon{' icon--small' if small else ''}{' icon--large' if large else ''}"
    drawn = f'<svg class="{size}"'
    used = f'><use href="{address}"/></svg>'
    return Markup(f'{drawn} aria-hidden="true"{used}'), f'{drawn} role="img" aria-label="', f'"{used}'  # noqa: S704
