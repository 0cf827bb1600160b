"""The catalog of the page's language, looked up once."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import Babel, Domain


class OneLookup(Domain):
    """Looks the catalog up once per request and language, and not for each of the hundreds of words on a page."""

    def get_translations(self) -> Any:
        """The catalog of the present language; it may change within a request (`force_locale`)."""
        known = g.get("catalog") if g else None
        locale = getattr(g.get("_flask_babel"), "babel_locale", None) if known else None
        if known and known[0] is locale:
            return known[1]
        found = super().get_translations()
        if g:
            g.catalog = getattr(g.get("_flask_babel"), "babel_locale", None), found
        return found


class Translations(Babel):
    """Flask-Babel with that."""

    @property
    def domain_instance(self) -> Domain:
        """Where the words come from."""
        return _words


_words = OneLookup()
