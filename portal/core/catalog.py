"""The catalog of the page's language, looked up once."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import Babel, Domain


class OneLookup(Domain):
    """Looks the catalog up once per request and language, and not for each of the hundreds of words on a page."""

    def get_translations(self) -> Any:
        """The catalog of the present language; it may change within a request (`force_locale`)."""
        try:
            kept = vars(g._get_current_object())  # each look through the proxy costs as much as the translation
        except RuntimeError:  # outside the application there is no language
            return super().get_translations()
        known = kept.get("catalog")
        if known is None or known[0] is not getattr(kept.get("_flask_babel"), "babel_locale", None):
            found = super().get_translations()
            known = kept["catalog"] = getattr(kept.get("_flask_babel"), "babel_locale", None), found
        return known[1]


class Translations(Babel):
    """Flask-Babel with that."""

    @property
    def domain_instance(self) -> Domain:
        """Where the words come from."""
        return _words


_words = OneLookup()
#: The catalog of the present language, for what looks up hundreds of words.
present = _words.get_translations
